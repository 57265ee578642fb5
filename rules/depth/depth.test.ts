import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { depthDecision } from '#rules/decide/depth.ts'
import { namesOf, type Depth } from '#rules/depth/deepest.ts'
import { DepthInputSchema } from '#rules/depth/input.ts'
import { depthReport } from '#rules/depth/report.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { type Asked, depthOf, parallel, sequential } from '#test/support/depths.ts'

function percentOf({ deepest }: Depth): number {
  return Math.floor(deepest.ppm / 100) / 100
}

/** Quotes the basket that was told, as anybody would, with the instruments that were asked about. */
function quoteTold(asked: Asked, depth: Depth, policy: PricingPolicy) {
  const { basket } = depthReport(depth, undefined)
  const { at = '1970-01-01T00:00:00Z', lines, channel, tier } = basket
  const { offers = [], member = {}, allowanceStep } = asked
  const read = QuoteInputSchema.parse({
    at,
    lines,
    offers,
    member: tier === undefined ? member : { ...member, tier },
    ...(allowanceStep === undefined ? {} : { allowanceStep }),
    ...(channel === undefined ? {} : { channel }),
  })
  const { basket: told, offers: all } = basketOf(read, 'Asia/Shanghai')
  return priceBasket(told, indexOffers(all), policy)
}

const double11 = {
  offers: [
    {
      id: 'O1',
      layer: 'item',
      target: { shops: ['A'] },
      effect: { type: 'percentOff', percent: 30, cap: '20.00' },
    },
    {
      id: 'O2',
      layer: 'shop',
      target: { shops: ['A'] },
      effect: {
        type: 'thresholdOff',
        steps: [
          { from: '300.00', off: '30.00' },
          { from: '500.00', off: '70.00' },
        ],
      },
    },
  ],
  member: {
    coupons: [
      { id: 'C1', kind: 'shop', target: { shops: ['A'] }, threshold: '330.00', off: '50.00' },
    ],
    allowance: '300.00',
    redEnvelopes: [{ id: 'R1', amount: '8.88' }],
  },
  allowanceStep: { every: '400.00', off: '50.00' },
  budget: 3_000,
} satisfies Asked

test('DC-1 the basket told has exactly the reduction told when it is quoted', () => {
  for (const policy of [sequential, parallel]) {
    const depth = depthOf(double11, policy)
    const [line] = quoteTold(double11, depth, policy).lines
    const { goodsFen, offFen } = depth.deepest
    equal(line?.payFen, goodsFen - offFen)
    deepEqual(line?.shares, depth.deepest.shares)
  }
})

// Columns: instruments | goods from | deepest per cent | the basket in fen | who makes it.
const known = [
  [{ shop: ['300.00', '30.00'] }, '100.00', 10, 30_000, 'S'],
  [{ item: 20, shop: ['300.00', '30.00'] }, '100.00', 28, 37_500, 'I S'],
  [{ shop: ['300.00', '30.00'], coupon: ['270.00', '27.00'] }, '100.00', 19, 30_000, 'S C'],
  [{ shop: ['300.00', '30.00'], coupon: ['300.00', '30.00'] }, '100.00', 18.18, 33_000, 'S C'],
  [{ envelope: '8.88' }, '5.00', 100, 500, 'R'],
  [{ envelope: '8.88' }, '100.00', 8.88, 10_000, 'R'],
] as const

function instruments(of: (typeof known)[number][0]): Asked {
  const { item, shop, coupon, envelope } = of as {
    item?: number
    shop?: readonly [string, string]
    coupon?: readonly [string, string]
    envelope?: string
  }
  const offers = []
  if (item !== undefined) {
    offers.push({ id: 'I', layer: 'item', effect: { type: 'percentOff', percent: item } } as const)
  }
  if (shop !== undefined) {
    const steps = [{ from: shop[0], off: shop[1] }]
    offers.push({ id: 'S', layer: 'shop', effect: { type: 'thresholdOff', steps } } as const)
  }
  const coupons =
    coupon === undefined
      ? []
      : [{ id: 'C', kind: 'shop', threshold: coupon[0], off: coupon[1] } as const]
  const redEnvelopes = envelope === undefined ? [] : [{ id: 'R', amount: envelope }]
  return { offers, member: { coupons, redEnvelopes }, budget: 2_000 }
}

test('DC-2 thresholds are met at the amount that earlier layers leave', () => {
  for (const [of, from, percent, basketFen, names] of known) {
    const depth = depthOf({ ...instruments(of), goods: { from } })
    equal(percentOf(depth), percent, names)
    equal(depth.deepest.basketFen, basketFen, names)
    equal(namesOf(depth.deepest.shares).join(' '), names)
  }
})

