import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { applyForCampaign } from '#operations/enrolment/apply-for-campaign.ts'
import { allowanceStepsOf, enrolmentsOf } from '#operations/enrolment/enrolments.ts'
import { leaveCampaign, withdrawEnrolment } from '#operations/enrolment/leave-campaign.ts'
import { asFen } from '#rules/money/fen.ts'
import {
  applyAll,
  asking,
  enrolled,
  march,
  openSpring,
  settleBy,
  standing,
  supplement,
  toldTo,
} from '#test/support/enrolment.ts'
import { forEach } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

let market: TestMarket

const old = Temporal.PlainDate.from('2014-11-11')
const middle = Temporal.PlainDate.from('2015-12-01')
const young = Temporal.PlainDate.from('2016-12-01')

before(async () => {
  market = await openMarket()
  await openSpring(market)
  await makeShops(market.db, [
    ...['all', 'late', 'lazy', 'leaver', 'again'].map((shopId) => ({ shopId, openedOn: old })),
    { shopId: 'happy', openedOn: middle },
    { shopId: 'young', openedOn: young },
    { shopId: 'one', openedOn: old },
    { shopId: 'shut', openedOn: old, status: 'closed' },
  ])
})
after(async () => await market.close())

test('EL-8 of 64 applications of one shop at once one counts, and sign-up ends before its last instant', async () => {
  const at = march('02T10:00')
  const answers = await forEach(
    Array.from({ length: 64 }, (_, n) => n),
    async () => await applyForCampaign(market, asking('one', at)),
  )
  const counted = Map.groupBy(answers, (each) => (each.ok ? 'ok' : each.refusal))
  equal(counted.get('ok')?.length, 1)
  equal(counted.get('enrolment/applied-before')?.length, 63)
  const request = asking('again', at)
  const first = await applyForCampaign(market, request)
  deepEqual(await applyForCampaign(market, request), first)

  const refusalAt = async (shopId: string, text: string) => {
    const applied = await applyForCampaign(market, asking(shopId, march(text)))
    return applied.ok ? 'ok' : applied.refusal
  }
  equal(await refusalAt('late', '05'), 'enrolment/sign-up-closed')
  const last = march('05').subtract({ milliseconds: 1 })
  equal((await applyForCampaign(market, asking('late', last))).ok, true)
  equal(await refusalAt('shut', '04'), 'shops/closed')
  equal(await refusalAt('nobody', '04'), 'shops/unknown')
  const unknown = { ...asking('all', at), campaign: 'autumn' }
  deepEqual(await applyForCampaign(market, unknown), { ok: false, refusal: 'campaigns/unknown' })
})

test('EL-9 nothing is told before the results, and then everybody at once', async () => {
  await applyAll(market, ['all', 'lazy', 'leaver', 'happy', 'young'])
  await settleBy(market, march('05').subtract({ milliseconds: 1 }))
  equal(await standing(market, 'all'), 'applied')
  await settleBy(market, march('05'))
  deepEqual([await standing(market, 'all'), await standing(market, 'young')], ['passed', 'refused'])
  const seen = await enrolmentsOf(market.db, 'spring', ['all', 'young', 'nobody'])
  const applied = { status: 'applied', identity: undefined, mainCategory: 'clothes' }
  deepEqual(
    [...seen],
    [
      ['all', applied],
      ['young', applied],
    ],
  )
  deepEqual(await toldTo(market, 'young'), [])
  await settleBy(market, march('06').subtract({ milliseconds: 1 }))
  deepEqual(await toldTo(market, 'all'), [])

  await settleBy(market, march('06'))
  await settleBy(market, march('06'))
  deepEqual(await toldTo(market, 'all'), ['approved'])
  deepEqual(await toldTo(market, 'young'), ['refused'])
  const told = await enrolmentsOf(market.db, 'spring', ['all', 'happy', 'young'])
  deepEqual(
    [...told.values()].map(({ status, identity }) => [status, identity]),
    [
      ['approved', 'event'],
      ['approved', 'happy'],
      ['refused', undefined],
    ],
  )
})

