import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { effectFrom, linesFrom, offsOf, pricingPolicy, quoted } from '#test/support/baskets.ts'

const everyLayer = pricingPolicy({
  layers: [
    'presale',
    'item',
    'shop',
    'coupon',
    'platformCoupon',
    'allowance',
    'redEnvelope',
    'freight',
  ],
})

test('PR-1 the worked basket of two shops goes through every layer', () => {
  const quote = quoted({
    lines: [
      {
        id: '1',
        sku: 'a1',
        shop: 'A',
        category: 'apparel',
        quantity: 1,
        listPrice: '100.00',
        promoPrice: '80.00',
      },
      { id: '2', sku: 'b1', shop: 'B', category: 'apparel', quantity: 1, listPrice: '350.00' },
    ],
    freight: [{ shop: 'A', amount: '6.00' }],
    offers: [
      {
        id: 'O2',
        layer: 'shop',
        target: { shops: ['B'] },
        effect: effectFrom('thresholdOff steps=300.00:30.00'),
      },
    ],
    member: {
      coupons: [
        { id: 'C1', kind: 'shop', target: { shops: ['B'] }, threshold: '330.00', off: '10.00' },
      ],
      allowance: '120.00',
      redEnvelopes: [{ id: 'R1', amount: '8.88', expiresAt: '2017-11-12T00:00:00+08:00' }],
    },
    allowanceStep: { every: '400.00', off: '50.00' },
  })
  const { goodsFen, freightFen, payFen, optimal, policies } = quote
  deepEqual(
    [goodsFen, freightFen, payFen, optimal, policies],
    [43_000, 600, 34_712, true, ['pricing@1']],
  )
  deepEqual(
    quote.layers.map(({ layer, baseFen, offFen, byShopFen }) => [
      layer,
      baseFen,
      offFen,
      byShopFen,
    ]),
    [
      ['item', 43_000, 0, {}],
      ['shop', 43_000, 3_000, { B: 3_000 }],
      ['coupon', 40_000, 0, {}],
      ['allowance', 40_000, 5_000, { A: 1_000, B: 4_000 }],
      ['redEnvelope', 35_000, 888, { A: 178, B: 710 }],
    ],
  )
  deepEqual(quote.lines, [
    {
      id: '1',
      payFen: 6_822,
      unitsFen: [6_822],
      shares: [
        { layer: 'allowance', instrument: 'allowance', offFen: 1_000, funder: 'shop:A' },
        { layer: 'redEnvelope', instrument: 'R1', offFen: 178, funder: 'platform' },
      ],
    },
    {
      id: '2',
      payFen: 27_290,
      unitsFen: [27_290],
      shares: [
        { layer: 'shop', instrument: 'O2', offFen: 3_000, funder: 'shop:B' },
        { layer: 'allowance', instrument: 'allowance', offFen: 4_000, funder: 'shop:B' },
        { layer: 'redEnvelope', instrument: 'R1', offFen: 710, funder: 'platform' },
      ],
    },
  ])
  equal(quote.notApplied[0]?.refusal, 'pricing/threshold-not-reached')
  equal(quote.notApplied[0]?.shortFen, 1_000)
  deepEqual(quote.missing, [{ id: 'C1', shop: 'B', addFen: 1_000, savesFen: 1_000 }])
})

test('PR-1 every layer of the policy is told in its order, applied or not', () => {
  const { layers } = quoted({ lines: linesFrom('A 10.00') }, everyLayer)
  deepEqual(
    layers.map(({ layer }) => layer),
    everyLayer.layers,
  )
})

test('PR-1 a layer that the policy does not list is put in where the basket needs it', () => {
  const policy = pricingPolicy({ points: { pay: { perYuan: 100 } } })
  const [line] = linesFrom('A 100.00')
  const input = {
    lines: [{ ...line, presale: { deposit: '10.00', worth: '20.00' } }],
    offers: [{ id: 'F', layer: 'freight', effect: { type: 'freeFreight' } }],
    member: {
      coupons: [
        { id: 'P', kind: 'platform', off: '1.00' },
        { id: 'C', kind: 'category', off: '1.00' },
      ],
    },
  }
  deepEqual(
    quoted(input, policy).layers.map(({ layer }) => layer),
    [
      'presale',
      'item',
      'shop',
      'coupon',
      'platformCoupon',
      'allowance',
      'categoryCoupon',
      'redEnvelope',
      'points',
      'freight',
    ],
  )
})

test('PR-1 offers of a layer that the policy leaves out are refused', () => {
  const policy = pricingPolicy({ layers: ['shop'] })
  const offers = [{ id: 'O', layer: 'item', effect: effectFrom('percentOff percent=10') }]
  const { notApplied, payFen } = quoted({ lines: linesFrom('A 10.00'), offers }, policy)
  deepEqual([notApplied, payFen], [[{ id: 'O', refusal: 'pricing/no-layer' }], 1_000])
})

