import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  contributionsOf,
  differenceOf,
  soldDayOf,
  type CountedOrder,
} from '#rules/merchants/metrics/counters.ts'
import { MerchantMetricsPolicySchema } from '#rules/merchants/metrics/policy.ts'
import { judgeRatings, type Rating } from '#rules/merchants/metrics/ratings.ts'
import { asFen } from '#rules/money/fen.ts'
import { noPoints } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Order } from '#rules/orders/order.ts'
import { dayNumberOf } from '#rules/time/day-numbers.ts'

const policy = MerchantMetricsPolicySchema.parse({ shipping: { exceptCategories: ['virtual'] } })
const setting = { zone: 'Asia/Shanghai', policyAt: () => policy }
const instant = (text: string) => Temporal.Instant.from(text)
const dayOn = (text: string) => dayNumberOf(Temporal.PlainDate.from(text))

type Told = {
  readonly paid?: string
  readonly shipped?: string
  readonly received?: string
  readonly closed?: string
  readonly fen?: number
  readonly refundedFen?: number
  readonly category?: string
}

function orderOf(told: Told): Order {
  const at = (text: string | undefined) => (text === undefined ? null : instant(text))
  const line = {
    lineId: '1',
    sku: 's',
    category: told.category ?? 'clothes',
    quantity: 1,
    paidFen: asFen(told.fen ?? 10_000),
    multiplePpm: wholePpm as Ppm,
    refundedFen: asFen(told.refundedFen ?? 0),
    refundedQuantity: 0,
    pointsEarned: noPoints,
    pointsClawed: noPoints,
  }
  return {
    orderId: 'o',
    tradeId: 'o',
    shopId: 'lily',
    freightFen: asFen(500),
    placedAt: instant('2017-11-01T10:00:00+08:00'),
    paidAt: at(told.paid),
    shippedAt: at(told.shipped),
    collectedAt: null,
    receivedAt: at(told.received),
    closedAt: at(told.closed),
    earnedBy: '',
    lines: [line],
  }
}

function countersOn(told: Told, day: string, said: Partial<CountedOrder> = {}) {
  const counted = { order: orderOf(told), disputes: [], returns: [], ...said }
  return contributionsOf(counted, setting).get(dayOn(day)) ?? {}
}

const paid = '2017-11-01T10:00:00+08:00'

// Columns: shipped | closed | orders due and in time on 2017-11-03.
const shipments = `
  2017-11-03T10:00:00+08:00     |                           | 1 1
  2017-11-03T10:00:00.001+08:00 |                           | 1 0
                                |                           | 1 0
                                | 2017-11-03T09:59:59+08:00 | 0 0
                                | 2017-11-03T10:00:00+08:00 | 1 0
  2017-11-02T10:00:00+08:00     | 2017-11-02T11:00:00+08:00 | 1 1
`

test('MM-5 an order is in time to the end of the 48th hour, and counts on the day it is over', () => {
  for (const line of shipments.split('\n').filter((each) => each.trim() !== '')) {
    const [shipped = '', closed = '', expected = ''] = line.split('|').map((cell) => cell.trim())
    const told = { paid, ...(shipped && { shipped }), ...(closed && { closed }) }
    const { shipDue = 0, shippedInTime = 0 } = countersOn(told, '2017-11-03')
    equal(`${shipDue} ${shippedInTime}`, expected, line)
  }
})

test('MM-5 an order of categories that are not shipped does not count', () => {
  equal(countersOn({ paid, category: 'virtual' }, '2017-11-03').shipDue, undefined)
})

test('MM-6 payments and refunds count on the day of payment, without freight', () => {
  deepEqual(countersOn({ paid, refundedFen: 4_000 }, '2017-11-01'), {
    paidOrders: 1,
    paidFen: 10_000,
    refundedOrders: 1,
    refundedFen: 4_000,
  })
  const closed = countersOn({ paid, closed: '2017-11-05T00:00:00+08:00' }, '2017-11-01')
  equal(closed.refundedFen, 10_000)
  deepEqual(countersOn({}, '2017-11-01'), {})
})

test('MM-7 a sale counts on the day of receipt by what is kept', () => {
  const received = '2017-11-09T23:59:59+08:00'
  const told = { paid, received, refundedFen: 4_000 }
  deepEqual(countersOn(told, '2017-11-09'), { soldOrders: 1, soldFen: 6_000 })
  equal(soldDayOf(orderOf(told), setting.zone), dayOn('2017-11-09'))
  deepEqual(countersOn({ paid, received, refundedFen: 10_000 }, '2017-11-09'), {})
  equal(soldDayOf(orderOf({ paid, received, refundedFen: 10_000 }), setting.zone), null)
})

