import type { Reader } from '#db/connection.ts'
import { compensationsOf, type LateCompensation } from '#db/delivery/compensations.ts'
import type { Shipment } from '#db/delivery/shipments.ts'
import type { MemberOrder } from '#db/orders.ts'
import { deliveryTerms, type DeliveryTerms } from '#operations/delivery/delivery-rules.ts'
import { dealOf, endedOf, returnsOf, type Deal } from '#operations/delivery/_endings.ts'
import { keyOf, nameOf, shipByOfOrders, type OrderLimits } from '#operations/delivery/ship-by.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { campaignsOfOrders } from '#db/delivery/order-goods.ts'
import { assess, sentOf, type Limits } from '#rules/delivery/assess.ts'
import type { Order } from '#rules/orders/order.ts'
import { isBefore, latest } from '#rules/time/instants.ts'

/** A shipment as it stands by all that is known at an instant, with what is decided from. */
export type Looked = {
  readonly shipment: Shipment
  readonly terms: DeliveryTerms
  /** What was paid for the order, if anything was. */
  readonly compensation: LateCompensation | undefined
  readonly deal: Deal
}

/**
 * Looks at paid orders by what is known now (SH-6 to SH-8, SH-14): those that were looked at before, and
 * new ones whose limit is not long over. Their shipments are locked by whoever writes them.
 */
export async function lookAt(
  db: Reader,
  context: EventContext,
  orders: readonly MemberOrder[],
  known: readonly Shipment[],
): Promise<Looked[]> {
  const shipments = new Map(known.map((each) => [nameOf(each), each]))
  const fresh = orders.filter((each) => !shipments.has(nameOf(keyOf(each))))
  const old = orders.filter((each) => shipments.has(nameOf(keyOf(each)))).map(keyOf)
  const [limits, campaigns, returns, paid] = await Promise.all([
    shipByOfOrders(db, context, fresh),
    campaignsOfOrders(db, old),
    returnsOf(db, orders),
    compensationsOf(db, old),
  ])
  const campaignOf = new Map(campaigns.map((each) => [nameOf(each), each.campaign]))
  const paidOf = new Map(paid.filter((each) => each.ref === lateRef(each.orderId)).map(withName))
  return orders.flatMap(({ memberId, order }): Looked[] => {
    const { paidAt } = order
    if (paidAt === null) return []
    const name = nameOf({ memberId, orderId: order.orderId })
    const before = shipments.get(name)
    const set = limits.get(name)
    const terms =
      set?.terms ??
      deliveryTerms(context.policies, context.market.zone, campaignOf.get(name), paidAt)
    const shipment = before ?? (set && newShipment(memberId, order, paidAt, set, context.now))
    if (terms === undefined || shipment === undefined) return []

    const ofIt = returns.get(name)
    const ended = endedOf(order, ofIt, terms.late)
    const { next, ...assessed } = assess(shipment, sentOf(order), ended, context.now)
    if (before === undefined && isLongOver(shipment, terms, context)) return []
    const { shippedAt, collectedAt } = order
    const nextBy = next?.end ?? null
    const after = { ...shipment, ...assessed, nextBy, shippedAt, collectedAt }
    const compensation = paidOf.get(name)
    const dueAt = nextLook(after, terms, compensation, context)
    const deal = dealOf(order, ofIt, assessed.lateSince ?? context.now)
    return [{ shipment: { ...after, dueAt }, terms, compensation, deal }]
  })
}

/** When a shipment is next looked at by the clock; `null`: never, unless its order changes. */
export function nextLook(
  shipment: Shipment,
  { late }: DeliveryTerms,
  compensation: LateCompensation | undefined,
  { now, market }: Pick<EventContext, 'now' | 'market'>,
): Temporal.Instant | null {
  const { status, lateSince, toDo } = shipment
  if (isUndue(shipment, compensation)) return now
  if (status === 'late' && lateSince !== null) {
    if (!shipment.isToldLate) return now
    const isPaid = late === undefined || late.pays === 'onComplaint' || compensation !== undefined
    if (isPaid) return null
    return latest(now, inZone(lateSince, late.waits, market.zone, 'add'))
  }
  if (status !== 'waiting') return null
  const next = toDo === 'ship' ? shipment.ship : shipment.trace
  if (next === null) return null
  return shipment.isReminded ? next.end : remindAt(next.at, late, shipment.paidAt, market.zone)
}

/** SH-12: paid for a shipment that was in time after all; what was paid by hand stays. */
export function isUndue(
  { status }: Pick<Shipment, 'status'>,
  compensation: LateCompensation | undefined,
): compensation is LateCompensation {
  return status !== 'late' && compensation?.status === 'paid' && compensation.presaleId === null
}

/** Under which an order is compensated: once (SH-11). */
export function lateRef(orderId: string): string {
  return `late:${orderId}`
}

/** When a shop is reminded of a limit: before it, but not before the order was paid (SH-15). */
function remindAt(
  limitAt: Temporal.Instant,
  late: DeliveryTerms['late'],
  paidAt: Temporal.Instant,
  zone: string,
): Temporal.Instant {
  const before = late?.remindBefore ?? usualReminder
  return latest(inZone(limitAt, before, zone, 'subtract'), paidAt)
}

const usualReminder = Temporal.Duration.from('P1D')

/** An instant so long after or before another, by the calendar of the market. */
export function inZone(
  instant: Temporal.Instant,
  duration: Temporal.Duration,
  zone: string,
  direction: 'add' | 'subtract',
): Temporal.Instant {
  return instant.toZonedDateTimeISO(zone)[direction](duration).toInstant()
}

function withName(compensation: LateCompensation): readonly [string, LateCompensation] {
  return [nameOf(compensation), compensation]
}

/** SH-14: what is told of years ago is history, not something to be paid for. */
function isLongOver(
  limits: Limits,
  { late }: DeliveryTerms,
  { now, market }: EventContext,
): boolean {
  const last = limits.trace ?? limits.ship
  if (last === null) return false
  const lookBack = late?.lookBack ?? usualLookBack
  return isBefore(last.end, inZone(now, lookBack, market.zone, 'subtract'))
}

const usualLookBack = Temporal.Duration.from('P30D')

function newShipment(
  memberId: string,
  order: Order,
  paidAt: Temporal.Instant,
  { limits, terms, why }: OrderLimits,
  now: Temporal.Instant,
): Shipment {
  const { orderId, tradeId, shopId } = order
  return {
    shopId,
    memberId,
    orderId,
    tradeId,
    paidAt,
    ...limits,
    shippedAt: null,
    collectedAt: null,
    status: 'waiting',
    cause: null,
    excuse: null,
    lateSince: null,
    toDo: null,
    nextBy: null,
    isReminded: false,
    isToldLate: false,
    complainedAt: null,
    dueAt: null,
    policies: terms.versions,
    why: JSON.stringify(why),
    seenAt: now,
  }
}
