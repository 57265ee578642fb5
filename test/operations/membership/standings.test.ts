import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { makeMembers } from '#test/support/issuing.ts'
import { transact } from '#operations/_transact.ts'
import { endByOperator, grantByOperator } from '#operations/membership/grant-by-operator.ts'
import { setPaidPeriod } from '#operations/membership/set-paid-period.ts'
import { verifyStandings } from '#operations/membership/verify-standings.ts'
import {
  changesOf,
  contextAt,
  endGrantAt,
  grant,
  inYear,
  openStandings,
  refresh,
  settleBy,
  standing,
  type StandingMarket,
} from '#test/support/standings.ts'

let market: StandingMarket
before(async () => {
  market = await openStandings()
})
after(() => market.close())

const june = inYear('06-08 10:00')
const july = inYear('07-08 10:00')

test('who was never scored has the tier of the score 0', async () => {
  const told = await standing(market, 'nobody', june)
  deepEqual(told, {
    memberId: 'nobody',
    score: 0,
    tier: 'ordinary',
    tierBy: 'score',
    tierUntil: undefined,
    paidMember: false,
    paidUntil: undefined,
  })
})

test('promotion and demotion in one refresh are told to both, and unchanged tiers to nobody', async () => {
  await makeMembers(market.db, ['up', 'down', 'same'])
  await refresh(market, june, { up: [999], down: [1000], same: [1500] })
  await refresh(market, july, { up: [1000, 999], down: [999, 1000], same: [1400, 1500] })
  deepEqual(await changesOf(market, 'up'), ['2017-07-08T02:00:00Z ordinary > super refresh'])
  deepEqual(await changesOf(market, 'down'), [
    '2017-06-08T02:00:00Z ordinary > super refresh',
    '2017-07-08T02:00:00Z super > ordinary refresh',
  ])
  deepEqual(await changesOf(market, 'same'), ['2017-06-08T02:00:00Z ordinary > super refresh'])
  const notices = await sql<{ id: string; data: string }>`
    select announcement_id as id, data from jifen.announcement
    where member_id = 'down' order by at
  `.execute(market.db)
  deepEqual(
    notices.rows.map(({ id, data }) => [id, JSON.parse(data).direction]),
    [
      ['tier-1', 'up'],
      ['tier-2', 'down'],
    ],
  )
})

test('a refresh applied twice changes nothing, and one of an earlier month neither', async () => {
  await makeMembers(market.db, ['twice'])
  await refresh(market, july, { twice: [1200, 900] })
  await refresh(market, july, { twice: [1200, 900] })
  await refresh(market, june, { twice: [900, 900] })
  const told = await standing(market, 'twice', july)
  deepEqual([told.score, told.tier], [1200, 'super'])
  equal((await changesOf(market, 'twice')).length, 1)
})

test('a granted tier is in force from its first instant until before its last', async () => {
  await makeMembers(market.db, ['granted'])
  const to = inYear('07-01')
  await grant(market, june, { memberId: 'granted', grantId: 'g1', tier: 'super', to })
  const justBefore = to.subtract({ milliseconds: 1 })
  equal((await standing(market, 'granted', june)).tierUntil?.toString(), to.toString())
  equal((await standing(market, 'granted', justBefore)).tier, 'super')
  equal((await standing(market, 'granted', to)).tier, 'ordinary')
  await settleBy(market, justBefore)
  equal((await changesOf(market, 'granted')).length, 1)
  await settleBy(market, to)
  deepEqual(await changesOf(market, 'granted'), [
    '2017-06-08T02:00:00Z ordinary > super grantBegan',
    '2017-06-30T16:00:00Z super > ordinary grantEnded',
  ])
  await settleBy(market, to)
  equal((await changesOf(market, 'granted')).length, 2)
})

test('a clock that jumps over years tells every change at its own instant', async () => {
  await makeMembers(market.db, ['jumper'])
  const [first, second] = [inYear('08-01'), inYear('01-01', 2018)]
  await grant(market, june, { memberId: 'jumper', grantId: 'a', tier: 'super', to: first })
  await grant(market, june, {
    memberId: 'jumper',
    grantId: 'b',
    tier: 'apass',
    from: second,
    to: inYear('06-01', 2018),
  })
  await settleBy(market, inYear('01-01', 2030))
  deepEqual(await changesOf(market, 'jumper'), [
    '2017-06-08T02:00:00Z ordinary > super grantBegan',
    '2017-07-31T16:00:00Z super > ordinary grantEnded',
    '2017-12-31T16:00:00Z ordinary > apass grantBegan',
    '2018-05-31T16:00:00Z apass > ordinary grantEnded',
  ])
})

test('a grant keeps the tier over a refresh whose score gives a lower one', async () => {
  await makeMembers(market.db, ['kept'])
  await refresh(market, june, { kept: [2600] })
  await grant(market, june, {
    memberId: 'kept',
    grantId: 'i',
    source: 'invitation',
    tier: 'apass',
    to: inYear('06-08 10:00', 2018),
  })
  await refresh(market, july, { kept: [700, 2600] })
  const told = await standing(market, 'kept', july)
  deepEqual([told.tier, told.tierBy, told.score], ['apass', 'invitation', 700])
  await endGrantAt(market, inYear('08-01'), 'kept', 'i')
  deepEqual((await changesOf(market, 'kept')).slice(-1), [
    '2017-07-31T16:00:00Z apass > ordinary grantEnded',
  ])
})

