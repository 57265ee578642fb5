import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import preset from '#presets/tmall-2017.json' with { type: 'json' }
import { event, receivedOrder, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
let mei: { readonly authorization: string }
let hao: { readonly authorization: string }

before(async () => {
  api = await testApi()
  const token = async (subject: string) => ({
    authorization: `Bearer ${await api.issuer.sign({ role: 'operator', subject, lifeSeconds: 600 })}`,
  })
  mei = await token('mei')
  hao = await token('hao')
})
after(() => api.close())

const singlesDay = {
  title: { zh: '双11', en: 'Singles’ Day' },
  window: { from: '2017-11-20T00:00:00+08:00', to: '2017-12-31T00:00:00+08:00' },
  overrides: { ratios: { ordinary: '1' } },
}

async function draft(body: unknown, name = 'points-event:singles-day'): Promise<Told> {
  const path = `/v1/policies/${name}/drafts`
  return await api.ask({ path, headers: mei, body: { body, note: 'for the test' } })
}

async function approve(version: number, headers: typeof mei, body: object = {}): Promise<Told> {
  const path = `/v1/policies/points-event:singles-day/versions/${version}/approval`
  return await api.ask({ path, headers, body })
}

test('The policies in force are those of the preset, from the beginning', async () => {
  const { body } = await api.ask({ path: '/v1/policies', headers: mei })
  deepEqual(
    body.policies.map((each: { name: string; version: number; effectiveAt: unknown }) => [
      each.name,
      each.version,
      each.effectiveAt,
    ]),
    Object.keys(preset.policies)
      .toSorted()
      .map((name) => [name, 1, null]),
  )
})

test('A draft is approved by another person, after five seconds, once', async () => {
  const drafted = await draft(singlesDay)
  deepEqual([drafted.status, drafted.body.version], [201, 1])
  deepEqual(
    [(await approve(1, mei)).status, (await approve(1, mei)).body.code],
    [403, 'policies/approver-is-author'],
  )
  const now = api.clock.now().toString()
  equal((await approve(1, hao, { effectiveAt: now })).body.code, 'policies/too-soon')
  const approved = await approve(1, hao)
  equal(approved.status, 200)
  const noticed = Temporal.Instant.from(approved.body.effectiveAt)
  equal(noticed.epochMilliseconds >= Temporal.Instant.from(now).epochMilliseconds + 5_000, true)
  equal((await approve(1, hao)).body.code, 'policies/not-a-draft')
})

test('An approved event is known within a second and overrides for members who joined it', async () => {
  await wait(1_000)
  const service = await api.as('service')
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
  const to = '2017-11-21T00:00:00+08:00'
  await api.ask({ path: '/v1/clock', headers: mei, body: { to } })

  const path = '/v1/members/lin/opt-ins'
  const lin = await api.as('member', 'lin')
  const first = await api.ask({ path, headers: lin, body: { event: 'singles-day' } })
  equal(first.status, 200)
  const again = await api.ask({ path, headers: lin, body: { event: 'singles-day' } })
  equal(again.text, first.text)
  const unknown = await api.ask({ path, headers: lin, body: { event: 'no-such-day' } })
  equal(unknown.body.code, 'points/unknown-event')

  await api.ask({ path: '/v1/clock', headers: mei, body: { to: '2017-11-22T12:00:00+08:00' } })
  const body = receivedOrder('lin', 'o-1', '2017-11-22T09:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body })
  const entry = await api.ask({
    path: '/v1/members/lin/wallets/platform/points/entries/1',
    headers: lin,
  })
  equal(entry.body.amount, 109)
  deepEqual(entry.body.policies, ['points@1', 'points-event:singles-day@1'])
  equal(entry.body.cause.why.override.without, 54)
})

test('A draft can be withdrawn, and is then approved by nobody', async () => {
  equal((await draft(singlesDay)).body.version, 2)
  const path = '/v1/policies/points-event:singles-day/versions/2'
  equal((await api.ask({ method: 'DELETE', path, headers: mei })).status, 200)
  equal((await approve(2, hao)).body.code, 'policies/not-a-draft')
  const gone = await api.ask({ method: 'DELETE', path, headers: mei })
  equal(gone.body.code, 'policies/not-a-draft')
  const { body } = await api.ask({ path: '/v1/policies/points-event:singles-day', headers: mei })
  deepEqual(
    body.versions.map((each: { status: string; inForce: boolean }) => [each.status, each.inForce]),
    [
      ['approved', true],
      ['withdrawn', false],
    ],
  )
})

test('A body that does not fit its schema and a policy that there is not are refused by name', async () => {
  const wrong = await draft({ ratios: { ordinary: 'half' }, tax: 1 }, 'points')
  deepEqual([wrong.status, wrong.body.code], [422, 'policies/invalid'])
  const paths = wrong.body.errors.map((each: { path: string }) => each.path)
  deepEqual(paths.includes('tax'), true)
  equal((await draft({}, 'pointless')).body.code, 'policies/unknown-name')
  equal((await draft({}, 'Points')).status, 400)
  equal((await approve(99, hao)).body.code, 'policies/unknown-version')
})

test('A member reads what was approved, and of a list of members its own place alone', async () => {
  const listed = {
    title: { zh: '名单', en: 'Listed' },
    who: { audience: { members: ['lin', 'wei'] } },
  }
  const path = '/v1/policies/benefit:listed'
  equal((await draft(listed, 'benefit:listed')).status, 201)
  const as = async (memberId: string): Promise<Told> =>
    await api.ask({ path, headers: await api.as('member', memberId) })
  deepEqual((await as('lin')).body.versions, [])

  await api.ask({ path: `${path}/versions/1/approval`, headers: hao, body: {} })
  const members = async (memberId: string): Promise<unknown> =>
    (await as(memberId)).body.versions[0].body.who.audience.members
  deepEqual(await members('lin'), ['lin'])
  deepEqual(await members('mei'), [])
  const { body } = await api.ask({ path, headers: mei })
  deepEqual(body.versions[0].body.who.audience.members, ['lin', 'wei'])
})
