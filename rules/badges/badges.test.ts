import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { badgesOf, levelOf, nextLevel, progressOf, type Badges } from '#rules/badges/badges.ts'
import type { Doings, Verdicts } from '#rules/badges/deeds.ts'
import { badge, badgesPolicy, bought, onlyVersion, told } from '#test/support/badges.ts'

const none: Verdicts = new Map()

/** 2017-11-01. */
const november = 17_471

const conditions = {
  often: badge({ count: 'times', of: 'purchase' }, { bronze: 2, silver: 4 }),
  quickly: badge({ count: 'times', of: 'purchase', withinDays: 3 }, { bronze: 3 }),
  days: badge({ count: 'days', of: ['purchase', 'share'] }, { bronze: 3 }),
  months: badge({ count: 'monthsInRow', of: 'purchase' }, { bronze: 2, silver: 3 }),
  broad: badge({ count: 'categories', withinDays: 10 }, { bronze: 2 }),
  points: badge({ count: 'points' }, { bronze: 30 }),
}

test('BG-5 a step is reached on the first day on which its condition holds', () => {
  const policy = badgesPolicy({ badges: conditions })
  const in_ = (category: string) => ({ lines: [{ sku: 's', category, keptFen: 1 }] })
  const doings: Doings = {
    bought: [
      bought('a', november, in_('shoes')),
      bought('b', november + 2, in_('hats')),
      bought('c', november + 3, in_('shoes')),
      bought('d', november + 31, in_('shoes')),
    ],
    told: [told('s', 'share', november + 1)],
  }
  const { awards } = badgesOf(doings, none, onlyVersion(policy))
  deepEqual(
    awards.map(({ badge: name, step, day }) => [name, step, day - november]),
    [
      ['broad', 'bronze', 2],
      ['days', 'bronze', 2],
      ['months', 'bronze', 31],
      ['often', 'bronze', 2],
      ['often', 'silver', 31],
      ['points', 'bronze', 3],
    ],
  )
  const near = { ...doings, bought: doings.bought.map((each) => ({ ...each, day: november + 1 })) }
  const found = badgesOf(near, none, onlyVersion(policy)).awards.map((each) => each.badge)
  ok(found.includes('quickly'))
})

test('BG-5 progress is what the condition comes to today, and what is missing', () => {
  const policy = badgesPolicy({ badges: conditions })
  const doings = {
    bought: [bought('a', november), bought('b', november + 1)],
    told: [],
  }
  const badges = badgesOf(doings, none, onlyVersion(policy))
  const at = (today: number) =>
    Object.fromEntries(
      progressOf(policy, badges, today).map(({ badge: name, have, next }) => [
        name,
        [have, next?.missing],
      ]),
    )
  deepEqual(at(november + 2)['quickly'], [2, 1])
  deepEqual(at(november + 3)['quickly'], [1, 2])
  deepEqual(at(november + 4)['quickly'], [0, 3])
  deepEqual(at(november + 1)['often'], [2, 2])
  deepEqual(at(november + 31)['months'], [1, 1])
  deepEqual(at(november + 61)['months'], [0, 2])
})

test('BG-5 what was reached under a version stays under one that asks more, and no other way', () => {
  const asking = (bronze: number) =>
    badgesPolicy({ badges: { often: badge({ count: 'times', of: 'purchase' }, { bronze }) } })
  const doings = { bought: [bought('a', november), bought('b', november + 5)], told: [] }
  const stepsBy = (changedOn: number, first: number, then: number) =>
    badgesOf(doings, none, [
      { name: 'badges@1', fromDay: 0, policy: asking(first) },
      { name: 'badges@2', fromDay: changedOn, policy: asking(then) },
    ]).awards.map(({ day, policy }) => [day - november, policy])
  deepEqual(stepsBy(november + 6, 2, 9), [[5, 'badges@1']])
  deepEqual(stepsBy(november + 5, 2, 9), [])
  deepEqual(stepsBy(november + 9, 3, 2), [[9, 'badges@2']])
})

test('BG-6 whatever the order in which facts are given, and however often, badges are the same', () => {
  const policy = badgesPolicy({ badges: conditions })
  fc.assert(
    fc.property(anyDoings, fc.infiniteStream(fc.nat()), (doings, random) => {
      const shuffled = {
        bought: shuffle(doings.bought, random),
        told: shuffle(doings.told, random),
      }
      const versions = onlyVersion(policy)
      deepEqual(plain(badgesOf(shuffled, none, versions)), plain(badgesOf(doings, none, versions)))
    }),
  )
})

