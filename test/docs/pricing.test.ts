import { deepEqual, equal, partialDeepStrictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { toldQuote } from '#rules/decide/quote.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { layers, PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { QuoteBodySchema } from '#rules/trades/body.ts'
import { figuresOf } from '#rules/trades/expectation.ts'

type Body = Readonly<Record<string, unknown>>
type Answer = { readonly quote: { readonly layers: readonly Body[] }; readonly expect: Body }

const page = readFileSync(new URL('../../docs/pricing.md', import.meta.url), 'utf8')
const [asked, answer] = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
  ([, json]) => JSON.parse(json ?? '') as unknown,
)
const [offer, batch] = [...page.matchAll(/"body": (\{.*?\}) \}'$/gms)].map(
  ([, json]) => JSON.parse(json ?? '') as Body,
)

test('the offer and the coupon batch of docs/pricing.md fit their schemas', () => {
  equal(parsePolicy('offer:s1-200-20', offer).ok, true)
  equal(parsePolicy('coupon-batch:s2-300', batch).ok, true)
})

test('the answer of docs/pricing.md is what the basket comes to', () => {
  const { memberId, ...basketAsked } = asked as Body
  equal(memberId, 'lin')
  equal(QuoteBodySchema.safeParse(basketAsked).success, true)

  const { title: _, ...terms } = offer ?? {}
  const coupon = { id: 's2-300.1', policy: 'coupon-batch:s2-300@1', ...(batch?.['terms'] as Body) }
  const input = QuoteInputSchema.parse({
    ...basketAsked,
    at: '2017-11-10T20:00:12+08:00',
    offers: [{ id: 'offer:s1-200-20', policy: 'offer:s1-200-20@1', ...terms }],
    member: { coupons: [coupon], allowance: '120.00' },
  })
  const { basket, offers } = basketOf(input, 'Asia/Shanghai')
  const policy = PricingPolicySchema.parse(tmall2017.policies.pricing)
  const quote = priceBasket(basket, indexOffers(offers), policy, 'pricing@1')

  const { quote: shown, expect } = answer as Answer
  const happened = quote.layers.filter(({ offFen }) => offFen > 0)
  deepEqual({ ...toldQuote(basket, quote), layers: happened }, shown)
  partialDeepStrictEqual(expect, figuresOf(quote))
})

test('docs/pricing.md has a line for every layer', () => {
  const rows = [...page.matchAll(/^\| `([a-zA-Z]+)` *\|/gm)].map(([, name = '']) => name)
  deepEqual(rows.slice(0, layers.length).toSorted(), layers.toSorted())
})
