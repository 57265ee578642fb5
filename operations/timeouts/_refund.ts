import { hash } from 'node:crypto'
import { unendedAdvances } from '#db/advances/advances.ts'
import type { Writer } from '#db/connection.ts'
import { ordersByIds } from '#db/orders.ts'
import type { KeptRequest } from '#db/timeouts/requests.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
} from '#operations/events/apply-order-facts.ts'
import { writeRefund } from '#operations/events/write-refund.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import { advancesIn, loadReturns, type KnownReturns } from '#operations/trades/returnable.ts'
import { asFen } from '#rules/money/fen.ts'
import type { OrderFact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'
import { amountOfUnits, isWhole, stillLeft } from '#rules/timeouts/left.ts'
import type { RequestedLine } from '#rules/timeouts/requested.ts'
import { decideTradeRefund } from '#rules/trades/refund.ts'

/** What was refunded of a request, in fen; or why nothing is left to refund. */
export type RequestRefunded =
  | { readonly ok: true; readonly refundedFen: number }
  | { readonly ok: false; readonly because: string }

/**
 * Refunds what a request asks for, as of an instant, by the path of every refund (RT-17): of a trade as
 * it was frozen, of an order that is known by its facts alone as the fact would tell it. What was
 * refunded elsewhere meanwhile is left out. The member is locked.
 */
export async function refundRequested(
  tx: Writer,
  context: EventContext,
  request: KeptRequest,
  at: Temporal.Instant,
): Promise<RequestRefunded> {
  const { memberId, tradeId, orderId } = request
  const [orders, [known]] = await Promise.all([
    ordersByIds(tx, [{ memberId, orderId }]),
    loadReturns(tx, context.policies, [{ memberId, tradeId }]),
  ])
  const order = orders[0]?.order
  const lines = order === undefined ? [] : stillLeft(order, request.lines)
  if (order === undefined || lines.length === 0) {
    return { ok: false, because: 'returns/already-returned' }
  }
  const withFreight = request.withFreight && isWhole(order, lines.map(asAsked))
  const refund = { request, order, lines, withFreight, at }
  return known === undefined
    ? await refundOrder(tx, context, refund)
    : await refundTrade(tx, context, refund, known)
}

type Refunding = {
  readonly request: KeptRequest
  readonly order: Order
  readonly lines: readonly RequestedLine[]
  readonly withFreight: boolean
  readonly at: Temporal.Instant
}

async function refundTrade(
  tx: Writer,
  context: EventContext,
  { request, order, lines, withFreight, at }: Refunding,
  known: KnownReturns,
): Promise<RequestRefunded> {
  const { memberId } = request
  const returned = itemsOf(lines, withFreight ? freightOf(known, order.shopId) : [])
  const rules = factContext(context.policies, context.market, [])
  const decided = decideTradeRefund(known, { returned, at }, rules)
  if (!decided.ok) return { ok: false, because: decided.refusal }

  const unended = await unendedAdvances(tx, [memberId])
  await writeRefund(tx, context, {
    memberId,
    refundId: refundIdOf(request),
    n: known.done.length + 1,
    at,
    request: { returned },
    decided,
    ofAdvances: advancesIn(known, returned, decided, unended),
  })
  return { ok: true, refundedFen: decided.refund.refundFen }
}

/** The lines of a request as items of a return, with what else comes back. */
export function itemsOf(
  lines: readonly Pick<RequestedLine, 'lineId' | 'quantity' | 'amountFen'>[],
  freight: readonly ReturnItem[],
): ReturnItem[] {
  const items = lines.map(({ lineId: line, quantity, amountFen }): ReturnItem => {
    return quantity > 0 ? { line, quantity } : { line, amountFen }
  })
  return [...items, ...freight]
}

/** The freight of a shop's order, unless some of it came back before. */
export function freightOf({ frozen, before }: KnownReturns, shopId: string): ReturnItem[] {
  const isCharged = frozen.charges.some(
    ({ kind, shop, payFen }) => kind === 'freight' && shop === shopId && payFen > 0,
  )
  const isBack = before.some((item) => 'freight' in item && item.freight === shopId)
  return isCharged && !isBack ? [{ freight: shopId }] : []
}

/** No id of a return that is asked for has a `~`, and those of facts have a slash. */
function refundIdOf({ returnId }: KeptRequest): string {
  return `~request:${returnId.replace(/[%/]/g, encodeURIComponent)}`
}

/** Of an order that is known by its facts alone. */
async function refundOrder(
  tx: Writer,
  context: EventContext,
  { request, order, lines, withFreight, at }: Refunding,
): Promise<RequestRefunded> {
  const { memberId, returnId } = request
  const { orderId, freightFen } = order
  const refunded = lines.map(({ lineId: id, quantity, amountFen }) => {
    const line = order.lines.find((each) => each.lineId === id)
    const isOfUnits = quantity > 0 && line !== undefined
    return { id, quantity, amount: isOfUnits ? amountOfUnits(line, quantity) : amountFen }
  })
  const freight = withFreight && freightFen > 0 ? { freight: freightFen } : {}
  const fact: OrderFact = {
    source: 'jifen/returns',
    id: hash('sha256', JSON.stringify([returnId, orderId]), 'base64url'),
    memberId,
    time: at,
    dataText: '',
    type: 'jifen.refund.succeeded.v1',
    data: { orderId, lines: refunded, ...freight },
  }
  const told = { ...fact, dataText: JSON.stringify(fact.data) }
  const print = { fact: told, fingerprint: fingerprintOf(told) }
  const [result] = await applyOrderFacts(tx, context, [print])
  if (result?.status === 'applied') {
    const sum = refunded.reduce((all, { amount }) => all + amount, 0)
    return { ok: true, refundedFen: asFen(sum + (freight.freight ?? 0)) }
  }
  return { ok: false, because: result?.refusal ?? 'returns/already-returned' }
}

function asAsked({ lineId: line, quantity, sku, amountFen }: RequestedLine) {
  return quantity > 0 ? { line, quantity, sku } : { line, amountFen }
}
