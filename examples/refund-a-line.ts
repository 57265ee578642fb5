// One unit of a paid trade goes back, then the rest of its shop, then everything: what is refunded,
// and when the coupon and the allowance come back. Decided from the trade as it was frozen.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { freezeTrade } from '#rules/returns/frozen-trade.ts'
import { decideRefund } from '#rules/returns/refund.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'

const { basket } = basketOf(
  QuoteInputSchema.parse({
    at: '2017-11-11T10:00:00+08:00',
    lines: [
      { id: 'jacket', sku: 'j1', shop: 'A', quantity: 2, listPrice: '109.00' },
      { id: 'headset', sku: 'h1', shop: 'B', quantity: 1, listPrice: '299.00' },
    ],
    member: {
      coupons: [
        { id: 'a20', kind: 'shop', target: { shops: ['A'] }, threshold: '200.00', off: '20.00' },
      ],
      allowance: '120.00',
    },
    allowanceStep: { every: '400.00', off: '50.00' },
  }),
  'Asia/Shanghai',
)
const policy = PricingPolicySchema.parse(tmall2017.policies.pricing)
const quote = priceBasket(basket, indexOffers([]), policy)
const trade = freezeTrade(basket, quote, policy)
for (const { id, unitsFen } of trade.lines) {
  console.log(`${id}: ${unitsFen.map(yuan).join(' and ')}`)
}
console.log(`Paid: ${yuan(quote.payFen)}`)

const returns: readonly ReturnItem[] = [
  { line: 'jacket', quantity: 1 },
  { line: 'jacket', quantity: 2 },
  { line: 'jacket', quantity: 1 },
  { line: 'headset', quantity: 1 },
]
const before: ReturnItem[] = []
for (const item of returns) {
  console.log(`\nBack: ${JSON.stringify(item)}`)
  const standing = { isPaid: true, received: false, before }
  const refund = decideRefund(trade, { ...standing, returned: [item] })
  if (!refund.ok) {
    console.log(`  refused, ${refund.refusal}: ${refund.leftQuantity} is left`)
    continue
  }
  const { refundFen, keptFen, back, reasons } = refund
  console.log(`  refunds ${yuan(refundFen)}, ${yuan(keptFen)} stays paid`)
  console.log(`  allowance ${yuan(back.allowanceFen)}, coupons ${back.coupons.join() || 'none'}`)
  for (const { instrument, reason } of reasons) console.log(`  ${instrument}: ${reason}`)
  before.push(item)
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2)
}
