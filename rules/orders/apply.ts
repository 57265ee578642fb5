import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import { noPoints } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import { isOrderFact, type Fact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import {
  isClosedBy,
  refused,
  type FactContext,
  type FactOutcome,
  type Standing,
} from '#rules/orders/outcome.ts'
import { receive } from '#rules/orders/receive.ts'
import { refund } from '#rules/orders/refund.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Decides what one fact changes, given the order it is about (`undefined`: not known yet). */
export function applyFact(
  standing: Standing,
  order: Order | undefined,
  fact: Fact,
  context: FactContext,
): FactOutcome {
  assert(isOrderFact(fact), 'a fact about a whole trade or a return is no fact about an order')
  const once = (decide: (known: Order) => FactOutcome): FactOutcome =>
    order === undefined ? { status: 'parked', waitsFor: 'order' } : decide(order)
  switch (fact.type) {
    case 'jifen.member.joined.v1':
      return { status: 'applied', standing: joined(standing, fact.time, fact.data.nickname) }
    case 'jifen.member.sealed.v1':
      return seal(standing, fact.data.reason ?? '')
    case 'jifen.member.unsealed.v1':
      return unseal(standing)
    case 'jifen.interaction.recorded.v1':
    case 'jifen.credit.assessed.v1':
    case 'jifen.conduct.recorded.v1':
      return { status: 'applied' }
    case 'jifen.review.posted.v1':
      if (fact.data.orderId === undefined) return { status: 'applied' }
      // With stars it is a matter of the shop as well, which is told of it through its order.
      return once((known) =>
        fact.data.ratings === undefined
          ? { status: 'applied' }
          : { status: 'applied', order: known },
      )
    case 'jifen.dispute.opened.v1':
    case 'jifen.dispute.decided.v1':
      return once((known) => ({ status: 'applied', order: known }))
    case 'jifen.order.placed.v1':
      return place(order, fact, context)
    case 'jifen.order.paid.v1':
      return once((known) => pay(known, fact.time))
    case 'jifen.order.shipped.v1':
      return once((known) => ship(known, fact.time, fact.data.collectedAt))
    case 'jifen.order.signed.v1':
      return once(() => ({ status: 'applied' }))
    case 'jifen.order.received.v1':
      return once((known) => receive(standing, known, fact.time, context))
    case 'jifen.order.closed.v1':
      return once((known) => close(known, fact.time))
    case 'jifen.refund.succeeded.v1':
      return once((known) => refund(known, fact.data.lines, context))
  }
}

function joined(standing: Standing, at: Temporal.Instant, nickname: string | undefined): Standing {
  return {
    ...standing,
    nickname: nickname ?? standing.nickname,
    joinedAt: isBefore(at, standing.joinedAt) ? at : standing.joinedAt,
  }
}

type Placed = Extract<Fact, { type: 'jifen.order.placed.v1' }>

function place(known: Order | undefined, fact: Placed, context: FactContext): FactOutcome {
  const { data } = fact
  if (known !== undefined) return refused('orders/already-placed')
  if (data.currency !== undefined && data.currency !== context.currency) {
    return refused('orders/other-currency', { market: context.currency, order: data.currency })
  }
  const order: Order = {
    orderId: data.orderId,
    tradeId: data.tradeId ?? data.orderId,
    shopId: data.shopId,
    freightFen: data.freight ?? asFen(0),
    placedAt: fact.time,
    paidAt: data.paidAt ?? null,
    shippedAt: null,
    collectedAt: null,
    receivedAt: null,
    closedAt: null,
    earnedBy: '',
    lines: data.lines.map((line) => ({
      lineId: line.id,
      sku: line.sku,
      category: line.category,
      quantity: line.quantity,
      paidFen: line.paid,
      multiplePpm: line.multiple ?? (wholePpm as Ppm),
      refundedFen: asFen(0),
      refundedQuantity: 0,
      pointsEarned: noPoints,
      pointsClawed: noPoints,
    })),
  }
  return { status: 'applied', order }
}

function pay(order: Order, at: Temporal.Instant): FactOutcome {
  if (order.paidAt !== null) return refused('orders/already-paid')
  if (isClosedBy(order, at)) return refused('orders/closed')
  return { status: 'applied', order: { ...order, paidAt: at } }
}

function ship(
  order: Order,
  at: Temporal.Instant,
  collectedAt: Temporal.Instant | undefined,
): FactOutcome {
  const collected = order.collectedAt ?? collectedAt ?? null
  if (order.shippedAt !== null && collected === order.collectedAt) {
    return refused('orders/already-shipped')
  }
  if (isClosedBy(order, at)) return refused('orders/closed')
  const shippedAt = order.shippedAt ?? at
  return { status: 'applied', order: { ...order, shippedAt, collectedAt: collected } }
}

function close(order: Order, at: Temporal.Instant): FactOutcome {
  if (order.closedAt !== null) return refused('orders/already-closed')
  return { status: 'applied', order: { ...order, closedAt: at } }
}

function seal(standing: Standing, reason: string): FactOutcome {
  if (standing.status === 'sealed') return refused('members/already-sealed')
  return {
    status: 'applied',
    standing: { ...standing, status: 'sealed' },
    effect: { type: 'seal', reason },
  }
}

function unseal(standing: Standing): FactOutcome {
  if (standing.status === 'active') return refused('members/not-sealed')
  return {
    status: 'applied',
    standing: { ...standing, status: 'active' },
    effect: { type: 'unseal' },
  }
}
