import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { scoreOfMonth, scoresPage, type ScoreRow } from '#db/membership/scores.ts'
import { proveScoreFacts } from '#operations/score/prove-scores.ts'
import { refreshMember } from '#operations/score/refresh-member.ts'
import {
  refreshScores,
  refreshWhenDue,
  type Refresh,
  type Refreshed,
} from '#operations/score/refresh.ts'
import { verifyScores } from '#operations/score/verify-scores.ts'
import { bought } from '#test/support/bought-in-month.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'
import { plain } from '#test/support/plain.ts'

let market: TestMarket

before(async () => {
  market = await openMarket()
})
after(async () => {
  await market.close()
})

const june = Temporal.PlainDate.from('2017-06-01')
const refreshDay = Temporal.Instant.from('2017-06-08T00:00:00+08:00')

async function refresh(of: Partial<Refresh> = {}, now = refreshDay): Promise<Refreshed> {
  const { db, policies, market: place } = market
  return await refreshScores({ db, policies, market: place, now }, { month: june, ...of })
}

/** The record of a month, without when it was written. */
async function recordOf(memberId: string, month = june): Promise<unknown> {
  const row = await scoreOfMonth(market.db, memberId, month)
  if (row === undefined) return undefined
  const { scoredAt: _, ...record } = row
  return plain(record)
}

async function allRecords(): Promise<unknown> {
  const { rows } = await sql`
    select member_id, score, purchase, reward, base, delta, figures, policy
    from jifen.member_score
    where month = ${june.toString()}::date
    order by member_id
  `.execute(market.db)
  return plain(rows)
}

test('MS-16 a month is refreshed once, on its refresh day, for the twelve months before it', async () => {
  const facts = [
    ...bought('lin', '2016-05', 8_300),
    ...bought('lin', '2016-06', 8_300),
    ...bought('lin', '2017-05', 830),
    ...bought('lin', '2017-06', 83_000),
    ...bought('wei', '2017-05', 83),
  ]
  await tell(market, facts, refreshDay)
  deepEqual(await refresh({}, refreshDay.subtract({ milliseconds: 1 })), {
    ok: false,
    refusal: 'score/month-not-due',
  })
  const refreshed = await refresh({ membersAtOnce: 1 })
  equal(refreshed.ok && refreshed.counts.members, 2)
  equal(refreshed.ok && refreshed.run.endedAt?.toString(), refreshDay.toString())

  const row = (await scoreOfMonth(market.db, 'lin', june)) as ScoreRow
  // 83 yuan a point of 9,130 yuan, and a point for each of two orders.
  equal(row.purchase, 110 + 2)
  equal(row.delta, null)
  equal(row.score, row.purchase + row.reward + row.base)
})

test('what was refreshed is not done twice, but again when asked to', async () => {
  const written = await allRecords()
  await tell(market, bought('wei', '2017-04', 830), refreshDay)
  await refresh()
  deepEqual(await allRecords(), written)

  await refresh({ again: true })
  const wei = (await scoreOfMonth(market.db, 'wei', june)) as ScoreRow
  equal(wei.purchase, 11 + 2)
})

test('MS-17 from the recorded facts every score is the same to the point, with the same figures', async () => {
  const ready = await allRecords()
  await refresh({ again: true, fromFacts: true, membersAtOnce: 1 })
  deepEqual(await allRecords(), ready)
  deepEqual((await proveScoreFacts(market.db)).differences, [])
})

test('the delta is against the score before; a fall takes what a refund took back', async () => {
  const july = june.add({ months: 1 })
  const now = Temporal.Instant.from('2017-07-08T00:00:00+08:00')
  const lines = [{ id: '1', amount: '830.00' }]
  const refunded = { orderId: 'o-2017-05', lines }
  const time = '2017-06-20T00:00:00+08:00'
  await tell(market, [fact('lin', 'r-1', 'refund.succeeded', time, refunded)], now)
  await refresh({ month: july }, now)
  const [last, first] = await scoresPage(market.db, 'lin', { offset: 0, limit: 2 })
  equal(last?.month.toString(), july.toString())
  equal(last?.delta, (last?.score ?? 0) - (first?.score ?? 0))
  deepEqual(await verifyScores(market.db, market.policies, { allFacts: true }), [])
})

