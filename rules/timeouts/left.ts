import { mulDiv } from '#rules/money/mul-div.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'
import type { ReturnItem, ReturnRefused } from '#rules/returns/taken.ts'
import type { RequestedLine } from '#rules/timeouts/requested.ts'

/** Units of a line that go back, or (without units) money of it. */
export type AskedLine = { readonly line: string } & (
  { readonly quantity: number; readonly sku: string | null } | { readonly amountFen: Fen }
)

/** Units and money of a line that something else will take: an open request, an advance. */
export type Pinned = {
  readonly lineId: string
  readonly quantity: number
  readonly amountFen: number
}

export type WithinLeft = { readonly ok: true } | ReturnRefused

/** RT-6: whether lines have what is asked of them left, besides what is pinned and was refunded. */
export function areLeft(
  order: Order,
  asked: readonly AskedLine[],
  pinned: readonly Pinned[],
): WithinLeft {
  for (const line of order.lines) {
    const own = asked.filter((each) => each.line === line.lineId)
    const quantity = own.reduce((sum, each) => sum + unitsOf(each), 0)
    const amountFen = own.reduce((sum, each) => sum + ('amountFen' in each ? each.amountFen : 0), 0)
    const left = leftOf(line, pinned)
    const told = { line: line.lineId, quantity, amountFen, ...left }
    if (quantity > line.quantity) return { ok: false, refusal: 'returns/more-than-bought', ...told }
    if (quantity > left.leftQuantity) {
      return { ok: false, refusal: 'returns/already-returned', ...told }
    }
    if (amountFen > left.leftFen) return { ok: false, refusal: 'returns/more-than-left', ...told }
  }
  return { ok: true }
}

/** What is pinned as items that came back before: no more than a line has left. */
export function pinnedItems(order: Order, pinned: readonly Pinned[]): ReturnItem[] {
  return order.lines.flatMap((line): ReturnItem[] => {
    const all = { leftQuantity: line.quantity - line.refundedQuantity, leftFen: leftFenOf(line) }
    const left = leftOf(line, pinned)
    const quantity = all.leftQuantity - left.leftQuantity
    const amountFen = all.leftFen - left.leftFen
    return quantity === 0 && amountFen === 0 ? [] : [{ told: line.lineId, quantity, amountFen }]
  })
}

/** RT-17: what of a request's lines is still there to be refunded. */
export function stillLeft(order: Order, lines: readonly RequestedLine[]): RequestedLine[] {
  return lines.flatMap((asked): RequestedLine[] => {
    const line = order.lines.find(({ lineId }) => lineId === asked.lineId)
    if (line === undefined) return []
    if (asked.quantity > 0) {
      const quantity = Math.min(asked.quantity, line.quantity - line.refundedQuantity)
      return quantity === 0 ? [] : [{ ...asked, quantity }]
    }
    const amountFen = asFen(Math.min(asked.amountFen, leftFenOf(line)))
    return amountFen === 0 ? [] : [{ ...asked, amountFen }]
  })
}

/**
 * RT-7: what units of an order that is known from its facts alone are refunded with: their part of what
 * is left, rounded down; the last unit takes the rest.
 */
export function amountOfUnits(
  line: OrderLine,
  quantity: number,
  pinned: readonly Pinned[] = [],
): Fen {
  const { leftQuantity, leftFen } = leftOf(line, pinned)
  return asFen(mulDiv(leftFen, quantity, leftQuantity, 'floor'))
}

/** RT-7: whether nothing of an order stays once these lines are back. */
export function isWhole(order: Order, asked: readonly AskedLine[]): boolean {
  return order.lines.every((line) => {
    const own = asked.filter((each) => each.line === line.lineId)
    const units = own.reduce((sum, each) => sum + unitsOf(each), 0)
    return line.refundedQuantity + units === line.quantity
  })
}

function leftOf(
  line: OrderLine,
  pinned: readonly Pinned[],
): { readonly leftQuantity: number; readonly leftFen: number } {
  const own = pinned.filter(({ lineId }) => lineId === line.lineId)
  const units = own.reduce((sum, { quantity }) => sum + quantity, 0)
  const fen = own.reduce((sum, { amountFen }) => sum + amountFen, 0)
  return {
    leftQuantity: Math.max(0, line.quantity - line.refundedQuantity - units),
    leftFen: Math.max(0, leftFenOf(line) - fen),
  }
}

function leftFenOf({ paidFen, refundedFen }: OrderLine): number {
  return paidFen - refundedFen
}

function unitsOf(asked: AskedLine): number {
  return 'quantity' in asked ? asked.quantity : 0
}
