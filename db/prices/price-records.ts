import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { SkuKey } from '#db/prices/deals.ts'
import { overRows, type Columns } from '#db/rows.ts'
import { asFen } from '#rules/money/fen.ts'
import type { MarkedPrice } from '#rules/prices/marked.ts'
import type { MarkedKind } from '#rules/prices/policy.ts'

/** A marked price with its SKU and who told it, as it is kept. */
export type PriceRow = SkuKey & MarkedPrice & { readonly recordedBy: string }

/** Appends marked prices in the order of their keys; those that are there stay. Returns the new keys. */
export async function insertPrices(
  tx: Writer,
  prices: readonly PriceRow[],
): Promise<readonly (SkuKey & { readonly priceId: string })[]> {
  const columns: Columns = {
    shop_id: ['text', prices.map((each) => each.shopId)],
    sku: ['text', prices.map((each) => each.sku)],
    price_id: ['text', prices.map((each) => each.priceId)],
    kind: ['text', prices.map((each) => each.kind)],
    price_fen: ['bigint', prices.map((each) => each.priceFen)],
    valid_from: ['timestamptz', prices.map((each) => instantOf(each.fromMs))],
    valid_to: ['timestamptz', prices.map(({ toMs }) => (toMs === null ? null : instantOf(toMs)))],
    campaign: ['text', prices.map((each) => each.campaign)],
    corrects: ['text', prices.map((each) => each.corrects)],
    voids: ['boolean', prices.map((each) => each.voids)],
    recorded_at: ['timestamptz', prices.map((each) => instantOf(each.recordedMs))],
    recorded_by: ['text', prices.map((each) => each.recordedBy)],
  }
  const rows = await overRows<{ shop_id: string; sku: string; price_id: string }>(
    tx,
    columns,
    (selected, names) => `
      insert into jifen.price_record (${names})
      ${selected} order by 1, 2, 3
      on conflict do nothing
      returning shop_id, sku, price_id
    `,
  )
  return rows.map((row) => ({ shopId: row.shop_id, sku: row.sku, priceId: row.price_id }))
}

/** Every marked price of SKUs, by SKU in their order. */
export async function pricesOf(db: Reader, skus: readonly SkuKey[]): Promise<PriceRow[][]> {
  const columns: Columns = {
    n: ['int', skus.map((_, n) => n)],
    shop_id: ['text', skus.map((each) => each.shopId)],
    sku: ['text', skus.map((each) => each.sku)],
  }
  const rows = await overRows<PriceColumns & { readonly n: number }>(
    db,
    columns,
    (selected, names) => `
      select k.n, ${priceColumns}
      from (${selected}) as k (${names})
      join jifen.price_record p using (shop_id, sku)
    `,
  )
  const found: PriceRow[][] = skus.map(() => [])
  for (const row of rows) found[row.n]?.push(priceOf(row))
  return found
}

/** Marked prices of an SKU, those recorded last first, behind a place. */
export async function pricesPage(
  db: Reader,
  { shopId, sku }: SkuKey,
  page: {
    readonly before: { readonly at: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<PriceRow[]> {
  const { before, limit } = page
  const behind =
    before === undefined
      ? sql`true`
      : sql`(p.recorded_at, p.price_id) < (${before.at.toString()}::timestamptz, ${before.id})`
  const rows = await sql<PriceColumns>`
    select ${sql.raw(priceColumns)} from jifen.price_record p
    where p.shop_id = ${shopId} and p.sku = ${sku} and ${behind}
    order by p.recorded_at desc, p.price_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(priceOf)
}

/** Milliseconds: what is compared by the thousand is not made an instant first. */
const priceColumns = `p.shop_id, p.sku, p.price_id, p.kind, p.price_fen,
  (extract(epoch from p.valid_from) * 1000)::bigint as from_ms,
  (extract(epoch from p.valid_to) * 1000)::bigint as to_ms,
  p.campaign, p.corrects, p.voids,
  (extract(epoch from p.recorded_at) * 1000)::bigint as recorded_ms, p.recorded_by`

type PriceColumns = {
  readonly shop_id: string
  readonly sku: string
  readonly price_id: string
  readonly kind: MarkedKind
  readonly price_fen: number
  readonly from_ms: number
  readonly to_ms: number | null
  readonly campaign: string | null
  readonly corrects: string | null
  readonly voids: boolean
  readonly recorded_ms: number
  readonly recorded_by: string
}

function priceOf(row: PriceColumns): PriceRow {
  return {
    shopId: row.shop_id,
    sku: row.sku,
    priceId: row.price_id,
    kind: row.kind,
    priceFen: asFen(row.price_fen),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    campaign: row.campaign,
    corrects: row.corrects,
    voids: row.voids,
    recordedMs: row.recorded_ms,
    recordedBy: row.recorded_by,
  }
}

function instantOf(ms: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(ms)
}
