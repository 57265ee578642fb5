// A basket over three shops, priced through all layers by the policy of 2017: what each instrument
// takes off, where it ends and who pays for it, and why one coupon is better left alone.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Quote } from '#rules/pricing/quote.ts'

const asked = {
  at: '2017-11-11T10:00:00+08:00',
  lines: [
    { id: 'jacket', sku: 'j1', shop: 'A', category: 'apparel', quantity: 2, listPrice: '109.00' },
    { id: 'headset', sku: 'h1', shop: 'B', category: 'digital', quantity: 1, listPrice: '199.00' },
    { id: 'nuts', sku: 'n1', shop: 'C', category: 'food', quantity: 3, listPrice: '19.90' },
  ],
  offers: [
    {
      id: 'ten-off',
      layer: 'item',
      target: { skus: ['j1'] },
      effect: { type: 'percentOff', percent: 10 },
    },
    {
      id: 'second-half',
      layer: 'item',
      target: { shops: ['C'] },
      effect: { type: 'nthUnit', n: 2, percent: 50 },
    },
    {
      id: 'autumn',
      layer: 'shop',
      target: { shops: ['A'] },
      effect: { type: 'thresholdOff', steps: [{ from: '150.00', off: '15.00' }] },
    },
  ],
  member: {
    coupons: [
      { id: 'b30', kind: 'shop', target: { shops: ['B'] }, threshold: '150.00', off: '30.00' },
    ],
    allowance: '120.00',
    redEnvelopes: [{ id: 'rain', amount: '8.88' }],
  },
  allowanceStep: { every: '400.00', off: '50.00' },
}

const quote = priced(asked)
for (const { layer, baseFen, offFen, applied } of quote.layers) {
  const by = applied.map(({ id, offFen: off }) => `${id} ${yuan(off)}`).join(', ')
  console.log(`${layer.padEnd(12)} ${yuan(baseFen)} - ${yuan(offFen).padEnd(6)} ${by}`.trimEnd())
}
console.log()
for (const { id, payFen, unitsFen, shares } of quote.lines) {
  console.log(`${id} costs ${yuan(payFen)}, its units ${unitsFen.map(yuan).join(', ')}`)
  for (const { instrument, offFen, funder } of shares) {
    console.log(`  ${instrument.padEnd(12)}${yuan(offFen).padStart(6)} off, paid by ${funder}`)
  }
}
console.log()
for (const { id, refusal } of quote.notApplied) console.log(`${id} takes nothing off: ${refusal}`)
console.log(`To pay: ${yuan(quote.payFen)}. Proved that nothing costs less: ${quote.optimal}`)

const pinned = priced({ ...asked, choose: { pin: ['b30'] } })
console.log(`To pay with b30 forced in: ${yuan(pinned.payFen)}`)

function priced(input: unknown): Quote {
  const { basket, offers } = basketOf(QuoteInputSchema.parse(input), 'Asia/Shanghai')
  const policy = PricingPolicySchema.parse(tmall2017.policies.pricing)
  return priceBasket(basket, indexOffers(offers), policy)
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2)
}
