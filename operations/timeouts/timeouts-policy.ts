import { campaignsAt, policyInCampaign } from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { isOpen } from '#rules/campaigns/phases.ts'
import type { TimeoutsPolicy } from '#rules/timeouts/policy.ts'

/** The policy `timeouts` as it applies to an order, and by which versions: `timeouts@1`. */
export type TimeoutsInForce = { readonly policy: TimeoutsPolicy; readonly versions: string }

/**
 * TO-3: the policy in force at an instant, with what the campaign lays over it on whose day the order
 * was paid; `undefined`: the market has no such policy.
 */
export function timeoutsAt(
  policies: PolicyBook,
  at: Temporal.Instant,
  paidAt: Temporal.Instant | null,
): TimeoutsInForce | undefined {
  const campaign =
    paidAt === null
      ? undefined
      : campaignsAt(policies, at).find(
          ({ terms }) => terms.policies.timeouts !== undefined && isOpen(terms, 'day', paidAt),
        )
  return policyInCampaign(policies, 'timeouts', campaign, at)
}
