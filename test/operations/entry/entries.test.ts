import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { entriesOfEvent, entriesTo } from '#db/entry/entries.ts'
import { optInsOf } from '#db/members.ts'
import { tellMembership } from '#operations/ending/tell-membership.ts'
import { callOff } from '#operations/entry/call-off.ts'
import { cancelEntry } from '#operations/entry/cancel-entry.ts'
import { checkIn } from '#operations/entry/check-in.ts'
import { registerForEvent } from '#operations/entry/register.ts'
import { settleEntries } from '#operations/entry/settle-entries.ts'
import { refillQuotas } from '#operations/issuing/refill-quotas.ts'
import { availableOf, givePoints } from '#test/support/benefits.ts'
import { entryFaults, eventOf, registered, registering } from '#test/support/entry.ts'
import { bringInForce, day, forEach, makeMembers } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { contextOf } from '#test/support/trades.ts'

let market: TestMarket
const many = Array.from({ length: 64 }, (_, n) => `m-${n}`)
const others = ['lin', 'mei', 'wei', 'tao', 'ann', 'bo', 'cui', 'dan', 'eve', 'fei', 'gao']

const begins = Temporal.Instant.from('2017-11-10T20:00:00+08:00')
const ends = Temporal.Instant.from('2017-11-10T22:00:00+08:00')
const actor = 'service:test'

before(async () => {
  market = await openMarket(12)
  await makeMembers(market.db, [...many, ...others])
  for (const memberId of many) await givePoints(market, memberId, 100, day)
  for (const memberId of others) await givePoints(market, memberId, 1_000, day)
})
after(async () => {
  deepEqual(await entryFaults(market), [])
  await market.close()
})

async function statusOf(memberId: string, slug: string): Promise<string> {
  return (await entriesTo(market.db, memberId, slug))[0]?.status ?? 'none'
}

async function pointsOf(memberId: string, at: Temporal.Instant): Promise<number> {
  return await availableOf(market, memberId, 'points', at)
}

test('EE-4 64 clients at once get exactly the places, the others stand in line in one order', async () => {
  await bringInForce(market, 'entry:full', eventOf({ capacity: 7, waitingList: 50 }))
  const told = await forEach(many, (memberId) => {
    return registered(market, registering(memberId, 'full', day))
  })
  const count = (what: string) => told.filter((each) => each === what).length
  deepEqual([count('admitted'), count('waiting'), count('entry/full')], [7, 50, 7])
  const all = await entriesOfEvent(market.db, 'full', { offset: 0, limit: 100 })
  equal(new Set(all.map(({ number }) => number)).size, 57)
  const waiting = all.filter(({ status }) => status === 'waiting')
  const held = await forEach(waiting, ({ memberId }) => pointsOf(memberId, day))
  ok(held.every((points) => points === 100))
  deepEqual(await entryFaults(market), [])

  // 64 cancellations and moves at once never give more places than there are.
  const admitted = all.filter(({ status }) => status === 'admitted')
  await forEach(admitted, async ({ memberId }) => {
    const at = day.add({ minutes: 1 })
    const cancelled = await cancelEntry(market, { memberId, slug: 'full', actor, at })
    equal(cancelled.ok, true)
  })
  const then = await entriesOfEvent(market.db, 'full', {
    status: 'admitted',
    offset: 0,
    limit: 100,
  })
  deepEqual(
    then.map(({ memberId }) => memberId),
    waiting.slice(0, 7).map(({ memberId }) => memberId),
  )
  deepEqual(await entryFaults(market), [])
})

test('EE-2 what is held is captured when the event begins, and nothing lapses meanwhile', async () => {
  await bringInForce(market, 'entry:gala', eventOf())
  await makeMembers(market.db, ['hold'])
  await givePoints(market, 'hold', 100, day, day.add({ hours: 24 }))
  equal(await registered(market, registering('hold', 'gala', day)), 'admitted')
  equal(await registered(market, registering('hold', 'gala', day)), 'entry/already-registered')
  deepEqual([await pointsOf('hold', day), await pointsOf('hold', begins)], [0, 0])
  await settleEntries(market, begins)
  const [entry] = await entriesTo(market.db, 'hold', 'gala')
  deepEqual([entry?.status, entry?.captured], ['admitted', 100])
  equal(await settleEntries(market, begins), 0)
})

test('EE-2 whoever has too few points is refused, and nothing is left of it', async () => {
  await makeMembers(market.db, ['poor'])
  await givePoints(market, 'poor', 30, day)
  const asked = registering('poor', 'gala', day)
  const told = await registerForEvent(market, asked)
  deepEqual(told, { ok: false, refusal: 'ledger/insufficient', short: 70 })
  await givePoints(market, 'poor', 70, day)
  equal(await registered(market, asked), 'admitted')
  equal(await registered(market, asked), 'admitted')
})

