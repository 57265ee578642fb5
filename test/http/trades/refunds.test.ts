import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }

const lines = [
  { id: '1', sku: 'a1', shop: 'A', category: 'ordinary', quantity: 1, listPrice: '80.00' },
  { id: '2', sku: 'b1', shop: 'B', category: 'ordinary', quantity: 2, listPrice: '175.00' },
]

before(async () => {
  api = await testApi()
  service = await api.as('service')
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
  await post('/v1/members/lin/wallets/platform/allowance/earns', {
    amount: 12_000,
    expiresAt: null,
  })
  await post('/v1/trades', {
    memberId: 'lin',
    tradeId: 't-1',
    lines,
    freight: [{ shop: 'A', amount: '6.00' }],
    extras: [{ shop: 'B', kind: 'service', amount: '1.00' }],
    allowanceStep: { every: '400.00', off: '50.00' },
  })
  await post('/v1/trades/t-1/payments', { memberId: 'lin' })
})
after(() => api.close())

const post = (path: string, body: object, headers: Record<string, string> = keyed(service)) =>
  api.ask({ path, headers, body })
const refund = (body: object) => post('/v1/trades/t-1/refunds', { memberId: 'lin', ...body })

test('A preview is the refund that follows; the same again is answered alike', async () => {
  const returned = [{ line: '2', quantity: 1 }, { freight: 'A', amount: '1.50' }, { extras: 'B' }]
  const refundedAt = '2017-11-20T10:00:00+08:00'
  const preview = await post(
    '/v1/trades/t-1/refunds/preview',
    { memberId: 'lin', returned, refundedAt },
    service,
  )
  equal(preview.status, 200)
  deepEqual(preview.body.byLineFen, { '2': 15_465 })
  const key = keyed(service)
  const body = { memberId: 'lin', refundId: 'r-1', returned, refundedAt }
  const done = await post('/v1/trades/t-1/refunds', body, key)
  equal(done.status, 201)
  const { refundId, ...answer } = done.body
  equal(refundId, 'r-1')
  deepEqual(answer, preview.body)
  deepEqual((await post('/v1/trades/t-1/refunds', body, key)).body, done.body)
  deepEqual((await post('/v1/trades/t-1/refunds', body)).body, done.body)
  const changed = await post('/v1/trades/t-1/refunds', { ...body, returned: [{ freight: 'A' }] })
  deepEqual([changed.status, changed.body.code], [422, 'trades/refund-id-reused'])
  const reused = await post('/v1/trades/t-1/refunds', { ...body, refundId: 'r-2' }, key)
  deepEqual([reused.status, reused.body.code], [422, 'requests/key-reused'])
})

test('A refused return is told with what is left', async () => {
  const over = await refund({ refundId: 'r-9', returned: [{ line: '2', quantity: 2 }] })
  deepEqual(
    [over.status, over.body.code, over.body.line, over.body.leftQuantity],
    [409, 'returns/already-returned', '2', 1],
  )
  const rich = await refund({ refundId: 'r-9', returned: [{ freight: 'A', amount: '4.51' }] })
  deepEqual([rich.status, rich.body.code, rich.body.leftFen], [409, 'returns/more-than-left', 450])
  const unknown = await post('/v1/trades/t-9/refunds', {
    memberId: 'lin',
    refundId: 'r-9',
    returned: [{ line: '1', quantity: 1 }],
  })
  deepEqual([unknown.status, unknown.body.code], [404, 'trades/unknown'])
})

test('Returns that make no sense are refused with the paths', async () => {
  const wrong: [object, string][] = [
    [{ returned: [] }, 'body.returned'],
    [{ returned: [{ line: '1' }] }, 'body.returned[0]'],
    [{ returned: [{ line: '1', quantity: 1, amount: '1.00' }] }, 'body.returned[0]'],
    [{ returned: [{ line: '1', quantity: 0 }] }, 'body.returned[0]'],
    [{ returned: [{ line: '1', amount: '0.00' }] }, 'body.returned[0]'],
    [{ returned: [{ line: '1', amount: '-1.00' }] }, 'body.returned[0]'],
    [{ returned: [{ told: '1', quantity: 1, amountFen: 1 }] }, 'body.returned[0]'],
    [{ refundId: '~unpaid' }, 'body.refundId'],
    [{ refundFen: 5 }, 'body.refundFen'],
    [{ refundedAt: 'yesterday' }, 'body.refundedAt'],
  ]
  for (const [change, path] of wrong) {
    const returned = [{ line: '1', quantity: 1 }]
    const refused = await refund({ refundId: 'r-9', returned, ...change })
    equal(refused.status, 400, path)
    equal(String(refused.body.errors[0].path).startsWith(path), true, refused.text)
  }
  const lin = await api.as('member', 'lin')
  const body = { memberId: 'lin', refundId: 'r-9', returned: [{ line: '1', quantity: 1 }] }
  equal((await post('/v1/trades/t-1/refunds', body, keyed(lin))).status, 403)
})

test('An exchange is answered alike again; what a trade spent is given back by its refunds alone', async () => {
  const body = { memberId: 'lin', exchangeId: 'x-1', line: '2', quantity: 1, sku: 'b2' }
  const done = await post('/v1/trades/t-1/exchanges', body)
  equal(done.status, 201)
  deepEqual((await post('/v1/trades/t-1/exchanges', body)).body, done.body)
  const more = await post('/v1/trades/t-1/exchanges', { ...body, exchangeId: 'x-2', quantity: 2 })
  deepEqual([more.status, more.body.code], [409, 'returns/already-returned'])

  const given = await post('/v1/members/lin/wallets/platform/allowance/give-backs', {
    of: 'trade:t-1',
    amount: 5_000,
  })
  equal(given.status, 400)
  const rest = await refund({
    refundId: 'r-2',
    returned: [{ line: '2', quantity: 1 }, { line: '1', quantity: 1 }, { freight: 'A' }],
  })
  deepEqual([rest.body.tradeStatus, rest.body.keptFen], ['closed', 0])
  const wallet = await api.ask({
    path: '/v1/members/lin/wallets/platform/allowance',
    headers: service,
  })
  equal(wallet.body.available, 12_000)
  const paid = await post('/v1/trades/t-1/payments', { memberId: 'lin' })
  deepEqual([paid.status, paid.body.code], [409, 'trades/already-paid'])
})
