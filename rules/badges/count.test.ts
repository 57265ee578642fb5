import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { badgesOf } from '#rules/badges/badges.ts'
import { monthOf, type BadgesVersion } from '#rules/badges/count.ts'
import type { Verdicts } from '#rules/badges/deeds.ts'
import { badgesPolicy, behaviour, bought, onlyVersion, told } from '#test/support/badges.ts'

const none: Verdicts = new Map()

/** 2017-11-01. */
const november = 17_471

test('BG-2 a purchase counts while enough of it is kept', () => {
  const policy = badgesPolicy({
    behaviours: { purchase: { ...behaviour(10, 9), leastPaid: '50.00' } },
  })
  const pointsFor = (keptFen: number): number => {
    const lines = [{ sku: 'sku', category: 'ordinary', keptFen }]
    const doings = { bought: [bought('o', november, { lines })], told: [] }
    return badgesOf(doings, none, onlyVersion(policy)).points
  }
  deepEqual([0, 1, 4_999, 5_000].map(pointsFor), [0, 0, 0, 10])
})

// Columns: what is said of the review | badge points, 10 of which the purchase gives.
const reviews = [
  [{}, 10],
  [{ orderId: 'other' }, 10],
  [{ orderId: 'o' }, 13],
  [{ orderId: 'o', sku: 'sku' }, 13],
  [{ orderId: 'o', sku: 'another' }, 10],
  [{ orderId: 'o', atMs: 0 }, 10],
] as const

test('BG-3 a review counts of what was received by then, and of nothing else', () => {
  for (const [said, points] of reviews) {
    const doings = { bought: [bought('o', november)], told: [told('r', 'review', november, said)] }
    const counted = badgesOf(doings, none, onlyVersion(badgesPolicy()))
    equal(counted.points, points, JSON.stringify(said))
  }
})

test('BG-3 an order and SKU are reviewed once, and no more once they are refunded', () => {
  const said = { orderId: 'o', sku: 'sku' }
  const facts = [told('a', 'review', november, said), told('b', 'review', november + 1, said)]
  const pointsWith = (keptFen: number): number => {
    const lines = [{ sku: 'sku', category: 'ordinary', keptFen }]
    const doings = { bought: [bought('o', november, { lines })], told: facts }
    return badgesOf(doings, none, onlyVersion(badgesPolicy())).points
  }
  equal(pointsWith(100), 13)
  equal(pointsWith(0), 0)
})

test('BG-4 no more than the maximum of the day and of the month counts', () => {
  const share = (id: number, day: number) => told(String(id), 'share', day)
  const days = [0, 0, 0, 1, 2, 2, 29, 30, 30].map((after) => november + after)
  const doings = { bought: [], told: days.map((day, id) => share(id, day)) }
  const { counted, points } = badgesOf(doings, none, onlyVersion(badgesPolicy()))
  const shares = counted.get('share') ?? []
  // Two of the first day, one of the second and the third: the month is full until December.
  deepEqual(
    shares.map((each) => [each.counted, each.atCap]),
    [
      [2, true],
      [1, false],
      [1, true],
      [0, true],
      [2, true],
    ],
  )
  equal(points, 6)
})

test('BG-4 a day is worth what the version says that was in force when it began', () => {
  const versions: readonly BadgesVersion[] = [
    { name: 'badges@1', fromDay: 0, policy: badgesPolicy() },
    {
      name: 'badges@2',
      fromDay: november + 1,
      policy: badgesPolicy({ behaviours: { share: behaviour(100, 1) } }),
    },
  ]
  const shares = [0, 0, 1, 1].map((after, id) => told(String(id), 'share', november + after))
  equal(badgesOf({ bought: [], told: shares }, none, versions).points, 2 + 100)
})

test('BG-12 a review that was cleared of having no order counts', () => {
  const doings = { bought: [], told: [told('r', 'review', november)] }
  const by = (waits: boolean): number => {
    const verdicts = new Map([['shop\nr', { struck: false, waits, vouched: true }]])
    return badgesOf(doings, verdicts, onlyVersion(badgesPolicy())).points
  }
  deepEqual([by(true), by(false)], [0, 3])
})

test('A month is that of the calendar', () => {
  equal(monthOf(0), 1970 * 12)
  equal(monthOf(november), 2017 * 12 + 10)
  equal(monthOf(november - 1), 2017 * 12 + 9)
})
