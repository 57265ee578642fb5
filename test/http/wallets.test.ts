import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, keyed, receivedOrder, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }
let lin: { readonly authorization: string }
const points = '/v1/members/lin/wallets/platform/points'

before(async () => {
  api = await testApi()
  service = await api.as('service')
  lin = await api.as('member', 'lin')
  const events = [
    event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00', { nickname: '小林' }),
    ...receivedOrder('lin', 'o-1', '2017-11-15T09:00:00+08:00'),
    event('sun', 'member.joined', 'join', '2017-01-01T00:00:00+08:00'),
  ]
  await api.ask({ path: '/v1/events', headers: service, body: events })
})
after(() => api.close())

test('A wallet tells what there is and when it lapses, in the zone of the market', async () => {
  const { status, body } = await api.ask({ path: points, headers: lin })
  equal(status, 200)
  const { asOf, ...wallet } = body
  equal(asOf.endsWith('+08:00'), true)
  deepEqual(wallet, {
    program: 'platform',
    unit: 'points',
    status: 'open',
    total: 54,
    available: 54,
    pending: 0,
    held: 0,
    debt: 0,
    expiring: [{ month: '2018-12', lastDay: '2018-12-31', amount: 54 }],
    expiringSoon: null,
  })
  const all = await api.ask({ path: '/v1/members/lin/wallets', headers: lin })
  deepEqual(all.body.wallets.length, 1)
})

test('A member is told with nickname and dates, a member without wallets with none', async () => {
  const member = await api.ask({ path: '/v1/members/lin', headers: lin })
  deepEqual(member.body, {
    memberId: 'lin',
    status: 'active',
    nickname: '小林',
    joinedAt: '2017-01-01T00:00:00+08:00',
    optIns: [],
  })
  const none = await api.ask({ path: '/v1/members/sun/wallets', headers: service })
  deepEqual(none.body, { wallets: [] })
  const unknown = await api.ask({ path: '/v1/members/sun/wallets/x/y', headers: service })
  equal(unknown.body.code, 'wallets/unknown')
  const nobody = await api.ask({ path: '/v1/members/nobody/wallets', headers: service })
  equal(nobody.body.code, 'members/unknown')
})

test('An entry is explained by the lines, ratios and policy that decided it', async () => {
  const { body } = await api.ask({ path: `${points}/entries/1`, headers: lin })
  deepEqual(
    { kind: body.kind, change: body.change, orderId: body.orderId, shop: body.shop },
    { kind: 'earn', change: 54, orderId: 'o-1', shop: 'shop-1' },
  )
  deepEqual(body.policies, ['points@1'])
  equal(body.cause.why.lines[0].exact, '54.5')
  deepEqual(body.transfers, [
    { debit: 'issued', credit: 'available', amount: 54, lotId: 1, toLotId: 1 },
  ])
  equal(body.hash.length, 64)
  const missing = await api.ask({ path: `${points}/entries/999`, headers: lin })
  equal(missing.body.code, 'entries/unknown')
})

test('Entries come in pages, newest first, without gap or overlap while more are added', async () => {
  const path = '/v1/members/sun/wallets/platform/coins'
  const earn = async (): Promise<void> => {
    const headers = keyed(service)
    await api.ask({ path: `${path}/earns`, headers, body: { amount: 7, expiresAt: null } })
  }
  for (let count = 0; count < 7; count += 1) await earn()

  const seen: number[] = []
  let query = '?limit=3'
  for (let page = 0; query !== ''; page += 1) {
    const { body } = await api.ask({ path: `${path}/entries${query}`, headers: service })
    seen.push(...body.entries.map((entry: { seq: number }) => entry.seq))
    query = body.nextCursor === undefined ? '' : `?limit=3&cursor=${body.nextCursor}`
    if (page === 0) await earn()
  }
  deepEqual(seen, [7, 6, 5, 4, 3, 2, 1])
})

test('Entries of one kind are listed alone', async () => {
  const path = '/v1/members/sun/wallets/platform/coins'
  const headers = keyed(service)
  await api.ask({ path: `${path}/spends`, headers, body: { amount: 5 } })
  const { body } = await api.ask({ path: `${path}/entries?kind=spend`, headers: service })
  deepEqual(
    body.entries.map((entry: { kind: string; change: number }) => [entry.kind, entry.change]),
    [['spend', -5]],
  )
})

test('A cursor that no page gave, a limit out of range and a query of other names are refused', async () => {
  const forged = Buffer.from('{"before":0}').toString('base64url')
  const injected = Buffer.from('{"before":1 or 1=1}').toString('base64url')
  const wrong = [
    ['cursor=abc', 'requests/bad-cursor'],
    [`cursor=${forged}`, 'requests/bad-cursor'],
    [`cursor=${injected}`, 'requests/bad-cursor'],
    ["cursor=';drop", 'requests/invalid'],
    ['limit=0', 'requests/invalid'],
    ['limit=1e9', 'requests/invalid'],
    ['limit=101', 'requests/invalid'],
    ['limit=1&limit=2', 'requests/invalid'],
    ['kind=all', 'requests/invalid'],
    ['sort=seq', 'requests/invalid'],
  ]
  for (const [query, code] of wrong) {
    const { status, body } = await api.ask({ path: `${points}/entries?${query}`, headers: lin })
    deepEqual([query, status, body.code], [query, 400, code])
  }
})

test('What is due by the clock counts as done before anything is booked', async () => {
  const path = '/v1/members/sun/wallets/platform/gift'
  const body = {
    amount: 40,
    activeAt: '2017-11-21T00:00:00+08:00',
    expiresAt: '2017-12-01T00:00:00+08:00',
  }
  await api.ask({ path: `${path}/earns`, headers: keyed(service), body })
  const now = async (): Promise<number[]> => {
    const { pending, available, total } = (await api.ask({ path, headers: service })).body
    return [pending, available, total]
  }
  deepEqual(await now(), [40, 0, 40])

  const operator = await api.as('operator')
  const move = async (to: string): Promise<number> =>
    (await api.ask({ path: '/v1/clock', headers: operator, body: { to } })).status
  equal(await move('2017-11-22T00:00:00+08:00'), 200)
  deepEqual(await now(), [0, 40, 40])
  const { body: soon } = await api.ask({ path, headers: service })
  deepEqual(soon.expiringSoon, { amount: 40, before: '2017-12-01T00:00:00+08:00' })
  equal(await move('2017-12-01T00:00:00+08:00'), 200)
  deepEqual(await now(), [0, 0, 0])
  equal(await move('2017-11-22T00:00:00+08:00'), 422)
})
