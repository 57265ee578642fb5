import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { candidateOf, candidatesPage } from '#db/membership/invitation-candidates.ts'
import { countByStatus, roundsWhere } from '#db/membership/invitation-rounds.ts'
import { placesTaken } from '#db/membership/invitation-turns.ts'
import { answerRound } from '#operations/invitation/answer-invitation.ts'
import { collectCandidates } from '#operations/invitation/collect-candidates.ts'
import { endInvitations } from '#operations/invitation/end-invitations.ts'
import { openRound } from '#operations/invitation/open-round.ts'
import { reviewRound } from '#operations/invitation/review-candidates.ts'
import { sendInvitations } from '#operations/invitation/send-invitations.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { endRound, releaseRound } from '#operations/invitation/turn-round.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { transact } from '#operations/_transact.ts'
import { lockMembers, updateMembers } from '#db/members.ts'
import { byScore, opening, releasedRound, scoredMembers } from '#test/support/invitation.ts'
import { bringInForce, forEach } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const long = Temporal.Instant.from('2017-01-01T00:00:00+08:00')

/** 100 candidates, m00 with the highest score. */
const scores = Object.fromEntries(
  Array.from({ length: 100 }, (_, n) => [`m${String(n).padStart(2, '0')}`, 3_000 - n]),
)

before(async () => {
  market = await openMarket()
  await scoredMembers(market.db, { ...scores, low: 2_499, sealed: 2_900 })
  await sql`update jifen.member set status = 'sealed' where member_id = 'sealed'`.execute(market.db)
  await bringInForce(market, 'invitation', byScore(), long)
})
after(async () => await market.close())

const days = (count: number): Temporal.Instant => opening.add({ hours: 24 * count })

function answer(memberId: string, word: 'accept' | 'decline', at: Temporal.Instant) {
  const caller = `member:${memberId}`
  return answerRound(market, { memberId, round: '2017', answer: word, caller, key: word, at })
}

test('IV-6 64 senders at once with ten places left send ten invitations, to the first ranks', async () => {
  await releasedRound(market, '2017', 40)
  await forEach(
    Array.from({ length: 64 }, () => 1),
    (limit) => sendInvitations(market, '2017', opening, limit),
  )
  await settleInvitations(market, opening)
  deepEqual(await countByStatus(market.db, '2017'), { accepted: 30, invited: 10, ranked: 60 })
  const invited = await candidatesPage(market.db, '2017', {
    status: 'invited',
    behind: 0,
    limit: 100,
  })
  deepEqual(
    invited.map((each) => each.memberId),
    Object.keys(scores).slice(0, 10),
  )
  equal(await candidateOf(market.db, '2017', 'low'), undefined)
  equal(await candidateOf(market.db, '2017', 'sealed'), undefined)
})

test('IV-11 who accepts has the tier for a year; the same answer again changes nothing, another is refused', async () => {
  const at = days(1)
  deepEqual(await answer('m00', 'accept', at), { ok: true, status: 'joined' })
  deepEqual(await answer('m00', 'accept', at), { ok: true, status: 'joined' })
  deepEqual(await answer('m00', 'decline', at), {
    ok: false,
    refusal: 'invitation/already-answered',
  })
  deepEqual(await answer('m50', 'accept', at), { ok: false, refusal: 'invitation/not-invited' })
  const standing = await standingAt(market.db, market.policies, 'm00', at)
  deepEqual([standing.tier, standing.tierBy], ['apass', 'invitation'])
  equal(standing.tierUntil?.toString(), at.add({ hours: 24 * 365 }).toString())
})

test('IV-10 places that are declined or not answered for in time go to the next ranks, never more than there are', async () => {
  await answer('m01', 'decline', days(1))
  await settleInvitations(market, days(2))
  equal((await candidateOf(market.db, '2017', 'm10'))?.status, 'invited')
  equal(await placesTaken(market.db, '2017'), 10)

  const last = (await candidateOf(market.db, '2017', 'm02'))?.respondBy ?? opening
  equal(last.toString(), days(30).toString())
  deepEqual(await answer('m02', 'accept', last), { ok: false, refusal: 'invitation/over' })
  deepEqual(await answer('m03', 'accept', last.subtract({ milliseconds: 1 })), {
    ok: true,
    status: 'joined',
  })
  await settleInvitations(market, last)
  deepEqual(await countByStatus(market.db, '2017'), {
    accepted: 22,
    declined: 1,
    expired: 7,
    invited: 8,
    joined: 2,
    ranked: 60,
  })
})

test('IV-6 members who answer at once while others are being invited never have more than the places', async () => {
  const asked = Object.keys(scores)
  await Promise.all([
    forEach(asked, (memberId) => answer(memberId, 'accept', days(31)), 16),
    ...Array.from({ length: 4 }, () => settleInvitations(market, days(31))),
  ])
  equal(await placesTaken(market.db, '2017'), 10)
})

test('IV-15 who is sealed loses the tier, and the place goes to the next', async () => {
  await transact(market.db, async (tx) => {
    const members = await lockMembers(tx, ['m00'])
    const member = members.get('m00')
    ok(member)
    await updateMembers(tx, [{ ...member, status: 'sealed' }])
    const context = { ...market, now: days(40) }
    const ending = { memberId: 'm00', at: days(40), cause: { reason: 'fraud' } }
    await endInvitations(tx, context, ending)
    await endInvitations(tx, context, ending)
  })
  const standing = await standingAt(market.db, market.policies, 'm00', days(40))
  equal(standing.tier, 'super')
  equal(await placesTaken(market.db, '2017'), 9)
  await settleInvitations(market, days(40))
  equal(await placesTaken(market.db, '2017'), 10)
})

