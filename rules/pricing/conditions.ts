import type { Basket, Conditions, Limit, OfferUses, Window } from '#rules/pricing/basket.ts'
import type { NotApplied, PricingRefusal } from '#rules/pricing/quote.ts'
import { lackOf, type Who } from '#rules/members/who.ts'

/** Why an instrument is not for a basket, and what of the member would unlock it. */
export type RefusedHere = Pick<NotApplied, 'refusal' | 'unlockedBy'>

/** Why an instrument is not for this basket at all, whatever is in it; `undefined`: it may apply (PR-5). */
export function refusedBy(
  conditions: Conditions & { readonly id: string },
  basket: Basket,
): RefusedHere | undefined {
  const { id, window, channel, tiers, scoreFrom, paidMember, benefit, limit } = conditions
  if (window !== undefined && !isInside(basket.atMs, window)) return notInWindow
  if (channel !== undefined && channel !== basket.channel) return wrongChannel
  if (tiers !== undefined || scoreFrom !== undefined || paidMember !== undefined) {
    const lack = lackOf(conditions, basket.member)
    if (lack !== undefined) return { refusal: refusalOf(lack), unlockedBy: lack }
  }
  if (benefit !== undefined && basket.member.benefits?.includes(benefit) !== true) return noBenefit
  const refusal = limit === undefined ? undefined : usedUp(limit, basket.uses?.[id])
  return refusal === undefined ? undefined : { refusal }
}

/** What is told of an instrument that is not for a basket. */
export function notAppliedOf(id: string, { refusal, unlockedBy }: RefusedHere): NotApplied {
  return unlockedBy === undefined ? { id, refusal } : { id, refusal, unlockedBy }
}

const notInWindow: RefusedHere = { refusal: 'pricing/not-in-window' }
const noBenefit: RefusedHere = { refusal: 'pricing/benefit-missing' }
const wrongChannel: RefusedHere = { refusal: 'pricing/wrong-channel' }

/** The first that is missing names the refusal. */
function refusalOf({ tiers, scoreFrom }: Who): PricingRefusal {
  if (tiers !== undefined) return 'pricing/wrong-tier'
  return scoreFrom === undefined ? 'pricing/paid-members-only' : 'pricing/score-too-low'
}

/** Half-open (TI-3). */
function isInside(atMs: number, window: Window): boolean {
  return window.fromMs <= atMs && atMs < window.toMs
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
