import { assert } from '#rules/assert.ts'
import type { Market } from '#db/market.ts'
import type { OptIn } from '#db/members.ts'
import { endingPolicyAt } from '#operations/ending/ending-policy.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { EarnRules, FactContext } from '#rules/orders/outcome.ts'
import { policyDuring, type JoinedEvent } from '#rules/points/event.ts'
import type { PointsEvent, PointsPolicy } from '#rules/points/policy.ts'

/** The rules that a member's facts are applied with: those of the day of each fact. */
export function factContext(
  policies: PolicyBook,
  market: Market,
  optIns: readonly OptIn[],
): FactContext {
  const { currency, minorDigits, zone } = market
  return {
    currency,
    minorDigits,
    zone,
    endingAt: (instant) => endingPolicyAt(policies, instant).policy,
    rulesAt: (instant) => rulesAt(policies, optIns, instant),
    rulesNamed: (earnedBy) => {
      const policy = rulesNamed(policies, earnedBy)
      assert(policy !== undefined, `the approved policies ${earnedBy} are known`)
      return policy
    },
  }
}

/** The points policy in force at an instant, and `points@n`. */
export function pointsPolicyAt(
  policies: PolicyBook,
  instant: Temporal.Instant,
): { readonly policy: PointsPolicy; readonly name: string } {
  const known = policies.at('points', instant)
  assert(known !== undefined, 'a market has a points policy from its beginning')
  return { policy: known.policy as PointsPolicy, name: nameOf(known) }
}

function rulesAt(
  policies: PolicyBook,
  optIns: readonly OptIn[],
  instant: Temporal.Instant,
): EarnRules {
  const joined = optIns.flatMap((optIn): JoinedEvent[] => {
    const known = policies.at(`points-event:${optIn.event}`, instant)
    if (known === undefined) return []
    const event = known.policy as PointsEvent
    return [{ slug: optIn.event, policy: nameOf(known), event, optedAt: optIn.optedAt }]
  })
  return { ...pointsPolicyAt(policies, instant), joined }
}

/** `points@1 points-event:x@2`: the first, with the second laid over it; `undefined`: not known. */
export function rulesNamed(policies: PolicyBook, earnedBy: string): PointsPolicy | undefined {
  const versions = earnedBy.split(' ').map((named) => versionNamed(policies, named))
  const [points, event] = versions
  if (points === undefined || versions.includes(undefined)) return undefined
  const policy = points.policy as PointsPolicy
  return event === undefined ? policy : policyDuring(policy, event.policy as PointsEvent)
}

function versionNamed(policies: PolicyBook, named: string): KnownPolicy | undefined {
  const at = named.lastIndexOf('@')
  return policies.version(named.slice(0, at), Number(named.slice(at + 1)))
}

function nameOf(known: KnownPolicy): string {
  return `${known.name}@${known.version}`
}
