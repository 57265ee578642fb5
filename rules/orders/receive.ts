import { noPoints } from '#rules/money/points.ts'
import type { Order } from '#rules/orders/order.ts'
import {
  earnLineOf,
  isClosedBy,
  refused,
  type FactContext,
  type FactOutcome,
  type Standing,
} from '#rules/orders/outcome.ts'
import { earnDuring } from '#rules/points/event.ts'

/** OR-5: a paid order that is received earns on what was not refunded, once. */
export function receive(
  standing: Standing,
  order: Order,
  at: Temporal.Instant,
  context: FactContext,
): FactOutcome {
  if (order.receivedAt !== null) return refused('orders/already-received')
  if (isClosedBy(order, at)) return refused('orders/closed')
  if (order.paidAt === null) return { status: 'parked', waitsFor: 'payment' }

  const received: Order = { ...order, receivedAt: at }
  if (standing.status === 'sealed') {
    return { status: 'applied', order: received, nothingEarned: 'members/sealed' }
  }
  const rules = context.rulesAt(at)
  const lines = order.lines.map(earnLineOf)
  const earned = earnDuring(
    lines,
    rules.policy,
    rules.joined,
    at,
    context.zone,
    context.minorDigits,
  )
  const event = earned.why.override?.policy
  const earnedBy = event === undefined ? rules.name : `${rules.name} ${event}`
  const grown: Order = {
    ...received,
    earnedBy,
    lines: order.lines.map((line) => ({
      ...line,
      pointsEarned: earned.byLine.get(line.lineId) ?? noPoints,
    })),
  }
  if (earned.points === 0) {
    return { status: 'applied', order: grown, nothingEarned: 'points/nothing-to-earn', earned }
  }
  const policy = context.rulesNamed(earnedBy)
  return {
    status: 'applied',
    order: grown,
    earned,
    effect: { type: 'earn', order: grown, earned, policy },
  }
}
