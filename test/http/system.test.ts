import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connect } from '#db/connection.ts'
import { problems } from '#http/problems.ts'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi

before(async () => {
  api = await testApi()
})
after(() => api.close())

test('The program says that it lives and that it is ready', async () => {
  deepEqual((await api.ask({ path: '/livez' })).body, { status: 'live' })
  deepEqual((await api.ask({ path: '/readyz' })).body, { status: 'ready' })
})

test('Without its database it lives, is not ready, and tells callers to come back', async () => {
  const db = connect('postgres://nobody@127.0.0.1:1/none', { as: 'application' })
  const cut = await testApi({ db })
  try {
    equal((await cut.ask({ path: '/livez' })).status, 200)
    const ready = await cut.ask({ path: '/readyz' })
    deepEqual([ready.status, ready.body.code], [503, 'server/unavailable'])
    const asked = await cut.ask({ path: '/v1/members/lin', headers: await cut.as('service') })
    deepEqual([asked.status, asked.body.code], [503, 'server/unavailable'])
    equal(asked.headers['retry-after'], '1')
    ok(!/ECONNREFUSED|127\.0\.0\.1/.test(asked.text))
    equal((await cut.ask({ path: '/metrics' })).status, 200)
  } finally {
    await cut.close()
    await db.destroy()
  }
})

test('Figures are told by route and outcome, never by member', async () => {
  const headers = await api.as('service')
  const joined = event('secret-member', 'member.joined', 'j', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers, body: joined })
  const path = '/v1/members/secret-member/wallets/platform/points/earns'
  await api.ask({ path, headers: keyed(headers), body: { amount: 5 } })
  const { text } = await api.ask({ path: '/metrics' })
  match(text, /^jifen_postings_total\{kind="earn",outcome="done"\} 1$/m)
  match(text, /^jifen_events_total\{status="applied"\} 1$/m)
  match(text, /^jifen_outbox_unsent 1$/m)
  match(text, /^jifen_due_lag_seconds 0$/m)
  match(text, /jifen_http_request_duration_seconds_count\{method="POST",route="\/v1\/events"/)
  ok(!text.includes('secret-member'))
})

test('Every answer carries headers that keep browsers safe, and answers of the API are not kept', async () => {
  const headers = await api.as('service')
  const { headers: given } = await api.ask({ path: '/v1/market', headers })
  equal(given['cache-control'], 'no-store')
  equal(given['x-content-type-options'], 'nosniff')
  equal(given['x-frame-options'], 'DENY')
  match(String(given['content-security-policy']), /default-src 'self'.*frame-ancestors 'none'/)
  match(String(given['x-request-id']), /^[0-9a-f-]{36}$/)
  equal(given['x-powered-by'], undefined)
  match(String(given['ratelimit-limit']), /^\d+$/)
})

test('The market tells its currency, zone, preset and clock', async () => {
  const { body } = await api.ask({ path: '/v1/market', headers: await api.as('member', 'x') })
  const { now, ...market } = body
  match(now, /^2017-11-20T10:00:.*\+08:00$/)
  deepEqual(market, {
    currency: 'CNY',
    minorDigits: 2,
    zone: 'Asia/Shanghai',
    preset: 'tmall-2017',
    clock: 'virtual',
  })
})

test('The description is OpenAPI 3.1, with one name for every operation', async () => {
  const { body } = await api.ask({ path: '/openapi.json' })
  equal(body.openapi, '3.1.0')
  const operations = Object.values(body.paths).flatMap((each) => Object.values(each as object))
  const names = operations.map(({ operationId }) => operationId as string)
  equal(new Set(names).size, names.length)
  ok(names.every((name) => /^[a-z][A-Za-z]+$/.test(name)))
  for (const { operationId, summary, tags, responses } of operations) {
    ok(summary && tags.length === 1 && Object.keys(responses).length > 0, operationId)
  }
})

test('The page of the API runs scripts of its own only, and fetches nothing from elsewhere', async () => {
  const { text, headers } = await api.ask({ path: '/docs/' })
  const policy = String(headers['content-security-policy'])
  match(policy, /script-src 'self' 'sha256-/)
  ok(!/script-src[^;]*unsafe/.test(policy))
  ok(!/https?:\/\//.test(text.replaceAll(/http:\/\/www\.w3\.org/g, '')), text)
  const script = await api.ask({ path: '/docs/js/scalar.js' })
  ok(script.text.length > 1_000_000)
})

test('Every problem is explained where its type leads', async () => {
  const { text } = await api.ask({ path: '/docs/problems' })
  for (const code of Object.keys(problems)) {
    ok(text.includes(`id="${code.replace('/', '-')}"`), code)
  }
})

test('A caller that asks too often is told when to come back; another is not', async () => {
  const perMinute = { people: 3, programs: 100, strangers: 100 }
  const limited = await testApi({ limits: { perMinute } })
  try {
    const ask = async (member: string) =>
      await limited.ask({ path: '/v1/session', headers: await limited.as('member', member) })
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await ask('lin')).status)
    deepEqual(statuses, [200, 200, 200, 429])
    const last = await ask('lin')
    equal(last.body.code, 'requests/too-many')
    ok(Number(last.headers['retry-after']) >= 1)
    equal((await ask('zhao')).status, 200)
  } finally {
    await limited.close()
  }
})

test('Past what can be served at once the rest is turned away at once, ends of flows last', async () => {
  const busy = await testApi({ limits: { inFlight: 4 } })
  try {
    const headers = await busy.as('service')
    const ask = (path: string) => busy.ask({ path, headers: keyed(headers), body: { amount: 1 } })
    const wallet = '/v1/members/lin/wallets/platform/points'
    const told = await Promise.all([
      ...Array.from({ length: 20 }, () => ask(`${wallet}/spends`)),
      ...Array.from({ length: 4 }, () => ask(`${wallet}/holds/h/captures`)),
    ])
    const codes = told.map(({ body }) => body.code)
    equal(codes.slice(0, 20).filter((code) => code === 'server/overloaded').length, 16)
    ok(!codes.slice(20).includes('server/overloaded'))
    equal(told[19]?.headers['retry-after'], '1')
    equal((await ask(`${wallet}/spends`)).body.code, 'members/unknown')
  } finally {
    await busy.close()
  }
})
