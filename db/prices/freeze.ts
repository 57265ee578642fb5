import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { declaredPriceOf, type DeclaredColumns, type DeclaredPrice } from '#db/prices/watch.ts'

/** The check of a campaign's declarations when its prices froze. */
export type PriceFreeze = {
  readonly campaign: string
  readonly frozenAt: Temporal.Instant
  readonly begunAt: Temporal.Instant
  readonly finishedAt: Temporal.Instant | null
  /** Behind the last that was checked. */
  readonly place: FreezePlace
  readonly checked: number
  readonly suspended: number
}

export type FreezePlace = { readonly shopId: string; readonly sku: string; readonly kind: string }

/** Begins the check of a campaign, once; one that was begun goes on where it was. */
export async function beginFreeze(
  tx: Writer,
  freeze: Pick<PriceFreeze, 'campaign' | 'frozenAt' | 'begunAt'>,
): Promise<void> {
  await sql`
    insert into jifen.price_freeze (campaign, frozen_at, begun_at)
    values (
      ${freeze.campaign}, ${freeze.frozenAt.toString()}::timestamptz,
      ${freeze.begunAt.toString()}::timestamptz
    )
    on conflict do nothing
  `.execute(tx)
}

/** The check of a campaign, locked; `undefined`: it has not begun. */
export async function lockFreeze(tx: Writer, campaign: string): Promise<PriceFreeze | undefined> {
  const rows = await sql<FreezeColumns>`
    select * from jifen.price_freeze where campaign = ${campaign} for no key update
  `.execute(tx)
  return rows.rows.map(freezeOf)[0]
}

/** The check of a campaign as it stands. */
export async function freezeById(db: Reader, campaign: string): Promise<PriceFreeze | undefined> {
  return (await freezesOf(db, [campaign])).get(campaign)
}

/** The checks of campaigns, by campaign. */
export async function freezesOf(
  db: Reader,
  campaigns: readonly string[],
): Promise<Map<string, PriceFreeze>> {
  const rows = await sql<FreezeColumns>`
    select f.* from jifen.price_freeze f
    join unnest(${campaigns}::text[]) as k (campaign) using (campaign)
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.campaign, freezeOf(row)]))
}

/** Keeps how far a check has come; `finishedAt` when it is over. */
export async function keepFreeze(
  tx: Writer,
  campaign: string,
  step: {
    readonly place: FreezePlace
    readonly checked: number
    readonly suspended: number
    readonly finishedAt: Temporal.Instant | null
  },
): Promise<void> {
  const { place, checked, suspended, finishedAt } = step
  await sql`
    update jifen.price_freeze
    set shop_id = ${place.shopId}, sku = ${place.sku}, kind = ${place.kind},
      checked = checked + ${checked}, suspended = suspended + ${suspended},
      finished_at = ${finishedAt?.toString() ?? null}::timestamptz
    where campaign = ${campaign}
  `.execute(tx)
}

/** Declarations of a campaign that take part behind a place, in the order of shop, SKU and kind. */
export async function declaredBehind(
  db: Reader,
  campaign: string,
  place: FreezePlace,
  limit: number,
): Promise<DeclaredPrice[]> {
  const rows = await sql<DeclaredColumns>`
    select campaign, shop_id, sku, kind, price_fen from jifen.declaration
    where campaign = ${campaign} and status = 'declared'
      and (shop_id, sku, kind) > (${place.shopId}, ${place.sku}, ${place.kind})
    order by campaign, shop_id, sku, kind
    limit ${limit}
  `.execute(db)
  return rows.rows.map(declaredPriceOf)
}

type FreezeColumns = {
  readonly campaign: string
  readonly frozen_at: Temporal.Instant
  readonly begun_at: Temporal.Instant
  readonly finished_at: Temporal.Instant | null
  readonly shop_id: string
  readonly sku: string
  readonly kind: string
  readonly checked: number
  readonly suspended: number
}

function freezeOf(row: FreezeColumns): PriceFreeze {
  return {
    campaign: row.campaign,
    frozenAt: row.frozen_at,
    begunAt: row.begun_at,
    finishedAt: row.finished_at,
    place: { shopId: row.shop_id, sku: row.sku, kind: row.kind },
    checked: row.checked,
    suspended: row.suspended,
  }
}
