import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { CountSetting } from '#rules/merchants/metrics/counters.ts'
import {
  MerchantMetricsPolicySchema,
  type MerchantMetricsPolicy,
} from '#rules/merchants/metrics/policy.ts'

/** The policy `merchantMetrics` in force at an instant, with its name and version. */
export function metricPolicyAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly policy: MerchantMetricsPolicy; readonly name: string } | undefined {
  const known = policies.at('merchantMetrics', at)
  if (known === undefined) return undefined
  return { policy: known.policy as MerchantMetricsPolicy, name: `${known.name}@${known.version}` }
}

/** A version by its name: `merchantMetrics@1`. */
export function metricPolicyNamed(
  policies: PolicyBook,
  name: string,
): MerchantMetricsPolicy | undefined {
  const version = Number(name.slice(name.indexOf('@') + 1))
  return policies.version('merchantMetrics', version)?.policy as MerchantMetricsPolicy | undefined
}

/**
 * What orders are counted by. What was done before the first policy, or in a market without one, is
 * counted by the usual values, so that the figures are there once it has one.
 */
export function countSetting(
  policies: PolicyBook,
  { zone }: { readonly zone: string },
): CountSetting {
  return { zone, policyAt: (at) => metricPolicyAt(policies, at)?.policy ?? usual }
}

const usual = MerchantMetricsPolicySchema.parse({})