test('IV-8 a round closes once no invitation is outstanding, and the next opens no sooner than eleven months later', async () => {
  const ending = { round: '2017', actor: 'operator:ann', at: days(41) }
  equal((await endRound(market, ending)).ok, true)
  const next = { round: '2018', actor: 'operator:ann' }
  const early = await openRound(market, { ...next, at: days(42) })
  deepEqual(early, { ok: false, refusal: 'invitation/round-open' })
  await settleInvitations(market, days(80))
  const [closed] = await roundsWhere(market.db, { round: '2017' })
  equal(closed?.status, 'closed')
  const soon = await openRound(market, { ...next, at: days(81) })
  equal(!soon.ok && soon.refusal, 'invitation/too-soon')
})

test('IV-12 the next round keeps holders who are within the places, and tells the others that it will lapse', async () => {
  const at = opening.add({ hours: 24 * 350 })
  await sql`update jifen.membership set score = 100 where member_id = 'm03'`.execute(market.db)
  const holders = await sql<{ member_id: string }>`
    select member_id from jifen.invitation_candidate
    where round = '2017' and status = 'joined' order by member_id
  `.execute(market.db)
  const ids = holders.rows.map((row) => row.member_id)
  ok(ids.includes('m03') && ids.length > 2)
  await openRound(market, { round: '2018', actor: 'operator:ann', at })
  await settleInvitations(market, at)

  const fallen = await candidateOf(market.db, '2018', 'm03')
  equal(fallen?.status, 'excluded')
  const [down = ''] = ids.filter((id) => id !== 'm03')
  const review = { round: '2018', reviewer: 'operator:bob', at }
  const turnDown = [{ memberId: down, reason: 'returns too much' }]
  await reviewRound(market, { ...review, accept: [], turnDown, acceptTop: 100 })
  equal((await releaseRound(market, { round: '2018', actor: 'operator:cat', at })).ok, true)
  await settleInvitations(market, at)

  equal(await placesTaken(market.db, '2018'), 10)
  const asked = { status: 'kept', behind: 0, limit: 100 } as const
  const kept = (await candidatesPage(market.db, '2018', asked)).map((each) => each.memberId)
  const within = Object.keys(scores).filter((id) => !['m00', 'm03', down].includes(id))
  deepEqual(
    kept,
    within.slice(0, 10).filter((id) => ids.includes(id)),
  )
  const told = await sql<{ member_id: string }>`
    select member_id from jifen.announcement
    where type = 'jifen.invitation.lapsing.v1' order by member_id
  `.execute(market.db)
  deepEqual(
    told.rows.map((row) => row.member_id),
    [down, 'm03'].toSorted(),
  )
  const [other = ''] = kept
  const before = await candidateOf(market.db, '2018', other)
  const heldUntil = before?.heldUntil ?? opening
  const standing = await standingAt(market.db, market.policies, other, heldUntil)
  equal(standing.tier, 'apass')
  equal(standing.tierUntil?.toString(), heldUntil.add({ hours: 24 * 365 }).toString())
})

test('IV-7 a round that is stopped or killed between batches goes on to the same record', async () => {
  const other = await openMarket()
  try {
    await scoredMembers(other.db, scores)
    await bringInForce(other, 'invitation', byScore(), long)
    const whole = await recordBy(other, 'whole', async (round) => {
      while (await collectCandidates(other, round, opening, 1_000));
    })
    equal(whole.length, 100)
    const parts = await recordBy(other, 'parts', async (round) => {
      await collectCandidates(other, round, opening, 7)
      await killWhileCollecting(other, round)
      while (await collectCandidates(other, round, opening, 30));
    })
    deepEqual(parts, whole)
  } finally {
    await other.close()
  }
})

/** What a round records that is collected in its own way; it is as if long ago afterwards. */
async function recordBy(
  { db, policies, market: of }: TestMarket,
  round: string,
  collect: (round: string) => Promise<void>,
): Promise<unknown[]> {
  const context = { db, policies, market: of }
  await openRound(context, { round, actor: 'operator:ann', at: opening })
  await collect(round)
  const { rows } = await sql`
    select member_id, status, score, total, rank, record::text as record
    from jifen.invitation_candidate where round = ${round} order by member_id
  `.execute(db)
  await sql`
    update jifen.invitation_round set status = 'closed', closed_at = opened_at,
      opened_at = '2010-01-01' where round = ${round}
  `.execute(db)
  return rows
}

/** Ends the connection of a batch that has read its members and is about to write them. */
async function killWhileCollecting(
  { owner, ...context }: TestMarket,
  round: string,
): Promise<void> {
  await owner.transaction().execute(async (holder) => {
    await sql`lock table jifen.invitation_candidate in exclusive mode`.execute(holder)
    const collecting = collectCandidates(context, round, opening, 7).catch(
      (error: unknown) => error,
    )
    const kill = sql<{ killed: boolean }>`
      select pg_terminate_backend(pid) as killed from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
    `
    while ((await kill.execute(owner)).rows.length === 0) await wait(10)
    ok((await collecting) instanceof Error)
  })
}
