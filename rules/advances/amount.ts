import { outstandingOf, type Advance, type RefundedLine } from '#rules/advances/advance.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import type { Order } from '#rules/orders/order.ts'
import type { ReturnItem, ReturnRefused } from '#rules/returns/taken.ts'
import type { FactContext } from '#rules/orders/outcome.ts'
import {
  decideTradeRefund,
  type Returnable,
  type TradeRefundRefused,
} from '#rules/trades/refund.ts'

/** Units of a line that a member sends back. */
export type ReturnedUnits = { readonly line: string; readonly quantity: number }

export type AmountRefused = TradeRefundRefused | ReturnRefused

export type AdvanceAmount =
  { readonly ok: true; readonly lines: readonly RefundedLine[] } | AmountRefused

/** AD-1, AD-5: what units of a trade would be refunded with, besides what is advanced already. */
export function amountOfTrade(
  known: Returnable,
  units: readonly ReturnedUnits[],
  advances: readonly Advance[],
  at: Temporal.Instant,
  context: FactContext,
): AdvanceAmount {
  const pinned = pinnedOf(advances.filter(({ tradeId }) => tradeId === known.trade.tradeId))
  const before = [...known.before, ...pinned]
  const decided = decideTradeRefund({ ...known, before }, { returned: units, at }, context)
  if (!decided.ok) return decided

  const orderOf = new Map(
    known.orders.flatMap(({ orderId, lines }) => lines.map((line) => [line.lineId, orderId])),
  )
  const { byLineFen } = decided.refund
  return {
    ok: true,
    lines: gathered(units).map(({ line, quantity }) => ({
      orderId: orderOf.get(line) ?? '',
      lineId: line,
      quantity,
      amountFen: byLineFen[line] ?? 0,
    })),
  }
}

/** AD-1, AD-5: as `amountOfTrade`, of an order that is known from its facts alone. */
export function amountOfOrder(
  order: Order,
  units: readonly ReturnedUnits[],
  advances: readonly Advance[],
): AdvanceAmount {
  if (order.paidAt === null) return { ok: false, refusal: 'trades/not-paid' }
  const lines: RefundedLine[] = []
  for (const { line: id, quantity } of gathered(units)) {
    const line = order.lines.find(({ lineId }) => lineId === id)
    if (line === undefined) return { ok: false, refusal: 'returns/unknown-line', line: id }
    const pinned = advances
      .flatMap((advance) => advance.lines)
      .filter(({ orderId, lineId }) => orderId === order.orderId && lineId === id)
      .filter((each) => outstandingOf(each) > 0)
    const pinnedUnits = pinned.reduce((sum, each) => sum + each.quantity - each.quantityBack, 0)
    const pinnedFen = pinned.reduce((sum, each) => sum + outstandingOf(each), 0)
    const leftQuantity = line.quantity - line.refundedQuantity - pinnedUnits
    const leftFen = line.paidFen - line.refundedFen - pinnedFen
    const asked = { line: id, quantity, leftQuantity, leftFen }
    if (quantity > line.quantity) {
      return { ok: false, refusal: 'returns/more-than-bought', ...asked }
    }
    if (quantity > leftQuantity) {
      return { ok: false, refusal: 'returns/already-returned', ...asked }
    }
    const amountFen = mulDiv(leftFen, quantity, leftQuantity, 'floor')
    lines.push({ orderId: order.orderId, lineId: id, quantity, amountFen })
  }
  return { ok: true, lines }
}

/** What is advanced counts as taken: units and money that no other can have. */
function pinnedOf(advances: readonly Advance[]): ReturnItem[] {
  return advances
    .flatMap(({ lines }) => lines)
    .filter((line) => outstandingOf(line) > 0)
    .map((line) => ({
      told: line.lineId,
      quantity: line.quantity - line.quantityBack,
      amountFen: outstandingOf(line),
    }))
}

function gathered(units: readonly ReturnedUnits[]): ReturnedUnits[] {
  const byLine = new Map<string, number>()
  for (const { line, quantity } of units) byLine.set(line, (byLine.get(line) ?? 0) + quantity)
  return [...byLine].map(([line, quantity]) => ({ line, quantity }))
}
