import type { Market } from '#db/market.ts'
import {
  campaignAt,
  campaignsAt,
  policyInCampaign,
  type KnownCampaign,
} from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { Campaign } from '#rules/campaigns/policy.ts'
import type { Window } from '#rules/pricing/basket.ts'
import type { PricePolicy } from '#rules/prices/policy.ts'
import { windowOfDays } from '#rules/prices/windows.ts'

export type PriceContext = { readonly policies: PolicyBook; readonly market: Pick<Market, 'zone'> }

/** What the prices of a campaign are verified by. */
export type PriceSetting = {
  readonly campaign: string
  readonly terms: Campaign
  readonly price: NonNullable<Campaign['price']>
  readonly policy: PricePolicy
  /** `price@1 campaign:double11-2017@1`. */
  readonly versions: string
  readonly zone: string
}

/** The setting of a campaign at an instant; `undefined`: it, or the market, verifies no prices. */
export function priceSettingAt(
  context: PriceContext,
  campaign: string,
  at: Temporal.Instant,
): PriceSetting | undefined {
  const known = campaignAt(context.policies, campaign, at)
  return known === undefined ? undefined : settingOf(context, known, at)
}

/** The settings of all campaigns that verify prices. */
export function priceSettingsAt(context: PriceContext, at: Temporal.Instant): PriceSetting[] {
  return campaignsAt(context.policies, at).flatMap((known) => {
    const setting = settingOf(context, known, at)
    return setting === undefined ? [] : [setting]
  })
}

/** From the first day that any price of a campaign is looked for on, to the last. */
export function watchedWindow({ price, zone }: PriceSetting): Window {
  const { presale, spot, protect } = price
  const all = [presale.deals, presale.promo, spot.deals, spot.promo, protect]
  const windows = all.map((days) => windowOfDays(days, zone))
  return {
    fromMs: Math.min(...windows.map((each) => each.fromMs)),
    toMs: Math.max(...windows.map((each) => each.toMs)),
  }
}

function settingOf(
  { policies, market }: PriceContext,
  known: KnownCampaign,
  at: Temporal.Instant,
): PriceSetting | undefined {
  const { campaign, version, terms } = known
  const inForce = policyInCampaign(policies, 'price', known, at)
  if (inForce === undefined || terms.price === undefined) return undefined
  const named = `campaign:${campaign}@${version}`
  const versions = inForce.versions.split(' ').includes(named)
    ? inForce.versions
    : `${inForce.versions} ${named}`
  return {
    campaign,
    terms,
    price: terms.price,
    policy: inForce.policy,
    versions,
    zone: market.zone,
  }
}
