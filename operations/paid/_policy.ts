import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { PaidMembershipPolicy } from '#rules/members/paid/policy.ts'
import type { PaidYear } from '#rules/members/paid/year.ts'
import { assert } from '#rules/assert.ts'

/** The policy of paid membership in force at an instant; `undefined`: the market has none. */
export function paidPolicyAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly policy: PaidMembershipPolicy; readonly name: string } | undefined {
  const known = policies.at('paidMembership', at)
  if (known === undefined) return undefined
  return { policy: known.policy as PaidMembershipPolicy, name: nameOf(known) }
}

/** The policy that a year was bought by: what it gives and how it is refunded was promised then. */
export function policyOfYear(policies: PolicyBook, { policy }: PaidYear): PaidMembershipPolicy {
  const [name = '', version = ''] = policy.split('@')
  const known = policies.version(name, Number(version))
  assert(known !== undefined, `a year was bought by a policy that is known: ${policy}`)
  return known.policy as PaidMembershipPolicy
}

/** A grant of the n-th coupon of a batch by a year: the same name is given once (PM-10). */
export function grantName({ number }: PaidYear, n: number): string {
  return `paid-${number}-${n}`
}

/** The names of all grants that a year makes. */
export function grantNames(year: PaidYear, { coupons }: PaidMembershipPolicy): string[] {
  const most = coupons.reduce((count, each) => Math.max(count, each.count), 0)
  return Array.from({ length: most }, (_, n) => grantName(year, n + 1))
}

/** A name of a policy without its family. */
export function slugOf(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function nameOf({ name, version }: KnownPolicy): string {
  return `${name}@${version}`
}
