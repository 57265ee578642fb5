import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { BadgesVersion } from '#rules/badges/count.ts'
import type { BadgesPolicy } from '#rules/badges/policy.ts'
import { dayNumberOf } from '#rules/time/day-numbers.ts'
import { dayOf, startOfDay } from '#rules/time/instants.ts'

/** The policy `badges` as it is at an instant, with all versions that were in force before. */
export type BadgeRules = {
  /** The number of the version in force. */
  readonly version: number
  readonly policy: BadgesPolicy
  /** In the order in which they were in force; the last is the one of the policy. */
  readonly versions: readonly BadgesVersion[]
}

/** The rules of badges at an instant; `undefined` in a market that gives none. */
export function badgeRulesAt(
  policies: PolicyBook,
  zone: string,
  at: Temporal.Instant,
): BadgeRules | undefined {
  const latest = policies.at('badges', at)
  if (latest === undefined) return undefined
  const versions: BadgesVersion[] = []
  let known: KnownPolicy | undefined = latest
  while (known !== undefined) {
    versions.unshift(versionOf(known, zone))
    known = policies.at('badges', known.effectiveAt.subtract({ milliseconds: 1 }))
  }
  return { version: latest.version, policy: latest.policy as BadgesPolicy, versions }
}

/** BG-4: a version holds from the first day that begins while it is in force. */
function versionOf(
  { name, version, policy, effectiveAt }: KnownPolicy,
  zone: string,
): BadgesVersion {
  const day = dayOf(effectiveAt, zone)
  const isWhole = startOfDay(day, zone).equals(effectiveAt)
  return {
    name: `${name}@${version}`,
    fromDay: dayNumberOf(day) + (isWhole ? 0 : 1),
    policy: policy as BadgesPolicy,
  }
}
