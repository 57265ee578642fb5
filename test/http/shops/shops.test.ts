import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keepFeedPlace, lockFeedPlace, ordersChangedBehind } from '#db/shops/order-feed.ts'
import { transact } from '#operations/_transact.ts'
import { beginKeyedForShop } from '#operations/requests/keyed-for-shop.ts'
import { assert } from '#rules/assert.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { beginning, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
before(async () => {
  api = await testApi()
})
after(() => api.close())

const lily = {
  merchant: { merchantId: 'm-lily', name: 'Lily', legalEntity: 'Lily Clothes Co., Ltd.' },
  title: 'Lily flagship',
  type: 'flagship',
  mainCategory: 'clothes',
  categories: ['clothes', 'shoes'],
  openedOn: '2015-03-01',
}

test('a shop is registered, told again and read', async () => {
  equal((await put('lily', lily)).status, 200)
  const { body } = await put('lily', { ...lily, brand: 'Lily' })
  deepEqual(
    [body.shopId, body.merchantId, body.categories, body.brand, body.openedOn, body.status],
    ['lily', 'm-lily', ['clothes', 'shoes'], 'Lily', '2015-03-01', 'open'],
  )
  const own = await api.as('merchant', 'm-lily')
  deepEqual((await api.ask({ path: '/v1/shops/lily', headers: own })).body, body)
})

test('a merchant reaches its own shops: a foreign and an unknown one answer alike', async () => {
  await put('rose', { ...lily, merchant: { ...lily.merchant, merchantId: 'm-rose' } })
  const headers = await api.as('merchant', 'm-lily')
  const foreign = await api.ask({ path: '/v1/shops/rose', headers })
  const unknown = await api.ask({ path: '/v1/shops/nobody', headers })
  deepEqual([foreign.status, foreign.body.code], [404, 'shops/unknown'])
  deepEqual([unknown.status, unknown.body.code], [404, 'shops/unknown'])
})

test('a shop does not change hands by being told anew', async () => {
  await put('tulip', lily)
  const taken = await put('tulip', { ...lily, merchant: { ...lily.merchant, merchantId: 'm-2' } })
  deepEqual([taken.status, taken.body.code], [409, 'shops/of-another-merchant'])
})

test('a main category that the shop does not sell is refused by its path', async () => {
  const { status, body } = await put('lily', { ...lily, mainCategory: 'toys' })
  deepEqual([status, body.errors[0].path], [400, 'body.mainCategory'])
})

test('a key of a shop stands for one request', async () => {
  await put('key', lily)
  const asked = { shopId: 'key', caller: 'merchant:m-lily', key: 'k', at: beginning }
  const begin = (of: string) => transact(api.db, (tx) => beginKeyedForShop(tx, asked, of))
  const first = await begin('a')
  const again = await begin('a')
  assert(first.ok && again.ok, 'the key is free')
  deepEqual([first.isAgain, again.isAgain], [false, true])
  deepEqual(await begin('b'), { ok: false, refusal: 'requests/key-reused' })
})

test('a reader of the changed orders sees each change, and goes on where it was', async () => {
  await tellOrder('o1')
  const read = async () =>
    await transact(api.db, async (tx) => {
      const place = await lockFeedPlace(tx, 'test')
      const found = await ordersChangedBehind(tx, place, 100)
      if (found.place !== undefined) await keepFeedPlace(tx, 'test', found.place)
      return found.orders.map(({ order }) => [order.orderId, order.paidAt !== null])
    })
  await untilOrdersAreRead(api.db)
  deepEqual(await read(), [['o1', false]])
  deepEqual(await read(), [])
  await tell('jifen.order.paid.v1', 'o1', { orderId: 'o1' })
  await untilOrdersAreRead(api.db)
  deepEqual(await read(), [['o1', true]])
})

test('a shop that was removed stays closed, whatever the platform tells', async () => {
  await put('peony', lily)
  const headers = keyed(await api.as('operator'))
  const body = { violationId: 'v-1', kind: 'severe', points: 48, words: 'described' }
  const path = '/v1/shops/peony/violations'
  const told = await api.ask({ method: 'POST', path, headers, body })
  equal(told.status < 300, true, told.text)
  equal((await put('peony', { ...lily, status: 'open' })).body.status, 'closed')
})

async function put(shopId: string, body: object): Promise<Told> {
  const headers = await api.as('operator')
  return await api.ask({ method: 'PUT', path: `/v1/shops/${shopId}`, headers, body })
}

async function tellOrder(orderId: string): Promise<void> {
  const lines = [{ id: '1', sku: 'coat', paid: '100.00' }]
  await tell('jifen.order.placed.v1', orderId, { orderId, shopId: 'lily', lines })
}

async function tell(type: string, orderId: string, data: object): Promise<void> {
  const event = {
    specversion: '1.0',
    id: `${orderId}-${type}`,
    source: 'test',
    type,
    time: beginning.toString(),
    partitionkey: 'lin',
    data,
  }
  const headers = await api.as('service')
  const told = await api.ask({ method: 'POST', path: '/v1/events', headers, body: event })
  equal(told.status, 200)
}
