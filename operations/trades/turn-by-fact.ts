import type { Writer } from '#db/connection.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { closeTradeIn, payTradeIn, type Turned } from '#operations/trades/turn-trade.ts'
import type { TradeFact } from '#rules/orders/facts.ts'

/** A fact that pays or closes a trade. */
export type TurningFact = Extract<
  TradeFact,
  { readonly type: 'jifen.trade.paid.v1' | 'jifen.trade.closed.v1' }
>

/** Pays or closes a trade as a fact tells, dated by the fact's own time. */
export async function turnByFact(
  tx: Writer,
  context: EventContext,
  fact: TurningFact,
): Promise<Turned> {
  const { memberId, time: at, source, id } = fact
  if (fact.type === 'jifen.trade.closed.v1') {
    const { tradeId, reason = 'told' } = fact.data
    return await closeTradeIn(tx, context, { memberId, tradeId, at, reason })
  }
  const { tradeId, amount, paymentId } = fact.data
  const ref = paymentId ?? `${source}/${id}`
  return await payTradeIn(tx, context, { memberId, tradeId, ref, at, amount })
}
