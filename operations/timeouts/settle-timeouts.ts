import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { keepReceipts } from '#operations/timeouts/keep-receipts.ts'
import { lapseReceipts } from '#operations/timeouts/lapse-receipts.ts'
import { endOutrun, lapseReturns } from '#operations/timeouts/lapse-returns.ts'
import { remindOfTimeouts } from '#operations/timeouts/remind.ts'

/**
 * Does what time-outs come to by now: begins and ends what follows from orders, books what has lapsed,
 * and reminds of what lapses soon. Returns how much lapsed.
 */
export async function settleTimeouts(context: EventContext): Promise<number> {
  for (const outrun of await keepReceipts(context)) await endOutrun(context, outrun)
  // A return first: a receipt stands still while it is open.
  const returns = await lapseReturns(context)
  const receipts = await lapseReceipts(context)
  await remindOfTimeouts(context)
  return returns + receipts
}
