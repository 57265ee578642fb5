import { membersDue } from '#db/badges/due.ts'
import type { Database } from '#db/connection.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { countBadgesOf, type BadgeContext } from '#operations/badges/_count.ts'
import { settleRings } from '#operations/badges/settle-rings.ts'
import { assert } from '#rules/assert.ts'

const membersAtOnce = 200

/**
 * Counts the badges of every member whose facts changed, or the policy, and looks for rings on the
 * devices seen. In batches, each a transaction of its own; a member that fails is left out, so that the
 * others do not wait for it, and what is wrong with the first is thrown in the end. Returns how often a
 * member was counted.
 */
export async function settleBadges(
  context: BadgeContext & { readonly db: Database },
  by: Temporal.Instant,
): Promise<number> {
  const known = context.policies.at('badges', by)
  if (known === undefined) return 0
  const failed = new Map<string, unknown>()
  let counted = 0
  for (;;) {
    const round = await countDue(context, known.version, by, failed)
    const flagged = await settleRings(context, by)
    counted += round
    if (round + flagged === 0) break
  }
  for (const error of failed.values()) throw error
  return counted
}

type Settling = BadgeContext & { readonly db: Database }

async function countDue(
  context: Settling,
  version: number,
  by: Temporal.Instant,
  failed: Map<string, unknown>,
): Promise<number> {
  let counted = 0
  for (;;) {
    const found = await membersDue(context.db, version, membersAtOnce + failed.size)
    const due = found.filter((memberId) => !failed.has(memberId))
    if (due.length === 0) return counted
    counted += await countSome(context, due, by, failed)
  }
}

async function countSome(
  context: Settling,
  memberIds: readonly string[],
  by: Temporal.Instant,
  failed: Map<string, unknown>,
): Promise<number> {
  const count = async (some: readonly string[]): Promise<void> => {
    await transact(context.db, (tx) => countBadgesOf(tx, context, some, by))
  }
  try {
    await count(memberIds)
    return memberIds.length
  } catch (error) {
    if (isUnreachable(error)) throw error
  }
  for (const memberId of memberIds) {
    try {
      await count([memberId])
    } catch (error) {
      if (isUnreachable(error)) throw error
      assert(!failed.has(memberId), 'a member fails once')
      failed.set(memberId, error)
    }
  }
  return memberIds.filter((memberId) => !failed.has(memberId)).length
}