test('BG-6 a purchase that is refunded leaves what there would be without it', () => {
  const policy = badgesPolicy({ badges: conditions })
  fc.assert(
    fc.property(anyDoings, fc.nat(), (doings, nth) => {
      const index = nth % doings.bought.length
      const back = doings.bought.map((order, at) =>
        at === index
          ? { ...order, lines: order.lines.map((line) => ({ ...line, keptFen: 0 })) }
          : order,
      )
      const gone = doings.bought[index]?.orderId
      const without = {
        bought: doings.bought.filter((order) => order.orderId !== gone),
        told: doings.told.filter((fact) => fact.orderId !== gone),
      }
      const versions = onlyVersion(policy)
      const refunded = badgesOf({ ...doings, bought: back }, none, versions)
      deepEqual(given(refunded), given(badgesOf(without, none, versions)))
    }),
  )
})

test('BG-7 the level is the highest whose number is reached', () => {
  const title = { zh: '级', en: 'Level' }
  const ladder = [
    { name: 'one', title, from: 2 },
    { name: 'two', title, from: 5 },
  ]
  const byPoints = badgesPolicy({ levels: { by: 'points', ladder } })
  const byBadges = badgesPolicy({ levels: { by: 'badges', ladder } })
  deepEqual(
    [1, 2, 4, 5, 9].map((points) => levelOf(byPoints, points, 0)),
    [null, 'one', 'one', 'two', 'two'],
  )
  equal(levelOf(byBadges, 99, 4), 'one')
  deepEqual(nextLevel(byPoints, 3, 0), { name: 'two', missing: 2 })
  equal(nextLevel(byPoints, 5, 0), undefined)
})

test('BG-12 what waits counts once it is cleared, what is struck does not', () => {
  const policy = badgesPolicy({
    badges: { voice: badge({ count: 'times', of: 'share' }, { bronze: 1 }) },
  })
  const doings = { bought: [], told: [told('s', 'share', november)] }
  const by = (struck: boolean, waits: boolean): (string | boolean)[][] => {
    const verdicts = new Map([['shop\ns', { struck, waits, vouched: false }]])
    const { awards } = badgesOf(doings, verdicts, onlyVersion(policy))
    return awards.map((award) => [award.badge, award.waits])
  }
  deepEqual(by(false, false), [['voice', false]])
  deepEqual(by(false, true), [['voice', true]])
  deepEqual(by(true, false), [])
  deepEqual(by(true, true), [])
})

const anyOrder = fc.record({
  order: fc.integer({ min: 0, max: 11 }),
  day: fc.integer({ min: november, max: november + 70 }),
  category: fc.constantFrom('shoes', 'hats', 'books'),
})
const anyTold = fc.record({
  kind: fc.constantFrom('review', 'share'),
  day: fc.integer({ min: november, max: november + 75 }),
  order: fc.integer({ min: 0, max: 13 }),
})

const anyDoings = fc
  .record({
    orders: fc.uniqueArray(anyOrder, {
      minLength: 1,
      maxLength: 8,
      selector: (each) => each.order,
    }),
    facts: fc.array(anyTold, { maxLength: 16 }),
  })
  .map(({ orders, facts }): Doings => {
    return {
      bought: orders.map(({ order, day, category }) =>
        bought(String(order), day, { lines: [{ sku: 'sku', category, keptFen: 500 }] }),
      ),
      told: facts.map(({ kind, day, order }, id) =>
        told(String(id), kind as 'review' | 'share', day, {
          orderId: kind === 'review' ? String(order) : undefined,
        }),
      ),
    }
  })

function shuffle<Item>(items: readonly Item[], random: fc.Stream<number>): Item[] {
  const keyed = items.map((item) => [random.next().value ?? 0, item] as const)
  return keyed.toSorted(([a], [b]) => a - b).map(([, item]) => item)
}

/** What is given, without how often what was told. */
function given({ points, awards, level }: Badges): object {
  return { points, awards, level }
}

function plain(badges: Badges): object {
  const days = [...badges.counted].map(([name, of]) => {
    return { name, of: of.map((on) => ({ ...on, categories: [...on.categories].sort() })) }
  })
  return { ...given(badges), days: days.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}