test('a grant is made once, however often and at once it is told', async () => {
  await makeMembers(market.db, ['once'])
  const granted = { memberId: 'once', grantId: 'g', tier: 'super', to: july } as const
  await Promise.all(Array.from({ length: 6 }, () => grant(market, june, granted)))
  equal((await changesOf(market, 'once')).length, 1)
})

test('grants and refreshes at once leave what both together give', async () => {
  const ids = Array.from({ length: 40 }, (_, n) => `race-${String(n).padStart(2, '0')}`)
  await makeMembers(market.db, ids)
  const scores = Object.fromEntries(ids.map((id, n) => [id, [n % 2 === 0 ? 1100 : 500] as const]))
  await Promise.all([
    refresh(market, june, scores),
    ...ids.map((memberId) =>
      grant(market, june, { memberId, grantId: 'g', tier: 'super', to: july }),
    ),
    refresh(market, june, scores),
  ])
  const rows = await sql<{ count: number }>`
    select count(*) as count from jifen.membership m
    where m.member_id like 'race-%' and m.tier = 'super' and m.tier_changes = 1
      and m.next_due is not null
  `.execute(market.db)
  equal(rows.rows[0]?.count, 40)
})

test('the end of paid membership is told once when it comes, and not where it was extended', async () => {
  await makeMembers(market.db, ['payer'])
  const [first, second] = [inYear('06-08', 2018), inYear('06-08', 2019)]
  const pay = async (
    at: Temporal.Instant,
    paid: { from: Temporal.Instant; to: Temporal.Instant },
  ) => await transact(market.db, (tx) => setPaidPeriod(tx, contextAt(market, at), 'payer', paid))
  await pay(june, { from: june, to: first })
  equal((await standing(market, 'payer', june)).paidUntil?.toString(), first.toString())
  await pay(july, { from: june, to: second })
  await settleBy(market, first)
  equal((await standing(market, 'payer', first)).paidMember, true)
  await settleBy(market, inYear('01-01', 2020))
  await settleBy(market, inYear('01-01', 2020))
  equal((await standing(market, 'payer', second)).paidMember, false)
  const told = await sql<{ id: string }>`
    select announcement_id as id from jifen.announcement where member_id = 'payer'
  `.execute(market.db)
  deepEqual(told.rows, [{ id: 'paid-ended-2019-06-07T16:00:00Z' }])
})

test('a rise grants its benefits once, and only to the tiers of the policy', async () => {
  await makeMembers(market.db, ['riser', 'short', 'superriser'])
  const scores = { riser: [868, 800], short: [867, 800], superriser: [1400, 1000] } as const
  await refresh(market, june, scores)
  await refresh(market, june, scores)
  const rows = await sql<{ member_id: string; benefit: string; valid_to: Temporal.Instant }>`
    select * from jifen.benefit_grant
    where member_id in ('riser', 'short', 'superriser') order by benefit
  `.execute(market.db)
  deepEqual(
    rows.rows.map((row) => row.member_id),
    ['riser', 'riser'],
  )
})

test('a grant that another ended while one waited for the member is over', async () => {
  await makeMembers(market.db, ['zhu'])
  const now = inYear('06-08 12:00')
  const later = now.add({ milliseconds: 5 })
  const to = inYear('09-01 00:00')
  const asked = { memberId: 'zhu', actor: 'operator:mei', reason: 'a complaint' }
  const context = { ...contextAt(market, now), db: market.db }
  const made = await grantByOperator(context, { ...asked, key: 'g', tier: 'super', to })
  ok(made.ok)
  const { grantId } = made.grant
  const first = { ...contextAt(market, later), db: market.db }
  equal((await endByOperator(first, { ...asked, key: 'e1', grantId })).ok, true)
  const second = await endByOperator(context, { ...asked, key: 'e2', grantId })
  deepEqual(second, { ok: false, refusal: 'tiers/grant-over' })
})

test('MT-11 a tier or score that was changed by hand is found, and nothing else is', async () => {
  deepEqual(await verifyStandings(market.db), [])
  await makeMembers(market.db, ['forged', 'gap'])
  await refresh(market, june, { forged: [1000], gap: [1000] })
  await refresh(market, july, { gap: [999, 1000] })
  deepEqual(await verifyStandings(market.db), [])
  await sql`
    update jifen.membership set tier = 'apass' where member_id = 'forged'
  `.execute(market.owner)
  await sql`
    delete from jifen.tier_change where member_id = 'gap' and number = 1
  `.execute(market.owner)
  deepEqual(await verifyStandings(market.db), [
    { of: 'forged', what: 'the tier told is not the last one of its history' },
    { of: 'gap', what: 'the history of its tiers has a gap' },
  ])
  deepEqual(await verifyStandings(market.db, 'gap'), [
    { of: 'gap', what: 'the history of its tiers has a gap' },
  ])
})