test('MS-16 one member is computed again on demand; an earlier month changes the record alone', async () => {
  const { db, policies, market: place } = market
  const now = Temporal.Instant.from('2017-07-09T00:00:00+08:00')
  const context = { db, policies, market: place, now }
  const standing = async (): Promise<unknown> => {
    const { rows } = await sql`
      select score, scored_for from jifen.membership where member_id = 'lin'
    `.execute(db)
    return plain(rows[0])
  }
  const before = await standing()
  const again = await refreshMember(context, { memberId: 'lin', month: june })
  // The order of May was refunded meanwhile.
  equal(again.ok && again.score.purchase, 100 + 1)
  deepEqual(await standing(), before)

  await tell(market, bought('lin', '2017-03', 8_300), now)
  const latest = await refreshMember(context, { memberId: 'lin' })
  equal(latest.ok && latest.score.month.toString(), '2017-07-01')
  deepEqual(await standing(), plain({ score: latest.ok && latest.score.score, scored_for: latest.ok && latest.score.month })) // prettier-ignore
  deepEqual(await refreshMember(context, { memberId: 'nobody' }), {
    ok: false,
    refusal: 'members/unknown',
  })
})

test('MS-17 a month that reaches back behind what is kept is read from the recorded facts', async () => {
  const { db, policies, market: place } = market
  await tell(market, bought('old', '2015-03', 830), refreshDay)
  await tell(market, bought('old', '2017-05', 830), refreshDay)
  const context = { db, policies, market: place, now: refreshDay }
  const month = Temporal.PlainDate.from('2015-06-01')
  const scored = await refreshMember(context, { memberId: 'old', month })
  equal(scored.ok && scored.score.purchase, 11 - 1 + 1)
  const other = await refreshMember(context, { memberId: 'old', month, fromFacts: true })
  deepEqual(plain(other), plain(scored))
})

test('of a member that was there before there were scores the recorded facts are read', async () => {
  await tell(market, bought('early', '2017-05', 830), refreshDay)
  const made = await recordsOfFacts('early')
  await sql`
    update jifen.score_facts set facts = '[[],[],[],[],[],[],[],[],[],[]]', complete_from = 2147483647
    where member_id = 'early'
  `.execute(market.db)
  deepEqual((await proveScoreFacts(market.db, { memberId: 'early' })).differences, [])
  await tell(market, bought('early', '2017-04', 830), refreshDay)
  equal(await recordsOfFacts('early'), 2 * made)
})

async function recordsOfFacts(memberId: string): Promise<number> {
  const { rows } = await sql<{ kept: number }>`
    select json_array_length(facts -> 0) as kept from jifen.score_facts where member_id = ${memberId}
  `.execute(market.db)
  return rows[0]?.kept ?? 0
}

test('MS-16 every month that was missed is refreshed when the clock moves on', async () => {
  const { db, policies, market: place } = market
  const by = async (instant: string): Promise<string[]> => {
    const now = Temporal.Instant.from(instant)
    const done = await refreshWhenDue({ db, policies, market: place, now })
    return done.map((month) => month.toString().slice(0, 7))
  }
  deepEqual(await by('2017-08-07T23:59:59+08:00'), [])
  deepEqual(await by('2017-11-07T23:59:59+08:00'), ['2017-08', '2017-09', '2017-10'])
  deepEqual(await by('2017-11-08T00:00:00+08:00'), ['2017-11'])
  deepEqual(await by('2017-11-30T00:00:00+08:00'), [])
})

test('a member that is sealed gets a score in the record, and nothing of it', async () => {
  const now = Temporal.Instant.from('2017-12-08T00:00:00+08:00')
  const sealed = fact('shut', 's', 'member.sealed', '2017-11-01T00:00:00+08:00', {})
  await tell(market, [...bought('shut', '2017-10', 830), sealed], now)
  await refresh({ month: Temporal.PlainDate.from('2017-12-01') }, now)
  const { rows } = await sql`
    select s.score, m.score as standing
    from jifen.member_score s
    left join jifen.membership m using (member_id)
    where s.member_id = 'shut'
  `.execute(market.db)
  equal(rows.length, 1)
  const [row] = rows as readonly { score: number; standing: number | null }[]
  ok((row?.score ?? 0) > 0)
  equal(row?.standing ?? 0, 0)
})

test('what does not come to its record is told', async () => {
  await sql`
    update jifen.member_score set score = score + 1 where member_id = 'wei' and month = '2017-12-01'
  `.execute(market.db)
  await sql`update jifen.score_facts set facts = '[[],[],[],[],[],[],[],[],[],[]]' where member_id = 'lin'`.execute(market.db) // prettier-ignore
  const faults = await verifyScores(market.db, market.policies, { allFacts: true })
  deepEqual(
    faults.map(({ memberId, what }) => [memberId, what.replace(/ are .*| is .*/, '')]),
    [
      ['wei', 'the score of 2017-12'],
      ['lin', 'the ready-made facts'],
    ],
  )
  equal(await recordOf('nobody'), undefined)
})
