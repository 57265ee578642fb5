import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { ViolationsPolicy } from '#rules/merchants/violations/policy.ts'
import type { ViolationSetting } from '#rules/merchants/violations/totals.ts'

/** The policy `violations` in force at an instant, with its name and version. */
export function violationPolicyAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly policy: ViolationsPolicy; readonly name: string } | undefined {
  const known = policies.at('violations', at)
  if (known === undefined) return undefined
  return { policy: known.policy as ViolationsPolicy, name: `${known.name}@${known.version}` }
}

/** What totals of points are counted by. */
export function violationSetting(
  policies: PolicyBook,
  { zone }: { readonly zone: string },
): ViolationSetting {
  return { zone, policyAt: (at) => violationPolicyAt(policies, at)?.policy }
}
