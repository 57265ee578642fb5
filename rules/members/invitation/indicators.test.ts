import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indicators, indicatorsOf } from '#rules/members/invitation/indicators.ts'
import { anyOrders, memberFacts, orderOn, window } from '#test/support/member-facts.ts'
import { rowsOf } from '#test/support/table.ts'

/** A member with every kind of fact. Days are counted from 2016-06-01, a Wednesday. */
const facts = memberFacts({
  joinedDay: window.fromDay - 365,
  orders: [
    orderOn(0, 10_000, { freightFen: 600, offFen: 2_000, couponOffFen: 1_500 }),
    orderOn(3, 30_000, { shop: 'B', category: 'books' }),
    orderOn(3, 5_000, { shop: 'B', category: 'virtual' }),
    orderOn(31, 20_000, {
      refundedFen: 8_000,
      isReturnedAfterReceipt: true,
      returnedDay: window.fromDay + 36,
    }),
    orderOn(70, 4_000, { refundedFen: 4_000, returnedDay: window.fromDay + 69 }),
    orderOn(360, 40_000, { shop: 'C' }),
    orderOn(365, 99_000, {}),
    orderOn(-1, 99_000, {}),
    orderOn(20, 1_000, { receivedDay: undefined, isClosedUnpaid: true, orderId: 'unpaid' }),
  ],
  interactions: [
    { day: window.fromDay, kind: 'review', count: 3, highValue: 1 },
    { day: window.fromDay + 5, kind: 'share', count: 1, highValue: 0 },
  ],
  credit: {
    gradeRank: 4,
    unpaidAdvances: 1,
    unpaidFen: 5_000,
    repaidAdvances: 1,
    settledAdvances: 6,
    maliciousReviews: 2,
    brokenPromises: 1,
  },
  score: 2_600,
  scores: [2_000, 2_400, 2_301],
  tiers: { rises: 2, falls: 1, sinceDay: window.toDay - 99, yearsInvited: 1 },
  points: { earned: 1_000, spent: 333, expired: 50, clawedBack: 7, available: 610 },
})

// Columns: indicator | value.
const values = `
  spend.total                   |   97000
  spend.gross                   |  109000
  spend.monthMean               |    8083
  spend.monthMedian             |       0
  spend.bestMonth               |   45000
  spend.leastMonth              |       0
  spend.lastQuarter             |   40000
  spend.laterHalfShare          |  412371
  spend.orderMean               |   19400
  spend.orderMedian             |   12000
  spend.largestOrder            |   40000
  spend.largestOrderShare       |  412371
  spend.dayMean                 |   24250
  spend.physicalShare           |  948453
  spend.virtual                 |    5000
  spend.freight                 |     600
  frequency.orders              |       5
  frequency.purchaseDays        |       4
  frequency.purchaseWeeks       |       3
  frequency.purchaseMonths      |       3
  frequency.monthsInRow         |       2
  frequency.monthsUpToNow       |       1
  frequency.medianGap           |      28
  frequency.longestGap          |     329
  frequency.daysSinceLast       |       4
  frequency.bestMonthOrders     |       3
  frequency.bestDayOrders       |       2
  frequency.units               |       5
  frequency.weekendShare        |  800000
  breadth.categories            |       3
  breadth.shops                 |       3
  breadth.skus                  |       3
  breadth.categoryConcentration |  506855
  breadth.shopConcentration     |  351684
  breadth.topCategoryShare      |  639175
  breadth.topShopShare          |  412371
  breadth.newShops              |       1
  breadth.repeatShops           |       2
  breadth.repeatOrderShare      |  800000
  returns.amount                |   12000
  returns.amountRate            |  110091
  returns.orders                |       2
  returns.orderRate             |  333333
  returns.wholeOrders           |       1
  returns.afterReceipt          |       1
  returns.afterReceiptRate      |  166666
  returns.unitRate              |  166666
  returns.medianDays            |       5
  returns.unpaidOrders          |       1
  returns.unpaidRate            |  142857
  credit.grade                  |       4
  credit.unpaidAdvances         |       1
  credit.unpaidAmount           |    5000
  credit.repaidAdvances         |       1
  credit.settledAdvances        |       6
  credit.keptRate               |  875000
  credit.maliciousReviews       |       2
  credit.brokenPromises         |       1
  interaction.reviews           |       3
  interaction.shares            |       1
  interaction.posts             |       0
  interaction.answers           |       0
  interaction.liveViews         |       0
  interaction.total             |       4
  interaction.kinds             |       2
  interaction.days              |       2
  interaction.highValueShare    |  250000
  interaction.reviewsPerOrder   |  600000
  loyalty.daysMember            |     730
  loyalty.score                 |    2600
  loyalty.scoreTrend            |     600
  loyalty.scoreMean             |    2233
  loyalty.scoreLeast            |    2000
  loyalty.tierRises             |       2
  loyalty.tierFalls             |       1
  loyalty.tierDays              |     100
  loyalty.yearsInvited          |       1
  points.earned                 |    1000
  points.spent                  |     333
  points.expired                |      50
  points.clawedBack             |       7
  points.spentShare             |  333000
  points.available              |     610
  promotions.off                |    2000
  promotions.share              |   18691
  promotions.couponShare        |   14018
  promotions.spendShare         |  103092
  promotions.fullPriceOrders    |       4
`

