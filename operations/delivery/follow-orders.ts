import type { Writer } from '#db/connection.ts'
import { lockShipments, upsertShipments } from '#db/delivery/shipments.ts'
import { keepFeedPlace, lockFeedPlace, ordersChangedBehind } from '#db/shops/order-feed.ts'
import { transact } from '#operations/_transact.ts'
import { lookAt } from '#operations/delivery/_look.ts'
import { keyOf } from '#operations/delivery/ship-by.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'

const reader = 'delivery'
const atOnce = 500

/**
 * Reads the orders that changed since the last time, however they were told, and keeps until when each
 * is shipped and how it stands (SH-5, SH-6). What is to be done about it is due at once. Returns how many
 * orders were read; safe to stop in between.
 */
export async function followOrders(context: EventContext): Promise<number> {
  let read = 0
  for (let batch = atOnce; batch === atOnce; read += batch) {
    batch = await transact(context.db, (tx) => followSome(tx, context))
  }
  return read
}

async function followSome(tx: Writer, context: EventContext): Promise<number> {
  const place = await lockFeedPlace(tx, reader)
  const changed = await ordersChangedBehind(tx, place, atOnce)
  if (changed.place === undefined) return 0

  const paid = changed.orders.filter(({ order }) => order.paidAt !== null)
  const known = await lockShipments(tx, paid.map(keyOf))
  const looked = await lookAt(tx, context, paid, known)
  await upsertShipments(
    tx,
    looked.map((each) => each.shipment),
  )
  await keepFeedPlace(tx, reader, changed.place)
  return changed.orders.length
}
