import type { Fen } from '#rules/money/fen.ts'
import { asFen } from '#rules/money/fen.ts'
import { add, asPoints, noPoints, subtract, type Points } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Fact } from '#rules/orders/facts.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'
import { owedBack, type EarnLine, type Earned } from '#rules/points/earn.ts'
import { earnDuring, type JoinedEvent } from '#rules/points/event.ts'
import type { PointsPolicy } from '#rules/points/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What a member is, as far as facts change it. */
export type Standing = {
  readonly status: 'active' | 'sealed'
  readonly nickname: string | null
  readonly joinedAt: Temporal.Instant
}

/** What of the world a fact is applied with. */
export type FactContext = {
  readonly currency: string
  readonly minorDigits: number
  readonly zone: string
  /** The rules of a day, with the events the member had joined, and their versions. */
  readonly rulesAt: (instant: Temporal.Instant) => EarnRules
  /** The rules by which an order earned, from its `earnedBy`. */
  readonly rulesNamed: (earnedBy: string) => PointsPolicy
}

export type EarnRules = {
  readonly policy: PointsPolicy
  /** `points@1`. */
  readonly name: string
  readonly joined: readonly JoinedEvent[]
}

export type OrderRefusal =
  | 'orders/already-placed'
  | 'orders/already-paid'
  | 'orders/already-shipped'
  | 'orders/already-received'
  | 'orders/already-closed'
  | 'orders/closed'
  | 'orders/unknown-line'
  | 'orders/refund-exceeds-paid'
  | 'orders/refund-exceeds-quantity'
  | 'orders/other-currency'
  | 'members/already-sealed'
  | 'members/not-sealed'

/** What the ledger is to do because of a fact. */
export type Effect =
  | {
      readonly type: 'earn'
      readonly order: Order
      readonly earned: Earned
      readonly policy: PointsPolicy
    }
  | {
      readonly type: 'clawBack'
      readonly order: Order
      readonly points: Points
      readonly byLine: Readonly<Record<string, Points>>
      readonly policy: PointsPolicy
    }
  | { readonly type: 'seal'; readonly reason: string }
  | { readonly type: 'unseal' }

export type Applied = {
  readonly status: 'applied'
  readonly order?: Order
  readonly standing?: Standing
  readonly effect?: Effect
  /** Why an order that was received earned nothing. */
  readonly nothingEarned?: 'members/sealed' | 'points/nothing-to-earn'
  readonly earned?: Earned
}

export type FactOutcome =
  | Applied
  | { readonly status: 'parked'; readonly waitsFor: 'order' | 'payment' }
  | { readonly status: 'refused'; readonly refusal: OrderRefusal; readonly [fact: string]: unknown }

/** Decides what one fact changes, given the order it is about (`undefined`: not known yet). */
export function applyFact(
  standing: Standing,
  order: Order | undefined,
  fact: Fact,
  context: FactContext,
): FactOutcome {
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
      return { status: 'applied' }
    case 'jifen.review.posted.v1':
      if (fact.data.orderId === undefined) return { status: 'applied' }
      return once(() => ({ status: 'applied' }))
    case 'jifen.order.placed.v1':
      return place(order, fact, context)
    case 'jifen.order.paid.v1':
      return once((known) => pay(known, fact.time))
    case 'jifen.order.shipped.v1':
      return once((known) => ship(known, fact.time, fact.data.collectedAt))
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

/** OR-5: a paid order that is received earns on what was not refunded, once. */
function receive(
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

function close(order: Order, at: Temporal.Instant): FactOutcome {
  if (order.closedAt !== null) return refused('orders/already-closed')
  return { status: 'applied', order: { ...order, closedAt: at } }
}

type RefundLine = { readonly id: string; readonly amount: Fen; readonly quantity: number }

/** OR-6, OR-7: counts what came back and takes back what it had earned beyond what stays. */
function refund(order: Order, lines: readonly RefundLine[], context: FactContext): FactOutcome {
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

function earnLineOf(line: OrderLine): EarnLine {
  return {
    id: line.lineId,
    category: line.category,
    paidFen: line.paidFen,
    refundedFen: line.refundedFen,
    multiplePpm: line.multiplePpm,
  }
}

/** OR-8: what is dated at or after the closing comes too late. */
function isClosedBy(order: Order, at: Temporal.Instant): boolean {
  return order.closedAt !== null && !isBefore(at, order.closedAt)
}

function refused(
  refusal: OrderRefusal,
  facts: Readonly<Record<string, unknown>> = {},
): FactOutcome {
  return { status: 'refused', refusal, ...facts }
}
