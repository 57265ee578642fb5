import type { Writer } from '#db/connection.ts'
import type { MemberOrder } from '#db/orders.ts'
import { keepFeedPlace, lockFeedPlace, ordersChangedBehind } from '#db/shops/order-feed.ts'
import {
  endReceipts,
  insertReceipts,
  orderName,
  type EndedReceipt,
  type KeptReceipt,
  type OrderKey,
} from '#db/timeouts/receipts.ts'
import { openRequestsOf, type RequestKey } from '#db/timeouts/requests.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { deliveriesOf, type Delivery } from '#operations/timeouts/delivery.ts'
import { timeoutsAt } from '#operations/timeouts/timeouts-policy.ts'
import type { Order } from '#rules/orders/order.ts'
import { stillLeft } from '#rules/timeouts/left.ts'
import { beginReceipt, pauseReceipt } from '#rules/timeouts/receipt.ts'
import { methodOf, receiveTerm } from '#rules/timeouts/terms.ts'

const reader = 'timeouts'
const atOnce = 500

/**
 * Reads on in the orders that changed: begins the time to confirm the receipt of those that were
 * shipped, ends it for those that are received or closed (TO-5). Returns the open return requests of
 * which nothing is left to refund (RT-17). Safe to run twice.
 */
export async function keepReceipts(context: EventContext): Promise<RequestKey[]> {
  const outrun: RequestKey[] = []
  for (;;) {
    const more = await transact(context.db, async (tx) => {
      const place = await lockFeedPlace(tx, reader)
      const changed = await ordersChangedBehind(tx, place, atOnce)
      if (changed.place === undefined) return false
      await beginReceipts(tx, context, changed.orders)
      await endReceipts(tx, changed.orders.flatMap(endedOf))
      outrun.push(...(await outrunOf(tx, changed.orders)))
      await keepFeedPlace(tx, reader, changed.place)
      return changed.orders.length === atOnce
    })
    if (!more) return outrun
  }
}

/** Begins the time to confirm the receipt of orders, of those that are shipped and wait for it. */
export async function beginReceipts(
  tx: Writer,
  context: Pick<EventContext, 'policies'>,
  orders: readonly MemberOrder[],
): Promise<void> {
  const shipped = orders.filter(({ order }) => isUnderWay(order))
  const keys = shipped.map(keyOf)
  const [deliveries, requests] = await Promise.all([
    deliveriesOf(tx, keys),
    openRequestsOf(tx, keys),
  ])
  const openSince = new Map(
    requests.toReversed().map((each) => [orderName(each), each.askedAt] as const),
  )
  await insertReceipts(
    tx,
    shipped.flatMap((each) => {
      const name = orderName(keyOf(each))
      return receiptOf(context, each, deliveries.get(name), openSince.get(name)) ?? []
    }),
  )
}

function receiptOf(
  { policies }: Pick<EventContext, 'policies'>,
  { memberId, order }: MemberOrder,
  delivery: Delivery | undefined,
  openSince: Temporal.Instant | undefined,
): KeptReceipt | undefined {
  const { orderId, shopId, paidAt, shippedAt } = order
  if (shippedAt === null) return undefined
  const inForce = timeoutsAt(policies, shippedAt, paidAt)
  if (inForce === undefined) return undefined
  const { policy, versions } = inForce
  const categories = order.lines.map((line) => line.category)
  const method = methodOf(policy, delivery?.method, categories)
  const term = receiveTerm(policy, method, { paidAt, beganAt: shippedAt })
  const knownAt = delivery?.knownAt ?? shippedAt
  const begun = beginReceipt({ shippedAt, knownAt }, term, policy.remindBefore)
  return {
    memberId,
    orderId,
    shopId,
    method,
    ...(openSince === undefined ? begun : pauseReceipt(begun, openSince)),
    mostDays: policy.receive.extensionDays,
    exception: term.window,
    policy: versions,
    endedAt: null,
    outcome: null,
  }
}

/** Paid, shipped, and neither received nor closed. */
function isUnderWay({ paidAt, shippedAt, receivedAt, closedAt }: Order): boolean {
  return paidAt !== null && shippedAt !== null && receivedAt === null && closedAt === null
}

function endedOf({ memberId, order }: MemberOrder): EndedReceipt[] {
  const { orderId, receivedAt, closedAt } = order
  if (receivedAt !== null) return [{ memberId, orderId, endedAt: receivedAt, outcome: 'told' }]
  return closedAt === null ? [] : [{ memberId, orderId, endedAt: closedAt, outcome: 'closed' }]
}

async function outrunOf(tx: Writer, orders: readonly MemberOrder[]): Promise<RequestKey[]> {
  const refunded = orders.filter(({ order }) => order.lines.some((line) => line.refundedFen > 0))
  const requests = await openRequestsOf(tx, refunded.map(keyOf))
  return requests.flatMap(({ memberId, returnId, orderId, lines }) => {
    const of = refunded.find((each) => each.memberId === memberId && each.order.orderId === orderId)
    const isLeft = of !== undefined && stillLeft(of.order, lines).length > 0
    return isLeft ? [] : [{ memberId, returnId }]
  })
}

function keyOf({ memberId, order }: MemberOrder): OrderKey {
  return { memberId, orderId: order.orderId }
}
