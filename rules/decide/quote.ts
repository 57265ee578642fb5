import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { QuoteOutputSchema, type QuoteOutput } from '#rules/decide/quote-output.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import { basketOf, QuoteInputSchema, type QuoteInput } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Quote } from '#rules/pricing/quote.ts'

/** What a quote says of the policy it was priced by, where no version is recorded. */
const policyName = 'pricing@1'

/** A basket priced through all layers, explained (PR-1 and what follows). */
export const quoteDecision = decision({
  name: 'quote',
  summary: 'a basket over many shops, priced through all layers of discounts',
  policy: 'pricing',
  inputSchema: QuoteInputSchema,
  outputSchema: QuoteOutputSchema,
  decide: (input, context): QuoteOutput => {
    const { basket, quote } = priceInput(input, context)
    return toldQuote(basket, quote)
  },
})

/** Prices what an input tells of, in the zone and by the policy of its setting. */
export function priceInput(
  input: QuoteInput,
  context: DecisionContext,
): { readonly basket: Basket; readonly quote: Quote } {
  const policy = policyOf(context, 'pricing')
  const { basket, offers } = basketOf(input, context.zone)
  return { basket, quote: priceBasket(basket, indexOffers(offers), policy, policyName) }
}

/** A quote as it is told: with what a return must know of its lines and charges besides. */
export function toldQuote(
  basket: Pick<Basket, 'lines' | 'extras'>,
  { freight, ...quote }: Quote,
): QuoteOutput {
  return {
    ...quote,
    lines: quote.lines.map(({ id, ...priced }, index) => {
      const { sku, shop, quantity } = basket.lines[index] ?? {}
      return { id, sku, shop, quantity, ...priced }
    }),
    charges: [
      ...freight.map((each) => ({ kind: 'freight' as const, ...each })),
      ...basket.extras.map(({ shop, kind, amount }) => {
        return { kind, shop, amountFen: amount, payFen: amount, shares: [] }
      }),
    ],
  }
}
