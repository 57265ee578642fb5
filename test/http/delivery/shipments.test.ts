import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleShipments } from '#operations/delivery/settle-shipments.ts'
import { verifyDelivery } from '#operations/delivery/verify-delivery.ts'
import { event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { makeShops } from '#test/support/shops.ts'
import { november } from '#test/support/shipments.ts'

let api: TestApi
let merchant: { readonly authorization: string }
let stranger: { readonly authorization: string }
let service: { readonly authorization: string }

before(async () => {
  api = await testApi()
  await makeShops(api.db, [{ shopId: 'A' }, { shopId: 'B' }])
  service = await api.as('service')
  merchant = await api.as('merchant', 'merchant-of-A')
  stranger = await api.as('merchant', 'merchant-of-B')
  const paid = [
    ['o-1', '13T09:00:00'],
    ['o-2', '12T09:00:00'],
    ['o-3', '18T09:00:00'],
    ['o-4', '20T09:00:00'],
  ] as const
  const events = paid.map(([orderId, at]) => {
    const lines = [{ id: '1', sku: 'a1', paid: '100.00' }]
    const time = november(at)
    return event('lin', 'order.placed', `${orderId}/placed`, time, {
      orderId,
      shopId: 'A',
      paidAt: time,
      lines,
    })
  })
  const told = await api.ask({ path: '/v1/events', headers: service, body: events })
  equal(told.status, 200, told.text)
  await settle()
})
after(() => api.close())

async function settle(): Promise<void> {
  const { db, policies, market, clock } = api
  await untilOrdersAreRead(db)
  await settleShipments({ db, policies, market, now: clock.now(), actor: 'jifen' })
}

async function moveTo(at: string): Promise<void> {
  api.clock.moveTo(Temporal.Instant.from(november(at)))
  await settle()
}

async function list(query = '', headers = merchant): Promise<Told> {
  return await api.ask({ path: `/v1/shops/A/shipments${query}`, headers })
}

function orders(told: Told): string[] {
  return told.body.shipments.map((each: { orderId: string }) => each.orderId)
}

async function complain(orderId: string, key?: string): Promise<Told> {
  const path = `/v1/members/lin/orders/${orderId}/late-complaints`
  const headers = await api.as('member', 'lin')
  return await api.ask({ method: 'POST', path, headers: keyed(headers, key) })
}

test('A shop sees what it has to ship, the most urgent first, with the seconds left, page by page', async () => {
  const first = await list('?limit=2')
  equal(first.status, 200, first.text)
  deepEqual(first.body.counts, { overdue: 0, today: 2, later: 2 })
  deepEqual(orders(first), ['o-1', 'o-2'])
  const { shipBy, secondsLeft, toDo, lines } = first.body.shipments[0]
  deepEqual([shipBy, toDo], ['2017-11-20T23:59:59+08:00', 'ship'])
  // The clock of the test runs from ten in the morning: fourteen hours, less what the test took.
  ok(secondsLeft <= 14 * 3_600 && secondsLeft > 13 * 3_600)
  equal(lines[0].why.title.en, 'Double 11 2017')
  const next = await list(`?limit=2&cursor=${first.body.nextCursor}`)
  deepEqual([orders(next), next.body.nextCursor], [['o-3', 'o-4'], undefined])
  deepEqual(orders(await list('?due=today')), ['o-1', 'o-2'])
  deepEqual(orders(await list('?due=overdue')), [])
  equal((await list('?cursor=nonsense')).body.code, 'requests/bad-cursor')
})

test('Another merchant learns nothing of the shipments or the settlement of a shop', async () => {
  const settlement = '/v1/shops/A/settlement?from=2017-11-01T00:00:00Z&to=2017-12-01T00:00:00Z'
  for (const path of ['/v1/shops/A/shipments', '/v1/shops/A/shipments/lin/o-1', settlement]) {
    const told = await api.ask({ path, headers: stranger })
    deepEqual([told.status, told.body.code], [404, 'shops/unknown'], path)
  }
})

test('A complaint is refused before the limit, and pays nothing that was paid already', async () => {
  const early = await complain('o-1')
  deepEqual([early.status, early.body.code], [409, 'delivery/not-late-yet'])
  equal(early.body.from, '2017-11-21T00:00:00+08:00')
  await moveTo('21T00:00:00')
  const late = await complain('o-1', 'once')
  equal(late.status, 200, late.text)
  deepEqual(
    late.body.compensations.map((each: { status: string; points: number }) => [
      each.status,
      each.points,
    ]),
    [['paid', 3_000]],
  )
  const again = await complain('o-1', 'once')
  deepEqual(again.body, late.body)
  equal((await complain('o-9')).body.code, 'delivery/unknown-shipment')
  deepEqual((await list()).body.counts, { overdue: 2, today: 1, later: 1 })
  deepEqual(orders(await list('?due=late')), ['o-2', 'o-1'])
})

test('The settlement of a shop has what late shipments cost as a line of its own', async () => {
  const period = 'from=2017-11-21T00:00:00%2B08:00&to=2017-11-22T00:00:00%2B08:00'
  const read = async () =>
    await api.ask({ path: `/v1/shops/A/settlement?${period}`, headers: merchant })
  const { body } = await read()
  deepEqual(body.late, [
    { shop: 'A', shipments: 2, paidFen: 6_000, takenBackFen: 0, costFen: 6_000 },
  ])
  deepEqual([body.points, body.totals.lateFen, body.totals.pointsFen], [[], 6_000, 0])

  const collectedAt = november('20T12:00:00')
  const data = { orderId: 'o-2', collectedAt }
  const shipped = event('lin', 'order.shipped', 'o-2/shipped', november('20T11:00:00'), data)
  await api.ask({ path: '/v1/events', headers: service, body: shipped })
  await settle()
  const after = await read()
  deepEqual(after.body.late, [
    { shop: 'A', shipments: 2, paidFen: 6_000, takenBackFen: 3_000, costFen: 3_000 },
  ])
  const member = await api.as('member', 'lin')
  const path = '/v1/members/lin/orders/o-2/shipment'
  const own = await api.ask({ path, headers: member })
  deepEqual([own.body.shipment.status, own.body.compensations[0].status], ['inTime', 'takenBack'])
  equal((await complain('o-2')).body.code, 'delivery/in-time')
})

test('What was decided of shipments is decided again to the fen', async () => {
  deepEqual(await verifyDelivery(api, undefined), [])
})
