import { advanceById, dueAdvances } from '#db/advances/advances.ts'
import { lockMembers } from '#db/members.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { recordAdvances } from '#operations/advances/record-advances.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { recoverAdvance, statusOf } from '#rules/advances/advance.ts'
import { isBefore } from '#rules/time/instants.ts'

const atOnce = 500

/** AD-8: advances whose goods were not back in time are owed. Safe to run twice. */
export async function recoverDueAdvances(context: EventContext): Promise<number> {
  const { db, now } = context
  return await settleEach(
    {
      find: (limit) => dueAdvances(db, now, limit),
      nameOf: ({ memberId, advanceId }) => `${memberId}/${advanceId}`,
      atOnce,
    },
    (due) => recoverOne(context, due),
  )
}

async function recoverOne(
  { db, now, actor }: EventContext,
  { memberId, advanceId }: { readonly memberId: string; readonly advanceId: string },
): Promise<void> {
  await transact(db, async (tx) => {
    await lockMembers(tx, [memberId])
    const advance = await advanceById(tx, memberId, advanceId)
    const dueAt = advance?.dueAt ?? null
    if (advance === undefined || dueAt === null || isBefore(now, dueAt)) return
    if (statusOf(advance) !== 'open') return
    const change = recoverAdvance(advance)
    const record = { memberId, ref: 'overdue', change, cause: { type: 'return.overdue' } }
    await recordAdvances(tx, { at: now, actor }, [record])
  })
}
