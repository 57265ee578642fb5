import type { Basket, Conditions, Limit, OfferUses, Window } from '#rules/pricing/basket.ts'
import type { PricingRefusal } from '#rules/pricing/quote.ts'

/** Why an instrument is not for this basket at all, whatever is in it; `undefined`: it may apply (PR-5). */
export function refusedBy(
  conditions: Conditions & { readonly id: string },
  basket: Basket,
): PricingRefusal | undefined {
  const { id, window, channel, tiers, limit } = conditions
  if (window !== undefined && !isInside(basket.atMs, window)) return 'pricing/not-in-window'
  if (channel !== undefined && channel !== basket.channel) return 'pricing/wrong-channel'
  if (tiers !== undefined && !isIn(tiers, basket.member.tier)) return 'pricing/wrong-tier'
  return limit === undefined ? undefined : usedUp(limit, basket.uses?.[id])
}

/** Half-open (TI-3). */
function isInside(atMs: number, window: Window): boolean {
  return window.fromMs <= atMs && atMs < window.toMs
}

function isIn(tiers: readonly string[], tier: string | undefined): boolean {
  return tier !== undefined && tiers.includes(tier)
}

/** One trade is one use; a budget that is spent has nothing left for any discount (PR-14). */
function usedUp(limit: Limit, uses: OfferUses | undefined): PricingRefusal | undefined {
  const { total, perMember, used, usedByMember, budget, spent } = limit
  if (uses?.gone !== undefined) return uses.gone
  if (total !== undefined && used >= total) return 'pricing/limit-reached'
  const byMember = usedByMember + (uses?.byMember ?? 0)
  if (perMember !== undefined && byMember >= perMember) return 'pricing/limit-reached'
  return budget !== undefined && spent >= budget ? 'pricing/budget-spent' : undefined
}

/** Whether a discount would take more than is left of the budget: then it is refused whole (PR-14). */
export function isOverBudget(limit: Limit | undefined, off: number): boolean {
  return limit?.budget !== undefined && limit.spent + off > limit.budget
}
