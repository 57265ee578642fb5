import type { Database } from '#db/connection.ts'
import { dueStandings } from '#db/membership/standings.ts'
import { lockMembers } from '#db/members.ts'
import { settleTogether } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { settleStandingsOf, type StandingContext } from '#operations/membership/settle-members.ts'

const membersAtOnce = 500

/**
 * Tells what begins and ends by an instant: grants of tiers, paid membership (MT-4). In batches, each a
 * transaction of its own; a member that fails keeps no other waiting. Returns how many members were
 * settled.
 */
export async function settleStandings(
  context: Omit<StandingContext, 'now'> & { readonly db: Database },
  by: Temporal.Instant,
): Promise<number> {
  const { db, policies } = context
  if (policies.at('score', by) === undefined) return 0
  return await settleTogether(
    {
      find: (limit) => dueStandings(db, by, limit),
      nameOf: (memberId) => memberId,
      atOnce: membersAtOnce,
    },
    async (some) =>
      await transact(db, async (tx) => {
        await lockMembers(tx, some)
        await settleStandingsOf(tx, { ...context, now: by }, some, () => ({ type: 'time' }))
      }),
  )
}