test('MM-14 disputes count when opened and when lost, refunds when the money is back', () => {
  const openedAt = instant('2017-11-10T12:00:00+08:00')
  const decidedAt = instant('2017-11-12T12:00:00+08:00')
  const lost = { openedAt, decidedAt, isAgainstShop: true }
  const won = { openedAt, decidedAt, isAgainstShop: false }
  const refund = { kind: 'refund' as const, askedAt: openedAt, refundedAt: decidedAt }
  const open = { kind: 'return' as const, askedAt: openedAt, refundedAt: null }
  const said = { disputes: [lost, won], returns: [refund, open] }
  deepEqual(countersOn({}, '2017-11-10', said), { disputesOpened: 2 })
  deepEqual(countersOn({}, '2017-11-12', said), {
    disputesLost: 1,
    refundsDone: 1,
    refundMs: 172_800_000,
  })
})

test('MM-2 what changes is what was added, less what was added before', () => {
  const of = (told: Told) =>
    contributionsOf({ order: orderOf(told), disputes: [], returns: [] }, setting)
  const before = of({ paid })
  const after = of({ paid, received: '2017-11-09T00:00:00+08:00', refundedFen: 1 })
  deepEqual(differenceOf(before, before), new Map())
  const there = differenceOf(before, after)
  deepEqual(there.get(dayOn('2017-11-01')), { refundedOrders: 1, refundedFen: 1 })
  deepEqual(differenceOf(after, before).get(dayOn('2017-11-01')), {
    refundedOrders: -1,
    refundedFen: -1,
  })
})

function rated(orderId: string, received: string | null, posted: string, more = {}): Rating {
  const succeededAt = received === null ? null : instant(received)
  const told = `shop\n${orderId}/${posted}`
  return { orderId, told, postedAt: instant(posted), succeededAt, closedAt: null, ...more }
}

const first = '2017-11-01T00:00:00+08:00'

// Columns: posted | why it counts or does not.
const posts = `
  2017-11-01T00:00:00+08:00     | counted
  2017-10-31T23:59:59.999+08:00 | tooEarly
  2017-11-15T23:59:59.999+08:00 | counted
  2017-11-16T00:00:00+08:00     | late
`

test('MM-4 a rating counts from the receipt to the end of fifteen times 24 hours', () => {
  for (const line of posts.trim().split('\n')) {
    const [posted = '', expected] = line.split('|').map((cell) => cell.trim())
    deepEqual(judgeRatings([rated('o', first, posted)], setting), [expected], line)
  }
  deepEqual(judgeRatings([rated('o', null, first)], setting), ['waiting'])
  const closedAt = instant('2017-11-02T00:00:00+08:00')
  deepEqual(judgeRatings([rated('o', first, '2017-11-02T00:00:00+08:00', { closedAt })], setting), [
    'orderClosed',
  ])
})

test('MM-4 what was posted first is the rating of an order for good, whatever came first', () => {
  const one = rated('o', first, '2017-11-02T00:00:00+08:00')
  const two = rated('o', first, '2017-11-03T00:00:00+08:00')
  deepEqual(judgeRatings([two, one], setting), ['again', 'counted'])
  const late = rated('o', first, '2017-11-20T00:00:00+08:00')
  const early = rated('o', first, '2017-10-01T00:00:00+08:00')
  deepEqual(judgeRatings([late, early], setting), ['again', 'tooEarly'])
})

test('MM-4 of a month the first three count, by receipt; the next month begins anew', () => {
  const on = (order: string, day: string, posted = '2017-12-01T00:00:00+08:00') =>
    rated(order, `${day}T00:00:00+08:00`, posted)
  const ratings = [
    on('d', '2017-11-30'),
    on('c', '2017-11-29'),
    on('b', '2017-11-28'),
    on('a', '2017-11-27'),
    on('e', '2017-12-01'),
  ]
  deepEqual(judgeRatings(ratings, setting), [
    'beyondMost',
    'counted',
    'counted',
    'counted',
    'counted',
  ])
  const lateOne = on('a', '2017-11-01', '2017-11-25T00:00:00+08:00')
  const others = ratings.slice(0, 3)
  deepEqual(judgeRatings([...others, lateOne], setting), ['counted', 'counted', 'counted', 'late'])
})

test('MM-4 which ratings count does not depend on the order in which they are given', () => {
  const anyRating = fc.record({
    order: fc.integer({ min: 0, max: 5 }),
    received: fc.integer({ min: 0, max: 40 }),
    after: fc.integer({ min: -2, max: 18 }),
  })
  fc.assert(
    fc.property(fc.array(anyRating, { maxLength: 10 }), (all) => {
      const start = instant('2017-10-20T00:00:00+08:00')
      const receivedOf = new Map(all.map((each) => [each.order, each.received]))
      const ratings = all.map(({ order, after }, n): Rating => {
        const succeededAt = start.add({ hours: 24 * (receivedOf.get(order) ?? 0) })
        const postedAt = succeededAt.add({ hours: 24 * after })
        return { orderId: `o${order}`, told: `t${n}`, postedAt, succeededAt, closedAt: null }
      })
      const one = new Map(judgeRatings(ratings, setting).map((each, n) => [ratings[n], each]))
      const back = ratings.toReversed()
      const two = new Map(judgeRatings(back, setting).map((each, n) => [back[n], each]))
      for (const rating of ratings) equal(one.get(rating), two.get(rating))
    }),
  )
})
