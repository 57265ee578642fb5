import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bringInForce } from '#test/support/issuing.ts'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }
let lin: { readonly authorization: string }

before(async () => {
  api = await testApi()
  service = await api.as('service')
  lin = await api.as('member', 'lin')
  await bringInForce(api, 'offer:a-10', {
    title: { zh: '减 10', en: '10 off' },
    layer: 'shop',
    target: { shops: ['A'] },
    effect: { type: 'amountOffTotal', off: '10.00' },
  })
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
  await post('/v1/members/lin/wallets/platform/allowance/earns', {
    amount: 12_000,
    expiresAt: '2017-12-01T00:00:00+08:00',
  })
  await post('/v1/trades', {
    memberId: 'lin',
    tradeId: 't-1',
    lines: [
      {
        id: '1',
        sku: 'a1',
        shop: 'A',
        category: 'ordinary',
        quantity: 2,
        listPrice: '50.00',
        promoPrice: '40.00',
      },
    ],
  })
  await post('/v1/trades/t-1/payments', { memberId: 'lin' })
  await post('/v1/trades/t-1/refunds', {
    memberId: 'lin',
    refundId: 'r-1',
    returned: [{ line: '1', quantity: 1 }],
  })
})
after(() => api.close())

const post = (path: string, body: object) => api.ask({ path, headers: keyed(service), body })

test('A list of trades names the shops of each', async () => {
  const { body } = await api.ask({ path: '/v1/members/lin/trades', headers: lin })
  deepEqual(
    body.trades.map(({ tradeId, shops }: Record<string, unknown>) => [tradeId, shops]),
    [['t-1', ['A']]],
  )
})

test('A trade tells its prices, what came back of it, and what its instruments are called', async () => {
  const { status, body } = await api.ask({ path: '/v1/members/lin/trades/t-1', headers: lin })
  equal(status, 200)
  deepEqual(body.prices, [{ lineId: '1', listFen: 5_000, priceFen: 4_000, depositFen: null }])
  deepEqual(body.titles, { 'offer:a-10': { zh: '减 10', en: '10 off' } })
  const [refund] = body.refunds
  deepEqual([refund.refundId, refund.refundFen, refund.keptFen], ['r-1', 3_500, 3_500])
  deepEqual(refund.reversals, [{ line: '1', n: 0, offFen: 500 }])
  deepEqual(body.exchanges, [])
})

test('A wallet tells what it holds by expiry, to the member alone', async () => {
  const path = '/v1/members/lin/wallets/platform/allowance/lots'
  const { body } = await api.ask({ path, headers: lin })
  deepEqual(
    body.lots.map(({ available, expiresAt, target, title }: Record<string, unknown>) => {
      return { available, expiresAt, target, title }
    }),
    [{ available: 12_000, expiresAt: '2017-12-01T00:00:00+08:00', target: null, title: null }],
  )
  const other = await api.as('member', 'zhao')
  equal((await api.ask({ path, headers: other })).status, 404)
  const none = path.replace('allowance', 'coins')
  equal((await api.ask({ path: none, headers: lin })).body.code, 'wallets/unknown')
})
