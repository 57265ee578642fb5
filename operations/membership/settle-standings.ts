import type { Database } from '#db/connection.ts'
import { dueStandings } from '#db/membership/standings.ts'
import { lockMembers } from '#db/members.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { settleStandingsOf, type StandingContext } from '#operations/membership/settle-members.ts'

const membersAtOnce = 500

/**
 * Tells what begins and ends by an instant: grants of tiers, paid membership (MT-4). In batches, each a
 * transaction of its own; a member that fails is left out, so that the others do not wait for it, and
 * what is wrong with the first is thrown in the end. Returns how many members were settled.
 */
export async function settleStandings(
  context: Omit<StandingContext, 'now'> & { readonly db: Database },
  by: Temporal.Instant,
): Promise<number> {
  const failed = new Map<string, unknown>()
  let settled = 0
  if (context.policies.at('score', by) === undefined) return settled
  for (;;) {
    const found = await dueStandings(context.db, by, membersAtOnce + failed.size)
    const due = found.filter((memberId) => !failed.has(memberId))
    if (due.length === 0) break
    settled += await settleSome(context, due, by, failed)
  }
  for (const error of failed.values()) throw error
  return settled
}

async function settleSome(
  context: Omit<StandingContext, 'now'> & { readonly db: Database },
  memberIds: readonly string[],
  by: Temporal.Instant,
  failed: Map<string, unknown>,
): Promise<number> {
  const settle = async (some: readonly string[]): Promise<void> => {
    await transact(context.db, async (tx) => {
      await lockMembers(tx, some)
      await settleStandingsOf(tx, { ...context, now: by }, some, () => ({ type: 'time' }))
    })
  }
  try {
    await settle(memberIds)
    return memberIds.length
  } catch (error) {
    if (isUnreachable(error)) throw error
  }
  for (const memberId of memberIds) {
    try {
      await settle([memberId])
    } catch (error) {
      if (isUnreachable(error)) throw error
      failed.set(memberId, error)
    }
  }
  return memberIds.filter((memberId) => !failed.has(memberId)).length
}
