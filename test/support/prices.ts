import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'
import type { DealRow, SkuKey } from '#db/prices/deals.ts'
import { transact } from '#operations/_transact.ts'
import { recordDeals } from '#operations/prices/record-deals.ts'
import { recordPrices, type ToldPrice } from '#operations/prices/record-prices.ts'
import type { PriceContext } from '#operations/prices/price-setting.ts'
import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import type { DeclaredKind } from '#rules/prices/windows.ts'

type Context = PriceContext & { readonly db: Database }

let dealsMade = 0

/** Records deals of an SKU: ordered at, price of one unit, and what else there is. */
export async function bought(
  context: Context,
  { shopId, sku }: SkuKey,
  deals: readonly (Partial<DealRow> & { readonly at: string; readonly priceFen: number })[],
  now: string,
): Promise<void> {
  const told = deals.map(({ at, ...rest }) => ({
    shopId,
    sku,
    dealId: `made-${(dealsMade += 1)}`,
    orderedAt: Temporal.Instant.from(at),
    units: 1,
    off: {},
    event: null,
    paidOnly: false,
    source: 'told' as const,
    ...rest,
  }))
  const by = Temporal.Instant.from(now)
  const { refused } = await transact(context.db, (tx) => recordDeals(tx, context, told, by))
  assert(refused.length === 0, `the deals of the test fit: ${JSON.stringify(refused)}`)
}

/** Marks an SKU with a promo price, told by the platform. */
export async function marked(
  context: Context,
  { shopId, sku }: SkuKey,
  price: Partial<ToldPrice> & { readonly from: string; readonly to: string | null; fen: number },
  now: string,
): Promise<void> {
  const { from, to, fen, ...rest } = price
  const told = {
    shopId,
    sku,
    priceId: `made-${(dealsMade += 1)}`,
    kind: 'promo' as const,
    priceFen: asFen(fen),
    fromMs: Temporal.Instant.from(from).epochMilliseconds,
    toMs: to === null ? null : Temporal.Instant.from(to).epochMilliseconds,
    campaign: null,
    corrects: null,
    voids: false,
    ...rest,
  }
  const by = { now: Temporal.Instant.from(now), actor: 'test', by: 'platform' as const }
  const { refused } = await transact(context.db, (tx) => recordPrices(tx, context, [told], by))
  assert(refused.length === 0, `the prices of the test fit: ${JSON.stringify(refused)}`)
}

/** Writes declarations as they would stand after they were declared. */
export async function declared(
  db: Database,
  campaign: string,
  rows: readonly (SkuKey & { readonly kind: DeclaredKind; readonly priceFen: number })[],
): Promise<void> {
  const at = Temporal.Instant.from('2017-10-12T10:00:00+08:00').toString()
  for (const { shopId, sku, kind, priceFen } of rows) {
    const depositFen = kind === 'presale' ? 1_000 : null
    await sql`
      insert into jifen.declaration (
        campaign, shop_id, sku, kind, number, status, category, price_fen, quantity, deposit_fen,
        declared_at, changed_at
      )
      values (
        ${campaign}, ${shopId}, ${sku}, ${kind}, 1, 'declared', 'clothes', ${priceFen}, 100,
        ${depositFen}, ${at}::timestamptz, ${at}::timestamptz
      )
    `.execute(db)
  }
}

/** The statuses of a shop's declarations: `sku kind status`. */
export async function statuses(db: Database, shopId: string): Promise<string[]> {
  const rows = await sql<{ told: string }>`
    select sku || ' ' || kind || ' ' || status as told from jifen.declaration
    where shop_id = ${shopId} order by 1
  `.execute(db)
  return rows.rows.map((row) => row.told)
}
