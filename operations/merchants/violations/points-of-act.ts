import { violationPolicyAt } from '#operations/merchants/violations/violation-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { ViolationKind } from '#rules/merchants/violations/policy.ts'

/** The kind and points of what a shop does wrong; `undefined`: the market has no such act. */
export function pointsOfAct(
  policies: PolicyBook,
  act: string,
  at: Temporal.Instant,
): { readonly kind: ViolationKind; readonly points: number } | undefined {
  const acts = violationPolicyAt(policies, at)?.policy.acts ?? {}
  const known = Object.hasOwn(acts, act) ? acts[act] : undefined
  return known === undefined ? undefined : { kind: known.kind, points: known.points }
}
