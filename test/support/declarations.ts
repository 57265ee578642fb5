import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'
import { declareItem } from '#operations/declarations/declare-item.ts'
import type { ItemDeclared } from '#operations/declarations/declare-items.ts'
import type { NotDeclaring } from '#operations/declarations/declare-item.ts'
import type { DeclarationAsked } from '#rules/campaigns/declarations/declaration.ts'
import { asFen } from '#rules/money/fen.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

/** The campaign of these tests, of the preset. */
export const campaign = 'double11-2017'

/** In the windows of both kinds, before anything is sold. */
export const declaring = Temporal.Instant.from('2017-10-15T10:00:00+08:00')

/** While the presale sells; spot goods are still declared. */
export const presaling = Temporal.Instant.from('2017-10-25T10:00:00+08:00')

/** On the day. */
export const onTheDay = Temporal.Instant.from('2017-11-11T10:00:00+08:00')

/** While buyers' prices are protected. */
export const afterwards = Temporal.Instant.from('2017-11-13T10:00:00+08:00')

/** A market with shortlisted shops. */
export async function openDeclaringMarket(
  shopIds: readonly string[],
  size = 8,
): Promise<TestMarket> {
  const market = await openMarket(size)
  await shortlist(market.db, shopIds)
  return market
}

/** Makes shops that are shortlisted for the campaign. */
export async function shortlist(db: Database, shopIds: readonly string[]): Promise<void> {
  await makeShops(
    db,
    shopIds.map((shopId) => ({ shopId })),
  )
  await sql`
    insert into jifen.enrolment (campaign, shop_id, status, main_category, identity, applied_at,
      applied_by, machine, decided_at, told_at, approved_at, changed_at)
    select ${campaign}, shop_id, 'shortlisted', 'clothes', 'event', at, 'test', 'passed', at, at, at, at
    from unnest(${shopIds}::text[]) as s (shop_id),
      (values ('2017-09-05T00:00:00+08:00'::timestamptz)) as v (at)
  `.execute(db)
}

/** A spot item of 100 yuan, ten of it. */
export function spot(sku: string, changes: Partial<DeclarationAsked> = {}): DeclarationAsked {
  return { kind: 'spot', sku, priceFen: asFen(10_000), quantity: 10, ...changes }
}

/** A presale item of 90 yuan with a deposit of 10. */
export function presale(sku: string, changes: Partial<DeclarationAsked> = {}): DeclarationAsked {
  const terms = { deposit: asFen(1_000) }
  return { kind: 'presale', sku, priceFen: asFen(9_000), quantity: 10, terms, ...changes }
}

/** Declares as the shop's merchant would. */
export async function declare(
  market: TestMarket,
  shopId: string,
  asked: DeclarationAsked,
  at = declaring,
): Promise<ItemDeclared | NotDeclaring> {
  const doing = { actor: `merchant:merchant-of-${shopId}`, at }
  return await declareItem(market, { campaign, shopId }, asked, doing)
}

/** What is left of a SKU. */
export async function leftOf(
  { db }: TestMarket,
  shopId: string,
  sku: string,
  kind = 'spot',
): Promise<number | undefined> {
  const rows = await sql<{ available: number }>`
    select available from jifen.declared_stock
    where campaign = ${campaign} and shop_id = ${shopId} and sku = ${sku} and kind = ${kind}
  `.execute(db)
  return rows.rows[0]?.available
}
