import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { Transformation } from '#db/governance/transformations.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import type { ReviewRules } from '#rules/merchants/review/review.ts'
import type { Change } from '#rules/merchants/transformation/change.ts'
import {
  reviewRulesOf,
  type KindRules,
  type TransformationKind,
  type TransformationPolicy,
} from '#rules/merchants/transformation/policy.ts'

/** What transformations are decided in. */
export type TransformationContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** A version of the policy, for one kind. */
export type KnownKind = {
  readonly version: number
  readonly policy: TransformationPolicy
  readonly kind: KindRules
}

export type KindAt =
  | ({ readonly ok: true } & KnownKind)
  | {
      readonly ok: false
      readonly refusal: 'transformation/no-policy' | 'transformation/not-offered'
    }

/** The rules of a kind in force at an instant. */
export function kindAt(
  policies: PolicyBook,
  kind: TransformationKind,
  at: Temporal.Instant,
): KindAt {
  const known = policies.at('transformation', at)
  if (known === undefined) return { ok: false, refusal: 'transformation/no-policy' }
  const policy = known.policy as TransformationPolicy
  const rules = policy.kinds[kind]
  if (rules === undefined) return { ok: false, refusal: 'transformation/not-offered' }
  return { ok: true, version: known.version, policy, kind: rules }
}

/** The rules that an application goes by. */
export function kindOf(
  policies: PolicyBook,
  { policyVersion, kind }: Pick<Transformation, 'policyVersion' | 'kind'>,
): KnownKind {
  const known = policies.version('transformation', policyVersion)
  assert(known !== undefined, `transformation@${policyVersion} is known`)
  const policy = known.policy as TransformationPolicy
  const rules = policy.kinds[kind]
  assert(rules !== undefined, `transformation@${policyVersion} offers ${kind}`)
  return { version: policyVersion, policy, kind: rules }
}

/** What the review of an application goes by (TF-2). */
export function reviewRulesFor(
  { policy, kind }: KnownKind,
  change: Change,
  had: readonly string[],
): ReviewRules {
  const added = change.kind === 'widenCategories' ? change.add : []
  return reviewRulesOf(
    policy,
    kind,
    added.filter((each) => !had.includes(each)),
  )
}
