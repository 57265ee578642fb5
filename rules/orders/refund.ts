import { asFen, type Fen } from '#rules/money/fen.ts'
import { add, asPoints, noPoints, subtract, type Points } from '#rules/money/points.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'
import {
  earnLineOf,
  refused,
  type Applied,
  type FactContext,
  type FactOutcome,
} from '#rules/orders/outcome.ts'
import { owedBack } from '#rules/points/earn.ts'

type RefundLine = { readonly id: string; readonly amount: Fen; readonly quantity: number }

/** OR-6, OR-7: counts what came back and takes back what it had earned beyond what stays. */
export function refund(
  order: Order,
  lines: readonly RefundLine[],
  context: FactContext,
): FactOutcome {
  if (order.paidAt === null) return { status: 'parked', waitsFor: 'payment' }
  const after = new Map(order.lines.map((line) => [line.lineId, line]))
  for (const each of lines) {
    const line = after.get(each.id)
    if (line === undefined) return refused('orders/unknown-line', { line: each.id })
    const leftFen = line.paidFen - line.refundedFen
    if (each.amount > leftFen) {
      return refused('orders/refund-exceeds-paid', { line: each.id, leftFen })
    }
    const left = line.quantity - line.refundedQuantity
    if (each.quantity > left) {
      return refused('orders/refund-exceeds-quantity', { line: each.id, left })
    }
    after.set(each.id, {
      ...line,
      refundedFen: asFen(line.refundedFen + each.amount),
      refundedQuantity: line.refundedQuantity + each.quantity,
    })
  }
  const refunded = { ...order, lines: order.lines.map((line) => after.get(line.lineId) ?? line) }
  return takeBack(refunded, context)
}

function takeBack(order: Order, context: FactContext): Applied {
  if (order.earnedBy === '') return { status: 'applied', order }
  const policy = context.rulesNamed(order.earnedBy)
  const byLine: Record<string, Points> = {}
  let points = noPoints
  const lines = order.lines.map((line): OrderLine => {
    const kept = asFen(line.paidFen - line.refundedFen)
    const earnLine = earnLineOf(line)
    const owed = owedBack(line.pointsEarned, earnLine, kept, policy, context.minorDigits)
    const more = subtract(owed, line.pointsClawed)
    if (more <= 0) return line
    byLine[line.lineId] = more
    points = add(points, more)
    return { ...line, pointsClawed: owed }
  })
  const after = { ...order, lines }
  if (points === 0) return { status: 'applied', order: after }
  return {
    status: 'applied',
    order: after,
    effect: { type: 'clawBack', order: after, points: asPoints(points), byLine, policy },
  }
}
