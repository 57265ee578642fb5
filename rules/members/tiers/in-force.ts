import type { MemberStanding, TierSource } from '#rules/members/standing.ts'
import { rankOf, tierOfScore } from '#rules/members/tiers/ladder.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'

/** What is recorded of a member besides the grants. */
export type Scored = {
  readonly memberId: string
  readonly score: number
  /** What the score gave at the refresh that computed it; `undefined`: never refreshed. */
  readonly scoreTier: string | null | undefined
  readonly paidFrom: Temporal.Instant | undefined
  readonly paidUntil: Temporal.Instant | undefined
}

/** A tier held from one instant until before another, besides what the score gives (MT-3). */
export type TierGrant = {
  readonly grantId: string
  readonly source: TierSource
  readonly tier: string
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  /** When it was ended before its time. */
  readonly endedAt: Temporal.Instant | undefined
}

/** Which tier is in force and what gives it. */
export type InForce = {
  readonly tier: string | null
  /** `undefined`: the score gives it. */
  readonly grant: TierGrant | undefined
}

/** The tier in force at an instant: the highest of what the score and the running grants give (MT-3). */
export function tierInForce(
  scored: Scored,
  grants: readonly TierGrant[],
  at: Temporal.Instant,
  ladder: Ladder,
): InForce {
  const best = grants
    .filter((grant) => isRunning(grant, at) && rankOf(grant.tier, ladder) >= 0)
    .toSorted((a, b) => byWorth(a, b, ladder))[0]
  const byScore = scoreTierOf(scored, ladder)
  if (best === undefined || rankOf(best.tier, ladder) <= rankOf(byScore, ladder)) {
    return { tier: byScore, grant: undefined }
  }
  return { tier: best.tier, grant: best }
}

/** What a member is at an instant (MT-3, MT-4). */
export function standingOf(
  scored: Scored,
  grants: readonly TierGrant[],
  at: Temporal.Instant,
  ladder: Ladder | undefined,
): MemberStanding {
  const { memberId, score, paidFrom, paidUntil } = scored
  const isPaid =
    paidFrom !== undefined &&
    paidUntil !== undefined &&
    isInside(at, { from: paidFrom, to: paidUntil })
  const { tier, grant } =
    ladder === undefined
      ? { tier: null, grant: undefined }
      : tierInForce(scored, grants, at, ladder)
  return {
    memberId,
    score,
    tier,
    tierBy: grant?.source ?? 'score',
    tierUntil: grant === undefined ? undefined : endOf(grant),
    paidMember: isPaid,
    paidUntil: isPaid ? paidUntil : undefined,
  }
}

/** The score tier as it was told at the refresh; where the ladder lost that rung, by the score (MT-5). */
export function scoreTierOf({ score, scoreTier }: Scored, ladder: Ladder): string | null {
  const isKnown = scoreTier !== undefined && rankOf(scoreTier, ladder) >= 0
  return isKnown ? scoreTier : tierOfScore(score, ladder)
}

/** Whether a grant gives its tier at an instant: from its first instant until before its last (TI-3). */
export function isRunning(grant: TierGrant, at: Temporal.Instant): boolean {
  return isInside(at, { from: grant.from, to: endOf(grant) })
}

/** When a grant stops to give its tier. */
export function endOf({ to, endedAt }: TierGrant): Temporal.Instant {
  return endedAt !== undefined && isBefore(endedAt, to) ? endedAt : to
}

/** The highest first; of the same tier the one that lasts longest; then by id. */
function byWorth(a: TierGrant, b: TierGrant, ladder: Ladder): number {
  const byRank = rankOf(b.tier, ladder) - rankOf(a.tier, ladder)
  if (byRank !== 0) return byRank
  const byEnd = endOf(b).epochMilliseconds - endOf(a).epochMilliseconds
  if (byEnd !== 0) return byEnd
  return a.grantId < b.grantId ? -1 : 1
}
