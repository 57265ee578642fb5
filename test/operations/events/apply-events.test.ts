import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { connect } from '#db/connection.ts'
import { ordersByIds } from '#db/orders.ts'
import type { EventResult } from '#operations/events/apply-order-facts.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { verifyBooks } from '#operations/ledger/verify-books.ts'
import { asPoints } from '#rules/money/points.ts'
import type { Fact } from '#rules/orders/facts.ts'
import {
  afterAll,
  factsOfOrder,
  november,
  pointsThatStay,
} from '#test/operations/events/order-facts.ts'
import { keptWallet, pointsOf } from '#test/support/ledger.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'
import { plain } from '#test/support/plain.ts'

const market = await openMarket()
after(market.close)

let members = 0

function freshMember(): string {
  members += 1
  return `member-${members}`
}

async function told(facts: readonly Fact[], now = afterAll): Promise<string[]> {
  return (await tell(market, facts, now)).map(saidOf)
}

function saidOf(result: EventResult): string {
  const { status, refusal, was } = result
  const more = [refusal, was, result['waitsFor'], result['unparked']]
  return [status, ...more.filter((each) => each !== undefined).map(String)].join(' ')
}

async function available(memberId: string): Promise<number> {
  return (await keptWallet(market.db, pointsOf(memberId)))?.wallet.available ?? 0
}

/** An order as it is kept; of its points what they come to, for a refund may come before or after. */
async function orderOf(memberId: string, orderId: string): Promise<unknown> {
  const [found] = await ordersByIds(market.db, [{ memberId, orderId }])
  const lines = found?.order.lines.map(({ pointsEarned, pointsClawed, ...line }) => ({
    ...line,
    points: pointsEarned - pointsClawed,
  }))
  return plain({ ...found?.order, lines })
}

test('OR-3, OR-4, OR-7 facts in any order, batching and repetition end in the same', async () => {
  const usual = freshMember()
  await told(factsOfOrder(usual, 'o1'))
  const wanted = await orderOf(usual, 'o1')
  equal(await available(usual), pointsThatStay)

  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 })
  const shuffled = fc.infiniteStream(fc.nat())
  await fc.assert(
    fc.asyncProperty(
      sizes,
      shuffled,
      fc.array(fc.nat(30), { maxLength: 10 }),
      async (cut, keys, again) => {
        const [one, other] = [freshMember(), freshMember()]
        const all = [
          ...factsOfOrder(one, 'o1'),
          ...factsOfOrder(one, 'o2'),
          ...factsOfOrder(other, 'o1'),
        ]
        const twice = [
          ...all,
          ...again.map((nth) => all[nth % all.length]).filter((each) => !!each),
        ]
        let rest = inOrderOf(twice, keys)
        for (let turn = 0; rest.length > 0; turn += 1) {
          const size = cut[turn % cut.length] ?? 1
          await told(rest.slice(0, size))
          rest = rest.slice(size)
        }
        deepEqual(await orderOf(one, 'o1'), wanted)
        deepEqual(await orderOf(other, 'o1'), wanted)
        equal(await available(one), 2 * pointsThatStay)
        equal(await available(other), pointsThatStay)
      },
    ),
    { numRuns: 25 },
  )
  const parked =
    await sql`select event_id from jifen.member_event where status <> 'applied'`.execute(market.db)
  deepEqual(parked.rows, [])
})

