import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { transact } from '#operations/_transact.ts'
import { appealEnrolment, decideAppeal } from '#operations/enrolment/appeal-enrolment.ts'
import { decideEnrolments } from '#operations/enrolment/decide-enrolments.ts'
import { dropEnrolments } from '#operations/enrolment/drop-enrolments.ts'
import { leaveCampaign, withdrawEnrolment } from '#operations/enrolment/leave-campaign.ts'
import { reviewEnrolment } from '#operations/enrolment/review-enrolment.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import { viewEnrolment } from '#operations/enrolment/view-enrolment.ts'
import { lockShops } from '#db/shops/shops.ts'
import { assert } from '#rules/assert.ts'
import {
  applyAll,
  asking,
  enrolled,
  enrolmentPolicy,
  march,
  openSpring,
  settleBy,
  standing,
  supplement,
  toldTo,
} from '#test/support/enrolment.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

let market: TestMarket

/** The older, the earlier in rank. */
const byAge = ['a', 'b', 'c', 'd', 'e']
const limited = {
  places: [{ identity: 'event', places: 2 }],
  rank: { metric: 'openDays', first: 'most' },
  review: 'refused',
}

before(async () => {
  market = await openMarket()
  await openSpring(market, limited)
  const first = Temporal.PlainDate.from('2010-01-01')
  await makeShops(market.db, [
    ...byAge.map((shopId, n) => ({ shopId, openedOn: first.add({ days: n }) })),
    { shopId: 'young', openedOn: Temporal.PlainDate.from('2016-12-01') },
    { shopId: 'pushed', openedOn: Temporal.PlainDate.from('2016-12-01') },
    { shopId: 'forgotten', openedOn: Temporal.PlainDate.from('2016-12-01') },
    { shopId: 'happy', openedOn: Temporal.PlainDate.from('2015-12-01') },
  ])
  await applyAll(market, [...byAge.toReversed(), 'young', 'pushed', 'forgotten', 'happy'])
})
after(async () => await market.close())

async function all(shopIds: readonly string[]): Promise<string> {
  const standings: string[] = []
  for (const shopId of shopIds) standings.push((await standing(market, shopId)) ?? 'none')
  return standings.join(' ')
}

async function place(shopId: string): Promise<number | null> {
  const enrolment = await enrolled(market, shopId)
  assert(enrolment !== undefined, 'the shop of the test applied')
  return (await viewEnrolment(market.db, market, enrolment, march('07'))).placeInList
}

async function review(
  shopId: string,
  outcome: 'passed' | 'refused',
  actor: string,
  at = '05T12:00',
) {
  const said = { campaign: 'spring', shopId, outcome, note: 'seen', actor, at: march(at) }
  const reviewed = await reviewEnrolment(market, said)
  return reviewed.ok ? reviewed.enrolment.status : reviewed.refusal
}

test('EL-8 an operator has the machine decide before sign-up closes, and again; a review waits', async () => {
  const asked = { campaign: 'spring', again: false, limit: 4, at: march('03') }
  deepEqual(await decideEnrolments(market, asked), { ok: true, decided: 4, passed: 4 })
  deepEqual(await decideEnrolments(market, { ...asked, limit: 100 }), {
    ok: true,
    decided: 5,
    passed: 2,
  })
  equal((await decideEnrolments(market, asked)).ok, true)
  const again = await decideEnrolments(market, {
    ...asked,
    again: true,
    limit: 100,
    at: march('04'),
  })
  deepEqual(again, { ok: true, decided: 9, passed: 6 })
  equal(await all(['a', 'young', 'happy']), 'passed inReview passed')
  const rows = await sql<{ count: number }>`
    select count(*) as count from jifen.enrolment_decision where shop_id = 'a'
  `.execute(market.db)
  equal(rows.rows[0]?.count, 2)
})

