import { lockMembers } from '#db/members.ts'
import { ordersByIds } from '#db/orders.ts'
import { dueRequests, requestById, type RequestKey } from '#db/timeouts/requests.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { recordLapses, recordStep } from '#operations/timeouts/_step.ts'
import { stillLeft } from '#rules/timeouts/left.ts'
import { endWithNothingLeft } from '#rules/timeouts/turn.ts'

const atOnce = 500

/** RT-16: does what follows of return requests that a step lapsed of. Safe to run twice. */
export async function lapseReturns(context: EventContext): Promise<number> {
  const { db, now } = context
  return await settleEach(
    {
      find: (limit) => dueRequests(db, now, limit),
      nameOf: ({ memberId, returnId }) => `${memberId}/${returnId}`,
      atOnce,
    },
    async (key) =>
      await transact(db, async (tx) => {
        const [, request] = await Promise.all([
          lockMembers(tx, [key.memberId]),
          requestById(tx, key),
        ])
        if (request !== undefined) await recordLapses(tx, context, request)
      }),
  )
}

/** RT-17: ends a request of which everything was refunded elsewhere. Safe to run twice. */
export async function endOutrun(context: EventContext, key: RequestKey): Promise<void> {
  const { db, now: at } = context
  await transact(db, async (tx) => {
    const [, request] = await Promise.all([lockMembers(tx, [key.memberId]), requestById(tx, key)])
    if (request === undefined || request.status === 'ended') return
    const [found] = await ordersByIds(tx, [request])
    if (found === undefined || stillLeft(found.order, request.lines).length > 0) return
    const ended = { request: endWithNothingLeft(request, at), refunds: false }
    await recordStep(tx, context, request, ended, { turn: 'refundedElsewhere', at, actor: 'jifen' })
  })
}
