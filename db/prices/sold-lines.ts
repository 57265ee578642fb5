import type { Reader } from '#db/connection.ts'
import { overRows, type Columns } from '#db/rows.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import type { DeclaredKind } from '#rules/prices/windows.ts'

export type OrderKey = { readonly memberId: string; readonly orderId: string }
export type TradeKey = { readonly memberId: string; readonly tradeId: string }

/** What was frozen of the lines of an order: one share of one line. */
export type FrozenShare = OrderKey & {
  readonly lineId: string
  readonly layer: Layer
  readonly offFen: number
  /** `coupon-batch:x@2`. */
  readonly policy: string | null
}

/** The shares of orders' lines, as they were frozen with their trades. */
export async function sharesOfOrders(
  db: Reader,
  orders: readonly (OrderKey & TradeKey)[],
): Promise<FrozenShare[]> {
  const columns: Columns = {
    member_id: ['text', orders.map((each) => each.memberId)],
    trade_id: ['text', orders.map((each) => each.tradeId)],
    order_id: ['text', orders.map((each) => each.orderId)],
  }
  return await overRows(
    db,
    columns,
    (selected, names) => `
      select a.member_id as "memberId", a.order_id as "orderId", a.line_id as "lineId", a.layer,
        a.off_fen as "offFen", a.policy
      from (${selected}) as k (${names})
      join jifen.allocation a using (member_id, trade_id, order_id)
    `,
  )
}

/** Which trades were placed here, and the event that each names. */
export async function tradesNamed(
  db: Reader,
  trades: readonly TradeKey[],
): Promise<(TradeKey & { readonly campaign: string | null })[]> {
  return await overRows(
    db,
    tradeColumns(trades),
    (selected, names) => `
      select t.member_id as "memberId", t.trade_id as "tradeId", t.campaign
      from (${selected}) as k (${names})
      join jifen.trade t using (member_id, trade_id)
    `,
  )
}

/** Lines of trades that were sold as declared for a campaign. */
export async function usesOfTrades(
  db: Reader,
  trades: readonly TradeKey[],
): Promise<(TradeKey & { readonly lineId: string; readonly campaign: string })[]> {
  return await overRows(
    db,
    tradeColumns(trades),
    (selected, names) => `
      select u.member_id as "memberId", u.trade_id as "tradeId", u.line_id as "lineId", u.campaign
      from (${selected}) as k (${names})
      join jifen.declared_use u using (member_id, trade_id)
    `,
  )
}

/** An SKU that was ever declared for a campaign and not withdrawn. */
export type EverDeclared = {
  readonly campaign: string
  readonly shopId: string
  readonly sku: string
  readonly kind: DeclaredKind
}

/** The campaigns that SKUs are declared for. */
export async function campaignsOfSkus(
  db: Reader,
  skus: readonly { readonly shopId: string; readonly sku: string }[],
): Promise<EverDeclared[]> {
  const columns: Columns = {
    shop_id: ['text', skus.map((each) => each.shopId)],
    sku: ['text', skus.map((each) => each.sku)],
  }
  return await overRows(
    db,
    columns,
    (selected, names) => `
      select d.campaign, d.shop_id as "shopId", d.sku, d.kind
      from (select distinct * from (${selected}) as every (${names})) as k
      join jifen.declaration d using (shop_id, sku)
      where d.status = 'declared'
      order by d.campaign
    `,
  )
}

function tradeColumns(trades: readonly TradeKey[]): Columns {
  return {
    member_id: ['text', trades.map((each) => each.memberId)],
    trade_id: ['text', trades.map((each) => each.tradeId)],
  }
}