test('EL-8 against the machine two persons decide, what nobody reviewed goes as it decided', async () => {
  equal(await review('pushed', 'passed', 'operator:ann'), 'inReview')
  equal(await review('pushed', 'passed', 'operator:ann'), 'enrolment/second-person-needed')
  equal(await review('pushed', 'passed', 'operator:bob'), 'passed')
  equal(await review('young', 'refused', 'operator:ann'), 'refused')
  equal(await review('nobody', 'refused', 'operator:ann'), 'enrolment/unknown')
  deepEqual((await enrolled(market, 'pushed'))?.identity, 'event')
})

test('EL-10 places go by rank, and the others wait in that order', async () => {
  await settleBy(market, march('06'))
  equal(await all(byAge), 'approved approved waiting waiting waiting')
  // Pushed is younger than all others, and takes its place as an event merchant.
  equal(await all(['pushed', 'forgotten', 'happy']), 'waiting refused approved')
  deepEqual(
    [await place('c'), await place('d'), await place('pushed'), await place('a')],
    [1, 2, 4, null],
  )
  deepEqual(await toldTo(market, 'c'), ['waiting'])
  equal(await review('c', 'refused', 'operator:ann', '07'), 'enrolment/told')
})

test('EL-10 a place that becomes free goes to the first that waits, with time for the supplements', async () => {
  equal((await leaveCampaign(market, asking('a', march('11T10:00')))).ok, true)
  equal((await withdrawEnrolment(market, asking('c', march('11T10:00')))).ok, true)
  await settleBy(market, march('11T10:01'))
  equal(await all(['c', 'd', 'e']), 'withdrawn approved waiting')
  equal(await supplement(market, 'd', 'steps', march('12T10:00')), 'ok')
  const late = await supplement(market, 'd', 'integrity', march('13T10:01'))
  equal(late, 'enrolment/window-closed')
})

test('EL-10 two places that become free together both go on, and more places are given at once', async () => {
  await bringInForce(
    market,
    'enrolment',
    enrolmentPolicy({ ...limited, places: [{ identity: 'event', places: 3 }] }),
    march('11T11:00'),
  )
  await settleBy(market, march('11T12:00'))
  await settleBy(market, march('11T12:00'))
  equal(await all(['b', 'd', 'e', 'pushed']), 'approved approved approved waiting')
})

test('EL-13 who did nothing is dropped, and at the end of the phase the waiting list is closed', async () => {
  await settleBy(market, march('11T22:00'))
  equal(await all(['b', 'happy', 'pushed']), 'dropped dropped approved')
  await settleBy(market, march('20'))
  equal(await all(['d', 'e', 'pushed']), 'dropped dropped dropped')
})

test('EL-17 an appeal is decided by others than the review, and granted by two', async () => {
  const appealed = async (shopId: string, at: string) => {
    const request = { ...asking(shopId, march(at)), grounds: 'We moved.' }
    const answer = await appealEnrolment(market, request)
    return answer.ok ? answer.enrolment.status : answer.refusal
  }
  equal(await appealed('happy', '08'), 'enrolment/not-refused')
  equal(await appealed('young', '08'), 'refused')
  equal(await appealed('young', '08T01:00'), 'enrolment/appealed-before')
  equal(await appealed('forgotten', '09'), 'enrolment/appeal-too-late')

  const decide = async (actor: string, grant: boolean) => {
    const said = { campaign: 'spring', shopId: 'young', grant, note: 'yes', actor, at: march('09') }
    const decided = await decideAppeal(market, said)
    return decided.ok ? `${decided.appeal.status} ${decided.enrolment.status}` : decided.refusal
  }
  equal(await decide('operator:ann', true), 'enrolment/another-person-needed')
  equal(await decide('operator:bob', true), 'open refused')
  equal(await decide('operator:bob', true), 'enrolment/second-person-needed')
  equal(await decide('operator:cai', true), 'granted approved')
  equal(await decide('operator:cai', true), 'enrolment/no-open-appeal')
  equal(await supplement(market, 'young', 'steps', march('10')), 'ok')
})

