import { z } from 'zod'
import { assert } from '#rules/assert.ts'
import { QuoteOutputSchema } from '#rules/decide/quote-output.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import type { Share } from '#rules/pricing/quote.ts'
import { chargesOf, termsOf, type FrozenTrade, type Used } from '#rules/returns/frozen-trade.ts'

const { shape } = QuoteOutputSchema

/** A quote that the decision `quote` gave: its lines, and as much of the rest as there is. */
export const FrozenQuoteSchema = QuoteOutputSchema.partial().extend({
  lines: shape.lines.superRefine((lines, context) => {
    if (lines.length === 0) {
      context.addIssue({ code: 'custom', input: lines, message: 'A quote has lines.' })
    }
    lines.forEach(({ payFen, unitsFen, quantity = unitsFen.length }, index) => {
      const sum = unitsFen.reduce((total, fen) => total + fen, 0)
      if (sum === payFen && quantity === unitsFen.length && quantity > 0) return
      const message = 'The units of a line are as many as it has, and cost what it costs.'
      context.addIssue({ code: 'custom', path: [index, 'unitsFen'], input: unitsFen, message })
    })
  }),
})

type FrozenQuote = z.output<typeof FrozenQuoteSchema>

/** The trade that a frozen quote is of; what it leaves out is told from its shares. */
export function frozenOf(quote: FrozenQuote | undefined, policy: PricingPolicy): FrozenTrade {
  assert(quote !== undefined, 'a return without a quote has a frozen one')
  const lines = quote.lines.map((line) => {
    const { id, sku = id, unitsFen, payFen } = line
    const shares = line.shares as readonly Share[]
    const shop = line.shop ?? shopNamedIn(shares)
    return { id, sku, shop, quantity: unitsFen.length, payFen, unitsFen, shares }
  })
  const used = quote.used ?? usedIn(lines.flatMap(({ shares }) => shares))
  return {
    lines,
    charges: chargesOf(
      (quote.charges ?? []).map(({ kind, shop, payFen, shares }) => ({
        kind: kind === 'freight' ? kind : 'extras',
        shop,
        payFen,
        shares: shares as readonly Share[],
      })),
    ),
    depositFen: quote.depositFen ?? 0,
    used: { ...used, allowanceFen: policy.allowance.automatic ? 0 : used.allowanceFen },
    terms: termsOf(policy),
  }
}

function shopNamedIn(shares: readonly Share[]): string {
  const funder = shares.find((share) => share.funder.startsWith('shop:'))?.funder
  return funder?.slice('shop:'.length) ?? ''
}

function usedIn(shares: readonly Share[]): Used {
  const of = (...layers: readonly string[]): readonly Share[] => {
    return shares.filter(({ layer }) => layers.includes(layer))
  }
  const coupons = of('coupon', 'platformCoupon', 'categoryCoupon')
  const envelopes = Map.groupBy(of('redEnvelope'), ({ instrument }) => instrument)
  return {
    coupons: [...new Set(coupons.map(({ instrument }) => instrument))],
    allowanceFen: sumOf(of('allowance')),
    redEnvelopesFen: Object.fromEntries([...envelopes].map(([id, parts]) => [id, sumOf(parts)])),
    points: 0,
  }
}

function sumOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { offFen }) => sum + offFen, 0)
}