test('EE-5 a place that is free goes to the first of the line who can still pay', async () => {
  await bringInForce(market, 'entry:line', eventOf({ capacity: 1, waitingList: 10, points: 400 }))
  for (const memberId of ['lin', 'mei', 'wei']) {
    await registered(market, registering(memberId, 'line', day))
  }
  const at = day.add({ hours: 1 })
  await bringInForce(market, 'entry:dear', eventOf({ points: 700 }))
  await registered(market, registering('mei', 'dear', at))
  await cancelEntry(market, { memberId: 'lin', slug: 'line', actor, at })
  deepEqual(await Promise.all(['lin', 'mei', 'wei'].map((who) => statusOf(who, 'line'))), [
    'cancelled',
    'dropped',
    'admitted',
  ])
  equal(await pointsOf('lin', at), 1_000)
  equal(await registered(market, registering('lin', 'line', at)), 'waiting')
})

test('EE-6 cancelling is free for a while, then costs its part, and then cannot be', async () => {
  const cancel = { freeUntil: 'PT24H', lateKeeps: '0.333' }
  await bringInForce(market, 'entry:late', eventOf({ cancel }))
  for (const memberId of ['tao', 'ann', 'bo']) {
    equal(await registered(market, registering(memberId, 'late', day)), 'admitted')
  }
  const free = begins.subtract({ hours: 24 }).subtract({ milliseconds: 1 })
  await cancelEntry(market, { memberId: 'tao', slug: 'late', actor, at: free })
  equal(await pointsOf('tao', free), 1_000)
  const late = begins.subtract({ hours: 24 })
  await cancelEntry(market, { memberId: 'ann', slug: 'late', actor, at: late })
  equal(await pointsOf('ann', late), 967)
  const again = await cancelEntry(market, { memberId: 'ann', slug: 'late', actor, at: late })
  equal(again.ok && again.entry.captured, 33)
  const begun = await cancelEntry(market, { memberId: 'bo', slug: 'late', actor, at: begins })
  deepEqual(begun, { ok: false, refusal: 'entry/begun' })
})

test('EE-7, EE-8 and EE-9 at the beginning the line is turned away; who comes, comes once; others missed it', async () => {
  const noShow = { count: 1, within: 'P30D', bars: 'P90D' }
  const attendance = { givesBack: '0.5' }
  await bringInForce(
    market,
    'entry:night',
    eventOf({ capacity: 2, waitingList: 5, attendance, noShow }),
  )
  for (const memberId of ['cui', 'dan', 'eve']) {
    await registered(market, registering(memberId, 'night', day))
  }
  const [cui, dan] = ['cui', 'dan'].map((memberId) => ({ memberId, slug: 'night', actor }))
  const early = begins.subtract({ hours: 1, milliseconds: 1 })
  deepEqual(await checkIn(market, { ...cui!, at: early }), {
    ok: false,
    refusal: 'entry/doors-closed',
  })
  await settleEntries(market, begins)
  equal(await statusOf('eve', 'night'), 'turnedAway')
  const inside = await checkIn(market, { ...cui!, at: begins.add({ minutes: 5 }) })
  deepEqual(inside.ok && [inside.entry.captured, inside.entry.givenBack], [100, 50])
  const again = await checkIn(market, { ...cui!, at: begins.add({ minutes: 6 }) })
  equal(again.ok && again.entry.givenBack, 50)
  equal(await pointsOf('cui', ends), 950)

  await settleEntries(market, ends)
  equal(await statusOf('dan', 'night'), 'missed')
  equal(await pointsOf('dan', ends), 900)
  deepEqual(await checkIn(market, { ...dan!, at: ends }), {
    ok: false,
    refusal: 'entry/not-open-entry',
  })
  const later = {
    register: { from: '2017-11-12T00:00:00+08:00', to: '2018-06-01T00:00:00+08:00' },
    event: { from: '2018-06-01T20:00:00+08:00', to: '2018-06-01T22:00:00+08:00' },
  }
  await bringInForce(market, 'entry:summer', eventOf({ ...later, noShow }))
  const soon = Temporal.Instant.from('2017-11-20T00:00:00+08:00')
  const told = await registerForEvent(market, registering('dan', 'summer', soon))
  equal(told.ok ? '' : told.refusal, 'entry/barred')
  equal(!told.ok && 'until' in told && String(told.until), String(ends.add({ hours: 24 * 90 })))
  equal(await registered(market, registering('cui', 'summer', soon)), 'admitted')
  const free = ends.add({ hours: 24 * 90 })
  equal(await registered(market, registering('dan', 'summer', free)), 'admitted')
})

test('EE-10 whoever registers accepts the temporary rules; they count from the beginning on', async () => {
  const window = { from: '2017-11-10T00:00:00+08:00', to: '2017-11-11T00:00:00+08:00' }
  const title = { zh: '双倍', en: 'Double' }
  const overrides = { ratios: { ordinary: '1' } }
  await bringInForce(market, 'points-event:night-run', { title, window, overrides })
  await bringInForce(market, 'entry:run', eventOf({ rules: 'night-run' }))
  const refused = await registerForEvent(market, registering('fei', 'run', day))
  deepEqual(refused, {
    ok: false,
    refusal: 'entry/rules-not-accepted',
    rules: 'points-event:night-run@1',
  })
  const accepts = 'points-event:night-run@1'
  equal(await registered(market, registering('fei', 'run', day, { accepts })), 'admitted')
  const joined = async () => {
    const optIns = await optInsOf(market.db, ['fei'])
    return optIns.map(({ event, optedAt }) => `${event} ${optedAt.toString()}`)
  }
  deepEqual(await joined(), ['night-run 2017-11-10T11:59:59.999Z'])
  await cancelEntry(market, { memberId: 'fei', slug: 'run', actor, at: day })
  deepEqual(await joined(), [])
})

