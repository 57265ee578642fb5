import type { Deal } from '#rules/prices/deals.ts'
import type { MarkedPrice } from '#rules/prices/marked.ts'
import type { Window } from '#rules/pricing/basket.ts'
import { components } from '#rules/prices/policy.ts'

/** Why a deal or price that is told is not recorded. */
export type ToldRefusal =
  | 'prices/in-the-future'
  | 'prices/in-the-past'
  | 'prices/id-reused'
  | 'prices/unknown-record'
  | 'prices/voided-by-platform-only'
  | 'prices/not-on-days-of-campaign'

/** How far clocks differ. */
const aheadMs = 5 * 60 * 1_000

/**
 * Whether a deal is recorded (PV-9): not one of the future, and not under the id of another. `before` is
 * what is recorded of its SKU under the id.
 */
export function refusalOfDeal(
  deal: Deal,
  before: Deal | undefined,
  nowMs: number,
): ToldRefusal | undefined {
  if (before !== undefined && !isSameDeal(deal, before)) return 'prices/id-reused'
  if (deal.orderedAt.epochMilliseconds > nowMs + aheadMs) return 'prices/in-the-future'
  return undefined
}

/**
 * Whether a marked price is recorded (PV-9, PV-10): a shop cannot mark its goods for a time that is over,
 * and only the platform says that a record was a mistake. `known` are all others of its SKU; `sale`: when
 * the campaign sells that it is the price of, `undefined` where there is no such campaign (PV-6).
 */
export function refusalOfPrice(
  price: MarkedPrice,
  known: readonly MarkedPrice[],
  by: 'shop' | 'platform',
  sale: Window | undefined,
): ToldRefusal | undefined {
  const before = known.find((each) => each.priceId === price.priceId)
  if (before !== undefined) return isSamePrice(price, before) ? undefined : 'prices/id-reused'
  if (by === 'shop' && price.fromMs < price.recordedMs - aheadMs) return 'prices/in-the-past'
  if (by === 'shop' && price.voids) return 'prices/voided-by-platform-only'
  if (price.campaign !== null && !isWithin(price, sale)) return 'prices/not-on-days-of-campaign'
  const { corrects } = price
  const isThere = corrects === null || known.some((each) => each.priceId === corrects)
  return isThere ? undefined : 'prices/unknown-record'
}

function isSameDeal(deal: Deal, before: Deal): boolean {
  return (
    deal.orderedAt.epochMilliseconds === before.orderedAt.epochMilliseconds &&
    deal.units === before.units &&
    deal.priceFen === before.priceFen &&
    deal.event === before.event &&
    deal.paidOnly === before.paidOnly &&
    components.every((name) => (deal.off[name] ?? 0) === (before.off[name] ?? 0))
  )
}

/** Told without a beginning, the same again begins a little later: that is no other price. */
function isSamePrice(price: MarkedPrice, before: MarkedPrice): boolean {
  const beginsAlike =
    price.fromMs === before.fromMs ||
    (price.fromMs === price.recordedMs && before.fromMs === before.recordedMs)
  return (
    beginsAlike &&
    price.kind === before.kind &&
    price.priceFen === before.priceFen &&
    price.toMs === before.toMs &&
    price.campaign === before.campaign &&
    price.corrects === before.corrects &&
    price.voids === before.voids
  )
}

/** Otherwise any price could be kept from being looked at by calling it the campaign's. */
function isWithin({ fromMs, toMs }: MarkedPrice, sale: Window | undefined): boolean {
  return sale !== undefined && toMs !== null && sale.fromMs <= fromMs && toMs <= sale.toMs
}