test('PR-2 freight, tax and services count toward nothing and carry nothing', () => {
  const offers = [
    { id: 'O', layer: 'shop', effect: effectFrom('thresholdOff steps=100.00:50.00') },
    { id: 'I', layer: 'item', effect: effectFrom('amountOffTotal off=500.00') },
  ]
  const beside = {
    freight: [{ shop: 'A', amount: '6.00' }],
    extras: [{ shop: 'A', kind: 'tax', amount: '9.00' }],
  }
  const short = quoted({ lines: linesFrom('A 99.00'), offers: offers.slice(0, 1), ...beside })
  equal(short.payFen, 9_900 + 600 + 900)
  const free = quoted({ lines: linesFrom('A 99.00'), offers, ...beside })
  deepEqual([free.payFen, free.freightFen, free.extrasFen], [1_500, 600, 900])
})

test('PR-3 keys of a target are all needed, values of a key are alternatives, exclude takes out', () => {
  const lines = [
    { id: '1', sku: 'a', shop: 'A', category: 'x', tags: ['new'], quantity: 1, listPrice: '10.00' },
    { id: '2', sku: 'b', shop: 'A', category: 'y', quantity: 1, listPrice: '10.00' },
    {
      id: '3',
      sku: 'c',
      shop: 'B',
      category: 'x',
      tags: ['old', 'new'],
      quantity: 1,
      listPrice: '10.00',
    },
  ]
  const cases = [
    [{ shops: ['A'] }, '1.00 1.00 0.00'],
    [{ shops: ['A', 'B'], categories: ['x'] }, '1.00 0.00 1.00'],
    [{ shops: ['A'], exclude: { categories: ['y'] } }, '1.00 0.00 0.00'],
    [{ exclude: { shops: ['B'], skus: ['b'] } }, '1.00 0.00 0.00'],
    [{ tags: ['new'] }, '1.00 0.00 1.00'],
    [{ tags: ['new', 'old'], lines: ['1', '2'] }, '1.00 0.00 0.00'],
    [{ skus: ['b', 'c', 'd'] }, '0.00 1.00 1.00'],
    [{ skus: [] }, '0.00 0.00 0.00'],
    [{ exclude: {} }, '1.00 1.00 1.00'],
    [{}, '1.00 1.00 1.00'],
  ] as const
  for (const [target, expected] of cases) {
    for (const layer of ['item', 'shop']) {
      const offer = { id: 'O', layer, target, effect: effectFrom('percentOff percent=10') }
      equal(offsOf(quoted({ lines, offers: [offer] })), expected, JSON.stringify(target))
    }
  }
})

test('PR-11 each share names its funder: the shop, the one named, or several by per mille', () => {
  const lines = linesFrom('A 0.10')
  const offer = {
    id: 'O',
    layer: 'shop',
    policy: 'offer:o@2',
    effect: effectFrom('amountOffTotal off=0.05'),
  }
  const shares = (funder?: unknown): unknown => {
    const offers = [{ ...offer, ...(funder === undefined ? {} : { funder }) }]
    const { lines: quotedLines, policies } = quoted({ lines, offers })
    deepEqual(policies, ['pricing@1', 'offer:o@2'])
    return quotedLines[0]?.shares.map(({ funder: payer, offFen, policy }) => [
      payer,
      offFen,
      policy,
    ])
  }
  deepEqual(shares(), [['shop:A', 5, 'offer:o@2']])
  deepEqual(shares('brand:x'), [['brand:x', 5, 'offer:o@2']])
  const several = [
    { funder: 'shop:A', perMille: 300 },
    { funder: 'platform', perMille: 700 },
  ]
  deepEqual(shares(several), [
    ['shop:A', 1, 'offer:o@2'],
    ['platform', 4, 'offer:o@2'],
  ])
})

test('PR-16 what a line costs is shared over its units, the odd fen to the later ones', () => {
  const offers = [{ id: 'O', layer: 'item', effect: effectFrom('amountOffTotal off=0.01') }]
  const [line] = quoted({ lines: linesFrom('A 1.00 x3'), offers }).lines
  deepEqual(line?.unitsFen, [99, 100, 100])
})

test('PR-17 a deposit worth more is a share of the shop, and what was put down is not paid again', () => {
  const [line] = linesFrom('A 300.00 x2')
  const presale = { deposit: '50.00', worth: '100.00' }
  const quote = quoted({ lines: [{ ...line, presale }] }, everyLayer)
  const { goodsFen, depositFen, payFen } = quote
  deepEqual([goodsFen, depositFen, payFen], [60_000, 10_000, 40_000])
  equal(quote.lines[0]?.payFen, 50_000)
  deepEqual(quote.lines[0]?.shares, [
    { layer: 'presale', instrument: 'presale', offFen: 10_000, funder: 'shop:A' },
  ])
})

test('PR-17 no layer takes a line below its deposit, and thresholds count the deposit', () => {
  const [line] = linesFrom('A 100.00')
  const lines = [{ ...line, presale: { deposit: '20.00', instantOff: '10.00' } }]
  const offers = [
    { id: 'O', layer: 'shop', threshold: '90.00', effect: effectFrom('amountOffTotal off=85.00') },
  ]
  const quote = quoted({ lines, offers })
  deepEqual([quote.lines[0]?.payFen, quote.payFen, quote.depositFen], [2_000, 0, 2_000])
  equal(quote.layers[2]?.applied[0]?.cutFen, 1_500)
})
