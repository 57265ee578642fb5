import type { Writer } from '#db/connection.ts'
import { endMatchesOf, matchedBeyond, withdrawWaiting } from '#db/membership/interchange.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { grantOfMatch } from '#operations/interchange/decide-match.ts'
import type { InterchangeContext } from '#operations/interchange/submit-match.ts'
import { endTierGrant } from '#operations/membership/grant-tier.ts'
import type { StandingContext } from '#operations/membership/settle-members.ts'
import type { InterchangePolicy } from '#rules/members/interchange/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

const membersAtOnce = 200

/**
 * Ends every match of a member, in the transaction that locked the member, and what waits for a decision
 * is refused (IC-8). Where there is nothing, it changes nothing.
 */
export async function endMatches(
  tx: Writer,
  context: StandingContext,
  ending: {
    readonly memberId: string
    readonly at: Temporal.Instant
    readonly cause: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  const { memberId, at } = ending
  await withdrawWaiting(tx, memberId, { by: 'jifen', reason: 'sealed', at })
  await endSome(tx, context, ending, await endMatchesOf(tx, memberId, at))
}

/** Ends the matches with partners whose window is over by an instant, and that would last longer (IC-4). */
export async function endMatchesOfPartners(
  context: InterchangeContext,
  by: Temporal.Instant,
): Promise<void> {
  for (const name of context.policies.family('interchange').keys()) {
    const policy = context.policies.at(name, by)?.policy as InterchangePolicy | undefined
    if (policy === undefined || isBefore(by, policy.window.to)) continue
    const partner = name.slice('interchange:'.length)
    while ((await endBatch(context, partner, by)) > 0);
  }
}

async function endBatch(
  { db, policies, market }: InterchangeContext,
  partner: string,
  by: Temporal.Instant,
): Promise<number> {
  const memberIds = await matchedBeyond(db, partner, by, membersAtOnce)
  if (memberIds.length === 0) return 0
  return await transact(db, async (tx) => {
    await lockMembers(tx, memberIds)
    const cause = { partner, reason: 'windowOver' }
    for (const memberId of memberIds) {
      const ended = await endMatchesOf(tx, memberId, by, partner)
      await endSome(tx, { policies, market, now: by }, { memberId, at: by, cause }, ended)
    }
    return memberIds.length
  })
}

async function endSome(
  tx: Writer,
  context: StandingContext,
  { memberId, at, cause }: Parameters<typeof endMatches>[2],
  matchIds: readonly string[],
): Promise<void> {
  for (const matchId of matchIds) {
    await endTierGrant(tx, context, { memberId, grantId: grantOfMatch(matchId), at, cause })
    const id = `tier-match:${matchId}:ended`
    const data = { matchId, ...cause }
    await announce(tx, [{ memberId, id, type: 'jifen.tier-match.ended.v1', at, data }])
  }
}
