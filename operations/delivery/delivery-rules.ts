import { campaignAt, policyInCampaign } from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import type { DeliveryRules } from '#rules/delivery/ship-by.ts'
import { TradePolicySchema, type TradePolicy } from '#rules/trades/policy.ts'

/** By which policies an order is shipped: those at its payment, as its campaign has them (SH-2). */
export type DeliveryTerms = {
  readonly rules: DeliveryRules
  /** `undefined`: a late shipment costs nothing. */
  readonly late: LatePolicy | undefined
  /** `delivery@1 trade@1 late@2`. */
  readonly versions: string
}

/**
 * The terms of an order that was paid at an instant, in a trade of a campaign or of none; `undefined`: the
 * market watches no shipments.
 */
export function deliveryTerms(
  policies: PolicyBook,
  zone: string,
  campaign: string | undefined,
  paidAt: Temporal.Instant,
): DeliveryTerms | undefined {
  const known = campaign === undefined ? undefined : campaignAt(policies, campaign, paidAt)
  const delivery = policyInCampaign(policies, 'delivery', known, paidAt)
  if (delivery === undefined) return undefined
  const late = policyInCampaign(policies, 'late', known, paidAt)
  const trade = policies.at('trade', paidAt)
  const { shipWithin } = (trade?.policy as TradePolicy | undefined) ?? usual
  const versions = [
    ...delivery.versions.split(' '),
    ...(trade === undefined ? [] : [`trade@${trade.version}`]),
    ...(late === undefined ? [] : late.versions.split(' ')),
  ]
  return {
    rules: { rules: delivery.policy, ordinary: shipWithin, zone },
    late: late?.policy,
    versions: [...new Set(versions)].join(' '),
  }
}

const usual = TradePolicySchema.parse({})
