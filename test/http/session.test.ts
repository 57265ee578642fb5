import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DemoAccount } from '#http/context.ts'
import { event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
const hint = { zh: '常客', en: 'A regular' }
const account: DemoAccount = { account: 'lin', role: 'member', nickname: '小林', hint }

before(async () => {
  const signing: { sign?: TestApi['issuer']['sign'] } = {}
  api = await testApi({
    demo: {
      accounts: [account],
      tokenFor: async () =>
        (await signing.sign?.({
          role: 'member',
          subject: 'lin',
          memberId: 'lin',
          lifeSeconds: 600,
        })) ?? '',
    },
  })
  signing.sign = api.issuer.sign
  const headers = await api.as('service')
  const body = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers, body })
})
after(() => api.close())

const ownPage = { 'sec-fetch-site': 'same-origin' }

async function signIn(headers: Readonly<Record<string, string>> = ownPage): Promise<Told> {
  return await api.ask({ path: '/v1/demo/sign-in', headers, body: { account: 'lin' } })
}

async function cookie(): Promise<string> {
  return String((await signIn()).headers['set-cookie']).split(';', 1)[0] ?? ''
}

test('Signing in to the demo sets a cookie that scripts and other sites do not get', async () => {
  const { body } = await api.ask({ path: '/v1/demo/accounts' })
  deepEqual(body, { accounts: [account] })
  const told = await signIn()
  equal(told.status, 200)
  match(
    String(told.headers['set-cookie']),
    /^jifen_session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  const session = await api.ask({ path: '/v1/session', headers: { cookie: await cookie() } })
  deepEqual(session.body, { role: 'member', subject: 'lin', memberId: 'lin', demo: true })
  const unknown = await api.ask({ path: '/v1/demo/sign-in', body: { account: 'root' } })
  equal(unknown.body.code, 'demo/unknown-account')
})

test('By cookie only a page of this server may post', async () => {
  const path = '/v1/members/lin/wallets/platform/points/spends'
  const body = { amount: 1 }
  const asked = async (headers: Readonly<Record<string, string>>): Promise<string> => {
    const given = keyed({ cookie: await cookie(), host: 'points.example', ...headers })
    return (await api.ask({ path, headers: given, body })).body.code
  }
  equal(await asked({}), 'requests/cross-site')
  equal(await asked({ 'sec-fetch-site': 'cross-site' }), 'requests/cross-site')
  equal(await asked({ 'sec-fetch-site': 'same-site' }), 'requests/cross-site')
  equal(await asked({ origin: 'https://evil.example' }), 'requests/cross-site')
  equal(await asked({ origin: 'null' }), 'requests/cross-site')
  equal(await asked({ 'sec-fetch-site': 'same-origin' }), 'ledger/insufficient')
  equal(await asked({ origin: 'http://points.example' }), 'ledger/insufficient')
})

test('A page of another site signs nobody in or out', async () => {
  const elsewhere = { 'sec-fetch-site': 'cross-site' }
  equal((await signIn(elsewhere)).body.code, 'requests/cross-site')
  equal((await signIn({ origin: 'https://evil.example' })).body.code, 'requests/cross-site')
  const out = await api.ask({ method: 'POST', path: '/v1/sign-out', headers: elsewhere })
  equal(out.body.code, 'requests/cross-site')
  equal(out.headers['set-cookie'], undefined)
})

test('A token becomes a session, a wrong one does not, and signing out ends it', async () => {
  const { authorization } = await api.as('member', 'lin')
  const body = { token: authorization.slice('Bearer '.length) }
  const told = await api.ask({ path: '/v1/sign-in', body })
  deepEqual([told.status, told.body.memberId], [200, 'lin'])
  ok(told.headers['set-cookie'])

  const wrong = await api.ask({ path: '/v1/sign-in', body: { token: 'nonsense' } })
  deepEqual([wrong.status, wrong.headers['set-cookie']], [401, undefined])
  const out = await api.ask({ method: 'POST', path: '/v1/sign-out', headers: ownPage })
  equal(out.status, 200)
  match(String(out.headers['set-cookie']), /^jifen_session=;.*Max-Age=0|Expires=Thu, 01 Jan 1970/)
})

test('With https the cookie travels only there, and browsers are told to stay', async () => {
  const secure = await testApi({ auth: { issuers: [api.issuer], https: true } })
  try {
    const { authorization } = await api.as('member', 'lin')
    const body = { token: authorization.slice('Bearer '.length) }
    const told = await secure.ask({ path: '/v1/sign-in', body })
    match(String(told.headers['set-cookie']), /; Secure/)
    match(String(told.headers['strict-transport-security']), /^max-age=/)
    const off = await secure.ask({ path: '/v1/demo/accounts' })
    deepEqual([off.status, off.body.code], [404, 'demo/off'])
  } finally {
    await secure.close()
  }
})
