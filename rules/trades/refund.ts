import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import type { Effect, FactContext } from '#rules/orders/outcome.ts'
import { refund as refundOrder } from '#rules/orders/refund.ts'
import { ordersOf, type FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { decideRefund, type Refund, type RefundRefused } from '#rules/returns/refund.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'
import { isBefore } from '#rules/time/instants.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** A trade with all that a return of it is decided from; returns before in the order they were done. */
export type Returnable = {
  readonly trade: Trade
  readonly orders: readonly Order[]
  readonly frozen: FrozenTrade
  readonly before: readonly ReturnItem[]
}

export type RefundRequest = {
  readonly returned: readonly ReturnItem[]
  /** When it was refunded. */
  readonly at: Temporal.Instant
}

/** What a return comes to, and what becomes of the trade, its orders and the points they earned. */
export type TradeRefund = {
  readonly ok: true
  readonly refund: Refund
  /** Whether any order that it is of was received by then. */
  readonly isReceived: boolean
  readonly trade: Trade
  /** Whether this return closed it (TR-13). */
  readonly closesTrade: boolean
  /** Only those that change. */
  readonly orders: readonly Order[]
  readonly clawBacks: readonly ClawBack[]
}

export type ClawBack = Extract<Effect, { type: 'clawBack' }>

export type TradeRefundRefused = RefundRefused | { readonly ok: false; readonly refusal: NotPaid }

type NotPaid = 'trades/not-paid'

/**
 * Decides a return of a trade (TR-10 to TR-13): what RE says of the frozen trade, and for each order
 * what OR-7 says of the points that it earned. Refused: what RE-5 refuses, and a trade that is not
 * paid, or not yet by all its orders.
 */
export function decideTradeRefund(
  known: Returnable,
  { returned, at }: RefundRequest,
  context: FactContext,
): TradeRefund | TradeRefundRefused {
  const { trade, orders } = known
  if (trade.paidAt === null) return { ok: false, refusal: 'trades/not-paid' }

  const received = orders.filter((order) => isReceivedBy(order, at)).map((order) => order.shopId)
  const frozen = asPaid(known.frozen, orders)
  const { before } = known
  const refund = decideRefund(frozen, { isPaid: true, received, returned, before })
  if (!refund.ok) return refund

  const paid = orders.filter((order) => order.paidAt !== null)
  const changed = paid.flatMap((order) => changedBy(order, refund, returned, at, context))
  const isAllBack = refund.closed.length === ordersOf(frozen).length
  const closesTrade = isAllBack && trade.status === 'paid'
  const closed = { status: 'closed', closedAt: at, closeReason: 'returned' } as const
  const touched = shopsOf(frozen, returned)
  return {
    ok: true,
    refund,
    isReceived: received.some((shop) => touched.has(shop)),
    trade: closesTrade ? { ...trade, ...closed } : trade,
    closesTrade,
    orders: changed.map(({ order }) => order),
    clawBacks: changed.flatMap(({ clawBack }) => clawBack ?? []),
  }
}

/** TR-12: the units of the orders that nobody paid: they come back when the others are paid. */
export function unpaidUnits({ lines }: FrozenTrade, orders: readonly Order[]): ReturnItem[] {
  const unpaid = unpaidShops(orders)
  return lines
    .filter((line) => unpaid.has(line.shop))
    .map((line) => ({ line: line.id, quantity: line.quantity }))
}

/** TR-11: whether an order was received by an instant, or before it closed if that was earlier. */
function isReceivedBy({ receivedAt, closedAt }: Order, at: Temporal.Instant): boolean {
  if (receivedAt === null) return false
  const until = closedAt !== null && isBefore(closedAt, at) ? closedAt : at
  return !isBefore(until, receivedAt)
}

/** TR-12: nobody paid for the lines and charges of an order that was closed unpaid. */
function asPaid(frozen: FrozenTrade, orders: readonly Order[]): FrozenTrade {
  const unpaid = unpaidShops(orders)
  if (unpaid.size === 0) return frozen
  return {
    ...frozen,
    lines: frozen.lines.map((line) =>
      unpaid.has(line.shop) ? { ...line, payFen: 0, unitsFen: line.unitsFen.map(() => 0) } : line,
    ),
    charges: frozen.charges.filter((charge) => !unpaid.has(charge.shop)),
  }
}

function unpaidShops(orders: readonly Order[]): ReadonlySet<string> {
  return new Set(orders.filter((order) => order.paidAt === null).map((order) => order.shopId))
}

function shopsOf({ lines }: FrozenTrade, returned: readonly ReturnItem[]): ReadonlySet<string> {
  const shopOf = new Map(lines.map((line) => [line.id, line.shop]))
  return new Set(
    returned.map((item) => {
      if ('freight' in item) return item.freight
      if ('extras' in item) return item.extras
      return shopOf.get(lineOf(item)) ?? ''
    }),
  )
}

function lineOf(item: ReturnItem): string {
  if ('told' in item) return item.told
  return 'line' in item ? item.line : ''
}

type Changed = { readonly order: Order; readonly clawBack: ClawBack | undefined }

/** What becomes of one order: what came back of its lines, the points of that, and whether it is closed. */
function changedBy(
  order: Order,
  { byLineFen, closedNow }: Refund,
  returned: readonly ReturnItem[],
  at: Temporal.Instant,
  context: FactContext,
): Changed[] {
  const units = new Map<string, number>()
  for (const item of returned) {
    const quantity = 'quantity' in item ? (item.quantity ?? 0) : 0
    units.set(lineOf(item), (units.get(lineOf(item)) ?? 0) + quantity)
  }
  const lines = order.lines
    .filter((line) => units.has(line.lineId))
    .map(({ lineId: id }) => ({
      id,
      amount: asFen(byLineFen[id] ?? 0),
      quantity: units.get(id) ?? 0,
    }))
  if (lines.length === 0) return []

  const outcome = refundOrder(order, lines, context)
  assert(outcome.status === 'applied', `what the trade has left, its order has: ${order.orderId}`)
  const after = outcome.order ?? order
  const isClosed = closedNow.includes(order.shopId) && order.closedAt === null
  const closed = isClosed ? { ...after, closedAt: at } : after
  const clawBack = outcome.effect?.type === 'clawBack' ? outcome.effect : undefined
  return [{ order: closed, clawBack }]
}
