import { deepEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { scoreFactsOf } from '#db/membership/score-facts.ts'
import { transact } from '#operations/_transact.ts'
import { daysIn } from '#operations/score/days.ts'
import { rebuildScoreFacts } from '#operations/score/rebuild-facts.ts'
import { setUnpaidAdvances } from '#operations/score/set-unpaid-advances.ts'
import { dayNumberAt } from '#rules/time/day-numbers.ts'
import type { Fact } from '#rules/orders/facts.ts'
import { afterAll, factsOfOrder, november } from '#test/operations/events/order-facts.ts'
import { fact, openMarket, tell } from '#test/support/market.ts'
import { plain } from '#test/support/plain.ts'

const market = await openMarket()
after(market.close)

let members = 0

function freshMember(): string {
  members += 1
  return `member-${members}`
}

/** What is kept of a member, with the lists read. */
async function kept(memberId: string): Promise<unknown> {
  const row = (await scoreFactsOf(market.db, [memberId])).get(memberId)
  if (row === undefined) return undefined
  const { facts, completeFrom, grade } = row
  const told = grade === null ? null : [grade.grade, grade.at.toString(), grade.told]
  return plain({ facts: JSON.parse(facts) as unknown, completeFrom, told })
}

async function rebuilt(memberId: string): Promise<unknown> {
  await transact(market.db, (tx) => rebuildScoreFacts(tx, [memberId]))
  return await kept(memberId)
}

/** How often the row of a member was written: `xmin` names the last transaction that did. */
async function writtenIn(memberId: string): Promise<unknown> {
  const { rows } = await sql<{ xmin: string }>`
    select xmin::text from jifen.score_facts where member_id = ${memberId}
  `.execute(market.db)
  return rows[0]?.xmin
}

/** 2017-11-06 in the market's zone. */
const received = 17_476

test('MS-2 an order counts from its receipt, by category, less what came back', async () => {
  const member = freshMember()
  const facts = factsOfOrder(member, 'o1')
  await tell(market, facts.slice(0, 4), afterAll)
  equal(await kept(member), undefined)

  await tell(market, facts.slice(4), afterAll)
  deepEqual(await kept(member), {
    facts: [
      [received, received],
      ['o1', 'o1'],
      ['s1', 's1'],
      ['ordinary', 'virtual'],
      [10_900, 9_990],
      [4_899, 9_000],
      [received + 2],
      [0],
      [1],
      [0],
    ],
    completeFrom: null,
    told: null,
  })
})

test('what was told before, or does not count, writes nothing', async () => {
  const member = freshMember()
  await tell(market, factsOfOrder(member, 'o1'), afterAll)
  const written = await writtenIn(member)

  await tell(market, factsOfOrder(member, 'o1'), afterAll)
  await tell(market, [fact(member, 'n', 'member.joined', november(9), {})], afterAll)
  equal(await writtenIn(member), written)
})

test('MS-2 an order that is closed after its receipt keeps nothing', async () => {
  const member = freshMember()
  const closed = fact(member, 'c', 'order.closed', november(10), { orderId: 'o1' })
  await tell(market, [...factsOfOrder(member, 'o1'), closed], afterAll)
  const { facts } = (await kept(member)) as { facts: readonly unknown[] }
  deepEqual(facts[5], [0, 0])
  deepEqual(await rebuilt(member), await kept(member))
})

test('the latest grade holds, whatever was told last', async () => {
  const member = freshMember()
  const graded = (id: string, day: number, grade: string): Fact =>
    fact(member, id, 'credit.assessed', november(day), { grade })
  await tell(market, [graded('b', 5, 'good')], afterAll)
  await tell(market, [graded('c', 5, 'fair'), graded('a', 4, 'poor')], afterAll)
  const { told } = (await kept(member)) as { told: unknown }
  deepEqual(told, ['fair', '2017-11-04T16:00:00Z', 'shop\nc'])
  deepEqual(await rebuilt(member), await kept(member))
})

test('what is older than a year and a month before the newest is let go', async () => {
  const member = freshMember()
  const shared = (id: string, time: string): Fact =>
    fact(member, id, 'interaction.recorded', time, { kind: 'share' })
  await tell(market, [shared('1', '2016-09-30T23:59:59+08:00')], afterAll)
  await tell(market, [shared('2', '2016-10-01T00:00:00+08:00')], afterAll)
  const two = { facts: [[], [], [], [], [], [], [17_074, 17_075], [1, 1], [1, 1], [0, 0]] }
  deepEqual(await kept(member), { ...two, completeFrom: null, told: null })

  await tell(market, [shared('3', '2017-11-30T23:59:59+08:00')], afterAll)
  const left = { facts: [[], [], [], [], [], [], [17_075, 17_500], [1, 1], [1, 1], [0, 0]] }
  deepEqual(await kept(member), { ...left, completeFrom: 17_075, told: null })
  deepEqual(await rebuilt(member), await kept(member))
})

test('a fact that was struck is left out when the facts are read again', async () => {
  const member = freshMember()
  await tell(market, factsOfOrder(member, 'o1'), afterAll)
  await sql`
    insert into jifen.struck_fact (member_id, source, event_id, suspicion_id, struck_at)
    values (${member}, 'shop', 'o1-review.posted-8', 's', ${afterAll.toString()}::timestamptz)
  `.execute(market.db)
  const { facts } = (await rebuilt(member)) as { facts: readonly unknown[] }
  deepEqual(facts.slice(6), [[], [], [], []])
})

test('advances that are not paid back are kept beside what else is', async () => {
  const member = freshMember()
  await transact(market.db, (tx) => setUnpaidAdvances(tx, member, 2))
  await tell(market, factsOfOrder(member, 'o1'), afterAll)
  const { rows } = await sql<{ unpaid_advances: number }>`
    select unpaid_advances from jifen.score_facts where member_id = ${member}
  `.execute(market.db)
  equal(rows[0]?.unpaid_advances, 2)
})

const zones = ['Asia/Shanghai', 'America/Sao_Paulo', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'] // prettier-ignore

test('a day of a zone begins in the database when it begins here, summer time or not', async () => {
  for (const zone of zones) {
    const { rows } = await sql<{ at: Temporal.Instant; day: number }>`
      select at, (at at time zone ${zone})::date - date '1970-01-01' as day
      from generate_series(
        '2016-01-01'::timestamptz, '2019-01-01'::timestamptz, interval '45 minutes'
      ) as at
    `.execute(market.db)
    const dayOf = daysIn(zone)
    const other = rows.find(({ at, day }) => dayNumberAt(at, zone) !== day || dayOf(at) !== day)
    equal(other, undefined, `${zone} ${String(other?.at)}`)
  }
})

/** Facts of all kinds that count, over two years, some of one day. */
function lifeOf(memberId: string): Fact[] {
  const done = (n: number, type: string, data: Readonly<Record<string, unknown>>): Fact => {
    const month = String((n % 12) + 1).padStart(2, '0')
    const time = `${n % 3 === 0 ? 2016 : 2017}-${month}-0${(n % 2) + 1}T00:00:00+08:00`
    return fact(memberId, `d-${n}`, type, time, data)
  }
  const conduct = Array.from({ length: 24 }, (_, n): Fact => {
    if (n % 5 === 0) return done(n, 'review.posted', { rating: 5, highValue: n % 2 === 0 })
    if (n % 7 === 0) return done(n, 'conduct.recorded', { kind: 'maliciousReview' })
    if (n % 11 === 0) return done(n, 'credit.assessed', { grade: `g${n}` })
    return done(n, 'interaction.recorded', { kind: n % 2 === 0 ? 'share' : 'post' })
  })
  return [...factsOfOrder(memberId, 'o1'), ...factsOfOrder(memberId, 'o2'), ...conduct]
}

test('MS-17 facts in any order, batching and repetition leave what the recorded ones say', async () => {
  const usual = freshMember()
  await tell(market, lifeOf(usual), afterAll)
  const wanted = await kept(usual)
  deepEqual(await rebuilt(usual), wanted)

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      fc.array(fc.nat(39), { maxLength: 10 }),
      async (sizes, keys, again) => {
        const member = freshMember()
        const all = lifeOf(member)
        const twice = [...all, ...again.flatMap((n) => all[n] ?? [])]
        const shuffled = twice
          .map((each, n) => ({ each, key: keys[n % keys.length] ?? 0, n }))
          .sort((a, b) => a.key - b.key || a.n - b.n)
          .map(({ each }) => each)
        for (let n = 0; shuffled.length > 0; n += 1) {
          await tell(market, shuffled.splice(0, sizes[n % sizes.length]), afterAll)
        }
        deepEqual(await kept(member), wanted)
        deepEqual(await rebuilt(member), wanted)
      },
    ),
    { numRuns: 30 },
  )
})
