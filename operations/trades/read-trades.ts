import { ordersOfTrades } from '#db/orders.ts'
import { allocationsOfTrade } from '#db/trades/allocations.ts'
import { exchangesOfTrade, refundsOfTrades, type ExchangeRow } from '#db/trades/refunds.ts'
import { frozenById, tradeById } from '#db/trades/trades.ts'
import type { Database } from '#db/connection.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import type { RefundAnswer } from '#operations/trades/record-refund.ts'
import { assert } from '#rules/assert.ts'
import type { Order } from '#rules/orders/order.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import type { Allocation } from '#rules/trades/freeze.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** A trade with all that is kept of it. */
export type TradeView = {
  readonly trade: Trade
  readonly orders: readonly Order[]
  readonly allocations: readonly Allocation[]
  readonly basket: Basket
  readonly quote: Quote
  /** What came back of it, in the order in which it did. */
  readonly refunds: readonly TradeReturn[]
  readonly exchanges: readonly ExchangeRow[]
}

/** A return that was done, as it was answered. */
export type TradeReturn = RefundAnswer & {
  readonly tradeId: string
  readonly refundId: string
  readonly at: Temporal.Instant
}

/** One trade of a member, or `undefined`. */
export async function readTrade(
  db: Database,
  memberId: string,
  tradeId: string,
): Promise<TradeView | undefined> {
  const place = { memberId, tradeId }
  const [trade, orders, allocations, frozen, refunds, exchanges] = await inSnapshot(db, (tx) =>
    Promise.all([
      tradeById(tx, memberId, tradeId),
      ordersOfTrades(tx, [place]),
      allocationsOfTrade(tx, memberId, tradeId),
      frozenById(tx, memberId, tradeId),
      refundsOfTrades(tx, [place]),
      exchangesOfTrade(tx, place),
    ]),
  )
  if (trade === undefined) return undefined
  assert(frozen !== undefined, 'a trade keeps what it was placed with')
  return {
    trade,
    orders: orders.map((each) => each.order),
    allocations,
    basket: JSON.parse(frozen.basket) as Basket,
    quote: JSON.parse(frozen.quote) as Quote,
    refunds: refunds.map(({ refundId, at, answer }) => {
      return { ...(JSON.parse(answer) as RefundAnswer), tradeId, refundId, at }
    }),
    exchanges,
  }
}
