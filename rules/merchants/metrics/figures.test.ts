import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexOf } from '#rules/merchants/metrics/composite.ts'
import { figuresOf, type MeasuredShop } from '#rules/merchants/metrics/figures.ts'
import {
  compareFractions,
  fraction,
  fractionFromText,
  minus,
  toShown,
} from '#rules/merchants/metrics/fraction.ts'
import { measuredBy, valueOf, windowKey, windowsOf } from '#rules/merchants/metrics/measure.ts'
import { nextLevel } from '#rules/merchants/metrics/next-level.ts'
import { MerchantMetricsPolicySchema } from '#rules/merchants/metrics/policy.ts'
import { percentileOf, rankOf, standingsOf } from '#rules/merchants/metrics/standing.ts'

const title = { zh: '测试', en: 'Test' }
const policy = MerchantMetricsPolicySchema.parse({
  dsr: { levels: ['4.60', '4.80'] },
  metrics: [
    {
      name: 'shipping48h',
      title,
      kind: 'ratio',
      of: 'shippedInTime',
      per: 'shipDue',
      windowDays: 30,
      better: 'higher',
      leastPer: 2,
      levels: ['0.90'],
    },
    {
      name: 'refundHours',
      title,
      kind: 'ratio',
      of: 'refundMs',
      per: 'refundsDone',
      windowDays: 30,
      unit: 'hours',
      better: 'lower',
    },
    {
      name: 'disputeRate',
      title,
      kind: 'ratio',
      of: 'disputesLost',
      per: 'paidOrders',
      windowDays: 30,
      better: 'lower',
      levels: ['0.02'],
    },
    { name: 'followers', title, kind: 'told', better: 'higher' },
  ],
  afterSales: {
    parts: [
      { metric: 'refundHours', weight: 3 },
      { metric: 'disputeRate', weight: 1 },
    ],
  },
  ranking: {
    parts: [
      { metric: 'description', weight: 1 },
      { metric: 'afterSales', weight: 1 },
    ],
  },
})
const metricNamed = (name: string) => {
  const found = measuredBy(policy).find((each) => each.name === name)
  ok(found)
  return found
}

/** A shop of counters over any window: `shipDue 4 shippedInTime 3`. */
function shop(shopId: string, words: string, category = 'clothes'): MeasuredShop {
  const sums = new Map<string, number>()
  const cells = words.split(' ')
  for (let n = 0; n + 1 < cells.length; n += 2) sums.set(cells[n] ?? '', Number(cells[n + 1]))
  const counts = {
    sum: ({ counter }: { counter: string }) => sums.get(counter) ?? 0,
    told: new Map([...sums].filter(([name]) => name === 'followers')),
    openDays: 365,
  }
  return { shopId, category, counts }
}

// Columns: numerator / denominator | as shown with two decimals.
const shown = `
  4888 / 1000 | 4.88
  46   / 10   | 4.60
  14   / 3    | 4.66
  5    / 1    | 5.00
  459999 / 100000 | 4.59
  -1   / 3    | -0.33
  -1   / 300  | 0.00
  1    / 300  | 0.00
`

test('MM-3 a mean is shown with its third decimal dropped, never rounded', () => {
  for (const line of shown.trim().split('\n')) {
    const [quotient = '', expected = ''] = line.split('|').map((cell) => cell.trim())
    const [numerator = '', denominator = ''] = quotient.split('/')
    equal(toShown(fraction(Number(numerator), Number(denominator)), 2), expected, line)
  }
})

test('MM-3 what is shown alike may compare otherwise: 4.599 does not reach 4.60', () => {
  const level = fractionFromText('4.60')
  ok(level)
  ok(compareFractions(fraction(4_599, 1_000), level) < 0)
  equal(compareFractions(fraction(23, 5), level), 0)
  ok(compareFractions(fraction(4_600_001, 1_000_000), level) > 0)
})

test('MM-1 fractions compare exactly, however large', () => {
  const large = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(large, large, large, large, (a, b, c, d) => {
      const exact = BigInt(a) * BigInt(d) - BigInt(c) * BigInt(b)
      const sign = exact < 0n ? -1 : exact > 0n ? 1 : 0
      equal(Math.sign(compareFractions(fraction(a, b), fraction(c, d))), sign)
    }),
  )
})

test('MM-1 a figure is two whole numbers; with fewer than `leastPer` there is none', () => {
  const { counts } = shop('a', 'shipDue 3 shippedInTime 1 refundsDone 2 refundMs 5400000')
  deepEqual(valueOf(metricNamed('shipping48h'), counts), fraction(1, 3))
  deepEqual(valueOf(metricNamed('refundHours'), counts), fraction(5_400_000, 7_200_000))
  equal(valueOf(metricNamed('shipping48h'), shop('b', 'shipDue 1').counts), undefined)
  equal(valueOf(metricNamed('description'), counts), undefined)
})

test('MM-1 every counter is asked for once for each window', () => {
  const keys = windowsOf(policy).map(windowKey)
  equal(new Set(keys).size, keys.length)
  ok(keys.includes('descriptionStars/180') && keys.includes('soldFen/365'))
})

test('MM-9 a percentile is of the shops of the category that have the figure; level ones by policy', () => {
  const value = (n: number) => fraction(n, 1)
  const of = (shopId: string, n: number, category = 'x') => ({ shopId, category, value: value(n) })
  const standings = standingsOf(
    [of('a', 1), of('b', 2), of('c', 2), of('d', 9), of('e', 1, 'y')],
    'higher',
  )
  const b = standings.get('b')
  deepEqual(b, { worse: 1, level: 2, of: 4 })
  ok(b)
  deepEqual(percentileOf(b, 'half'), fraction(4, 8))
  deepEqual(percentileOf(b, 'below'), fraction(1, 4))
  deepEqual(percentileOf(b, 'atOrBelow'), fraction(3, 4))
  deepEqual(standings.get('e'), { worse: 0, level: 1, of: 1 })
  const lower = standingsOf([of('a', 1), of('b', 2)], 'lower').get('a')
  deepEqual(lower, { worse: 1, level: 1, of: 2 })
})

