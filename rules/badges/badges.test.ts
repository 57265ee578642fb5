import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { badgesOf, levelOf, nextLevel, progressOf, type Badges } from '#rules/badges/badges.ts'
import { monthOf, type BadgesVersion } from '#rules/badges/count.ts'
import type { Doings, Verdicts } from '#rules/badges/deeds.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { badge, badgesPolicy, behaviour, bought, onlyVersion, told } from '#test/support/badges.ts'

const none: Verdicts = new Map()

/** 2017-11-01. */
const november = 17_471

test('BG-1 a behaviour that is not core is refused, and one without the reason why it is', () => {
  const pathsOf = (behaviours: object): string[] => {
    const parsed = parsePolicy('badges', { behaviours, badges: {} })
    if (parsed.ok || parsed.refusal !== 'policies/invalid') return []
    return parsed.problems.map((each) => each.path)
  }
  deepEqual(pathsOf({ purchase: behaviour(1, 1) }), [])
  for (const name of ['login', 'signIn', 'checkIn', 'visit', 'toString']) {
    deepEqual(pathsOf({ [name]: behaviour(1, 1) }), [`behaviours.${name}`])
  }
  const { core: _core, ...unmarked } = behaviour(1, 1) as Record<string, unknown>
  deepEqual(pathsOf({ share: unmarked }), ['behaviours.share.core'])
  const { gives: _gives, ...unexplained } = behaviour(1, 1) as Record<string, unknown>
  deepEqual(pathsOf({ share: unexplained }), ['behaviours.share.gives'])
})

test('BG-1 a badge for a behaviour that the policy does not have is refused', () => {
  const parsed = parsePolicy('badges', {
    behaviours: { purchase: behaviour(1, 1) },
    badges: { helper: badge({ count: 'times', of: 'answer' }, { bronze: 1 }) },
  })
  ok(!parsed.ok && parsed.refusal === 'policies/invalid')
  deepEqual(
    parsed.problems.map((each) => each.path),
    ['badges.helper.condition.of'],
  )
})

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
