import { advancesOf, dueAdvances } from '#db/advances/advances.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { recordAdvances } from '#operations/advances/record-advances.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { recoverAdvance, statusOf } from '#rules/advances/advance.ts'
import { isBefore } from '#rules/time/instants.ts'

const atOnce = 500

/** AD-8: advances whose goods were not back in time are owed. Safe to run twice. */
export async function recoverDueAdvances(context: EventContext): Promise<number> {
  let recovered = 0
  for (;;) {
    const due = await dueAdvances(context.db, context.now, atOnce)
    for (const each of due) recovered += (await recoverOne(context, each)) ? 1 : 0
    if (due.length < atOnce) return recovered
  }
}

async function recoverOne(
  { db, now, actor }: EventContext,
  { memberId, advanceId }: { readonly memberId: string; readonly advanceId: string },
): Promise<boolean> {
  return await transact(db, async (tx) => {
    await lockMembers(tx, [memberId])
    const [advance] = await advancesOf(tx, memberId, { advanceId })
    if (advance?.dueAt == null || isBefore(now, advance.dueAt)) return false
    if (statusOf(advance) !== 'open') return false
    const change = recoverAdvance(advance)
    const record = { memberId, ref: 'overdue', change, cause: { type: 'return.overdue' } }
    await recordAdvances(tx, { at: now, actor }, [record])
    return true
  })
}