function inOrderOf(facts: readonly Fact[], keys: Iterator<number>): Fact[] {
  return facts
    .map((each) => ({ each, key: keys.next().value as number }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each)
}

test('OR-1 the same fact again is a duplicate, and with other content refused', async () => {
  const member = freshMember()
  const [placed, paid, , , received] = factsOfOrder(member, 'o1')
  if (placed === undefined || paid === undefined || received === undefined) return
  deepEqual(await told([placed, placed, paid]), ['applied', 'duplicate applied', 'applied'])
  const changed = fact(member, paid.id, 'order.paid', november(3), { orderId: 'o1' })
  deepEqual(await told([changed, paid, received]), [
    'refused events/id-reused',
    'duplicate applied',
    'applied',
  ])
  const otherType = fact(member, paid.id, 'order.received', november(2), { orderId: 'o1' })
  deepEqual(await told([otherType]), ['refused events/id-reused'])
  equal(await available(member), 63)
})

test('OR-1 the order of keys and the way an amount is written are no other content', async () => {
  const member = freshMember()
  const line = { id: '1', sku: 'a', paid: '5.00', quantity: 1, category: 'ordinary' }
  const one = { orderId: 'o1', shopId: 's', lines: [line] }
  const same = { lines: [{ sku: 'a', paid: 500, id: '1' }], shopId: 's', orderId: 'o1' }
  const facts = [one, same].map((data) => fact(member, 'e', 'order.placed', november(1), data))
  deepEqual(await told(facts), ['applied', 'duplicate applied'])
})

test('OR-1 the same id of another member or source is another fact', async () => {
  const [one, other] = [freshMember(), freshMember()]
  const data = { nickname: 'L' }
  const facts = [
    fact(one, 'same', 'member.joined', november(1), data),
    fact(other, 'same', 'member.joined', november(2), { nickname: 'M' }),
    fact(one, 'same', 'member.joined', november(3), data, 'elsewhere'),
  ]
  deepEqual(await told(facts), ['applied', 'applied', 'applied'])
})

test('OR-1 two sources and ids that read alike when joined are two facts, each with its effect', async () => {
  const member = freshMember()
  const [placed, paid, , , received] = factsOfOrder(member, 'o1')
  if (placed === undefined || paid === undefined || received === undefined) return
  await told([placed, paid, received])
  const data = { orderId: 'o1', lines: [{ id: '1', amount: '10.00' }] }
  const names = [
    ['a', 'b/c'],
    ['a/b', 'c'],
    ['a', 'b%2Fc'],
    ['源'.repeat(200), '号'.repeat(200)],
  ] as const
  const facts = names.map(([source, id]) =>
    fact(member, id, 'refund.succeeded', november(7), data, source),
  )
  deepEqual(await told(facts), ['applied', 'applied', 'applied', 'applied'])
  equal(await available(member), 63 - 20)
})

test('OR-2 a fact of more than five minutes ahead is refused, and may be sent again', async () => {
  const member = freshMember()
  const join = fact(member, 'j', 'member.joined', november(10), {})
  const early = join.time.subtract({ minutes: 5, milliseconds: 1 })
  deepEqual(await told([join], early), ['refused events/in-the-future'])
  deepEqual(await told([join], join.time.subtract({ minutes: 5 })), ['applied'])
  deepEqual(await told([join], early), ['duplicate applied'])
  // Nobody is a member from an instant on that is still to come.
  equal((await joinedAt(member))?.equals(early), true)
})

test('OR-3, OR-4 what waits is told so, and what frees it tells how many it freed', async () => {
  const member = freshMember()
  const [placed, paid, shipped, , received, refund, review] = factsOfOrder(member, 'o1')
  const [first, ...waiting] = [received, refund, review, shipped].filter((each) => !!each)
  if (placed === undefined || paid === undefined || first === undefined) return
  deepEqual(await told([first, ...waiting]), Array(4).fill('parked order'))
  deepEqual(await told([first]), ['duplicate parked'])
  deepEqual(await told([placed]), ['applied 2'])
  deepEqual(await told([paid]), ['applied 2'])
  deepEqual(await told([first, paid]), ['duplicate applied', 'duplicate applied'])
  equal(await available(member), 63 - 20)
})

test('OR-10 a member begins to exist with the first fact that names it', async () => {
  const member = freshMember()
  await told([fact(member, 'i', 'interaction.recorded', november(3), { kind: 'share' })])
  const joined = fact(member, 'j', 'member.joined', november(2), { nickname: '林' })
  await told([joined])
  equal((await joinedAt(member))?.equals(joined.time), true)
  const other = freshMember()
  await told(factsOfOrder(other, 'o1').toReversed())
  equal((await joinedAt(other))?.toString(), '2017-10-31T16:00:00Z')
})

async function joinedAt(member: string): Promise<Temporal.Instant | undefined> {
  const rows = await sql<{ at: Temporal.Instant }>`
    select joined_at as at from jifen.member where member_id = ${member}
  `.execute(market.db)
  return rows.rows[0]?.at
}

test('OR-11 an order belongs to its trade, or to one of its own id', async () => {
  const member = freshMember()
  const data = { shopId: 's', lines: [{ id: '1', sku: 'a', paid: '1.00' }] }
  await told([
    fact(member, '1', 'order.placed', november(1), { ...data, orderId: 'o1', tradeId: 't' }),
    fact(member, '2', 'order.placed', november(1), { ...data, orderId: 'o2' }),
  ])
  const orders = await ordersByIds(
    market.db,
    ['o1', 'o2'].map((orderId) => ({ memberId: member, orderId })),
  )
  deepEqual(orders.map(({ order }) => order.tradeId).sort(), ['o2', 't'])
})

test('A member whose facts fail does not keep the others waiting', async () => {
  const [sound, broken, later] = [freshMember(), freshMember(), freshMember()]
  for (const member of [sound, broken, later]) {
    const [placed, paid] = factsOfOrder(member, 'o1')
    await told([placed, paid].filter((each) => !!each))
  }
  // Somebody took, behind the program's back, the reference that the earn will have.
  await sql`
    insert into jifen.wallet (member_id, program, unit) values (${broken}, 'platform', 'points')
  `.execute(market.owner)
  await sql`
    insert into jifen.entry (member_id, program, unit, seq, kind, ref, fingerprint, amount, outcome,
      answer, cause, actor, policies, occurred_at, booked_at, prev_hash, hash)
    values (${broken}, 'platform', 'points', 1, 'earn', 'order:o1', '', 1, 'done', '{}', '{}', '', '',
      now(), now(), '', '')
  `.execute(market.owner)
  const receipts = [sound, broken, later].map((member) => factsOfOrder(member, 'o1')[4])
  const batch = receipts.filter((each) => !!each)
  await rejects(told(batch), /not refused/)
  deepEqual([await available(sound), await available(later)], [63, 63])
  await rejects(told(batch), /not refused/)
  deepEqual(await told([batch[0], batch[2]].filter((each) => !!each)), [
    'duplicate applied',
    'duplicate applied',
  ])
  await sql`delete from jifen.entry where member_id = ${broken}`.execute(market.owner)
  deepEqual(await told(batch), ['duplicate applied', 'applied', 'duplicate applied'])
  equal(await available(broken), 63)
})

test('OR-1 two processes that are told the same at once apply it once', async () => {
  const second = { ...market, db: connect(market.url, { as: 'application', size: 8 }) }
  const names = Array.from({ length: 12 }, freshMember)
  const all = names.flatMap((member) => factsOfOrder(member, 'o1'))
  const batches = Array.from({ length: 12 }, (_, nth) => {
    const from = (nth * 7) % all.length
    const turned = [...all.slice(from), ...all.slice(0, from)]
    return nth % 2 === 0 ? turned : turned.toReversed()
  })
  const results = await Promise.all(
    batches.map((batch, nth) => tell(nth % 2 === 0 ? market : second, batch, afterAll)),
  )
  const applied = results.flat().filter((result) => result.status !== 'duplicate')
  equal(applied.length, all.length)
  for (const member of names) equal(await available(member), pointsThatStay)
  await second.db.destroy()
})

test('OR-7 a refund takes back what is left when an operator took some before', async () => {
  const member = freshMember()
  const [placed, paid, , , received] = factsOfOrder(member, 'o1')
  await told([placed, paid, received].filter((each) => !!each))
  const clawBack = { kind: 'clawBack' as const, of: 'order:o1', amount: asPoints(40) }
  const request = { key: pointsOf(member), body: clawBack, caller: 'operator:o' }
  await postForMember(market, { ...request, idempotencyKey: 'k', at: afterAll })
  const data = { orderId: 'o1', lines: [{ id: '1', amount: '109.00' }] }
  const refund = fact(member, 'r', 'refund.succeeded', november(9), data)
  deepEqual(await told([refund]), ['applied'])
  equal(await available(member), 0)
})

test('After all facts the books are right', async () => {
  deepEqual((await verifyBooks(market.db)).faults, [])
})
