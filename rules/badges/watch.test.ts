import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Doings } from '#rules/badges/deeds.ts'
import { BadgesPolicySchema, type WatchRule } from '#rules/badges/policy.ts'
import { queueOf, type Suspicion } from '#rules/badges/queue.ts'
import { ringOf, suspectsOf, type Sighting } from '#rules/badges/watch.ts'
import { bought, dayMs, told } from '#test/support/badges.ts'

const minute = 60_000

function rules(...watch: object[]): readonly WatchRule[] {
  return BadgesPolicySchema.parse({ behaviours: {}, badges: {}, watch }).watch
}

function idsOf(doings: Doings, of: readonly WatchRule[]): string[] {
  return suspectsOf(doings, of).map((each) => each.id)
}

const burst = rules({ name: 'b', kind: 'burst', of: ['share'], moreThan: 2, within: 'PT10M' })

// Columns: minutes at which something was shared | the numbers of those in a burst.
const bursts = `
  0 4          |
  0 4 9        | 0 1 2
  0 4 10       |
  0 5 9 14     | 0 1 2 3
  0 1 30 31 39 | 2 3 4
  0 1 2 50 51 52 | 0 1 2 3 4 5
`

test('BG-8 a burst is more than so many in less than the duration, and all of them', () => {
  for (const line of bursts.trim().split('\n')) {
    const [times = '', wanted = ''] = line.split('|').map((cell) => cell.trim())
    const shares = times
      .split(' ')
      .map((at, id) => told(String(id), 'share', 0, { atMs: Number(at) * minute }))
    equal(idsOf({ bought: [], told: shares }, burst).join(' '), wanted, line)
  }
})

test('BG-8 what is of another behaviour makes no burst', () => {
  const answers = [0, 1, 2, 3].map((id) => told(String(id), 'answer', 0))
  deepEqual(idsOf({ bought: [], told: answers }, burst), [])
})

test('BG-8 exactly the facts are suspected that lie in a window with too many', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 })
  fc.assert(
    fc.property(times, (minutes) => {
      const shares = minutes.map((at, id) => told(String(id), 'share', 0, { atMs: at * minute }))
      const found = new Set(idsOf({ bought: [], told: shares }, burst))
      shares.forEach((fact) => {
        const inWindow = minutes.some((from) => {
          const inside = minutes.filter((at) => at >= from && at < from + 10)
          const isIn = fact.atMs >= from * minute && fact.atMs < (from + 10) * minute
          return isIn && inside.length > 2
        })
        equal(found.has(fact.id), inWindow, `${minutes.join(' ')}: ${fact.id}`)
      })
    }),
  )
})

const ring = (on: string) =>
  rules({ name: 'r', kind: 'ring', of: ['review', 'answer'], moreThan: 2, within: 'P1D', on })

function sighting(memberId: string, hour: number, changes: Partial<Sighting> = {}): Sighting {
  return {
    memberId,
    source: 'shop',
    id: `${memberId}-${hour}`,
    behaviour: 'review',
    subject: 'sku',
    shop: 'shop',
    atMs: (hour * dayMs) / 24,
    ...changes,
  }
}

test('BG-9 a ring is more than so many members within the duration, not facts', () => {
  const two = [sighting('a', 0), sighting('b', 1), sighting('a', 2), sighting('b', 3)]
  deepEqual(ringOf(two, ring('subject')), [])
  const three = [...two, sighting('c', 23)]
  deepEqual(
    ringOf(three, ring('subject')).map((each) => [each.memberId, each.members]),
    [
      ['a', 3],
      ['b', 3],
      ['a', 3],
      ['b', 3],
      ['c', 3],
    ],
  )
  deepEqual(ringOf([...two.slice(0, 2), sighting('c', 25)], ring('subject')), [])
})

test('BG-9 a ring is about one subject or shop, or the device alone', () => {
  const members = ['a', 'b', 'c']
  const apart = members.map((id, at) => sighting(id, at, { subject: id, shop: null }))
  deepEqual(ringOf(apart, ring('subject')), [])
  deepEqual(ringOf(apart, ring('shop')), [])
  deepEqual(
    ringOf(apart, ring('device')).map((each) => each.target),
    ['device', 'device', 'device'],
  )
  const shop = members.map((id, at) => sighting(id, at, { subject: id }))
  deepEqual(
    ringOf(shop, ring('shop')).map((each) => each.target),
    ['shop:shop', 'shop:shop', 'shop:shop'],
  )
  const shares = shop.map((each) => ({ ...each, behaviour: 'share' }))
  deepEqual(ringOf(shares, ring('device')), [])
})

