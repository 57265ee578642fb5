import type { Writer } from '#db/connection.ts'
import { writeScores } from '#db/membership/standings.ts'
import { grantBenefits } from '#operations/benefits/grant-benefits.ts'
import { settleStandingsOf, type StandingContext } from '#operations/membership/settle-members.ts'
import { tierOfScore } from '#rules/members/tiers/ladder.ts'
import type { TierPolicy } from '#rules/members/tiers/policy.ts'
import { riseEnds, riseGrants } from '#rules/members/tiers/rise.ts'

/** A member's score as a refresh computed it. */
export type ScoredMember = {
  readonly memberId: string
  readonly score: number
  /** Of the refresh before; absent: this is the first. */
  readonly previousScore?: number | undefined
  /** The first day of the month of the refresh. */
  readonly month: Temporal.PlainDate
  readonly policy: TierPolicy
  /** `score@2`; absent: that of now. */
  readonly policyName?: string | undefined
}

/**
 * Writes the scores of a refresh, with the changes of tier and the grants that come of them (MT-5 to
 * MT-7): in a few statements for thousands of members. A month's scores may be applied again.
 */
export async function applyScores(
  tx: Writer,
  context: StandingContext,
  scored: readonly ScoredMember[],
): Promise<void> {
  const alike = Map.groupBy(scored, (each) => each.month.toString())
  for (const ofMonth of alike.values()) {
    for (const some of Map.groupBy(ofMonth, (each) => each.policy).values()) {
      await applyAlike(tx, context, some)
    }
  }
}

/** Of one month and by one policy. */
async function applyAlike(
  tx: Writer,
  context: StandingContext,
  scored: readonly ScoredMember[],
): Promise<void> {
  const [first] = scored
  if (first === undefined) return
  const { month, policy, policyName } = first
  const byId = new Map(scored.map((each) => [each.memberId, each]))
  const fresh = [...byId.values()].map(({ memberId, score }) => {
    return { memberId, score, scoreTier: tierOfScore(score, policy.tiers) }
  })
  const perhapsChanged = await writeScores(
    tx,
    fresh,
    month,
    tierOfScore(0, policy.tiers),
    context.now,
  )

  const name = month.toString().slice(0, 7)
  const named = policyName === undefined ? {} : { policy: policyName }
  const tiers = await settleStandingsOf(tx, context, perhapsChanged, (memberId) => {
    const { score, previousScore } = byId.get(memberId) ?? {}
    return { type: 'refresh', month: name, score, previousScore, ...named }
  })

  const { now: from, market } = context
  const risen = fresh.flatMap(({ memberId, score, scoreTier }) => {
    const previousScore = byId.get(memberId)?.previousScore
    const tier = tiers.has(memberId) ? (tiers.get(memberId) ?? null) : scoreTier
    const grants = riseGrants({ score, previousScore, tier, month: month.month }, policy.rise)
    return grants.map((grant) => ({
      memberId,
      benefit: grant.benefit,
      source: `rise:${name}`,
      from,
      to: riseEnds(grant, from, market.zone),
    }))
  })
  if (risen.length > 0) await grantBenefits(tx, risen)
}
