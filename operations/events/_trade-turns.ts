import type { Situation, TradeSituation } from '#operations/events/_situation.ts'
import type { Folded } from '#operations/events/_fold.ts'
import type { TradeTurn } from '#operations/trades/trade-turn.ts'
import type { OrderFact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import { refused, type FactOutcome } from '#rules/orders/outcome.ts'
import { isOpenAt, settleTrade } from '#rules/trades/trade.ts'

/**
 * TR-8: an order of a trade is paid while the trade is open or was paid; a trade that was placed takes
 * no more orders. `undefined`: the trade has nothing against the fact.
 */
export function refusedByTrade(
  trades: ReadonlyMap<string, TradeSituation>,
  order: Order | undefined,
  fact: OrderFact,
): FactOutcome | undefined {
  if (fact.type === 'jifen.order.placed.v1' && order === undefined) {
    const { tradeId } = fact.data
    const isPlaced = tradeId !== undefined && trades.has(tradeId)
    return isPlaced ? refused('trades/already-placed', { tradeId }) : undefined
  }
  if (fact.type !== 'jifen.order.paid.v1' || order === undefined) return undefined
  const { trade } = trades.get(order.tradeId) ?? {}
  if (trade === undefined || trade.paidAt !== null || isOpenAt(trade, fact.time)) return undefined
  return refused('trades/closed', { tradeId: trade.tradeId })
}

/** The trades that facts about their orders paid or closed (TR-8). */
export function turnsOf(
  { member, orders, trades }: Situation,
  folded: Folded,
  now: Temporal.Instant,
): TradeTurn[] {
  return [...trades.values()].flatMap((each): TradeTurn[] => {
    const after = each.orders.map((order) => orders.get(order.orderId) ?? order)
    if (!after.some((order) => folded.changedOrders.has(order.orderId))) return []
    const { trade, held } = settleTrade(each.trade, after, now, 'ordersClosed')
    return held === null ? [] : [{ memberId: member.memberId, trade, held }]
  })
}
