import fc from 'fast-check'
import type { ConductFact, Credit, PurchaseFact, ScoreFact } from '#rules/members/score/facts.ts'
import { ScoreDimensionsSchema, type ScoreDimensions } from '#rules/members/score/policy.ts'
import { dayNumberOf } from '#rules/time/day-numbers.ts'

/** A year and some around it, with a 29 February inside, so that windows cut it. */
const firstDay = dayNumberOf(Temporal.PlainDate.from('2015-12-20'))

export const asOfs: fc.Arbitrary<Temporal.PlainDate> = fc
  .nat(420)
  .map((days) => Temporal.PlainDate.from('2016-01-01').add({ days }))

const day = fc.oneof(
  fc.nat(400).map((days) => firstDay + days),
  // Few days, so that orders and conduct meet on one.
  fc.nat(4).map((days) => firstDay + 70 + days),
  // Few months.
  fc.nat(60).map((days) => firstDay + 40 + days),
)

export const purchases: fc.Arbitrary<PurchaseFact> = fc
  .record({
    day,
    order: fc.nat(9),
    category: fc.constantFrom('apparel', 'books', 'ticket'),
    amountFen: fc.oneof(fc.nat(40), fc.constant(0)),
    physical: fc.constantFrom(undefined, undefined, true, false),
  })
  .map(({ order, physical, ...fact }) => ({
    type: 'purchase' as const,
    ...fact,
    order: `o${order}`,
    shop: `s${order % 3}`,
    paidFen: 40,
    ...(physical === undefined ? {} : { physical }),
  }))

const against = ['maliciousReview', 'brokenPromise'] as const

const conduct: fc.Arbitrary<ConductFact> = fc
  .record({
    day,
    type: fc.constantFrom('review', 'share', 'post', 'answer', 'liveView', ...against),
    count: fc.nat(3),
    highValue: fc.nat(3),
  })
  .map(({ type, highValue, ...fact }) => {
    const isReview = type === 'review' && highValue > 0
    return { ...fact, type, ...(isReview ? { highValue: Math.min(highValue, fact.count) } : {}) }
  })

export const facts: fc.Arbitrary<ScoreFact[]> = fc.array(
  fc.oneof({ weight: 2, arbitrary: purchases }, conduct),
  { maxLength: 24 },
)

export const credits: fc.Arbitrary<Credit> = fc
  .record({
    grade: fc.constantFrom(undefined, 'low', 'usual', 'high', 'unheard of'),
    unpaidAdvances: fc.nat(2),
  })
  .map(({ grade, ...credit }) => ({ ...credit, ...(grade === undefined ? {} : { grade }) }))

const most = fc.option(fc.nat(80), { nil: undefined })
const few = fc.option(fc.nat(3), { nil: undefined })
const points = fc.nat(5)
const counts = fc.record({ points, perDay: few, perMonth: few, perWindow: few })
const nested = fc.record({ perOrder: most, perDay: most, perMonth: most, perWindow: most })
const crossing = fc.record({
  perOrder: most,
  perDay: most,
  perMonth: most,
  perWindow: most,
  perCategory: most,
  perShop: most,
})

/** Policies with small maxima, which are met often. */
export const policies: fc.Arbitrary<ScoreDimensions> = policiesWith(crossing)

/** Policies whose maxima lie within one another: order, day, month, window (MS-11). */
export const nestedPolicies: fc.Arbitrary<ScoreDimensions> = policiesWith(nested)

function policiesWith(mosts: fc.Arbitrary<object>): fc.Arbitrary<ScoreDimensions> {
  const amounts = fc.record({ amountPerPoint: fc.integer({ min: 1, max: 9 }), most: mosts })
  return fc
    .record({
      months: fc.integer({ min: 1, max: 13 }),
      virtualCategories: fc.constantFrom([], ['ticket']),
      purchase: fc.record({
        most: fc.nat(60),
        physical: amounts,
        virtual: amounts,
        orders: counts,
      }),
      reward: fc.record({
        most: fc.nat(60),
        review: counts,
        highValueReview: counts,
        share: counts,
        post: counts,
        answer: counts,
        liveView: counts,
        categories: fc.record({ points, perWindow: few }),
        purchaseDays: fc.record({ points, perMonth: few, perWindow: few }),
        monthsInRow: fc.record({ points, perWindow: few }),
      }),
      base: fc.constant({
        most: 40,
        usual: 'usual',
        grades: [
          { name: 'low', points: 3, reach: 55 },
          { name: 'usual', points: 20 },
          { name: 'high', points: 40, reach: 133 },
        ],
        deductions: { unpaidAdvance: 7, maliciousReview: 5, brokenPromise: 4 },
      }),
    })
    .map((policy) => ScoreDimensionsSchema.parse(policy))
}
