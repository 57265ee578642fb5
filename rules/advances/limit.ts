import type { InstantRefundPolicy, LimitRung } from '#rules/advances/policy.ts'
import type { MemberStanding } from '#rules/members/standing.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'

/** What of a member decides how much may be advanced. */
export type Debtor = {
  readonly standing: Pick<MemberStanding, 'score' | 'tier' | 'paidMember'>
  /** Open and owed together. */
  readonly outstandingFen: Fen
  /** How many advances are owed. */
  readonly unpaid: number
}

/** A member's limit and all that made it; amounts in fen. */
export type AdvanceLimit = {
  /** By the rungs alone. */
  readonly fullLimitFen: Fen
  /** What applies now. */
  readonly limitFen: Fen
  readonly outstandingFen: Fen
  readonly leftFen: Fen
  readonly unpaid: number
  readonly isBlocked: boolean
  readonly why: readonly LimitWhy[]
}

/** One rung or reduction that was looked at, and what came of it. */
export type LimitWhy =
  | {
      readonly rung: number
      readonly limitFen: Fen
      readonly fits: boolean
      readonly fails?: readonly ('score' | 'tier' | 'paidMember')[]
    }
  | { readonly unpaid: number; readonly lessFen: Fen }
  | { readonly blockedFromUnpaid: number; readonly unpaid: number }

/** How much may be outstanding to a member (AD-2, AD-3), and how much of it is left. */
export function limitOf(policy: InstantRefundPolicy, debtor: Debtor): AdvanceLimit {
  const { outstandingFen, unpaid } = debtor
  const rungs = policy.limits.map((rung, index) => {
    const fails = failsOf(rung, debtor.standing)
    const fits = fails.length === 0
    return { rung: index + 1, limitFen: rung.limit, fits, ...(fits ? {} : { fails }) }
  })
  const full = Math.max(0, ...rungs.filter(({ fits }) => fits).map(({ limitFen }) => limitFen))
  const lessFen = asFen(Math.min(full, policy.lessPerUnpaid * unpaid))
  const isBlocked = unpaid >= policy.blockedFromUnpaid
  const limitFen = asFen(isBlocked ? 0 : full - lessFen)
  const { blockedFromUnpaid } = policy
  return {
    fullLimitFen: asFen(full),
    limitFen,
    outstandingFen,
    leftFen: asFen(Math.max(0, limitFen - outstandingFen)),
    unpaid,
    isBlocked,
    why: [
      ...rungs,
      ...(lessFen > 0 ? [{ unpaid, lessFen }] : []),
      ...(isBlocked ? [{ blockedFromUnpaid, unpaid }] : []),
    ],
  }
}

export type AdvanceRefused = {
  readonly ok: false
  readonly refusal:
    | 'advances/none-for-member'
    | 'advances/nothing-to-advance'
    | 'advances/blocked-by-unpaid'
    | 'advances/over-case-limit'
    | 'advances/over-limit'
  readonly amountFen: number
  readonly limit: AdvanceLimit
  readonly mostPerCaseFen?: number
}

/** Whether so much may be advanced to a member now (AD-2 to AD-4). */
export function mayAdvance(
  policy: InstantRefundPolicy,
  debtor: Debtor,
  amountFen: Fen,
): { readonly ok: true; readonly limit: AdvanceLimit } | AdvanceRefused {
  const limit = limitOf(policy, debtor)
  const no = (refusal: AdvanceRefused['refusal']): AdvanceRefused => {
    const { mostPerCase } = policy
    const most = mostPerCase === undefined ? {} : { mostPerCaseFen: mostPerCase }
    return { ok: false, refusal, amountFen, limit, ...most }
  }
  if (limit.fullLimitFen === 0) return no('advances/none-for-member')
  if (limit.isBlocked) return no('advances/blocked-by-unpaid')
  if (amountFen === 0) return no('advances/nothing-to-advance')
  if (policy.mostPerCase !== undefined && amountFen > policy.mostPerCase) {
    return no('advances/over-case-limit')
  }
  if (amountFen > limit.leftFen) return no('advances/over-limit')
  return { ok: true, limit }
}

function failsOf(
  { scoreFrom, tiers, paidMember }: LimitRung,
  standing: Debtor['standing'],
): ('score' | 'tier' | 'paidMember')[] {
  const isScored = scoreFrom === undefined || standing.score >= scoreFrom
  const isOfTier = tiers === undefined || (standing.tier !== null && tiers.includes(standing.tier))
  const isPaid = paidMember === undefined || standing.paidMember
  return [
    ...(isScored ? [] : ['score' as const]),
    ...(isOfTier ? [] : ['tier' as const]),
    ...(isPaid ? [] : ['paidMember' as const]),
  ]
}
