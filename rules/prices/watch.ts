import type { Days } from '#rules/campaigns/policy.ts'
import { asFen } from '#rules/money/fen.ts'
import { tooHigh, type Ceiling, type PriceCause } from '#rules/prices/check.ts'
import type { LowestDeal } from '#rules/prices/deals.ts'
import type { LowestMarked } from '#rules/prices/marked.ts'

/** What becomes of a declaration that is looked at again. */
export type Verdict =
  | { readonly what: 'stands' }
  /** It was too high before prices froze: it no longer takes part. */
  | { readonly what: 'suspend'; readonly causes: readonly PriceCause[] }
  /** It became too high afterwards: it stays as it is, and the shop broke its word. */
  | { readonly what: 'breach'; readonly causes: readonly PriceCause[] }

/**
 * Looks at a declared price again (PV-12, PV-13), by the ceiling as it is now and, once prices are frozen,
 * by the ceiling of what was recorded by then. Never is a price changed.
 */
export function verdictOn(
  priceFen: number,
  ceilings: { readonly now: Ceiling; readonly atFreeze: Ceiling | undefined },
): Verdict {
  const { now, atFreeze } = ceilings
  const causes = tooHigh(priceFen, now)
  if (causes.length === 0) return { what: 'stands' }
  if (atFreeze === undefined) return { what: 'suspend', causes }
  const before = tooHigh(priceFen, atFreeze)
  if (before.length > 0) return { what: 'suspend', causes: before }
  return { what: 'breach', causes }
}

/**
 * What was sold or marked below a price of the event on the days after it (PV-14), deals first; at the
 * price of the event is allowed.
 */
export function soldLower(
  eventFen: number,
  found: {
    readonly deal: LowestDeal | undefined
    readonly marked: LowestMarked | undefined
    readonly days: Days
  },
): readonly PriceCause[] {
  const { deal, marked, days } = found
  const told = { refusal: 'prices/below-event-price', window: days } as const
  const limitFen = asFen(eventFen)
  const causes: PriceCause[] = []
  if (deal !== undefined && deal.priceFen < eventFen) {
    const { dealId, orderedAt, priceFen } = deal
    causes.push({ ...told, priceFen, at: orderedAt, dealId, limitFen })
  }
  if (marked !== undefined && marked.priceFen < eventFen) {
    const { priceId, from, priceFen } = marked
    causes.push({ ...told, priceFen, at: from, priceId, limitFen })
  }
  return causes
}

/** The lowest price among causes. */
export function lowestOf(causes: readonly PriceCause[]): PriceCause | undefined {
  const [lowest] = causes.toSorted((a, b) => a.priceFen - b.priceFen)
  return lowest
}
