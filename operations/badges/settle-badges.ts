import { membersDue } from '#db/badges/due.ts'
import type { Database } from '#db/connection.ts'
import { settleSome, throwFirst, type Failed } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { countBadgesOf, type BadgeContext } from '#operations/badges/_count.ts'
import { rest, restingMembers } from '#operations/badges/_resting.ts'
import { settleRings } from '#operations/badges/settle-rings.ts'

/** So few that their facts wait for some hundredths of a second at most. */
const membersAtOnce = 50

/** Then rings are looked for, however many more are due. */
const batchesAtOnce = 40

/**
 * Counts the badges of every member whose facts changed, or the policy, and looks for rings on the
 * devices seen. In batches, each a transaction of its own; a member that fails is left out, so that the
 * others do not wait for it, and what is wrong with the first is thrown in the end. One of very many facts
 * rests before it is counted again. Who stops it loses nothing. Returns how often a member was counted.
 */
export async function settleBadges(
  context: BadgeContext & { readonly db: Database },
  by: Temporal.Instant,
  stopping?: AbortSignal,
): Promise<number> {
  const known = context.policies.at('badges', by)
  if (known === undefined) return 0
  const failed: Failed = new Map()
  let counted = 0
  for (;;) {
    const round = await countDue(context, known.version, by, failed, stopping)
    counted += round
    if (stopping?.aborted === true) break
    const flagged = await settleRings(context, by)
    if (round + flagged === 0) break
  }
  throwFirst(failed)
  return counted
}

type Settling = BadgeContext & { readonly db: Database }

async function countDue(
  context: Settling,
  version: number,
  by: Temporal.Instant,
  failed: Failed,
  stopping: AbortSignal | undefined,
): Promise<number> {
  let counted = 0
  for (let batch = 0; batch < batchesAtOnce; batch += 1) {
    if (stopping?.aborted === true) break
    const resting = restingMembers(context.db)
    const limit = membersAtOnce + failed.size + resting.size
    const found = await membersDue(context.db, version, limit)
    const due = found.filter((memberId) => !failed.has(memberId) && !resting.has(memberId))
    if (due.length === 0) break
    counted += await countSome(context, due, by, failed)
  }
  return counted
}

async function countSome(
  context: Settling,
  memberIds: readonly string[],
  by: Temporal.Instant,
  failed: Failed,
): Promise<number> {
  const count = async (some: readonly string[]): Promise<void> => {
    const facts = await transact(context.db, (tx) => countBadgesOf(tx, context, some, by))
    for (const [memberId, number] of facts) rest(context.db, memberId, number)
  }
  return await settleSome(memberIds, (memberId) => memberId, count, failed)
}
