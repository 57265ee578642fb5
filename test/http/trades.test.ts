import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PlacedSchema, QuotedSchema } from '#http/trades/schemas.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }

const lines = [
  { id: '1', sku: 'a1', shop: 'A', category: 'apparel', quantity: 1, listPrice: '80.00' },
  { id: '2', sku: 'b1', shop: 'B', category: 'apparel', quantity: 1, listPrice: '350.00' },
]
const bought = {
  memberId: 'lin',
  lines,
  freight: [{ shop: 'A', amount: '6.00' }],
  allowanceStep: { every: '400.00', off: '50.00' },
}

before(async () => {
  api = await testApi()
  service = await api.as('service')
  await bringInForce(api, 'offer:b-300-30', {
    layer: 'shop',
    target: { shops: ['B'] },
    effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '30.00' }] },
  })
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
  await api.ask({
    path: '/v1/members/lin/wallets/platform/allowance/earns',
    headers: keyed(service),
    body: { amount: 12_000, expiresAt: null },
  })
})
after(() => api.close())

const post = (path: string, body: object, headers = keyed(service)) =>
  api.ask({ path, headers, body })

test('A basket is quoted, placed as expected, paid, shipped and received', async () => {
  const quoted = await post('/v1/quotes', bought)
  equal(quoted.status, 200)
  equal(quoted.body.quote.payFen, 35_600)
  deepEqual(quoted.body.expect.byLine, { '1': 7_000, '2': 28_000, 'freight:A': 600 })
  deepEqual(quoted.body.expect.instruments, { allowance: 5_000, 'offer:b-300-30': 3_000 })

  const { expect } = quoted.body
  const key = keyed(service)
  const placed = await post('/v1/trades', { ...bought, tradeId: 't-1', expect }, key)
  equal(placed.status, 201)
  deepEqual(placed.body.orders, [
    { shop: 'A', orderId: 't-1-1' },
    { shop: 'B', orderId: 't-1-2' },
  ])
  equal(placed.body.payBy, '2017-11-23T10:00:00+08:00'.slice(0, 13) + placed.body.payBy.slice(13))
  const again = await post('/v1/trades', { ...bought, tradeId: 't-1', expect }, key)
  deepEqual(again.body, placed.body)

  const paid = await post('/v1/trades/t-1/payments', { memberId: 'lin', paymentId: 'p-1' })
  deepEqual([paid.status, paid.body.status], [200, 'paid'])
  const shipped = await post('/v1/trades/t-1/orders/t-1-2/shipments', { memberId: 'lin' })
  deepEqual([shipped.status, shipped.body.shippedAt !== null], [200, true])
  const received = await post('/v1/trades/t-1/orders/t-1-2/receipts', { memberId: 'lin' })
  equal(received.body.lines[0].pointsEarned, 140)

  const lin = await api.as('member', 'lin')
  const told = await api.ask({ path: '/v1/members/lin/trades/t-1', headers: lin })
  equal(told.status, 200)
  deepEqual(
    told.body.allocations.map((each: { instrument: string; offFen: number }) => each.offFen),
    [1_000, 3_000, 4_000],
  )
  equal(told.body.quote.lines[1].sku, 'b1')
})

test('A quote that is no longer true is refused with the new one and the differences', async () => {
  const expect = {
    digest: 'x',
    payFen: 1,
    byLine: { '1': 7_000, '2': 28_000, 'freight:A': 600 },
    instruments: { allowance: 4_000, gone: 5 },
  }
  const refused = await post('/v1/trades', { ...bought, tradeId: 't-2', expect })
  deepEqual([refused.status, refused.body.code], [409, 'trades/quote-changed'])
  equal(refused.body.quote.payFen, 35_600)
  deepEqual(refused.body.differences, [
    { instrument: 'allowance', expectedFen: 4_000, isFen: 5_000 },
    { instrument: 'gone', expectedFen: 5 },
    { instrument: 'offer:b-300-30', isFen: 3_000 },
  ])
  const unplaced = await api.ask({ path: '/v1/members/lin/trades/t-2', headers: service })
  deepEqual([unplaced.status, unplaced.body.code], [404, 'trades/unknown'])
})

test('A trade that is closed is not paid any more, and all is let go', async () => {
  await post('/v1/trades', { ...bought, tradeId: 't-3' })
  const held = await api.ask({
    path: '/v1/members/lin/wallets/platform/allowance',
    headers: service,
  })
  equal(held.body.held, 5_000)
  const closed = await post('/v1/trades/t-3/closings', { memberId: 'lin', reason: 'changed mind' })
  deepEqual([closed.status, closed.body.closeReason], [200, 'changed mind'])
  const paid = await post('/v1/trades/t-3/payments', { memberId: 'lin' })
  deepEqual([paid.status, paid.body.code], [409, 'trades/closed'])
  const free = await api.ask({
    path: '/v1/members/lin/wallets/platform/allowance',
    headers: service,
  })
  deepEqual([free.body.available, free.body.held], [7_000, 0])
})

test('Trades come in pages, newest first; what is held for one cannot be taken elsewhere', async () => {
  await post('/v1/trades', { ...bought, tradeId: 't-4' })
  const path = '/v1/members/lin/trades'
  const first = await api.ask({ path: `${path}?limit=2`, headers: service })
  deepEqual(
    first.body.trades.map((trade: { tradeId: string }) => trade.tradeId),
    ['t-4', 't-3'],
  )
  const next = `${path}?limit=2&cursor=${first.body.nextCursor}`
  const second = await api.ask({ path: next, headers: service })
  deepEqual(
    second.body.trades.map((trade: { tradeId: string }) => trade.tradeId),
    ['t-1'],
  )
  const bad = await api.ask({ path: `${path}?cursor=bm9uZQ`, headers: service })
  equal(bad.body.code, 'requests/bad-cursor')

  const released = await post(
    `/v1/members/lin/wallets/platform/allowance/holds/${encodeURIComponent('trade:t-4')}/releases`,
    {},
  )
  equal(released.status, 400)
})

test('Baskets that make no sense are refused with the paths', async () => {
  const wrong: [object, string][] = [
    [{ freight: [{ shop: 'Z', amount: '1.00' }] }, 'body.freight[0].shop'],
    [{ lines: [lines[0], lines[0]] }, 'body.lines[1].id'],
    [{ lines: [{ ...lines[0], id: 'freight:A' }] }, 'body.lines[0].id'],
    [{ offers: [] }, 'body.offers'],
    [{ member: { tier: 'super' } }, 'body.member'],
    [{ orders: [{ shop: 'Z', orderId: 'o' }] }, 'body.orders[0].shop'],
  ]
  for (const [change, path] of wrong) {
    const refused = await post('/v1/trades', { ...bought, tradeId: 't-9', ...change })
    equal(refused.status, 400, path)
    equal(refused.body.errors[0].path, path)
  }
})

test('What is quoted and placed, which passes by its schema as text, is as the schema says', async () => {
  const quoted = await post('/v1/quotes', { ...bought, memberId: 'reader' })
  deepEqual(QuotedSchema.parse(quoted.body), quoted.body)
  const placed = await post('/v1/trades', { ...bought, memberId: 'reader', tradeId: 't-1' })
  deepEqual(PlacedSchema.parse(placed.body), placed.body)
  deepEqual(
    [quoted, placed].map(({ headers }) => headers['content-type']),
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
  )
})
