import type { Writer } from '#db/connection.ts'
import { ordersByIds } from '#db/orders.ts'
import {
  orderName,
  receiptsOf,
  updateReceipt,
  type KeptReceipt,
  type OrderKey,
} from '#db/timeouts/receipts.ts'
import { openRequestsOf } from '#db/timeouts/requests.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { beginReceipts } from '#operations/timeouts/keep-receipts.ts'
import { pauseReceipt, resumeReceipt } from '#rules/timeouts/receipt.ts'

/**
 * TO-7: stops the time to confirm the receipt of an order while return requests of it are open, and has
 * it go on when none is any more. The member is locked and the requests are written.
 */
export async function standStill(
  tx: Writer,
  context: EventContext,
  key: OrderKey,
  at: Temporal.Instant,
): Promise<void> {
  const [known, open] = await Promise.all([receiptsOf(tx, [key]), openRequestsOf(tx, [key])])
  const receipt = known.get(orderName(key)) ?? (await begun(tx, context, key))
  if (receipt === undefined || receipt.endedAt !== null) return
  const time = open.length > 0 ? pauseReceipt(receipt, at) : resumeReceipt(receipt, at)
  if (time !== receipt) await updateReceipt(tx, key, time)
}

/** The job that begins receipts may not have come to this one, or is about to: then it waits. */
async function begun(
  tx: Writer,
  context: EventContext,
  key: OrderKey,
): Promise<KeptReceipt | undefined> {
  await beginReceipts(tx, context, await ordersByIds(tx, [key]))
  return (await receiptsOf(tx, [key])).get(orderName(key))
}