test('EE-11 what is called off comes back whole, whoever was let in as well', async () => {
  await bringInForce(market, 'entry:off', eventOf({ attendance: { givesBack: '0.25' } }))
  for (const memberId of ['gao', 'fei']) await registered(market, registering(memberId, 'off', day))
  const [gao, fei] = [await pointsOf('gao', day), await pointsOf('fei', day)]
  await settleEntries(market, begins)
  await checkIn(market, { memberId: 'gao', slug: 'off', actor, at: begins })
  const off = { slug: 'off', reason: 'rain', by: 'operator:ann', at: begins.add({ minutes: 1 }) }
  equal((await callOff(market, off)).ok, true)
  equal((await callOff(market, off)).ok, true)
  deepEqual([await pointsOf('gao', ends), await pointsOf('fei', ends)], [gao + 100, fei + 100])
  deepEqual(
    [await statusOf('gao', 'off'), await statusOf('fei', 'off')],
    ['calledOff', 'calledOff'],
  )
  const told = await registered(market, registering('bo', 'off', day))
  equal(told, 'entry/called-off')
})

test('EE-12 sealing ends entries, the place goes on, and unsealing does not bring them back', async () => {
  await makeMembers(market.db, ['seal', 'next'])
  for (const memberId of ['seal', 'next']) await givePoints(market, memberId, 500, day)
  await bringInForce(market, 'entry:sealed', eventOf({ capacity: 1, waitingList: 5 }))
  equal(await registered(market, registering('seal', 'sealed', day)), 'admitted')
  equal(await registered(market, registering('next', 'sealed', day)), 'waiting')
  const turn = async (told: 'sealed' | 'unsealed', hours: number) => {
    const at = day.add({ hours })
    const about = { memberId: 'seal', told, reason: 'fakes' }
    return await tellMembership(contextOf(market, at), about, { idempotencyKey: told })
  }
  await turn('sealed', 1)
  equal(await statusOf('seal', 'sealed'), 'forfeited')
  equal(await registered(market, registering('seal', 'sealed', day)), 'members/sealed')
  await settleEntries(market, day.add({ hours: 2 }))
  equal(await statusOf('next', 'sealed'), 'admitted')
  await turn('unsealed', 3)
  equal(await statusOf('seal', 'sealed'), 'forfeited')
  const again = registering('seal', 'sealed', day.add({ hours: 4 }))
  equal(await registered(market, again), 'waiting')
})

test('EE-13 members are told of every turn, and reminded once', async () => {
  await bringInForce(market, 'entry:told', eventOf({ remind: 'P1D', points: 0 }))
  await makeMembers(market.db, ['told'])
  await registered(market, registering('told', 'told', day))
  const remindAt = begins.subtract({ hours: 24 })
  await settleEntries(market, remindAt.subtract({ milliseconds: 1 }))
  await settleEntries(market, remindAt)
  await settleEntries(market, remindAt.add({ hours: 1 }))
  await settleEntries(market, begins)
  await settleEntries(market, ends)
  const rows = await sql<{ type: string }>`
    select type from jifen.announcement
    where member_id = 'told' and data ->> 'event' = 'told' order by at, announcement_id
  `.execute(market.db)
  deepEqual(
    rows.rows.map(({ type }) => type.replace(/jifen[.]entry[.](.*)[.]v1/, '$1')),
    ['admitted', 'reminded', 'begun', 'missed'],
  )
})

test('EE-4 and EE-5 more places are given to the line, fewer throw nobody out', async () => {
  await makeMembers(market.db, ['one', 'two', 'three'])
  for (const memberId of ['one', 'two', 'three']) await givePoints(market, memberId, 100, day)
  await bringInForce(market, 'entry:grows', eventOf({ capacity: 1, waitingList: 5 }))
  for (const memberId of ['one', 'two', 'three']) {
    await registered(market, registering(memberId, 'grows', day))
  }
  await bringInForce(market, 'entry:grows', eventOf({ capacity: 2, waitingList: 5 }), day)
  const later = day.add({ hours: 1 })
  await refillQuotas(market, later)
  await settleEntries(market, later)
  const statuses = async () =>
    await Promise.all(['one', 'two', 'three'].map((who) => statusOf(who, 'grows')))
  deepEqual(await statuses(), ['admitted', 'admitted', 'waiting'])
  const less = eventOf({ capacity: 1, waitingList: 5 })
  await bringInForce(market, 'entry:grows', less, later)
  const last = day.add({ hours: 3 })
  await refillQuotas(market, last)
  await settleEntries(market, last)
  deepEqual(await statuses(), ['admitted', 'admitted', 'waiting'])
})
