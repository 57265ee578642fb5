import type { Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { dropKey, insertDrops, type DroppedSku } from '#db/protection/drops.ts'
import { lockShops } from '#db/shops/shops.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { campaignAt, policyInCampaign } from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { protectedWindow } from '#rules/protection/claim.ts'
import { isInside } from '#rules/time/instants.ts'

/** A price that a shop asked for goods of a campaign afterwards. */
export type LowerPrice = DroppedSku & {
  readonly priceFen: number
  /** When it was asked. */
  readonly at: Temporal.Instant
  readonly cause: object
}

export type ProtectionContext = {
  readonly policies: PolicyBook
  readonly market: Market
  readonly now: Temporal.Instant
}

/**
 * Keeps prices that buyers of a campaign are protected against (BP-1); what they have back is worked off
 * after (`settleProtection`). A price that is not lower than those kept, that is outside of the days, or of
 * a market that protects none, changes nothing. Shops are locked, and told. Returns how many were kept.
 */
export async function openProtection(
  tx: Writer,
  { policies, market, now }: ProtectionContext,
  prices: readonly LowerPrice[],
): Promise<number> {
  const counting = prices.filter(({ campaign, at }) => {
    const known = campaignAt(policies, campaign, at)
    const policy = policyInCampaign(policies, 'priceProtection', known, at)?.policy
    if (known === undefined || policy === undefined) return false
    const window = protectedWindow(known.terms, policy, market.zone)
    return window !== undefined && isInside(at, window)
  })
  const lowest = lowestOfEach(counting)
  if (lowest.length === 0) return 0

  await lockShops(tx, [...new Set(lowest.map((each) => each.shopId))])
  const drops = lowest.map(({ cause, ...drop }) => ({ ...drop, cause: JSON.stringify(cause) }))
  const kept = await insertDrops(tx, drops, now)
  const byKey = new Map(lowest.map((each) => [dropKey(each), each]))
  await announceToShops(
    tx,
    kept.map(({ campaign, shopId, sku, number }) => ({
      shopId,
      id: `protection-opened/${campaign}/${sku}/${number}`,
      type: 'jifen.protection.opened.v1',
      at: now,
      data: { campaign, shopId, sku, ...factsOf(byKey.get(dropKey({ campaign, shopId, sku }))) },
    })),
  )
  return kept.length
}

function factsOf(price: LowerPrice | undefined): object {
  return { priceFen: price?.priceFen, cause: price?.cause }
}

function lowestOfEach(prices: readonly LowerPrice[]): LowerPrice[] {
  const lowest = new Map<string, LowerPrice>()
  for (const price of prices) {
    const before = lowest.get(dropKey(price))
    if (before === undefined || price.priceFen < before.priceFen) lowest.set(dropKey(price), price)
  }
  return [...lowest.values()]
}
