import type { Writer } from '#db/connection.ts'
import { lockRecruit, type Recruit } from '#db/governance/recruiting.ts'
import { insertDecision } from '#db/governance/reviews.ts'
import { turnRecruit } from '#operations/recruiting/_turn.ts'
import {
  checksOf,
  recruitingOf,
  reviewOfRecruit,
  rulesFor,
  type RecruitingContext,
} from '#operations/recruiting/recruiting-policy.ts'
import { after } from '#rules/members/invitation/round.ts'
import { lapsed, type Review } from '#rules/merchants/review/review.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Locks an invitation with all that is due of it done, as of the instant it was due. */
export async function lockSettledRecruit(
  tx: Writer,
  context: RecruitingContext,
  invitationId: string,
  by: Temporal.Instant,
): Promise<Recruit | undefined> {
  for (;;) {
    const recruit = await lockRecruit(tx, invitationId)
    const at = recruit?.dueAt
    if (recruit === undefined || at === undefined || at === null || isBefore(by, at)) return recruit
    if (recruit.status === 'inReview') {
      await lapseStage(tx, context, recruit, at)
    } else {
      const over: Review = { ...reviewOfRecruit(recruit), status: 'lapsed', dueAt: null }
      await turnRecruit(tx, recruit, over, { stages: [], at })
    }
  }
}

async function lapseStage(
  tx: Writer,
  context: RecruitingContext,
  recruit: Recruit,
  at: Temporal.Instant,
): Promise<void> {
  const { policies, market } = context
  const rules = rulesFor(policies, recruit)
  const checks = await checksOf(tx, context, recruit, at)
  const next = lapsed(rules, reviewOfRecruit(recruit), checks, { at, zone: market.zone })
  const { invitationId, round, stageName } = recruit
  const isEscalated = next.isEscalated && next.status === 'inReview'
  const decision = isEscalated ? 'escalate' : `lapse-${next.status}`
  const what = { round, stage: stageName ?? '', decision, by: 'jifen', reason: '' }
  await insertDecision(tx, invitationId, { ...what, saw: JSON.stringify(checks), at })
  const { signWithin } = recruitingOf(policies, recruit)
  const dueAt = next.status === 'approved' ? after(at, signWithin, market.zone) : next.dueAt
  await turnRecruit(tx, recruit, { ...next, dueAt }, { stages: rules.stages, at })
}
