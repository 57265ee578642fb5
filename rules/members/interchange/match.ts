import type { InterchangePolicy } from '#rules/members/interchange/policy.ts'
import { endOf, tierInForce, type Scored, type TierGrant } from '#rules/members/tiers/in-force.ts'
import { rankOf } from '#rules/members/tiers/ladder.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import { isBefore, isInside, type Window } from '#rules/time/instants.ts'

export type MatchStatus = 'submitted' | 'confirmed' | 'refused' | 'ended'

/** What a new match is held against: an earlier one of the member with the same partner. */
export type EarlierMatch = {
  readonly status: MatchStatus
  readonly decidedAt: Temporal.Instant | undefined
}

export type MatchRefusal =
  | 'interchange/not-open'
  | 'interchange/unknown-tier'
  | 'interchange/unknown-evidence'
  | 'interchange/already-submitted'
  | 'interchange/too-soon'

export type MaySubmit =
  | { readonly ok: true; readonly tier: string }
  | { readonly ok: false; readonly refusal: MatchRefusal }

/** Whether proof of a partner's tier may be handed in, and which of ours it would give (IC-2 to IC-4). */
export function maySubmit(
  policy: InterchangePolicy,
  submitted: {
    readonly partnerTier: string
    readonly evidenceKind: string
    readonly earlier: readonly EarlierMatch[]
    readonly at: Temporal.Instant
    readonly zone: string
  },
): MaySubmit {
  const { partnerTier, evidenceKind, earlier, at, zone } = submitted
  if (!isInside(at, policy.window)) return { ok: false, refusal: 'interchange/not-open' }
  const tier = tierFor(policy, partnerTier)
  if (tier === undefined) return { ok: false, refusal: 'interchange/unknown-tier' }
  if (!policy.evidence.includes(evidenceKind)) {
    return { ok: false, refusal: 'interchange/unknown-evidence' }
  }
  if (earlier.some((each) => each.status === 'submitted')) {
    return { ok: false, refusal: 'interchange/already-submitted' }
  }
  const isTooSoon = earlier.some(({ status, decidedAt }) => {
    if (decidedAt === undefined || status === 'refused') return false
    return isBefore(at, later(decidedAt, policy.again, zone))
  })
  if (isTooSoon) return { ok: false, refusal: 'interchange/too-soon' }
  return { ok: true, tier }
}

/** Which of our tiers a partner's is worth (IC-1). */
export function tierFor(policy: InterchangePolicy, partnerTier: string): string | undefined {
  return policy.tiers.find(({ name }) => name === partnerTier)?.gives
}

/** From when until when a match confirmed at an instant lasts; `undefined`: not at all any more (IC-4). */
export function matchedFor(
  { window, lasts }: InterchangePolicy,
  at: Temporal.Instant,
  zone: string,
): Window | undefined {
  if (!isInside(at, window)) return undefined
  return { from: at, to: earliest([later(at, lasts, zone), window.to]) }
}

/** What is stated to a partner of a member (IC-7). */
export type Statement = {
  readonly tier: string
  readonly partnerTier: string
  readonly until: Temporal.Instant
}

/**
 * What a member's tier is worth with a partner: of the tier in force without what partners gave, so that
 * no match rests on another (IC-6, IC-7). `undefined`: nothing.
 */
export function statementFor(
  policy: InterchangePolicy,
  member: {
    readonly scored: Scored
    readonly grants: readonly TierGrant[]
    readonly ladder: Ladder
    readonly at: Temporal.Instant
    readonly zone: string
  },
): Statement | undefined {
  const { scored, grants, ladder, at, zone } = member
  if (!isInside(at, policy.window)) return undefined
  const own = grants.filter((grant) => grant.source !== 'interchange')
  const base = tierInForce(scored, own, at, ladder)
  const height = rankOf(base.tier, ladder)
  const best = policy.ours
    .filter(({ tier }) => rankOf(tier, ladder) >= 0 && rankOf(tier, ladder) <= height)
    .toSorted((a, b) => rankOf(b.tier, ladder) - rankOf(a.tier, ladder))[0]
  if (best === undefined || base.tier === null) return undefined

  const ends = base.grant === undefined ? [] : [endOf(base.grant)]
  const until = earliest([later(at, policy.statementLasts, zone), policy.window.to, ...ends])
  return { tier: base.tier, partnerTier: best.gives, until }
}

function earliest(instants: readonly [Temporal.Instant, ...Temporal.Instant[]]): Temporal.Instant {
  return instants.reduce((first, each) => (isBefore(each, first) ? each : first))
}

function later(at: Temporal.Instant, duration: Temporal.Duration, zone: string): Temporal.Instant {
  return at.toZonedDateTimeISO(zone).add(duration).toInstant()
}
