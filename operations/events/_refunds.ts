import type { Reader } from '#db/connection.ts'
import type { Situation } from '#operations/events/_situation.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { DecidedRefund } from '#operations/trades/record-refund.ts'
import { loadReturns, type KnownReturns } from '#operations/trades/returnable.ts'
import { applyFact } from '#rules/orders/apply.ts'
import type { OrderFact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import { refused, type FactContext, type FactOutcome } from '#rules/orders/outcome.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'
import { decideTradeRefund } from '#rules/trades/refund.ts'
import { settleTrade } from '#rules/trades/trade.ts'

type RefundFact = Extract<OrderFact, { type: 'jifen.refund.succeeded.v1' }>

/** A refund of a trade's order that a fact told, and what is to be written of it. */
export type RefundByFact = { readonly outcome: FactOutcome; readonly refund?: DecidedRefund }

/** The trades whose orders refunds are told of, by member and trade, with all that decides these. */
export async function loadRefunded(
  tx: Reader,
  policies: PolicyBook,
  facts: readonly OrderFact[],
  orders: readonly { readonly memberId: string; readonly order: Order }[],
): Promise<KnownReturns[]> {
  const refunds = facts.filter(isRefund)
  if (refunds.length === 0) return []
  const wanted = new Map<string, { memberId: string; tradeId: string }>()
  for (const { memberId, order } of orders) {
    const isRefunded = refunds.some(
      (fact) => fact.memberId === memberId && fact.data.orderId === order.orderId,
    )
    const { tradeId } = order
    if (isRefunded) wanted.set(`${memberId}/${tradeId}`, { memberId, tradeId })
  }
  return await loadReturns(tx, policies, [...wanted.values()])
}

/**
 * Refunds an order of a trade as a fact tells it (TR-10, RE-15): what was paid back is true, as far as
 * it is left. One of a trade that is not paid by all its orders waits for that. `undefined`: the fact
 * is no refund, or its order is of no trade that is known.
 */
export function refundByFact(
  situation: Situation,
  order: Order | undefined,
  fact: OrderFact,
  context: FactContext,
): RefundByFact | undefined {
  if (!isRefund(fact) || order === undefined) return undefined
  const known = situation.returns.get(order.tradeId)
  if (known === undefined) return undefined
  const byOrder = applyFact(situation.member, order, fact, context)
  if (byOrder.status !== 'applied') return { outcome: byOrder }

  const orders = known.orders.map((each) => situation.orders.get(each.orderId) ?? each)
  const { trade } = settleTrade(known.trade, orders, fact.time, 'ordersClosed')
  // What nobody paid comes back first (TR-12), once the batch that pays the trade is recorded.
  const isUnsettled = known.trade.paidAt === null && orders.some((each) => each.paidAt === null)
  if (trade.paidAt === null || isUnsettled) {
    return { outcome: { status: 'parked', waitsFor: 'payment' } }
  }
  const returned = returnedBy(fact, order.shopId)
  const request = { returned, at: fact.time }
  const decided = decideTradeRefund({ ...known, trade, orders }, request, context)
  if (!decided.ok) {
    const { ok: _, refusal, ...facts } = decided
    return refusal === 'trades/not-paid'
      ? { outcome: { status: 'parked', waitsFor: 'payment' } }
      : { outcome: refused(refusal, facts) }
  }

  const refund: DecidedRefund = {
    memberId: fact.memberId,
    refundId: refundIdOf(fact),
    n: known.done.length + 1,
    at: fact.time,
    request: { returned },
    decided,
  }
  const { memberId, refundId, n } = refund
  const asked = { memberId, tradeId: trade.tradeId, refundId, n, at: fact.time }
  const done = { ...asked, request: '', answer: '' }
  situation.returns.set(trade.tradeId, {
    ...known,
    trade: decided.trade,
    before: [...known.before, ...returned],
    done: [...known.done, done],
  })
  return { outcome: outcomeOf(order, decided), refund }
}

function outcomeOf(order: Order, decided: DecidedRefund['decided']): FactOutcome {
  const { back, keptFen, closedNow } = decided.refund
  const [after = order] = decided.orders
  const [clawBack] = decided.clawBacks
  return {
    status: 'applied',
    order: after,
    ...(clawBack === undefined ? {} : { effect: clawBack }),
    returned: { back, keptFen, closedNow },
  }
}

/** RE-15: what a fact tells of lines and freight, as items of a return. */
function returnedBy({ data }: RefundFact, shop: string): ReturnItem[] {
  const lines = data.lines.map(({ id, amount, quantity }) => {
    return { told: id, quantity, amountFen: amount as number }
  })
  const { freight } = data
  if (freight === undefined || freight === 0) return lines
  return [...lines, { freight: shop, amountFen: freight }]
}

/** No id of a return that is asked for has a `~`; a source has slashes, an id then has none. */
function refundIdOf({ source, id }: RefundFact): string {
  return `~${source}/${id.replace(/[%/]/g, encodeURIComponent)}`
}

/** Whether a fact tells that something of an order was paid back. */
export function isRefund(fact: OrderFact): fact is RefundFact {
  return fact.type === 'jifen.refund.succeeded.v1'
}
