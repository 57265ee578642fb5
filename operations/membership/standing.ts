import type { Reader } from '#db/connection.ts'
import { standingsOf } from '#db/membership/standings.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'
import type { MemberStanding } from '#rules/members/standing.ts'
import { standingOf } from '#rules/members/tiers/in-force.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'

/**
 * What members are at an instant, whether anything that is due was worked off or not (MT-3, MT-4), in
 * one statement. Of whom nothing is recorded: score 0 and what that gives.
 */
export async function standingsAt(
  db: Reader,
  policies: PolicyBook,
  memberIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, MemberStanding>> {
  const ladder = ladderAt(policies, at)
  const recorded = await standingsOf(db, memberIds, at)
  return new Map(
    [...recorded].map(([memberId, { scored, grants }]) => [
      memberId,
      standingOf(scored, grants, at, ladder),
    ]),
  )
}

/** As `standingsAt`, of one member. */
export async function standingAt(
  db: Reader,
  policies: PolicyBook,
  memberId: string,
  at: Temporal.Instant,
): Promise<MemberStanding> {
  const standing = (await standingsAt(db, policies, [memberId], at)).get(memberId)
  assert(standing !== undefined, 'every member asked for has a standing')
  return standing
}

/** The ladder in force at an instant; `undefined`: the market has none. */
export function ladderAt(policies: PolicyBook, at: Temporal.Instant): Ladder | undefined {
  return scorePolicyAt(policies, at)?.tiers
}

/** The policy `score` in force at an instant. */
export function scorePolicyAt(policies: PolicyBook, at: Temporal.Instant): ScorePolicy | undefined {
  return policies.at('score', at)?.policy as ScorePolicy | undefined
}
