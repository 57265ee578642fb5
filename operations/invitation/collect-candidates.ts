import type { Writer } from '#db/connection.ts'
import {
  insertCandidates,
  nextEligible,
  rankCandidates,
  type Candidate,
  type Eligible,
} from '#db/membership/invitation-candidates.ts'
import { lockRound, updateRound, type Round } from '#db/membership/invitation-rounds.ts'
import { transact } from '#operations/_transact.ts'
import { memberFactsOf } from '#operations/invitation/_member-facts.ts'
import { policyOf, type InvitationContext } from '#operations/invitation/open-round.ts'
import { scorePolicyAt } from '#operations/membership/standing.ts'
import { assert } from '#rules/assert.ts'
import type { MemberFacts } from '#rules/members/invitation/facts.ts'
import { indicatorsOf } from '#rules/members/invitation/indicators.ts'
import type { InvitationPolicy } from '#rules/members/invitation/policy.ts'
import { assess } from '#rules/members/invitation/ranking.ts'
import { indicatorWindow } from '#rules/members/invitation/round.ts'

/** So many that a batch is a second or two of reading. */
const membersAtOnce = 500

/**
 * Looks at the next members of a round, in one transaction: their indicators, what these contribute and
 * the limits failed are kept (IV-1 to IV-5). After the last of them the candidates are ranked (IV-7) and
 * the round is reviewed. Stopping in between loses nothing: the next call goes on behind the last member
 * that was looked at. Returns whether there is more.
 */
export async function collectCandidates(
  context: InvitationContext,
  round: string,
  now: Temporal.Instant,
  limit = membersAtOnce,
): Promise<boolean> {
  return await transact(context.db, async (tx) => {
    const open = await lockRound(tx, round)
    if (open?.status !== 'collecting') return false
    const { collectedTo: after, scoreFrom, tier, openedAt: at } = open
    const eligible = await nextEligible(tx, { after, scoreFrom, tier, at, limit })

    await insertCandidates(tx, round, await assessed(tx, context, open, eligible))
    const last = eligible.at(-1)?.memberId ?? after
    if (eligible.length === limit) {
      await updateRound(tx, round, { collectedTo: last })
      return true
    }
    await rankCandidates(tx, round)
    await updateRound(tx, round, { collectedTo: last, collectedAt: now, status: 'reviewing' })
    return false
  })
}

async function assessed(
  tx: Writer,
  { policies, market }: InvitationContext,
  round: Round,
  eligible: readonly Eligible[],
): Promise<Pick<Candidate, 'memberId' | 'status' | 'score' | 'total' | 'record' | 'heldUntil'>[]> {
  const policy = policyOf(policies, round)
  const score = scorePolicyAt(policies, round.openedAt)
  assert(policy !== undefined && score !== undefined, 'a round has the policies it was opened by')

  const window = indicatorWindow(round.openedAt, policy.windowMonths, market.zone)
  const memberIds = eligible.map((each) => each.memberId)
  const asked = { window, score, round: round.round }
  const facts = await memberFactsOf(tx, memberIds, asked)
  return eligible.flatMap((each) => {
    const own = facts.get(each.memberId)
    return own === undefined ? [] : [candidateFrom(each, own, policy)]
  })
}

function candidateFrom(
  { memberId, score, heldUntil }: Eligible,
  facts: MemberFacts,
  policy: InvitationPolicy,
) {
  const indicators = indicatorsOf(facts)
  const { total, contributions, limitsFailed } = assess(indicators, policy)
  const isWithin = limitsFailed.length === 0 && score >= policy.scoreFrom
  const record = JSON.stringify({ indicators, contributions, limitsFailed })
  const status = isWithin ? ('ranked' as const) : ('excluded' as const)
  return { memberId, status, score, total, record, heldUntil }
}