test('EL-17 what nobody decided in time is rejected, and a reminder comes before the time is over', async () => {
  await makeShops(market.db, [{ shopId: 'quiet', openedOn: Temporal.PlainDate.from('2016-12-01') }])
  await applyAll(market, ['quiet'])
  await settleBy(market, march('06'))
  await settleBy(market, march('08T12:00'))
  deepEqual(await toldTo(market, 'quiet'), ['refused', 'appealReminder'])
  const request = { ...asking('quiet', march('08T23:00')), grounds: 'Please.' }
  equal((await appealEnrolment(market, request)).ok, true)
  await settleBy(market, march('11'))
  deepEqual(await toldTo(market, 'quiet'), ['refused', 'appealReminder', 'appealDecided'])
  equal(await standing(market, 'quiet'), 'refused')
})

test('EL-8 a run that is stopped half way goes on where it was, and tells nobody twice', async () => {
  const many = Array.from({ length: 1_500 }, (_, n) => `m-${String(n).padStart(4, '0')}`)
  await sql`
    insert into jifen.shop (
      shop_id, merchant_id, title, type, main_category, categories, opened_on, created_at, changed_at
    )
    select shop_id, 'merchant-of-a', shop_id, 'flagship', 'toys', array['toys'], '2010-01-01',
      '2017-01-01', '2017-01-01'
    from unnest(${many}::text[]) as shop_id
  `.execute(market.db)
  await sql`
    insert into jifen.enrolment (
      campaign, shop_id, status, main_category, applied_at, applied_by, due_at, changed_at
    )
    select 'spring', shop_id, 'applied', 'toys', '2017-03-02', 'test', ${march('05').toString()}::timestamptz,
      '2017-03-02'
    from unnest(${many}::text[]) as shop_id
  `.execute(market.db)
  let looks = 0
  const stopping = {
    get aborted() {
      return (looks += 1) > 1
    },
  } as AbortSignal
  await settleEnrolments(market, march('06T01:00'), stopping)
  const half = await sql<{ count: number }>`
    select count(*) as count from jifen.enrolment where main_category = 'toys' and status = 'passed'
  `.execute(market.db)
  equal(half.rows[0]?.count, 1_000)
  await Promise.all([
    settleEnrolments(market, march('06T01:00')),
    settleEnrolments(market, march('06T01:00')),
  ])
  const rows = await sql<{ status: string; shops: number; decisions: number; told: number }>`
    select e.status, count(*) as shops,
      sum((select count(*) from jifen.enrolment_decision d where d.shop_id = e.shop_id)) as decisions,
      sum((select count(*) from jifen.shop_announcement a where a.shop_id = e.shop_id)) as told
    from jifen.enrolment e where main_category = 'toys' group by e.status order by e.status
  `.execute(market.db)
  const figures = rows.rows.map((row) => [
    row.status,
    row.shops,
    Number(row.decisions),
    Number(row.told),
  ])
  deepEqual(figures, [
    ['approved', 1, 1, 1],
    ['waiting', 1_499, 1_499, 1_499],
  ])
})

test('EL-14 what is ended from outside is dropped without points, and frees its place', async () => {
  const at = march('07')
  await transact(market.db, async (tx) => {
    await lockShops(tx, ['m-0000'])
    const context = { ...market, actor: 'operator:ann', now: at }
    await dropEnrolments(tx, context, [{ shopId: 'm-0000', cause: { type: 'transformation' } }])
  })
  equal(await standing(market, 'm-0000'), 'dropped')
  await settleBy(market, at)
  equal(await standing(market, 'm-0001'), 'approved')
})

test('EL-14 what a shop was in a campaign that is over stays as it was', async () => {
  const at = Temporal.Instant.from('2019-01-01T00:00:00+08:00')
  await transact(market.db, async (tx) => {
    await lockShops(tx, ['m-0001'])
    const context = { ...market, actor: 'operator:ann', now: at }
    await dropEnrolments(tx, context, [{ shopId: 'm-0001', cause: { type: 'transformation' } }])
  })
  equal(await standing(market, 'm-0001'), 'approved')
})
