import { dueShipments, lockShipments, type OrderKey } from '#db/delivery/shipments.ts'
import { lockMembers } from '#db/members.ts'
import { ordersByIds } from '#db/orders.ts'
import { settleTogether } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { actOn } from '#operations/delivery/_act.ts'
import { lookAt } from '#operations/delivery/_look.ts'
import { followOrders } from '#operations/delivery/follow-orders.ts'
import { recordLateShipments } from '#operations/delivery/record-late-shipments.ts'
import { nameOf } from '#operations/delivery/ship-by.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'

const atOnce = 200

/**
 * Follows the orders that changed, then does what is due of shipments by now (SH-11 to SH-15), in batches,
 * each a transaction of its own: stopping in between loses nothing, and doing it again does nothing more.
 */
export async function settleShipments(context: EventContext): Promise<number> {
  await followOrders(context)
  const { db, now } = context
  return await settleTogether(
    { find: (limit) => dueShipments(db, now, limit), nameOf, atOnce },
    (due) => settleSome(context, due),
  )
}

async function settleSome(context: EventContext, due: readonly OrderKey[]): Promise<void> {
  await recordLateShipments(context, due)
  await transact(context.db, async (tx) => {
    const members = await lockMembers(tx, [...new Set(due.map((each) => each.memberId))])
    const known = await lockShipments(tx, due)
    const looked = await lookAt(tx, context, await ordersByIds(tx, due), known)
    await actOn(tx, context, looked, members)
  })
}
