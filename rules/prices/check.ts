import type { Days } from '#rules/campaigns/policy.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { LowestDeal } from '#rules/prices/deals.ts'
import type { LowestMarked } from '#rules/prices/marked.ts'
import type { PricePolicy } from '#rules/prices/policy.ts'
import type { PriceDays } from '#rules/prices/windows.ts'

/** Why a price is not allowed. */
export type PriceRefusal =
  | 'prices/above-lowest-deal'
  | 'prices/above-marked-price'
  | 'prices/below-presale-price'
  | 'prices/below-event-price'

/** The deal or price that stands in the way: what it was, when, and the days it was looked for on. */
export type PriceCause = {
  readonly refusal: PriceRefusal
  readonly priceFen: Fen
  /** Of ordering, of the beginning of the marked price; `null`: of another declaration. */
  readonly at: Temporal.Instant | null
  readonly window: Days | null
  readonly dealId?: string
  readonly priceId?: string
  /** The most, or the least, that it allows. */
  readonly limitFen: Fen
}

/** How high an SKU may be declared, and what says so. Shown before the merchant types. */
export type Ceiling = {
  /** `null`: nothing was sold nor marked in the windows; every price is allowed. */
  readonly ceilingFen: Fen | null
  readonly lowestDeal: LowestDeal | null
  readonly lowestMarked: LowestMarked | null
  readonly days: PriceDays
  /** What each of the two bounds comes to; `null`: no bound. */
  readonly byDealFen: Fen | null
  readonly byMarkedFen: Fen | null
}

/** The ceiling that the lowest prices set: each times its ratio down to the fen, the lower one (PV-8). */
export function ceilingOf(
  lowest: {
    readonly deal: LowestDeal | undefined
    readonly marked: LowestMarked | undefined
    readonly days: PriceDays
  },
  { ratio, promoRatio }: Pick<PricePolicy, 'ratio' | 'promoRatio'>,
): Ceiling {
  const { deal, marked, days } = lowest
  const byDealFen = deal === undefined ? null : partOf(deal.priceFen, ratio)
  const byMarkedFen = marked === undefined ? null : partOf(marked.priceFen, promoRatio)
  const bounds = [byDealFen, byMarkedFen].filter((each) => each !== null)
  return {
    ceilingFen: bounds.length === 0 ? null : asFen(Math.min(...bounds)),
    lowestDeal: deal ?? null,
    lowestMarked: marked ?? null,
    days,
    byDealFen,
    byMarkedFen,
  }
}

export type PriceChecked = {
  readonly ok: boolean
  /** The first of the causes. */
  readonly refusal?: PriceRefusal
  readonly ceilingFen: Fen | null
  /** The least allowed; `null`: none. */
  readonly floorFen: Fen | null
  readonly causes: readonly PriceCause[]
}

/**
 * Whether a price may be declared (PV-8): not above the ceiling, and as a spot price not below the presale
 * price. At a limit is allowed. Every cause is told, deals first. `ceiling` `undefined`: no prices are verified.
 */
export function checkPrice(
  declared: { readonly priceFen: number; readonly presaleFen?: number | undefined },
  ceiling: Ceiling | undefined,
  { notBelowPresale }: Pick<PricePolicy, 'notBelowPresale'>,
): PriceChecked {
  const { presaleFen, priceFen } = declared
  const floorFen = notBelowPresale && presaleFen !== undefined ? asFen(presaleFen) : null
  const above = ceiling === undefined ? [] : tooHigh(priceFen, ceiling)
  const causes = [...above, ...belowPresale(priceFen, floorFen)]
  const [first] = causes
  return {
    ok: first === undefined,
    ...(first === undefined ? {} : { refusal: first.refusal }),
    ceilingFen: ceiling?.ceilingFen ?? null,
    floorFen,
    causes,
  }
}

/**
 * Whether a price is above no ceiling that prices as low as these set: `null` is none. Prices that are lower
 * than the lowest say no where the ceiling itself might not.
 */
export function isSurelyAllowed(
  priceFen: number,
  lowest: { readonly dealFen: number | null; readonly markedFen: number | null },
  { ratio, promoRatio }: Pick<PricePolicy, 'ratio' | 'promoRatio'>,
): boolean {
  const { dealFen, markedFen } = lowest
  if (dealFen !== null && priceFen > partOf(asFen(dealFen), ratio)) return false
  return markedFen === null || priceFen <= partOf(asFen(markedFen), promoRatio)
}

/** What says that a price is above the ceiling. */
export function tooHigh(priceFen: number, ceiling: Ceiling): readonly PriceCause[] {
  const { lowestDeal, lowestMarked, byDealFen, byMarkedFen, days } = ceiling
  const causes: PriceCause[] = []
  if (lowestDeal !== null && byDealFen !== null && priceFen > byDealFen) {
    causes.push({
      refusal: 'prices/above-lowest-deal',
      priceFen: lowestDeal.priceFen,
      at: lowestDeal.orderedAt,
      window: days.deals,
      dealId: lowestDeal.dealId,
      limitFen: byDealFen,
    })
  }
  if (lowestMarked !== null && byMarkedFen !== null && priceFen > byMarkedFen) {
    causes.push({
      refusal: 'prices/above-marked-price',
      priceFen: lowestMarked.priceFen,
      at: lowestMarked.from,
      window: days.promo,
      priceId: lowestMarked.priceId,
      limitFen: byMarkedFen,
    })
  }
  return causes
}

function belowPresale(priceFen: number, floorFen: Fen | null): readonly PriceCause[] {
  if (floorFen === null || priceFen >= floorFen) return []
  const refusal = 'prices/below-presale-price'
  return [{ refusal, priceFen: floorFen, at: null, window: null, limitFen: floorFen }]
}

/** A price as a part of another, down to the fen. */
function partOf(priceFen: Fen, ratio: Ppm): Fen {
  return asFen(mulDiv(priceFen, ratio, wholePpm, 'floor'))
}
