import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { linesFrom, pricingPolicy, quoted } from '#test/support/baskets.ts'

const everyLayer = pricingPolicy({
  layers: ['item', 'shop', 'coupon', 'allowance', 'redEnvelope', 'freight'],
})

test('PR-13 freight offers compete for the freight of each shop', () => {
  const input = {
    lines: linesFrom('A 100.00, B 50.00'),
    freight: [
      { shop: 'A', amount: '6.00' },
      { shop: 'B', amount: '8.00' },
    ],
    offers: [
      { id: 'F1', layer: 'freight', threshold: '99.00', effect: { type: 'freeFreight' } },
      { id: 'F2', layer: 'freight', effect: { type: 'freightOff', percent: 50 } },
    ],
  }
  const quote = quoted(input, everyLayer)
  deepEqual(quote.freight, [
    {
      shop: 'A',
      amountFen: 600,
      payFen: 0,
      shares: [{ layer: 'freight', instrument: 'F1', offFen: 600, funder: 'shop:A' }],
    },
    {
      shop: 'B',
      amountFen: 800,
      payFen: 400,
      shares: [{ layer: 'freight', instrument: 'F2', offFen: 400, funder: 'shop:B' }],
    },
  ])
  equal(quote.payFen, 15_000 + 400)
  deepEqual(quote.missing, [{ id: 'F1', shop: 'B', addFen: 4_900, savesFen: 400 }])
  const { layer, baseFen, offFen, byShopFen } = quote.layers.at(-1)!
  deepEqual([layer, baseFen, offFen, byShopFen], ['freight', 1_400, 1_000, { A: 600, B: 400 }])
})

test('PR-13 freight thresholds read what the layers before freight left, wherever it stands', () => {
  const input = {
    lines: linesFrom('A 100.00'),
    freight: [{ shop: 'A', amount: '6.00' }],
    offers: [{ id: 'F', layer: 'freight', threshold: '99.00', effect: { type: 'freeFreight' } }],
    member: { coupons: [{ id: 'C', kind: 'shop', off: '5.00' }] },
    choose: { coupons: ['C'] },
  }
  equal(quoted(input, pricingPolicy({ layers: ['freight', 'coupon'] })).payFen, 9_500)
  equal(quoted(input, pricingPolicy({ layers: ['coupon', 'freight'] })).payFen, 9_500 + 600)
  const parallel = pricingPolicy({ layers: ['coupon', 'freight'], threshold: 'parallel' })
  equal(quoted(input, parallel).payFen, 9_500)
})

test('PR-13 freight offers that stack add to the winner, up to the freight', () => {
  const offers = [
    { id: 'F1', layer: 'freight', effect: { type: 'freightOff', off: '4.00' } },
    { id: 'F2', layer: 'freight', stacks: true, effect: { type: 'freightOff', off: '5.00' } },
    { id: 'F3', layer: 'freight', effect: { type: 'freightOff', off: '3.00' } },
  ]
  const freight = [{ shop: 'A', amount: '6.00' }]
  const quote = quoted({ lines: linesFrom('A 10.00'), freight, offers }, everyLayer)
  deepEqual(
    quote.freight[0]?.shares.map(({ instrument, offFen }) => [instrument, offFen]),
    [
      ['F1', 400],
      ['F2', 200],
    ],
  )
  deepEqual(quote.notApplied, [{ id: 'F3', refusal: 'pricing/beaten', by: 'F1', shop: 'A' }])
  const none = quoted({ lines: linesFrom('A 10.00'), offers: offers.slice(0, 1) }, everyLayer)
  deepEqual(none.notApplied, [{ id: 'F1', refusal: 'pricing/nothing-left', shop: 'A' }])
})
