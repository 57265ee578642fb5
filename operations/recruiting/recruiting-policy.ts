import type { Reader } from '#db/connection.ts'
import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { Recruit } from '#db/governance/recruiting.ts'
import { answersOf } from '#db/governance/reviews.ts'
import { figuresOfMerchant } from '#operations/governance/risk-figures.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { checkAnswers, checkFigures, type CheckSaw } from '#rules/merchants/review/checks.ts'
import type {
  Review,
  ReviewReason,
  ReviewRefused,
  ReviewRules,
} from '#rules/merchants/review/review.ts'
import { recruitingRulesOf, type RecruitingPolicy } from '#rules/merchants/recruiting/policy.ts'

/** What recruiting is decided in. */
export type RecruitingContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** A version of the policy `recruiting`. */
export type KnownRecruiting = { readonly version: number; readonly policy: RecruitingPolicy }

export function recruitingAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): KnownRecruiting | undefined {
  const known = policies.at('recruiting', at)
  if (known === undefined) return undefined
  return { version: known.version, policy: known.policy as RecruitingPolicy }
}

/** The policy that an invitation goes by. */
export function recruitingOf(
  policies: PolicyBook,
  { policyVersion }: Pick<Recruit, 'policyVersion'>,
): RecruitingPolicy {
  const known = policies.version('recruiting', policyVersion)
  assert(known !== undefined, `recruiting@${policyVersion} is known`)
  return known.policy as RecruitingPolicy
}

/** What the review of an invitation goes by. */
export function rulesFor(policies: PolicyBook, recruit: Recruit): ReviewRules {
  const rules = recruitingRulesOf(recruitingOf(policies, recruit), recruit.type, recruit.level)
  assert(rules !== undefined, 'an invitation is of a type and level of its policy')
  return rules
}

/** What is seen of the company that accepted (RC-4). */
export async function checksOf(
  db: Reader,
  context: Pick<RecruitingContext, 'policies' | 'market'>,
  recruit: Recruit,
  at: Temporal.Instant,
): Promise<readonly CheckSaw[]> {
  const { checks, outside } = recruitingOf(context.policies, recruit)
  const { merchantId, invitationId } = recruit
  const figures =
    merchantId === null ? {} : await figuresOfMerchant(db, context, 'merchant', merchantId, at)
  const answers = await answersOf(db, invitationId)
  return [
    ...checkFigures(checks, figures),
    ...checkAnswers(outside, answers, at, context.market.zone),
  ]
}

/** What recruiting is refused for, with what explains it. */
export type RecruitingRefused = Omit<ReviewRefused, 'reason'> & {
  readonly refusal:
    | `recruiting/${ReviewReason}`
    | 'recruiting/no-policy'
    | 'recruiting/not-offered'
    | 'recruiting/criteria-not-met'
    | 'recruiting/unknown'
    | 'recruiting/token-not-valid'
    | 'recruiting/other-contract'
    | 'recruiting/shop-taken'
    | 'requests/key-reused'
}

export type RecruitTurned = { readonly ok: true; readonly recruit: Recruit } | RecruitingRefused

/** Says a refusal of a review as one of recruiting. */
export function recruitRefusedBy({ reason, ...facts }: ReviewRefused): RecruitingRefused {
  return { ...facts, refusal: `recruiting/${reason}` }
}

/** The review of an invitation that was accepted. */
export function reviewOfRecruit(recruit: Recruit): Review {
  const { status, round, stage, isEscalated, dueAt, rejectedAt } = recruit
  const far = { round, stage, isEscalated, dueAt, rejectedAt }
  switch (status) {
    case 'draft':
    case 'inReview':
    case 'supplement':
    case 'approved':
    case 'rejected':
    case 'withdrawn':
    case 'lapsed':
      return { ...far, status }
    case 'signed':
    case 'opened':
      return { ...far, status: 'approved' }
    case 'invited':
    case 'revoked':
      return { ...far, status: 'lapsed' }
  }
}
