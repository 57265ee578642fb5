import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { usualEnding, type EndingPolicy } from '#rules/members/ending/policy.ts'

/** The policy `ending` in force at an instant, with its name and version; without one, the usual. */
export function endingPolicyAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly policy: EndingPolicy; readonly name: string | null } {
  const known = policies.at('ending', at)
  if (known === undefined) return { policy: usualEnding, name: null }
  return { policy: known.policy as EndingPolicy, name: `${known.name}@${known.version}` }
}