test('EL-11 a supplement is done inside its window alone, and stays as it was signed', async () => {
  const at = march('07T10:00')
  equal(await supplement(market, 'all', 'steps', march('06T13:59')), 'enrolment/window-closed')
  equal(await supplement(market, 'all', 'steps', march('06T14:00')), 'ok')
  equal(await supplement(market, 'all', 'steps', march('11T22:00')), 'enrolment/window-closed')
  equal(await supplement(market, 'young', 'integrity', at), 'enrolment/not-approved')
  equal(await supplement(market, 'all', 'unknown', at), 'enrolment/unknown-supplement')
  equal(await supplement(market, 'all', 'integrity', at, {}), 'enrolment/supplement-does-not-fit')
  const other = { version: '1', hash: '0'.repeat(64) }
  equal(await supplement(market, 'all', 'integrity', at, other), 'enrolment/text-changed')

  const signed = await forEach([1, 2, 3, 4, 5, 6, 7, 8], () =>
    supplement(market, 'all', 'integrity', at),
  )
  deepEqual(new Set(signed), new Set(['ok']))
  equal(await supplement(market, 'all', 'integrity', march('08T10:00')), 'ok')
  const rows = await sql<{ done_at: Temporal.Instant; text_version: string }>`
    select done_at, text_version from jifen.enrolment_supplement
    where shop_id = 'all' and name = 'integrity'
  `.execute(market.db)
  deepEqual(
    rows.rows.map((row) => [row.done_at.toString(), row.text_version]),
    [[at.toString(), '1']],
  )
  const identity = { identity: 'sponsor' }
  equal(await supplement(market, 'all', 'identity', at, identity), 'enrolment/wrong-identity')
  equal(await supplement(market, 'happy', 'identity', at), 'enrolment/wrong-identity')
  equal(await supplement(market, 'all', 'identity', at, { identity: 'happy' }), 'ok')
  equal((await enrolled(market, 'all'))?.identity, 'happy')
  equal(await supplement(market, 'all', 'identity', at), 'ok')
})

test('EL-14 before it is approved a shop withdraws without harm, and may apply again', async () => {
  await makeShops(market.db, [{ shopId: 'fickle' }])
  await applyAll(market, ['fickle'])
  equal((await withdrawEnrolment(market, asking('fickle', march('03T10:00')))).ok, true)
  equal(await standing(market, 'fickle'), 'withdrawn')
  const again = await applyForCampaign(market, asking('fickle', march('04T10:00')))
  equal(again.ok && again.enrolment.attempt, 2)
  const approved = await withdrawEnrolment(market, asking('all', march('08T10:00')))
  deepEqual(approved, { ok: false, refusal: 'enrolment/approved' })
  const refused = await withdrawEnrolment(market, asking('young', march('08T10:00')))
  deepEqual(refused, { ok: false, refusal: 'enrolment/over' })
})

test('EL-15 leaving after approval costs the points of a broken promise, once', async () => {
  const request = asking('leaver', march('08T10:00'))
  equal((await leaveCampaign(market, request)).ok, true)
  equal((await leaveCampaign(market, request)).ok, true)
  const more = await leaveCampaign(market, asking('leaver', march('08T10:01')))
  deepEqual(more, { ok: false, refusal: 'enrolment/not-approved' })
  const rows = await sql<{ kind: string; points: number }>`
    select kind, points from jifen.shop_violation where shop_id = 'leaver'
  `.execute(market.db)
  deepEqual(rows.rows, [{ kind: 'general', points: 6 }])
  deepEqual(await toldTo(market, 'leaver'), ['approved', 'left'])
})

test('EL-13 at the end of the windows a shop is shortlisted or dropped, and reminded before', async () => {
  const hours = ['07T10:00', '08T22:00', '10T22:00', '10T23:00', '11T21:59', '11T22:00', '12']
  for (const text of hours) await settleBy(market, march(text))
  deepEqual(
    [await standing(market, 'all'), await standing(market, 'lazy')],
    ['shortlisted', 'dropped'],
  )
  deepEqual(await toldTo(market, 'all'), ['approved', 'shortlisted'])
  // Three times of the steps; of the rest, whose deadline is later, three days and one day before.
  deepEqual(await toldTo(market, 'lazy'), [
    'approved',
    'reminder',
    'reminder',
    'reminder',
    'reminder',
    'reminder',
    'dropped',
  ])
  const steps = await allowanceStepsOf(market.db, 'spring', ['all', 'lazy'])
  deepEqual([...steps], [['all', [{ threshold: asFen(40_000), off: asFen(5_000) }]]])
})
