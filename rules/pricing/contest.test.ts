import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Quote } from '#rules/pricing/quote.ts'
import { effectFrom, linesFrom, offsOf, pricingPolicy, quoted } from '#test/support/baskets.ts'

test('PR-6 a threshold is reached at equality', () => {
  const offer = {
    id: 'O',
    layer: 'item',
    threshold: '100.00',
    effect: effectFrom('amountOffTotal off=5.00'),
  }
  equal(offsOf(quoted({ lines: linesFrom('A 100.00'), offers: [offer] })), '5.00')
  const { notApplied } = quoted({ lines: linesFrom('A 99.99'), offers: [offer] })
  deepEqual(notApplied, [
    {
      id: 'O',
      refusal: 'pricing/threshold-not-reached',
      baseFen: 9_999,
      thresholdFen: 10_000,
      shortFen: 1,
    },
  ])
})

test('PR-6 a later threshold reads what is left, or the item level where the policy is parallel', () => {
  const offers = [
    shopOffer('S', 'thresholdOff steps=100.00:30.00'),
    { ...shopOffer('T', 'amountOffTotal off=10.00'), threshold: '90.00', stacks: true },
  ]
  const lines = linesFrom('A 100.00')
  equal(offsOf(quoted({ lines, offers })), '30.00')
  equal(offsOf(quoted({ lines, offers }, pricingPolicy({ threshold: 'parallel' }))), '40.00')
})

test('PR-10 the larger reduction takes the line, and the others are told by whom they were beaten', () => {
  const offers = [
    itemOffer('O1', 'percentOff percent=10'),
    itemOffer('O2', 'amountOffUnit off=11.00'),
  ]
  const quote = quoted({ lines: linesFrom('A 100.00'), offers })
  equal(offsOf(quote), '11.00')
  deepEqual(quote.notApplied, [{ id: 'O1', refusal: 'pricing/beaten', by: 'O2' }])
})

test('PR-10 a higher priority comes before a larger reduction, and the id decides between equals', () => {
  const first = { ...itemOffer('O1', 'percentOff percent=10'), priority: 1 }
  const second = itemOffer('O2', 'percentOff percent=50')
  equal(winners(quoted({ lines: linesFrom('A 100.00'), offers: [second, first] })), 'O1')
  const twin = { ...second, id: 'O0' }
  equal(winners(quoted({ lines: linesFrom('A 100.00'), offers: [second, twin] })), 'O0')
})

test('PR-10 an offer over several lines competes with its total and closes all of them', () => {
  const offers = [
    itemOffer('both', 'percentOff percent=20'),
    { ...itemOffer('one', 'percentOff percent=25'), target: { skus: ['s1'] } },
  ]
  equal(winners(quoted({ lines: linesFrom('A 100.00, A 100.00'), offers })), 'both')
  // Over a small second line the offer on one line is the larger: the other keeps what is open.
  const quote = quoted({ lines: linesFrom('A 100.00, A 10.00'), offers })
  equal(offsOf(quote), '25.00 2.00')
  equal(winners(quote), 'one both')
})

test('PR-10 who lost lines is computed again on what is open, and may lose its threshold', () => {
  const offers = [
    { ...itemOffer('joint', 'amountOffTotal off=30.00'), threshold: '150.00' },
    { ...itemOffer('one', 'percentOff percent=40'), target: { skus: ['s1'] } },
  ]
  const quote = quoted({ lines: linesFrom('A 100.00, A 100.00'), offers })
  equal(offsOf(quote), '40.00 0.00')
  deepEqual(quote.notApplied, [{ id: 'joint', refusal: 'pricing/beaten', by: 'one' }])
})

test('PR-10 who takes nothing, or too much for its budget, may win on the lines that stay open', () => {
  const best = { ...itemOffer('best', 'amountOffTotal off=90.00'), target: { skus: ['s1'] } }
  const second = { ...itemOffer('second', 'percentOff percent=20'), limit: { budget: '20.00' } }
  const quote = quoted({ lines: linesFrom('A 100.00, A 100.00'), offers: [best, second] })
  equal(offsOf(quote), '90.00 20.00')
  deepEqual(quote.notApplied, [])
})

test('PR-10 shop offers compete in each shop by itself', () => {
  const offers = [
    shopOffer('all', 'thresholdOff steps=100.00:10.00'),
    { ...shopOffer('onlyB', 'thresholdOff steps=100.00:20.00'), target: { shops: ['B'] } },
  ]
  const quote = quoted({ lines: linesFrom('A 100.00, B 100.00, C 99.00'), offers })
  equal(offsOf(quote), '10.00 20.00 0.00')
  deepEqual(quote.notApplied, [
    { id: 'all', refusal: 'pricing/beaten', by: 'onlyB', shop: 'B' },
    {
      id: 'all',
      refusal: 'pricing/threshold-not-reached',
      baseFen: 9_900,
      thresholdFen: 10_000,
      shortFen: 100,
      shop: 'C',
    },
  ])
})

test('PR-10 one shop offer takes the shop, even where their lines differ', () => {
  const offers = [
    { ...shopOffer('O1', 'percentOff percent=10'), target: { skus: ['s1'] } },
    { ...shopOffer('O2', 'percentOff percent=10'), target: { skus: ['s2'] } },
  ]
  equal(offsOf(quoted({ lines: linesFrom('A 100.00, A 200.00'), offers })), '0.00 20.00')
})

