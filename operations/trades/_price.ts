import { hash } from 'node:crypto'
import type { Held } from '#operations/trades/_holdings.ts'
import { offersOf, type Counted } from '#operations/trades/offer-book.ts'
import { pricingPolicyAt, type TradeContext } from '#operations/trades/trade-context.ts'
import { inNameOf, withAllowances, type LineAllowance } from '#rules/campaigns/allowance.ts'
import type { Basket, Limit, OfferUses } from '#rules/pricing/basket.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import { basketFor, type QuoteBody } from '#rules/trades/body.ts'
import { figuresOf, type Figures } from '#rules/trades/expectation.ts'

/** A basket with its price: what is quoted, and what is frozen when it is placed. */
export type Priced = {
  readonly basket: Basket
  readonly quote: Quote
  readonly figures: Figures
  readonly digest: string
  /** Whether the allowance is taken off without a wallet. */
  readonly isAutomatic: boolean
  /** What of limited offers it takes off, in the order of their ids. */
  readonly limited: readonly LimitedUse[]
  /** What it saves by offers that are counted for the member (PR-19). */
  readonly savings: readonly Saving[]
}

export type LimitedUse = { readonly offer: string; readonly offFen: number; readonly limit: Limit }

export type Saving = Counted & { readonly offer: string; readonly offFen: number }

/** Why nothing is left of offers for anybody, by id. */
export type Gone = Readonly<Record<string, NonNullable<OfferUses['gone']>>>

/**
 * Prices a basket for a member as of an instant; `day`: what its lines carry of the allowance, where a
 * campaign has its day. `undefined`: the market has no pricing policy.
 */
export function priceFor(
  context: TradeContext,
  body: QuoteBody,
  at: Temporal.Instant,
  { offerUses, ...held }: Held,
  gone: Gone,
  day: readonly LineAllowance[],
): Priced | undefined {
  const pricing = pricingPolicyAt(context.policies, at)
  if (pricing === undefined) return undefined
  const { policy, name } = pricing
  const offers = offersOf(context.policies, context.market.zone).at(at)
  const basket = withAllowances(basketFor(body, at, held, usesOf(offerUses, gone)), day)
  const quote = inNameOf(priceBasket(basket, offers.index, policy, name), day)
  const figures = figuresOf(quote)
  return {
    basket,
    quote,
    figures,
    digest: hash('sha256', JSON.stringify(figures), 'base64url'),
    isAutomatic: policy.allowance.automatic,
    limited: limitedUses(quote, offers.limited),
    savings: savingsOf(quote, offers.counted),
  }
}

function usesOf(counts: ReadonlyMap<string, number>, gone: Gone): Basket['uses'] {
  const ids = new Set([...counts.keys(), ...Object.keys(gone)])
  if (ids.size === 0) return undefined
  return Object.fromEntries(
    [...ids].map((id): [string, OfferUses] => {
      const why = gone[id]
      return [id, { byMember: counts.get(id) ?? 0, ...(why === undefined ? {} : { gone: why }) }]
    }),
  )
}

function limitedUses(quote: Quote, limited: ReadonlyMap<string, Limit>): LimitedUse[] {
  if (limited.size === 0) return []
  const offFen = offByInstrument(quote)
  return quote.used.offers.toSorted().flatMap((offer): LimitedUse[] => {
    const limit = limited.get(offer)
    return limit === undefined ? [] : [{ offer, offFen: offFen.get(offer) ?? 0, limit }]
  })
}

function savingsOf(quote: Quote, counted: ReadonlyMap<string, Counted>): Saving[] {
  if (counted.size === 0) return []
  const offFen = offByInstrument(quote)
  return quote.used.offers.toSorted().flatMap((offer): Saving[] => {
    const [how, off = 0] = [counted.get(offer), offFen.get(offer)]
    return how === undefined || off === 0 ? [] : [{ offer, offFen: off, ...how }]
  })
}

function offByInstrument(quote: Quote): ReadonlyMap<string, number> {
  const offFen = new Map<string, number>()
  for (const { shares } of [...quote.lines, ...quote.freight]) {
    for (const share of shares) {
      offFen.set(share.instrument, (offFen.get(share.instrument) ?? 0) + share.offFen)
    }
  }
  return offFen
}