const received = bought('o', 10)
const noOrder = (moreThan: number) =>
  rules({ name: 'n', kind: 'reviewWithoutOrder', moreThan, within: 'P30D' })

test('BG-10 a review of nothing that was received by then has no order', () => {
  const facts = [
    told('none', 'review', 11),
    told('unknown', 'review', 11, { orderId: 'x' }),
    told('early', 'review', 9, { orderId: 'o' }),
    told('other', 'review', 11, { orderId: 'o', sku: 'other' }),
    told('right', 'review', 11, { orderId: 'o', sku: 'sku' }),
    told('share', 'share', 11),
  ]
  const doings = { bought: [received], told: facts }
  deepEqual(idsOf(doings, noOrder(0)).toSorted(), ['early', 'none', 'other', 'unknown'])
  deepEqual(idsOf(doings, noOrder(4)), [])
})

test('BG-10 a receipt that is told late clears what it explains', () => {
  const facts = [told('r', 'review', 11, { orderId: 'o' })]
  deepEqual(idsOf({ bought: [], told: facts }, noOrder(0)), ['r'])
  deepEqual(idsOf({ bought: [received], told: facts }, noOrder(0)), [])
})

test('BG-11 reviews that follow the receipts too soon are suspected, past those let pass', () => {
  const soon = (moreThan: number) =>
    rules({ name: 's', kind: 'reviewTooSoon', sooner: 'PT1M', moreThan, within: 'P1D' })
  const at = (seconds: number) => ({ orderId: 'o', atMs: received.receivedMs + seconds * 1_000 })
  const facts = [
    told('a', 'review', 10, at(0)),
    told('b', 'review', 10, at(59.999)),
    told('c', 'review', 10, at(60)),
  ]
  deepEqual(idsOf({ bought: [received], told: facts }, soon(1)), ['a', 'b'])
  deepEqual(idsOf({ bought: [received], told: facts }, soon(2)), [])
})

const suspect = (id: string, changes: object = {}) => {
  return { rule: 'b', kind: 'burst' as const, source: 'shop', id, ring: '', ...changes }
}
const known = (status: Suspicion['status'], ...ids: string[]): Suspicion => {
  const facts = ids.map((id) => ({ source: 'shop', id }))
  return { suspicionId: 'b.1', rule: 'b', kind: 'burst', ring: '', status, facts }
}

// Columns: the suspicion known | the facts suspected now | what of each fact | the changes.
const queues = [
  [[], ['x'], { x: 'waits' }, [['b.1', 'open', ['x'], []]]],
  [[known('open', 'x')], ['x'], { x: 'waits' }, []],
  [[known('open', 'x')], ['x', 'y'], { x: 'waits', y: 'waits' }, [['b.1', 'open', ['y'], []]]],
  [[known('open', 'x', 'y')], ['y'], { y: 'waits' }, [['b.1', 'open', [], ['x']]]],
  [[known('open', 'x')], [], {}, [['b.1', 'moot', [], ['x']]]],
  [[known('cleared', 'x')], ['x'], {}, []],
  [[known('cleared', 'x')], ['x', 'y'], { y: 'waits' }, [['b.2', 'open', ['y'], []]]],
  [[known('struck', 'x')], ['x'], { x: 'struck' }, []],
  [[known('struck', 'x')], [], { x: 'struck' }, []],
] as const

test('BG-12 what is new waits, what was decided stays, what no longer stands goes', () => {
  for (const [suspicions, ids, verdicts, changes] of queues) {
    const queue = queueOf(
      ids.map((id) => suspect(id)),
      suspicions,
    )
    const found = [...queue.verdicts].flatMap(([key, verdict]) => {
      const word = verdict.struck ? 'struck' : verdict.waits ? 'waits' : undefined
      return word === undefined ? [] : [[key.split('\n')[1], word]]
    })
    deepEqual(Object.fromEntries(found), verdicts)
    deepEqual(
      queue.changes.map(({ suspicionId, status, added, dropped }) => [
        suspicionId,
        status,
        added.map((each) => each.id),
        dropped.map((each) => each.id),
      ]),
      changes,
    )
  }
})

test('BG-12 every ring has a suspicion of its own', () => {
  const { changes } = queueOf([suspect('x', { ring: 'd1' }), suspect('y', { ring: 'd2' })], [])
  deepEqual(
    changes.map((each) => [each.suspicionId, each.ring]),
    [
      ['b.1', 'd1'],
      ['b.2', 'd2'],
    ],
  )
})