test('PR-10 offers that stack add to the winner, each on what is left', () => {
  for (const layer of ['item', 'shop']) {
    const offers = [
      { ...itemOffer('S1', 'percentOff percent=10'), layer, stacks: true },
      { ...itemOffer('S2', 'percentOff percent=20'), layer, stacks: true },
      { ...itemOffer('O', 'amountOffTotal off=50.00'), layer },
    ]
    const quote = quoted({ lines: linesFrom('A 100.00'), offers })
    equal(offsOf(quote), '64.00')
    equal(winners(quote), 'O S2 S1')
  }
})

test('PR-10 an exclusive winner closes its lines or shop to those that stack', () => {
  for (const layer of ['item', 'shop']) {
    const offers = [
      { ...itemOffer('S', 'percentOff percent=10'), layer, stacks: true },
      { ...itemOffer('O', 'amountOffTotal off=50.00'), layer, exclusive: true },
    ]
    const quote = quoted({ lines: linesFrom('A 100.00'), offers })
    equal(offsOf(quote), '50.00')
    const [why] = quote.notApplied
    deepEqual([why?.id, why?.refusal, why?.by], ['S', 'pricing/excluded', 'O'])
  }
})

test('PR-10 an exclusive offer that does not win closes nothing', () => {
  const offers = [
    { ...itemOffer('S', 'percentOff percent=10'), stacks: true },
    { ...itemOffer('E', 'amountOffTotal off=5.00'), exclusive: true },
    itemOffer('O', 'amountOffTotal off=50.00'),
  ]
  equal(offsOf(quoted({ lines: linesFrom('A 100.00'), offers })), '55.00')
})

test('PR-14 over a limit an offer is refused, and the next takes its place', () => {
  const best = itemOffer('best', 'amountOffTotal off=50.00')
  const next = itemOffer('next', 'amountOffTotal off=20.00')
  const lines = linesFrom('A 100.00')
  const cases = [
    [{ total: 10, used: 10 }, 'pricing/limit-reached'],
    [{ perMember: 1, usedByMember: 1 }, 'pricing/limit-reached'],
    [{ budget: '50.00', spent: '0.01' }, 'pricing/budget-spent'],
  ] as const
  for (const [limit, refusal] of cases) {
    const quote = quoted({ lines, offers: [{ ...best, limit }, next] })
    equal(offsOf(quote), '20.00')
    deepEqual(quote.notApplied, [{ id: 'best', refusal }])
  }
  const within = { total: 10, used: 9, perMember: 2, usedByMember: 1, budget: '50.00' }
  equal(offsOf(quoted({ lines, offers: [{ ...best, limit: within }, next] })), '50.00')
})

test('PR-14 one budget holds for all shops of a trade', () => {
  const offer = { ...shopOffer('O', 'amountOffTotal off=30.00'), limit: { budget: '50.00' } }
  const quote = quoted({ lines: linesFrom('A 100.00, B 100.00'), offers: [offer] })
  equal(offsOf(quote), '30.00 0.00')
  deepEqual(quote.notApplied, [{ id: 'O', refusal: 'pricing/budget-spent', shop: 'B' }])
})

// Columns: what of the offer does not fit | why.
const unfit = [
  [
    { window: { from: '2017-11-11T10:00:00.001+08:00', to: '2017-11-12T00:00:00+08:00' } },
    'not-in-window',
  ],
  [
    { window: { from: '2017-11-10T00:00:00+08:00', to: '2017-11-11T10:00:00+08:00' } },
    'not-in-window',
  ],
  [{ channel: 'app' }, 'wrong-channel'],
  [{ tiers: ['apass'] }, 'wrong-tier'],
  [{ tiers: [] }, 'wrong-tier'],
  [{ minUnits: 2 }, 'not-enough-units'],
] as const

test('PR-5 an offer outside its window, channel, tiers or units takes nothing off', () => {
  for (const layer of ['item', 'shop']) {
    for (const [condition, reason] of unfit) {
      const offer = { ...itemOffer('O', 'percentOff percent=10'), layer, ...condition }
      const lines = linesFrom('A 100.00')
      const quote = quoted({ lines, offers: [offer], channel: 'web', member: { tier: 'super' } })
      equal(offsOf(quote), '0.00')
      equal(quote.notApplied[0]?.refusal, `pricing/${reason}`)
    }
  }
  const window = { from: '2017-11-11T10:00:00+08:00', to: '2017-11-11T10:00:00.001+08:00' }
  const fits = { window, channel: 'app', tiers: ['super', 'apass'], minUnits: 2 }
  const offer = { ...itemOffer('O', 'percentOff percent=10'), ...fits }
  const fitting = { lines: linesFrom('A 50.00 x2'), channel: 'app', member: { tier: 'super' } }
  equal(offsOf(quoted({ ...fitting, offers: [offer] })), '10.00')
})

function itemOffer(id: string, effect: string): object {
  return { id, layer: 'item', effect: effectFrom(effect) }
}

function shopOffer(id: string, effect: string): object {
  return { id, layer: 'shop', effect: effectFrom(effect) }
}

function winners(quote: Quote): string {
  return quote.used.offers.join(' ')
}
