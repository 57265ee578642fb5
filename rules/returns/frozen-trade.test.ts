import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { freezeTrade, ordersOf, paidFenOf, type FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { decideRefund } from '#rules/returns/refund.ts'

const layers = [
  'presale',
  'item',
  'shop',
  'coupon',
  'allowance',
  'redEnvelope',
  'points',
  'freight',
]

const input = {
  at: '2017-11-11T10:00:00+08:00',
  lines: [
    { id: '1', sku: 'a', shop: 'A', quantity: 3, listPrice: '99.99' },
    { id: '2', sku: 'b', shop: 'B', quantity: 1, listPrice: '300.00', presale: presale() },
    { id: '3', sku: 'c', shop: 'A', quantity: 2, listPrice: '50.00' },
  ],
  freight: [{ shop: 'A', amount: '6.00' }],
  extras: [
    { shop: 'B', kind: 'tax', amount: '1.00' },
    { shop: 'B', kind: 'service', amount: '2.00' },
  ],
  offers: [{ id: 'F', layer: 'freight', effect: { type: 'freightOff', percent: 50 } }],
  member: {
    coupons: [{ id: 'C', kind: 'shop', threshold: '300.00', off: '30.00' }],
    allowance: '500.00',
    redEnvelopes: [{ id: 'R', amount: '8.88' }],
    points: 1_001,
  },
  allowanceStep: { every: '400.00', off: '50.00' },
}

test('RE-1 a frozen trade holds the orders, charges and uses of its quote, and is plain JSON', () => {
  const trade = frozen({})
  deepEqual(JSON.parse(JSON.stringify(trade)), trade)
  deepEqual(ordersOf(trade), ['A', 'B'])
  deepEqual(
    trade.charges.map(({ kind, shop, payFen }) => [kind, shop, payFen]),
    [
      ['freight', 'A', 300],
      ['extras', 'B', 300],
    ],
  )
  equal(trade.depositFen, 5_000)
  equal(trade.used.points, 1_001)
  deepEqual(trade.used.coupons, ['C'])
  for (const { payFen, unitsFen, quantity } of trade.lines) {
    equal(unitsFen.length, quantity)
    equal(
      unitsFen.reduce((sum, fen) => sum + fen, 0),
      payFen,
    )
  }
})

test('RE-1 an allowance that no wallet paid for does not come back', () => {
  equal(frozen({ automatic: true }).used.allowanceFen, 0)
  equal(frozen({ automatic: false }).used.allowanceFen > 0, true)
})

test('RE-13 all that was priced and paid comes back to the fen, deposit and freight too', () => {
  const trade = frozen({})
  const everything = [
    ...trade.lines.map(({ id, quantity }) => ({ line: id, quantity })),
    { freight: 'A' },
    { extras: 'B' },
  ]
  const decided = decideRefund(trade, {
    isPaid: true,
    received: false,
    returned: everything,
    before: [],
  })
  equal(decided.refundFen, paidFenOf(trade))
  equal(decided.keptFen, 0)
  const { allowanceFen, redEnvelopesFen, coupons, points } = decided.back
  deepEqual({ allowanceFen, redEnvelopesFen: { R: redEnvelopesFen }, coupons, points }, trade.used)
})

function frozen(allowance: { readonly automatic?: boolean }): FrozenTrade {
  const policy = PricingPolicySchema.parse({
    layers,
    allowance,
    points: { pay: { perYuan: 100 } },
  })
  const { basket, offers } = basketOf(QuoteInputSchema.parse(input), 'Asia/Shanghai')
  const quote = priceBasket(basket, indexOffers(offers), policy)
  const trade = freezeTrade(basket, quote, policy)
  equal(paidFenOf(trade), quote.payFen + (quote.depositFen ?? 0))
  return trade
}

function presale(): object {
  return { deposit: '50.00', worth: '100.00' }
}
