import { assert } from '#rules/assert.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import type { Quote, Share } from '#rules/pricing/quote.ts'

/**
 * A trade as it was priced, with the terms of that day: all that a return is decided from (RE-1).
 * Plain JSON, every amount in fen.
 */
export type FrozenTrade = {
  readonly lines: readonly FrozenLine[]
  readonly charges: readonly FrozenCharge[]
  /** What of `paidFenOf` was put down before, for presale. */
  readonly depositFen: number
  readonly used: Used
  readonly terms: ReturnTerms
}

/** One line; the lines of one shop are one order of the trade. */
export type FrozenLine = {
  readonly id: string
  readonly sku: string
  readonly shop: string
  readonly quantity: number
  /** Deposit and balance, for presale. */
  readonly payFen: number
  /** What each unit cost: adds up to `payFen`. */
  readonly unitsFen: readonly number[]
  readonly shares: readonly Share[]
  /** Units of other SKUs that took the place of this line's, by exchange (RE-14). */
  readonly replacedBy?: readonly { readonly sku: string; readonly quantity: number }[]
}

/** What a shop's order costs besides its goods: one of each kind for a shop. */
export type FrozenCharge = {
  readonly kind: 'freight' | 'extras'
  readonly shop: string
  readonly payFen: number
  readonly shares: readonly Share[]
}

/** What was used that can come back: ids of coupons, fen of the wallet, fen by envelope, points. */
export type Used = {
  readonly coupons: readonly string[]
  readonly allowanceFen: number
  readonly redEnvelopesFen: Readonly<Record<string, number>>
  readonly points: number
}

/** When what was used comes back (RE-7 to RE-10). */
export type ReturnTerms = {
  readonly coupon: 'fullOnly' | 'never'
  readonly redEnvelope: 'allClosed' | 'perSubOrder' | 'never'
  readonly allowance: 'allClosed' | 'perSubOrder'
}

/** Freezes what was priced, with the terms of the policy it was priced by. */
export function freezeTrade(basket: Basket, quote: Quote, policy: PricingPolicy): FrozenTrade {
  const { coupons, allowanceFen, redEnvelopesFen, points } = quote.used
  return {
    lines: quote.lines.map((quoted, index) => {
      const line = basket.lines[index]
      assert(line?.id === quoted.id, 'a quote has the lines of its basket, in their order')
      const { id, sku, shop, quantity } = line
      const { payFen, unitsFen, shares } = quoted
      return { id, sku, shop, quantity, payFen, unitsFen, shares }
    }),
    charges: chargesOf([
      ...quote.freight.map(({ shop, payFen, shares }): FrozenCharge => {
        return { kind: 'freight', shop, payFen, shares }
      }),
      ...basket.extras.map(({ shop, amount }): FrozenCharge => {
        return { kind: 'extras', shop, payFen: amount, shares: [] }
      }),
    ]),
    depositFen: quote.depositFen ?? 0,
    used: {
      coupons,
      // What no wallet paid for has no wallet to come back to.
      allowanceFen: policy.allowance.automatic ? 0 : allowanceFen,
      redEnvelopesFen,
      points,
    },
    terms: termsOf(policy),
  }
}

/** What a policy says of what comes back. */
export function termsOf({ allowance, returns }: PricingPolicy): ReturnTerms {
  const { coupon, redEnvelope } = returns
  return { coupon, redEnvelope, allowance: allowance.return }
}

/** Everything that is paid for a trade, its deposits too. */
export function paidFenOf({ lines, charges }: FrozenTrade): number {
  return [...lines, ...charges].reduce((sum, each) => sum + each.payFen, 0)
}

/** The shops of a trade in the order of their first line: each is one order. */
export function ordersOf({ lines }: FrozenTrade): readonly string[] {
  return [...new Set(lines.map(({ shop }) => shop))]
}

/** One charge of each kind for each shop, however many were named. */
export function chargesOf(charged: readonly FrozenCharge[]): readonly FrozenCharge[] {
  const together = Map.groupBy(charged, ({ kind, shop }) => `${kind}:${shop}`)
  return [...together.values()].flatMap((same): readonly FrozenCharge[] => {
    const [first] = same
    if (first === undefined || same.length === 1) return same
    const payFen = same.reduce((sum, each) => sum + each.payFen, 0)
    return [{ ...first, payFen, shares: same.flatMap(({ shares }) => shares) }]
  })
}
