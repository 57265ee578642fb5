import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import {
  BenefitsPolicySchema,
  type Benefit,
  type BenefitsPolicy,
} from '#rules/benefits/definition.ts'
import type { BenefitSetting } from '#rules/benefits/decide-benefit.ts'

export type BenefitContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** A benefit by a version of its policy. */
export type KnownBenefit = {
  readonly slug: string
  readonly version: number
  /** `benefit:x@2`. */
  readonly policy: string
  readonly terms: Benefit
  /** The same as it was drafted: JSON. */
  readonly body: unknown
}

/** The benefit of a name in force at an instant. */
export function benefitAt(
  policies: PolicyBook,
  slug: string,
  at: Temporal.Instant,
): KnownBenefit | undefined {
  const known = policies.at(benefitName(slug), at)
  return known === undefined ? undefined : benefitOf(known)
}

/** A version of a benefit by its number. */
export function benefitVersion(
  policies: PolicyBook,
  slug: string,
  version: number,
): KnownBenefit | undefined {
  const known = policies.version(benefitName(slug), version)
  return known === undefined ? undefined : benefitOf(known)
}

/** All benefits in force at an instant, by name. */
export function benefitsAt(policies: PolicyBook, at: Temporal.Instant): readonly KnownBenefit[] {
  return [...policies.family('benefit').keys()].toSorted().flatMap((name) => {
    const known = policies.at(name, at)
    return known === undefined ? [] : [benefitOf(known)]
  })
}

/** What is said of all benefits together; a market that says nothing has the usual. */
export function benefitsPolicyAt(policies: PolicyBook, at: Temporal.Instant): BenefitsPolicy {
  const known = policies.at('benefits', at)
  return known === undefined ? BenefitsPolicySchema.parse({}) : (known.policy as BenefitsPolicy)
}

/** What benefits are decided in at an instant. */
export function settingAt(
  { policies, market }: Pick<BenefitContext, 'policies' | 'market'>,
  at: Temporal.Instant,
): BenefitSetting {
  const { excludedCategories } = benefitsPolicyAt(policies, at)
  return { zone: market.zone, ladder: ladderAt(policies, at) ?? [], excludedCategories }
}

/** The name of a benefit's policy, which is that of its stock too. */
export function benefitName(slug: string): string {
  return `benefit:${slug}`
}

function benefitOf({ name, version, policy, body }: KnownPolicy): KnownBenefit {
  return {
    slug: name.slice(name.indexOf(':') + 1),
    version,
    policy: `${name}@${version}`,
    terms: policy as Benefit,
    body,
  }
}