test('DC-2 parallel thresholds are met at the item level', () => {
  const of = { shop: ['300.00', '30.00'], coupon: ['300.00', '30.00'] } as const
  const depth = depthOf(instruments(of), parallel)
  deepEqual([percentOf(depth), depth.deepest.basketFen], [20, 30_000])
})

const amount = fc.integer({ min: 1_000, max: 2_400 })
const off = fc.integer({ min: 50, max: 600 })
const anyAsked = fc.record({
  percent: fc.integer({ min: 0, max: 60 }),
  cap: fc.option(off),
  from: amount,
  off,
  second: fc.integer({ min: 0, max: 50 }),
  threshold: amount,
  coupon: off,
  every: amount,
  minus: off,
  wallet: fc.integer({ min: 0, max: 900 }),
  isParallel: fc.boolean(),
})

test('DC-2 no other amount or quantity of one line goes deeper', () => {
  const property = fc.property(anyAsked, (drawn) => {
    const policy = drawn.isParallel ? parallel : sequential
    const cap = drawn.cap === null ? {} : { cap: drawn.cap }
    const asked: Asked = {
      offers: [
        { id: 'I', layer: 'item', effect: { type: 'percentOff', percent: drawn.percent, ...cap } },
        {
          id: 'N',
          layer: 'shop',
          effect: { type: 'nthUnit', n: 2, percent: drawn.second },
          stacks: true,
        },
        {
          id: 'S',
          layer: 'shop',
          effect: { type: 'thresholdOff', steps: [{ from: drawn.from, off: drawn.off }] },
        },
      ],
      member: {
        coupons: [{ id: 'C', kind: 'shop', threshold: drawn.threshold, off: drawn.coupon }],
        allowance: drawn.wallet,
      },
      allowanceStep: { every: drawn.every, off: drawn.minus },
      quantity: { from: 1, to: 2 },
      goods: { from: 1_000, to: 3_600 },
      budget: 4_000,
    }
    const found = depthOf(asked, policy)
    const deepest = deepestByForce(asked, policy)
    ok(found.deepest.ppm + roundingPpm >= deepest, `${found.deepest.ppm} < ${deepest}`)
  })
  fc.assert(property, { numRuns: 6 })
})

/** Two fen of the smallest line. */
const roundingPpm = 2_000

function deepestByForce(asked: Asked, policy: PricingPolicy): number {
  const { offers, member, allowanceStep } = asked
  const lines = [{ id: '1', sku: '-', shop: '-', quantity: 1, listPrice: 1 }]
  const input = QuoteInputSchema.parse({
    at: '2017-11-11T00:00:00Z',
    lines,
    offers,
    member,
    allowanceStep,
  })
  const { basket, offers: all } = basketOf(input, 'Asia/Shanghai')
  const index = indexOffers(all)
  let deepest = 0
  for (let quantity = 1; quantity <= 2; quantity += 1) {
    for (let price = Math.ceil(1_000 / quantity); price * quantity <= 3_600; price += 1) {
      const line = { ...basket.lines[0]!, quantity, listPrice: price as never }
      const { payFen } = priceBasket({ ...basket, lines: [line] }, index, policy)
      const goods = price * quantity
      deepest = Math.max(deepest, mulDiv(goods - payFen, wholePpm, goods, 'floor'))
    }
  }
  return deepest
}

test('DC-5 each rung of the ladder is deeper than every larger one', () => {
  const { ladder, deepest } = depthOf(double11)
  for (const [at, rung] of ladder.entries()) {
    const above = ladder[at + 1]
    if (above === undefined) continue
    ok(rung.basketFen < above.basketFen && rung.surePpm > above.surePpm)
  }
  equal(ladder[0]?.surePpm, deepest.surePpm)
})

test('DC-6 a depth past the limit is told, with the largest basket past it', () => {
  const asked = { ...instruments({ shop: ['300.00', '30.00'] }), quantity: { to: 1 } }
  const report = (most: number) => depthReport(depthOf(asked), most)
  deepEqual([report(10).isPast, report(10).pastUpToFen], [false, undefined])
  deepEqual([report(9).isPast, report(9).pastUpToFen !== undefined], [true, true])
  equal(depthReport(depthOf(asked), undefined).isPast, undefined)
})

test('DC-7 a search ends within its budget and says so', () => {
  const short = depthOf({ ...double11, budget: 150 })
  deepEqual([short.priced <= 150, short.isWhole], [true, false])
  const long = depthOf({ ...instruments({ envelope: '8.88' }), quantity: { to: 1 } })
  equal(long.isWhole, true)
})

test('DC-1 the decision tells what the search finds', () => {
  const asked = DepthInputSchema.parse({ ...double11, most: 70 })
  const told = depthDecision.decide(asked, {
    zone: 'Asia/Shanghai',
    policies: { pricing: sequential },
  })
  deepEqual(told, depthReport(depthOf(double11), 70))
  equal(depthDecision.outputSchema.safeParse(told).success, true)
})
