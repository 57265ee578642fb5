import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { SkuKey } from '#db/prices/deals.ts'
import { overRows, type Columns } from '#db/rows.ts'
import type { DeclaredKind } from '#rules/prices/windows.ts'

export type BreachReason = 'tooHigh' | 'soldLower'

/** A shop asked for less than it may beside a declaration. */
export type PriceBreach = SkuKey & {
  readonly campaign: string
  readonly reason: BreachReason
  readonly kind: DeclaredKind
  readonly priceFen: number
  readonly declaredFen: number
  readonly foundAt: Temporal.Instant
  /** JSON: the deal or price that shows it. */
  readonly cause: string
  readonly policies: string
}

/** Appends breaches; those found before stay. Returns the new ones. */
export async function insertBreaches(
  tx: Writer,
  breaches: readonly PriceBreach[],
): Promise<PriceBreach[]> {
  const columns: Columns = {
    campaign: ['text', breaches.map((each) => each.campaign)],
    shop_id: ['text', breaches.map((each) => each.shopId)],
    sku: ['text', breaches.map((each) => each.sku)],
    reason: ['text', breaches.map((each) => each.reason)],
    price_fen: ['bigint', breaches.map((each) => each.priceFen)],
    declared_fen: ['bigint', breaches.map((each) => each.declaredFen)],
    kind: ['text', breaches.map((each) => each.kind)],
    found_at: ['timestamptz', breaches.map((each) => each.foundAt)],
    cause: ['json', breaches.map((each) => each.cause)],
    policies: ['text', breaches.map((each) => each.policies)],
  }
  const rows = await overRows<BreachColumns>(
    tx,
    columns,
    (selected, names) => `
      insert into jifen.price_breach (${names})
      ${selected} order by 1, 2, 3, 4, 5
      on conflict do nothing
      returning *
    `,
  )
  return rows.map(breachOf)
}

/** The breaches of a campaign, of one shop or of all, the latest first, behind a place. */
export async function breachesPage(
  db: Reader,
  campaign: string,
  page: {
    readonly shopId: string | undefined
    readonly before: { readonly at: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<PriceBreach[]> {
  const { shopId, before, limit } = page
  const ofShop = shopId === undefined ? sql`true` : sql`shop_id = ${shopId}`
  const behind =
    before === undefined
      ? sql`true`
      : sql`(found_at, ${breachName}) < (${before.at.toString()}::timestamptz, ${before.id})`
  const rows = await sql<BreachColumns>`
    select * from jifen.price_breach
    where campaign = ${campaign} and ${ofShop} and ${behind}
    order by found_at desc, ${breachName} desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(breachOf)
}

const breachName = sql.raw(`(shop_id || '/' || sku || '/' || reason || '/' || price_fen)`)

/** Names a breach within its campaign. */
export function breachIdOf({ shopId, sku, reason, priceFen }: PriceBreach): string {
  return `${shopId}/${sku}/${reason}/${priceFen}`
}

type BreachColumns = {
  readonly campaign: string
  readonly shop_id: string
  readonly sku: string
  readonly reason: BreachReason
  readonly price_fen: number
  readonly declared_fen: number
  readonly kind: DeclaredKind
  readonly found_at: Temporal.Instant
  readonly cause: string
  readonly policies: string
}

function breachOf(row: BreachColumns): PriceBreach {
  return {
    campaign: row.campaign,
    shopId: row.shop_id,
    sku: row.sku,
    reason: row.reason,
    priceFen: row.price_fen,
    declaredFen: row.declared_fen,
    kind: row.kind,
    foundAt: row.found_at,
    cause: row.cause,
    policies: row.policies,
  }
}
