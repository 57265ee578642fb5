import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settlePriceWatch } from '#operations/prices/watch-prices.ts'
import { keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { declared } from '#test/support/prices.ts'
import { makeShops } from '#test/support/shops.ts'
import { virtualClock } from '#operations/clock.ts'

const shopId = 'shop-lily'
const owner = 'merchant-of-shop-lily'
const campaign = 'double11-2017'
let api: TestApi

before(async () => {
  const clock = virtualClock(Temporal.Instant.from('2017-10-01T10:00:00+08:00'))
  api = await testApi({ clock })
  await makeShops(api.db, [{ shopId }, { shopId: 'other' }])
})
after(() => api.close())

async function mark(
  prices: readonly object[],
  headers?: Readonly<Record<string, string>>,
): Promise<Told> {
  const path = `/v1/shops/${shopId}/prices`
  const own = headers ?? keyed(await api.as('merchant', owner))
  return await api.ask({ path, headers: own, body: { prices } })
}

async function tellDeals(deals: readonly object[]): Promise<Told> {
  const path = `/v1/shops/${shopId}/deals`
  return await api.ask({ path, headers: await api.as('service'), body: { deals } })
}

async function read(path: string): Promise<Told> {
  return await api.ask({ path, headers: await api.as('merchant', owner) })
}

const orderedAt = '2017-09-20T10:00:00+08:00'

test('The ceilings of an SKU are shown before anything is declared, with what sets each', async () => {
  const path = `/v1/shops/${shopId}/campaigns/${campaign}/ceilings?sku=shown&sku=new`
  const none = await read(path)
  equal(none.status, 200, none.text)
  deepEqual(
    none.body.ceilings.map((each: { sku: string; kind: string }) => `${each.sku} ${each.kind}`),
    ['shown presale', 'shown spot', 'new presale', 'new spot'],
  )
  deepEqual([none.body.ceilings[0].ceilingFen, none.body.ceilings[0].bounds], [null, []])

  const deal = { dealId: 'o1/1', sku: 'shown', orderedAt, price: '210.00', itemCoupon: '10.00' }
  const told = await tellDeals([{ ...deal, allowance: '50.00' }])
  deepEqual(told.body, { kept: 1, refused: [] })
  const promo = { priceId: 'promo-1', sku: 'shown', kind: 'promo', price: '170.00' }
  const scheduled = { from: '2017-11-20T00:00:00+08:00', to: '2017-11-21T00:00:00+08:00' }
  deepEqual((await mark([{ ...promo, ...scheduled }])).body, { kept: 1, refused: [] })
  await declared(api.db, campaign, [{ shopId, sku: 'shown', kind: 'presale', priceFen: 16_000 }])
  const { body } = await read(`${path}&kind=spot`)
  equal(body.policies, 'price@1 campaign:double11-2017@1')
  deepEqual(body.ceilings[0], {
    sku: 'shown',
    kind: 'spot',
    ceilingFen: 17_000,
    floorFen: 16_000,
    bounds: [
      {
        by: 'promo',
        id: 'promo-1',
        priceFen: 17_000,
        at: '2017-11-20T00:00:00+08:00',
        window: ['2017-11-12', '2017-11-26'],
        limitFen: 17_000,
      },
      {
        by: 'deal',
        id: 'o1/1',
        priceFen: 20_000,
        at: orderedAt,
        window: ['2017-09-15', '2017-11-11'],
        limitFen: 18_000,
      },
    ],
    windows: { deals: ['2017-09-15', '2017-11-11'], promo: ['2017-11-12', '2017-11-26'] },
  })
})

test('Prices are kept once by their ids; what does not fit is refused by itself, with its place', async () => {
  const list = { priceId: 'list-1', sku: 'kept', kind: 'list', price: '100.00' }
  const past = { ...list, priceId: 'past', from: '2017-09-01T00:00:00+08:00' }
  const headers = keyed(await api.as('merchant', owner))
  const first = await mark([list, past], headers)
  const refused = [{ index: 1, id: 'past', sku: 'kept', refusal: 'prices/in-the-past' }]
  deepEqual(first.body, { kept: 1, refused })
  equal((await mark([list, past], headers)).text, first.text)
  equal((await mark([list], headers)).body.code, 'requests/key-reused')
  const other = await mark([{ ...list, price: '90.00' }])
  equal(other.body.refused[0].refusal, 'prices/id-reused')
  const fixed = { ...list, priceId: 'list-2', price: '90.00', corrects: 'list-1' }
  const wrong = { ...fixed, priceId: 'list-3', corrects: 'none' }
  const voids = { ...fixed, priceId: 'list-4', voids: true }
  const own = { ...list, priceId: 'own', campaign, to: '2017-10-02T00:00:00+08:00' }
  const many = await mark([fixed, wrong, voids, own])
  deepEqual(
    many.body.refused.map((each: { refusal: string }) => each.refusal),
    ['prices/unknown-record', 'prices/voided-by-platform-only', 'prices/not-on-days-of-campaign'],
  )
  const { body } = await read(`/v1/shops/${shopId}/prices?sku=kept&limit=1`)
  equal(body.prices[0].priceId, 'list-2')
  const next = await read(`/v1/shops/${shopId}/prices?sku=kept&cursor=${body.nextCursor}`)
  deepEqual(
    next.body.prices.map((each: { priceId: string }) => each.priceId),
    ['list-1'],
  )
  // It was in force until it was corrected.
  equal(next.body.prices[0].inForceTo, body.prices[0].recordedAt)
  equal(body.prices[0].inForceTo, null)
  const backwards = await mark([{ ...list, priceId: 'b', to: '2017-10-01T10:00:00+08:00' }])
  deepEqual([backwards.status, backwards.body.errors[0].path], [400, 'body.prices[0].to'])
})

test('Deals are kept once by their ids, are listed the latest first, and none is of the future', async () => {
  const deal = { dealId: 'a/1', sku: 'sold', orderedAt, price: '300.00', units: 3, coins: '9.00' }
  const later = { ...deal, dealId: 'b/1', orderedAt: '2017-09-21T10:00:00+08:00', event: 'trial' }
  deepEqual((await tellDeals([deal, later, deal])).body, { kept: 3, refused: [] })
  const again = await tellDeals([deal, { ...deal, price: '1.00' }])
  deepEqual(again.body, {
    kept: 1,
    refused: [{ index: 1, id: 'a/1', sku: 'sold', refusal: 'prices/id-reused' }],
  })
  const ahead = { ...deal, dealId: 'c/1', orderedAt: '2017-10-02T10:00:00+08:00' }
  equal((await tellDeals([ahead])).body.refused[0].refusal, 'prices/in-the-future')
  const { body } = await read(`/v1/shops/${shopId}/deals?sku=sold&limit=1`)
  deepEqual([body.deals[0].dealId, body.deals[0].event], ['b/1', 'trial'])
  const next = await read(`/v1/shops/${shopId}/deals?sku=sold&cursor=${body.nextCursor}`)
  equal(next.body.deals.length, 1)
  deepEqual([next.body.deals[0].units, next.body.deals[0].offFen], [3, { coins: 900 }])
  equal((await read(`/v1/shops/${shopId}/deals?sku=sold&cursor=abc`)).status, 400)
})

test('A shop is reached by its own merchant alone, and only the platform tells deals', async () => {
  const foreign = await api.as('merchant', 'merchant-of-other')
  for (const path of [
    'prices?sku=kept',
    'deals?sku=sold',
    `campaigns/${campaign}/ceilings?sku=x`,
  ]) {
    const { status, body } = await api.ask({
      path: `/v1/shops/${shopId}/${path}`,
      headers: foreign,
    })
    deepEqual([status, body.code], [404, 'shops/unknown'])
  }
  const deals = [{ dealId: 'x', sku: 'x', orderedAt, price: '1.00' }]
  const path = `/v1/shops/${shopId}/deals`
  const own = await api.as('merchant', owner)
  equal((await api.ask({ path, headers: own, body: { deals } })).status, 403)
  const unknown = `/v1/shops/none/deals`
  const service = await api.as('service')
  equal((await api.ask({ path: unknown, headers: service, body: { deals } })).status, 404)
  equal((await read(`/v1/shops/${shopId}/campaigns/none/ceilings?sku=x`)).status, 404)
})

test('What broke a promise is listed for the shop and for the platform, with how the freeze stands', async () => {
  await declared(api.db, campaign, [{ shopId, sku: 'broken', kind: 'spot', priceFen: 18_000 }])
  const now = Temporal.Instant.from('2017-11-14T10:00:00+08:00')
  ok(api.clock.moveTo(now).ok)
  const deal = { dealId: 'low/1', sku: 'broken', orderedAt: '2017-11-13T10:00:00+08:00' }
  await tellDeals([{ ...deal, price: '150.00' }])
  await settlePriceWatch(api, api.clock.now())
  const { body } = await read(`/v1/shops/${shopId}/campaigns/${campaign}/price-breaches`)
  const [{ foundAt, ...found }] = body.breaches
  ok(foundAt.startsWith('2017-11-14T10:'))
  deepEqual(
    [found],
    [
      {
        shopId,
        sku: 'broken',
        kind: 'spot',
        reason: 'soldLower',
        declaredFen: 18_000,
        priceFen: 15_000,
        cause: {
          refusal: 'prices/below-event-price',
          window: ['2017-11-12', '2017-11-26'],
          priceFen: 15_000,
          at: '2017-11-13T10:00:00+08:00',
          dealId: 'low/1',
          limitFen: 18_000,
        },
        policies: 'price@1 campaign:double11-2017@1',
      },
    ],
  )
  const headers = await api.as('operator')
  const path = `/v1/campaigns/${campaign}`
  const all = await api.ask({ path: `${path}/price-breaches?limit=1`, headers })
  deepEqual(all.body.breaches, body.breaches)
  const freeze = await api.ask({ path: `${path}/price-freeze`, headers })
  deepEqual(freeze.body, {
    status: 'notFrozen',
    frozenAt: '2017-11-11T00:00:00+08:00',
    checked: 0,
    suspended: 0,
    finishedAt: null,
  })
})
