import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { transact } from '#operations/_transact.ts'
import { applyScores } from '#operations/membership/apply-scores.ts'
import { settleStandings } from '#operations/membership/settle-standings.ts'
import { scorePolicyAt } from '#operations/membership/standing.ts'
import { assert } from '#rules/assert.ts'
import { beginning, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { makeMembers } from '#test/support/issuing.ts'

let api: TestApi
before(async () => {
  api = await testApi()
  await makeMembers(api.db, ['lin', 'wei', 'mei'])
})
after(() => api.close())

const until = '2018-11-20T10:00:00+08:00'

test('a member that was never scored is told the ladder and what is missing', async () => {
  const told = await membership('lin')
  equal(told.status, 200)
  deepEqual(
    [told.body.score, told.body.scoredFor, told.body.tier, told.body.tierBy, told.body.tierUntil],
    [0, null, 'ordinary', 'score', null],
  )
  deepEqual(told.body.next, { tier: 'super', missing: 1000, byInvitation: false })
  deepEqual(
    told.body.ladder.map((rung: { tier: string; reached: boolean }) => [rung.tier, rung.reached]),
    [
      ['ordinary', true],
      ['super', false],
      ['apass', false],
    ],
  )
})

test('a member sees its own membership and no other', async () => {
  const own = await api.as('member', 'lin')
  equal((await api.ask({ path: '/v1/members/lin/membership', headers: own })).status, 200)
  const other = await api.ask({ path: '/v1/members/wei/membership', headers: own })
  const unknown = await api.ask({ path: '/v1/members/nobody/membership', headers: own })
  deepEqual([other.status, other.body.code], [unknown.status, unknown.body.code])
  equal((await membership('nobody')).body.code, 'members/unknown')
})

test('an operator grants a tier once for each key, however many ask at once', async () => {
  const request = { tier: 'super', to: until, reason: 'a late invitation card' }
  const answers = await Promise.all(Array.from({ length: 5 }, () => grant('lin', 'once', request)))
  deepEqual(
    answers.map((each) => each.status),
    [201, 201, 201, 201, 201],
  )
  equal(new Set(answers.map((each) => each.body.grantId)).size, 1)
  const told = (await membership('lin')).body
  deepEqual([told.tier, told.tierBy, told.tierUntil], ['super', 'operator', until])
  equal(told.grants.length, 1)
  equal(
    (await grant('lin', 'once', { ...request, reason: 'other' })).body.code,
    'requests/key-reused',
  )

  const { changes } = (await ask('/v1/members/lin/tier-changes')).body
  equal(changes.length, 1)
  deepEqual(
    [changes[0].from, changes[0].to, changes[0].cause.type],
    ['ordinary', 'super', 'grantBegan'],
  )
  deepEqual(
    [changes[0].cause.actor, changes[0].cause.reason],
    ['operator:test-operator', request.reason],
  )
})

test('a member is not told what the staff wrote', async () => {
  const own = await api.as('member', 'lin')
  const told = await api.ask({ path: '/v1/members/lin/tier-changes', headers: own })
  const [{ cause }] = told.body.changes
  deepEqual(
    [cause.type, cause.policy, cause.actor, cause.reason],
    ['grantBegan', 'score@1', undefined, undefined],
  )
  const { announcements } = (await ask('/v1/members/lin/announcements')).body
  equal(JSON.stringify(announcements).includes('late invitation'), false)
})

test('a granted tier that cannot be is refused, and leaves nothing', async () => {
  const reason = 'test'
  const refusals: [object, number, string][] = [
    [{ tier: 'platinum', to: until, reason }, 422, 'tiers/unknown-tier'],
    [{ tier: 'apass', to: until, reason }, 422, 'tiers/by-invitation'],
    [{ tier: 'super', to: '2017-11-20T10:00:00+08:00', reason }, 422, 'tiers/bad-period'],
    [
      { tier: 'super', from: '2017-11-20T09:59:59+08:00', to: until, reason },
      422,
      'tiers/bad-period',
    ],
    [{ tier: 'super', from: until, to: until, reason }, 422, 'tiers/bad-period'],
    [{ tier: 'super', to: '2018-11-20', reason }, 400, 'requests/invalid'],
    [{ tier: 'super', to: until }, 400, 'requests/invalid'],
    [{ tier: 'super', to: until, reason: '' }, 400, 'requests/invalid'],
    [{ tier: 'super', to: until, reason, more: 1 }, 400, 'requests/invalid'],
  ]
  for (const [body, status, code] of refusals) {
    const told = await grant('wei', 'same-key', body)
    deepEqual([told.status, told.body.code], [status, code], JSON.stringify(body))
  }
  equal(
    (await grant('nobody', 'k', { tier: 'super', to: until, reason })).body.code,
    'members/unknown',
  )
  equal((await membership('wei')).body.grants.length, 0)
  const own = keyed(await api.as('member', 'wei'))
  const body = { tier: 'super', to: until, reason }
  equal((await api.ask({ path: '/v1/members/wei/tier-grants', headers: own, body })).status, 403)
})

test('a granted tier is ended once, and what is over is not ended again', async () => {
  const { grantId } = (await grant('mei', 'g', { tier: 'super', to: until, reason: 'x' })).body
  const end = async (key: string, id = grantId): Promise<Told> =>
    await api.ask({
      path: `/v1/members/mei/tier-grants/${id}/end`,
      headers: keyed(await api.as('operator'), key),
      body: { reason: 'a mistake' },
    })
  equal((await end('e')).body.status, 'over')
  equal((await end('e')).status, 200)
  equal((await end('other')).body.code, 'tiers/grant-over')
  equal((await end('e', 'no-such')).body.code, 'tiers/unknown-grant')
  const { changes } = (await ask('/v1/members/mei/tier-changes?limit=1')).body
  deepEqual([changes[0].to, changes[0].cause.reason], ['ordinary', 'a mistake'])
})

test('changes are paged from the newest, and a cursor of elsewhere is refused', async () => {
  const first = (await ask('/v1/members/mei/tier-changes?limit=1')).body
  const second = (await ask(`/v1/members/mei/tier-changes?limit=1&cursor=${first.nextCursor}`)).body
  deepEqual(
    [first.changes[0].number, second.changes[0].number, second.nextCursor],
    [2, 1, undefined],
  )
  equal((await ask('/v1/members/mei/tier-changes?cursor=AAAA')).body.code, 'requests/bad-cursor')
  equal((await ask('/v1/members/mei/tier-changes?limit=0')).status, 400)
})

test('a tier that lapses at an instant is over from that instant on', async () => {
  await makeMembers(api.db, ['lapse'])
  const to = beginning.add({ hours: 1 })
  await grant('lapse', 'k', { tier: 'super', to: to.toString(), reason: 'an hour' })
  api.clock.moveTo(to.subtract({ minutes: 1 }))
  equal((await membership('lapse')).body.tier, 'super')
  api.clock.moveTo(to)
  equal((await membership('lapse')).body.tier, 'ordinary')
  await settleStandings(api, to)
  const { changes } = (await ask('/v1/members/lapse/tier-changes')).body
  equal(changes[0].at, '2017-11-20T11:00:00+08:00')
})

test('a refresh is told to the member, who reads it once', async () => {
  await makeMembers(api.db, ['reader'])
  await score('reader', 1200)
  const list = (await ask('/v1/members/reader/announcements')).body
  deepEqual([list.announcements.length, list.unread], [1, 1])
  const [first] = list.announcements
  deepEqual([first.type, first.data.direction, first.readAt], ['jifen.tier.changed.v1', 'up', null])

  const own = await api.as('member', 'reader')
  const path = `/v1/members/reader/announcements/${first.announcementId}/read`
  const read = await api.ask({ method: 'POST', path, headers: own })
  const again = await api.ask({ method: 'POST', path, headers: own })
  equal(read.status, 200)
  equal(again.body.readAt, read.body.readAt)
  equal((await ask('/v1/members/reader/announcements?unread=true')).body.announcements.length, 0)
  equal((await ask('/v1/members/reader/announcements')).body.unread, 0)
  const none = path.replace(first.announcementId, 'tier-99')
  equal(
    (await api.ask({ method: 'POST', path: none, headers: own })).body.code,
    'announcements/unknown',
  )
})

test('announcements are paged from the newest without a gap', async () => {
  await makeMembers(api.db, ['pages'])
  for (const value of [1200, 900, 1300, 800]) await score('pages', value)
  const seen: string[] = []
  for (let cursor = ''; ;) {
    const page = (await ask(`/v1/members/pages/announcements?limit=1${cursor}`)).body
    seen.push(...page.announcements.map((each: { announcementId: string }) => each.announcementId))
    if (page.nextCursor === undefined) break
    cursor = `&cursor=${page.nextCursor}`
  }
  deepEqual(seen, ['tier-4', 'tier-3', 'tier-2', 'tier-1'])
  for (const bad of ['AAAA', 'WyJhIl0', 'x'.repeat(900)]) {
    equal((await ask(`/v1/members/pages/announcements?cursor=${bad}`)).status, 400)
  }
})

test('other systems read every announcement once, as CloudEvents', async () => {
  const all: { id: string; partitionkey: string }[] = []
  let cursor = ''
  // The feed waits for every transaction of the server that began before, other databases' included.
  const giveUpAt = performance.now() + 30_000
  while (all.at(-1)?.id !== 'pages/tier-4' && performance.now() < giveUpAt) {
    const { events, next } = (await ask(`/v1/announcements?limit=2${cursor}`)).body
    all.push(...events)
    if (events.length === 0) await pause(50)
    if (typeof next === 'string') cursor = `&after=${next}`
  }
  equal(new Set(all.map((each) => each.id)).size, all.length)
  const ids = all.filter((each) => each.partitionkey === 'pages').map((each) => each.id)
  deepEqual(ids, ['pages/tier-1', 'pages/tier-2', 'pages/tier-3', 'pages/tier-4'])
  equal((await ask('/v1/announcements?after=AAAA')).body.code, 'requests/bad-cursor')
  const own = await api.as('member', 'pages')
  equal((await api.ask({ path: '/v1/announcements', headers: own })).status, 403)
})

async function ask(path: string): Promise<Told> {
  return await api.ask({ path, headers: await api.as('operator') })
}

async function membership(memberId: string): Promise<Told> {
  return await ask(`/v1/members/${memberId}/membership`)
}

async function grant(memberId: string, key: string, body: object): Promise<Told> {
  const headers = keyed(await api.as('operator'), key)
  return await api.ask({ path: `/v1/members/${memberId}/tier-grants`, headers, body })
}

let hour = 2

async function score(memberId: string, value: number): Promise<void> {
  const now = beginning.add({ hours: (hour += 1) })
  const policy = scorePolicyAt(api.policies, now)
  assert(policy !== undefined, 'the market of the test has scores')
  const month = Temporal.PlainDate.from('2017-11-01')
  await transact(api.db, async (tx) => {
    await applyScores(tx, { ...api, now }, [{ memberId, score: value, month, policy }])
  })
}
