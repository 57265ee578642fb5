import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { Bug } from '#rules/assert.ts'
import { conductOf } from '#rules/members/score/of-fact.ts'
import type { ScoreFact } from '#rules/members/score/facts.ts'
import type { ScoreParts } from '#rules/members/score/parts.ts'
import { ScoreDimensionsSchema } from '#rules/members/score/policy.ts'
import { scoreMember } from '#rules/members/score/score.ts'
import { daysFor } from '#rules/members/score/window.ts'
import { readFact } from '#rules/orders/facts.ts'

const amount = { amountPerPoint: '10.00' }
const base = { most: 0, usual: 'usual', grades: [{ name: 'usual', points: 0 }] }
const asOf = Temporal.PlainDate.from('2017-06-08')
const { fromDay, toDay } = daysFor(asOf, { months: 12 })

test('MS-4 facts that are not in the order of their days are a fault of ours', () => {
  const facts = [bought(toDay, 1, true), bought(fromDay, 1, true)]
  throws(() => partsOf(facts, {}), Bug)
})

test('MS-6 goods and services are each floored once, over the window', () => {
  const purchase = { most: 100, physical: amount, virtual: amount }
  // Four times 9.99 of goods are 39.96; of services 9.99 and 9.99: three points and one.
  const goods = [0, 1, 2, 3].map((n) => bought(fromDay + n, 999, true))
  const services = [4, 5].map((n) => bought(fromDay + n, 999, false))
  equal(partsOf([...goods, ...services], { purchase, reward: { most: 0 } }).purchase, 4)
})

test('MS-8 a review of high value counts as such alone, and has maxima of its own', () => {
  const reward = {
    most: 100,
    review: { points: 1, perDay: 2 },
    highValueReview: { points: 10, perWindow: 1 },
  }
  const reviews = (count: number, highValue: number): ScoreFact[] => {
    return [{ type: 'review', day: toDay, count, highValue }]
  }
  equal(partsOf(reviews(1, 0), { reward }).reward, 1)
  equal(partsOf(reviews(1, 1), { reward }).reward, 10)
  equal(partsOf(reviews(5, 2), { reward }).reward, 12)
})

test('MS-9 a category gives its points once, in whatever month and of whatever kind', () => {
  const reward = { most: 100, categories: { points: 7, perWindow: 2 } }
  const again = [bought(fromDay, 1, true), bought(toDay, 1, false)]
  equal(partsOf(again, { reward }).reward, 7)
  const three = ['books', 'toys', 'food'].map((each) => bought(toDay, 1, true, each))
  equal(partsOf(three, { reward }).reward, 14)
})

test('MS-10 of several runs of months the longest counts, and one month is a run of one', () => {
  const reward = { most: 100, monthsInRow: { points: 3 } }
  const runOf = (...days: readonly string[]): number => {
    const facts = days.map((day) => bought(dayOf(day), 1, true))
    return partsOf(facts, { reward }).reward / 3
  }
  equal(runOf(), 0)
  equal(runOf('2016-06-30'), 1)
  equal(runOf('2016-06-30', '2016-07-01'), 2)
  equal(runOf('2016-06-01', '2016-08-31'), 1)
  equal(runOf('2016-06-01', '2016-07-31', '2016-09-01', '2016-10-31', '2016-11-01'), 3)
  equal(runOf('2016-12-31', '2017-01-01', '2017-02-28', '2017-03-01', '2017-05-31'), 4)
})

test('MS-13 an unknown grade counts as the usual one', () => {
  const grades = [
    { name: 'low', points: 1 },
    { name: 'usual', points: 2 },
  ]
  const policy = policyOf({ base: { most: 2, usual: 'usual', grades } })
  const baseOf = (grade?: string): number => {
    const credit = { unpaidAdvances: 0, ...(grade === undefined ? {} : { grade }) }
    return scoreMember([], credit, { fromDay, toDay }, policy).parts.base
  }
  deepEqual([baseOf('low'), baseOf('usual'), baseOf(), baseOf('AAA')], [1, 2, 2, 2])
})

test('MS-2, MS-8 what members do and fail to do is told by events', () => {
  const told = (type: string, data: object): unknown => {
    const about = { specversion: '1.0', id: 'e', source: 's', partitionkey: 'lin' }
    const read = readFact({ ...about, time: '2017-05-20T10:00:00+08:00', type, data })
    return read.ok ? conductOf(read.fact) : read.problems
  }
  deepEqual(told('jifen.review.posted.v1', {}), { type: 'review', isHighValue: false })
  deepEqual(told('jifen.review.posted.v1', { highValue: true, reviewId: 'v1', device: 'd1' }), {
    type: 'review',
    isHighValue: true,
  })
  deepEqual(told('jifen.interaction.recorded.v1', { kind: 'liveView', device: 'd1' }), {
    type: 'liveView',
    isHighValue: false,
  })
  deepEqual(told('jifen.conduct.recorded.v1', { kind: 'brokenPromise', subject: 'o1' }), {
    type: 'brokenPromise',
    isHighValue: false,
  })
  equal(told('jifen.credit.assessed.v1', { grade: 'good' }), undefined)
})

function partsOf(facts: readonly ScoreFact[], policy: object): ScoreParts {
  return scoreMember(facts, { unpaidAdvances: 0 }, { fromDay, toDay }, policyOf(policy)).parts
}

function policyOf(over: object): ReturnType<typeof ScoreDimensionsSchema.parse> {
  const purchase = { most: 0, physical: amount, virtual: amount }
  return ScoreDimensionsSchema.parse({ purchase, reward: { most: 0 }, base, ...over })
}

function bought(day: number, amountFen: number, physical: boolean, category = 'books'): ScoreFact {
  const order = `${day}${category}`
  return {
    type: 'purchase',
    day,
    order,
    shop: 'A',
    category,
    amountFen,
    paidFen: amountFen,
    physical,
  }
}

function dayOf(day: string): number {
  return Temporal.PlainDate.from('1970-01-01').until(Temporal.PlainDate.from(day)).days
}
