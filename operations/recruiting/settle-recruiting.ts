import { dueRecruits } from '#db/governance/recruiting.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { lockSettledRecruit } from '#operations/recruiting/_settle.ts'
import type { RecruitingContext } from '#operations/recruiting/recruiting-policy.ts'

const atOnce = 500

/** Has invitations lapse that nobody answered, signed or opened in time, and stages (RC-7, RV-6). */
export async function settleRecruiting(
  context: RecruitingContext,
  by: Temporal.Instant,
): Promise<number> {
  const { db } = context
  return await settleEach(
    { find: (limit) => dueRecruits(db, by, limit), nameOf: (id) => id, atOnce },
    (id) => transact(db, (tx) => lockSettledRecruit(tx, context, id, by)),
  )
}
