import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countOrders } from '#operations/merchants/metrics/count-orders.ts'
import { settleMetrics } from '#operations/merchants/metrics/settle-metrics.ts'
import { verifyMetrics } from '#operations/merchants/metrics/verify-metrics.ts'
import { event, keyed, receivedOrder, testApi, type TestApi } from '#test/support/api.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { makeShops } from '#test/support/shops.ts'
import { sql } from 'kysely'

let api: TestApi
before(async () => {
  api = await testApi()
  await makeShops(api.db, [
    { shopId: 'lily', merchantId: 'm-lily' },
    { shopId: 'rose', merchantId: 'm-rose' },
  ])
  await tellAll()
})
after(async () => await api.close())

async function tellAll(): Promise<void> {
  const rated = (orderId: string, id: string, at: string, description: number) =>
    event('lin', 'review.posted', `${orderId}/${id}`, at, {
      orderId,
      ratings: { description, service: 5, delivery: 4 },
    })
  const bought = (orderId: string, at: string) =>
    receivedOrder('lin', orderId, at).map((each) => {
      const { data } = each as { readonly data: { readonly shopId?: string } }
      return data.shopId === undefined ? each : { ...each, data: { ...data, shopId: 'lily' } }
    })
  const events = [
    ...[1, 2, 3, 4].flatMap((n) => bought(`o-${n}`, `2017-11-0${n}T10:00:00+08:00`)),
    rated('o-1', 'r', '2017-11-05T10:00:00+08:00', 5),
    rated('o-1', 'again', '2017-11-06T10:00:00+08:00', 1),
    rated('o-2', 'r', '2017-11-06T10:00:00+08:00', 4),
    rated('o-3', 'r', '2017-11-18T11:00:00+08:00', 1),
    event('lin', 'dispute.opened', 'd', '2017-11-10T10:00:00+08:00', {
      orderId: 'o-4',
      disputeId: 'd-1',
    }),
    event('lin', 'dispute.decided', 'd/end', '2017-11-12T10:00:00+08:00', {
      orderId: 'o-4',
      disputeId: 'd-1',
      against: 'shop',
    }),
  ]
  const headers = {
    ...(await api.as('service')),
    'content-type': 'application/cloudevents-batch+json',
  }
  const told = await api.ask({ path: '/v1/events', headers, body: events })
  equal(told.status, 200, told.text)
  const refused = told.body.results.filter(
    (each: { readonly status: string }) => each.status !== 'applied',
  )
  deepEqual(refused, [])
  await untilOrdersAreRead(api.db)
  await settleMetrics(api, api.clock.now())
}

test('MM-3 MM-4 a merchant sees each figure with what it is made of, and what was left out', async () => {
  const headers = await api.as('merchant', 'm-lily')
  const { status, body, text } = await api.ask({ path: '/v1/shops/lily/metrics', headers })
  equal(status, 200, text)
  equal(body.day, '2017-11-20')
  const named = (name: string) =>
    body.metrics.find((each: { readonly name: string }) => each.name === name)
  const description = named('description')
  deepEqual(description.value, { numerator: 9, denominator: 2, shown: '4.50' })
  deepEqual(description.window, ['2017-05-24', '2017-11-19'])
  deepEqual(description.counted, ['2017-11-05', '2017-11-06'])
  deepEqual(description.leftOut, [
    { reason: 'again', count: 1 },
    { reason: 'late', count: 1 },
  ])
  equal(description.next.level.shown, '4.60')
  equal(description.next.neededInRow, 1)
  deepEqual(description.standing.of, 1)
  equal(description.trend.length, 12)
  deepEqual(description.trend.at(-1).value, description.value)
  deepEqual(named('disputeRate').value, { numerator: 1, denominator: 4, shown: '0.2500' })
  deepEqual(named('shipping48h').value, { numerator: 0, denominator: 4, shown: '0.0000' })
  equal(named('refundHours').value, null)
  deepEqual(body.sales[0], { days: 30, fen: 43_600, orders: 4, buyers: 1 })
  ok(body.afterSales.parts.some((each: { readonly by: string }) => each.by === 'nothing'))
})

test('MM-4 every rating is listed with whether it counts, without who gave it', async () => {
  const headers = await api.as('merchant', 'm-lily')
  const { body, text } = await api.ask({ path: '/v1/shops/lily/ratings?status=late', headers })
  deepEqual(
    body.ratings.map((each: { orderId: string; status: string }) => [each.orderId, each.status]),
    [['o-3', 'late']],
  )
  ok(!text.includes('lin'), text)
})

test('a merchant reaches the metrics and violations of its own shops alone', async () => {
  const headers = await api.as('merchant', 'm-rose')
  for (const what of ['metrics', 'ratings', 'violations']) {
    const { status, body } = await api.ask({ path: `/v1/shops/lily/${what}`, headers })
    equal(status, 404)
    equal(body.code, 'shops/unknown')
  }
})