test('MM-9 standings agree with counting one by one', () => {
  const anyFigure = fc.record({
    category: fc.constantFrom('x', 'y'),
    numerator: fc.integer({ min: 0, max: 6 }),
    denominator: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(anyFigure, { maxLength: 20 }), (all) => {
      const figures = all.map((each, n) => ({
        shopId: `s${n}`,
        category: each.category,
        value: fraction(each.numerator, each.denominator),
      }))
      const standings = standingsOf(figures, 'higher')
      for (const one of figures) {
        const peers = figures.filter((each) => each.category === one.category)
        const apart = peers.map((each) => compareFractions(each.value, one.value))
        deepEqual(standings.get(one.shopId), {
          worse: apart.filter((each) => each < 0).length,
          level: apart.filter((each) => each === 0).length,
          of: peers.length,
        })
      }
    }),
  )
})

test('MM-13 the best has place 1, level shops share theirs, and the places after are left out', () => {
  deepEqual(rankOf({ worse: 3, level: 1, of: 4 }), 1)
  deepEqual(rankOf({ worse: 1, level: 2, of: 4 }), 2)
  deepEqual(rankOf({ worse: 0, level: 1, of: 4 }), 4)
})

test('MM-8 an index is the weighted mean of bands and percentiles, exact', () => {
  const bands = [
    { atMost: fraction(24, 1), score: 100 },
    { atMost: fraction(48, 1), score: 60 },
  ]
  const figure = (value: number) => ({ value: fraction(value, 1), percentile: fraction(2, 3) })
  const terms = {
    parts: [
      { metric: 'a', weight: 2, bands },
      { metric: 'b', weight: 1 },
    ],
    missing: 'leaveOut' as const,
  }
  const both = indexOf(terms, (metric) => figure(metric === 'a' ? 48 : 1))
  deepEqual(both.value, fraction(2 * 6_000 + 6_666, 300))
  const late = indexOf(terms, (metric) => figure(metric === 'a' ? 49 : 1))
  equal(late.parts[0]?.scoreHundredths, 0)
  const onlyA = indexOf(terms, (metric) => (metric === 'a' ? figure(1) : undefined))
  deepEqual(onlyA.value, fraction(20_000, 200))
  const strict = { ...terms, missing: 'unknown' as const }
  equal(indexOf(strict, (metric) => (metric === 'a' ? figure(1) : undefined)).value, undefined)
  equal(indexOf(terms, () => undefined).value, undefined)
})

test('MM-9 MM-13 figures of shops are compared within their category alone', () => {
  const made = figuresOf(
    [
      shop('a', 'ratings 10 descriptionStars 48 refundsDone 1 refundMs 3600000 paidOrders 9'),
      shop('b', 'ratings 10 descriptionStars 47 refundsDone 1 refundMs 7200000 paidOrders 9'),
      shop('c', 'ratings 10 descriptionStars 10', 'shoes'),
    ],
    policy,
  )
  equal(made.get('a')?.ranking?.standing.worse, 1)
  equal(made.get('b')?.ranking?.standing.worse, 0)
  deepEqual(made.get('c')?.metrics.get('description')?.standing, { worse: 0, level: 1, of: 1 })
  equal(made.get('c')?.afterSales, undefined)
  equal(made.get('a')?.metrics.get('followers'), undefined)
})

test('MM-12 the next level is told with the difference and what reaches it in a row', () => {
  const dsr = nextLevel(metricNamed('description'), fraction(455, 100))
  deepEqual(dsr?.level, fraction(460, 100))
  deepEqual(dsr?.gap, fraction(1, 20))
  equal(dsr?.neededInRow, 13)
  const higher = nextLevel(metricNamed('description'), fraction(23, 5))
  deepEqual(higher?.level, fraction(480, 100))
  equal(nextLevel(metricNamed('description'), fraction(24, 5)), undefined)
  equal(nextLevel(metricNamed('shipping48h'), fraction(8, 10))?.neededInRow, 10)
  equal(nextLevel(metricNamed('disputeRate'), fraction(3, 100))?.neededInRow, 50)
  equal(nextLevel(metricNamed('followers'), fraction(3, 1)), undefined)
})

test('MM-12 so many in a row reach the level, and one fewer does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 100, max: 480 }), (n, mean) => {
      const stars = Math.floor((n * mean) / 100)
      fc.pre(stars >= n)
      const next = nextLevel(metricNamed('service'), fraction(stars, n))
      if (next === undefined) return
      const { level, neededInRow = 0 } = next
      const after = (more: number) => fraction(stars + 5 * more, n + more)
      ok(compareFractions(after(neededInRow), level) >= 0)
      ok(compareFractions(after(neededInRow - 1), level) < 0)
    }),
  )
})

test('MM-11 a figure that nobody told is none', () => {
  deepEqual(valueOf(metricNamed('followers'), shop('a', 'followers 7').counts), fraction(7, 1))
  equal(valueOf(metricNamed('followers'), shop('a', '').counts), undefined)
})

test('MM-1 a policy names only metrics that there are', () => {
  const parts = [{ metric: 'nothing', weight: 1 }]
  equal(MerchantMetricsPolicySchema.safeParse({ afterSales: { parts } }).success, false)
  deepEqual(minus(fraction(1, 2), fraction(1, 3)), fraction(1, 6))
})