test('IV-1 every indicator of a member is worked out by hand', () => {
  const told = indicatorsOf(facts)
  const expected = rowsOf(values).map(([id = '', value = '']) => [id, Number(value)] as const)
  for (const [id, value] of expected) equal(told[id], value, id)
  deepEqual(
    expected.map(([id]) => id),
    indicators.map(({ id }) => id),
  )
  ok(indicators.length >= 60)
})

test('IV-1 the same facts in any order give the same whole numbers', () => {
  fc.assert(
    fc.property(anyOrders, (orders) => {
      const told = indicatorsOf(memberFacts({ orders }))
      for (const [id, value] of Object.entries(told)) ok(Number.isSafeInteger(value), id)
      deepEqual(indicatorsOf(memberFacts({ orders: orders.toReversed() })), told)
    }),
  )
})

test('IV-2 shares lie between nothing and the whole, and of nothing every indicator has a value', () => {
  const shares = indicators.filter(({ unit, id }) => unit === 'ppm' && !id.endsWith('PerOrder'))
  fc.assert(
    fc.property(anyOrders, (orders) => {
      const told = indicatorsOf(memberFacts({ orders }))
      for (const { id } of shares) ok((told[id] ?? -1) >= 0 && (told[id] ?? -1) <= 1_000_000, id)
    }),
  )
  const none = indicatorsOf(memberFacts())
  equal(none['spend.total'], 0)
  equal(none['frequency.medianGap'], 365)
  equal(none['frequency.daysSinceLast'], 365)
  equal(none['credit.keptRate'], 1_000_000)
  equal(none['loyalty.daysMember'], 365)
})

test('IV-3 what is outside the months of the window, and what is wholly refunded, is no order', () => {
  const inside = memberFacts({ orders: [orderOn(0, 100), orderOn(364, 100)] })
  equal(indicatorsOf(inside)['frequency.orders'], 2)
  const outside = memberFacts({ orders: [orderOn(-1, 100), orderOn(365, 100)] })
  deepEqual(indicatorsOf(outside), indicatorsOf(memberFacts()))
  const back = memberFacts({ orders: [orderOn(5, 100, { refundedFen: 100 })] })
  const told = indicatorsOf(back)
  deepEqual([told['frequency.orders'], told['returns.wholeOrders']], [0, 1])
  deepEqual([window.from.toString(), window.to.toString()], ['2016-06-01', '2017-05-31'])
})