test('MM-11 a told figure holds from the day after the day it is of', async () => {
  const headers = await api.as('service')
  const tell = async (on: string, value: number) => {
    const figures = [{ name: 'followers', on, value, source: 'club' }]
    const body = { figures }
    return await api.ask({ method: 'PUT', path: '/v1/shops/rose/told-figures', headers, body })
  }
  equal((await tell('2017-11-18', 70)).status, 200)
  equal((await tell('2017-11-10', 50)).status, 200)
  equal((await tell('2017-11-20', 90)).status, 200)
  equal((await tell('2017-11-21', 1)).body.code, 'metrics/in-the-future')
  const figures = [{ name: 'shipping48h', on: '2017-11-01', value: 1, source: 'club' }]
  const counted = await api.ask({
    method: 'PUT',
    path: '/v1/shops/rose/told-figures',
    headers,
    body: { figures },
  })
  equal(counted.body.code, 'metrics/not-told')
  const { body } = await api.ask({ path: '/v1/shops/rose/metrics?trend=day', headers })
  const followers = body.metrics.find((each: { name: string }) => each.name === 'followers')
  equal(followers.value.numerator, 70)
  equal(followers.told.on, '2017-11-18')
  equal(followers.trend[2].value.numerator, 50)
})

test('MM-15 verify counts every order and rating again, and names what does not fit', async () => {
  deepEqual(await verifyMetrics(api.db, api), [])
  const changes = [
    [sql`update jifen.shop_day set paid_fen = paid_fen + 1 where shop_id = 'lily'`, 'paidFen'],
    [
      sql`update jifen.shop_order set counted = '{}' where order_id = 'o-2'`,
      'o-2 counts otherwise',
    ],
    [
      sql`update jifen.shop_rating set status = 'counted' where order_id = 'o-3'`,
      'the rating o-3/r',
    ],
    [sql`update jifen.shop_rating set service = 1 where order_id = 'o-1'`, 'the rating o-1/r'],
  ] as const
  for (const [change, expected] of changes) {
    await change.execute(api.db)
    const faults = await verifyMetrics(api.db, api)
    ok(
      faults.some(({ shopId, what }) => shopId === 'lily' && what.includes(expected)),
      JSON.stringify(faults),
    )
  }
})

test('MM-14 an order that changes after it was counted is left to its reader by verify', async () => {
  const headers = await api.as('service')
  const events = receivedOrder('mei', 'later', '2017-11-08T10:00:00+08:00')
  equal((await api.ask({ path: '/v1/events', headers, body: events[0] })).status, 200)
  await untilOrdersAreRead(api.db)
  await countOrders(api)
  equal((await api.ask({ path: '/v1/events', headers, body: events[1] })).status, 200)
  const faults = await verifyMetrics(api.db, api)
  deepEqual(
    faults.filter(({ shopId }) => shopId === 'shop-1'),
    [],
  )
})

test('VI-5 VI-8 an operator records, a shop appeals, and two operators strike', async () => {
  const [ann, bob, eve] = [
    await api.as('operator', 'ann'),
    await api.as('operator', 'bob'),
    await api.as('operator', 'eve'),
  ]
  const merchant = await api.as('merchant', 'm-rose')
  const path = '/v1/shops/rose/violations'
  const body = { violationId: 'v/1', act: 'fakeGoods', words: 'Seen.' }
  const headers = keyed(ann)
  const recorded = await api.ask({ path, headers, body })
  equal(recorded.status, 201, recorded.text)
  deepEqual([recorded.body.kind, recorded.body.points], ['fake', 24])
  equal((await api.ask({ path, headers, body })).status, 201)
  const reused = await api.ask({ path, headers: keyed(ann), body })
  equal(reused.body.code, 'violations/id-reused')

  const one = `${path}/${encodeURIComponent('v/1')}`
  const words = { words: 'Not so.' }
  const appealed = await api.ask({ path: `${one}/appeal`, headers: keyed(merchant), body: words })
  equal(appealed.body.status, 'appealed', appealed.text)
  const queue = await api.ask({ path: '/v1/violation-appeals', headers: bob })
  equal(queue.body.violations.length, 1)
  const strike = (who: Readonly<Record<string, string>>) =>
    api.ask({
      path: `${one}/decisions`,
      headers: keyed(who),
      body: { decision: 'strike', ...words },
    })
  equal((await strike(ann)).body.code, 'violations/recorder-decides')
  equal((await strike(bob)).body.status, 'strikeProposed')
  equal((await strike(bob)).body.code, 'violations/needs-second-person')
  const before = await api.ask({ path, headers: merchant })
  equal(before.body.totals[2].points, 24)
  equal(before.body.totals[2].next.missingPoints, 24)
  equal((await strike(eve)).body.status, 'struck')
  const struck = await api.ask({ path, headers: merchant })
  equal(struck.body.totals[2].points, 0)
  equal(struck.body.violations[0].turns.length, 3)
})
