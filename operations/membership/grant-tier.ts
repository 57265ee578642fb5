import type { Writer } from '#db/connection.ts'
import { endGrant, insertGrants } from '#db/membership/tier-grants.ts'
import { lockMembers } from '#db/members.ts'
import { settleStandingsOf, type StandingContext } from '#operations/membership/settle-members.ts'
import type { Cause } from '#rules/members/tiers/cause.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import { assert } from '#rules/assert.ts'
import { rankOf } from '#rules/members/tiers/ladder.ts'
import type { TierSource } from '#rules/members/standing.ts'
import { isBefore } from '#rules/time/instants.ts'

/** A tier for a time. */
export type TierGranted = {
  readonly memberId: string
  /** Unique among the member's: granted once, however often it is repeated. */
  readonly grantId: string
  readonly source: TierSource
  /** A rung of the ladder. */
  readonly tier: string
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  /** Why: names, ids, instants. */
  readonly cause: Readonly<Record<string, unknown>>
}

/** Grants a tier for a time and tells the change that comes of it at once (MT-3). Locks the member. */
export async function grantTier(
  tx: Writer,
  context: StandingContext,
  granted: TierGranted,
): Promise<void> {
  await grantTiers(tx, context, [granted])
}

/** As `grantTier`, for many members; one grant each. */
export async function grantTiers(
  tx: Writer,
  context: StandingContext,
  granted: readonly TierGranted[],
): Promise<void> {
  if (granted.length === 0) return
  const ladder = ladderAt(context.policies, context.now)
  for (const { tier, from, to } of granted) {
    assert(ladder !== undefined && rankOf(tier, ladder) >= 0, `${tier} is on the ladder`)
    assert(isBefore(from, to), 'a grant ends after it begins')
  }
  const byMember = new Map(granted.map((each) => [each.memberId, each]))
  assert(byMember.size === granted.length, 'a member is granted one tier at a time')
  const memberIds = [...byMember.keys()].toSorted()
  await lockMembers(tx, memberIds)

  await insertGrants(
    tx,
    granted.map((each) => ({ ...each, endedAt: undefined })),
  )
  await settleStandingsOf(tx, context, memberIds, (memberId) => {
    const { grantId, source, cause } = byMember.get(memberId) ?? {}
    return { ...cause, type: 'grantBegan', grantId, source }
  })
}

/**
 * Ends a grant before its time and tells the change that comes of it. One that is over stays as it is.
 * Locks the member.
 */
export async function endTierGrant(
  tx: Writer,
  context: StandingContext,
  ended: {
    readonly memberId: string
    readonly grantId: string
    readonly at: Temporal.Instant
    readonly cause: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  const { memberId, grantId, at, cause } = ended
  await lockMembers(tx, [memberId])
  await endGrant(tx, memberId, grantId, at, cause)
  const why: Cause = { ...cause, type: 'grantEnded', grantId }
  await settleStandingsOf(tx, context, [memberId], () => why)
}
