import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, receivedOrder, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }

before(async () => {
  api = await testApi()
  service = await api.as('service')
})
after(() => api.close())

const path = '/v1/events'
const day = '2017-11-15T09:00:00+08:00'

async function tell(body: unknown, type?: string): Promise<Told> {
  const headers = type === undefined ? service : { ...service, 'content-type': type }
  return await api.ask({ path, headers, body })
}

function statuses(told: Told): string[] {
  return told.body.results.map((each: { status: string }) => each.status)
}

test('One event and a batch are told by their content types, or as plain JSON', async () => {
  const joined = (id: string) => event('lin', 'member.joined', id, day)
  const one = 'application/cloudevents+json; charset=utf-8'
  const batch = 'application/cloudevents-batch+json'
  deepEqual(statuses(await tell(joined('1'), one)), ['applied'])
  deepEqual(statuses(await tell([joined('2'), joined('3')], batch)), ['applied', 'applied'])
  deepEqual(statuses(await tell(joined('4'))), ['applied'])
  deepEqual(statuses(await tell([joined('5')])), ['applied'])
  for (const [body, type] of [
    [[joined('6')], one],
    [joined('6'), batch],
    [[], batch],
    [Array.from({ length: 1_001 }, (_, index) => joined(`many ${index}`)), batch],
  ] as const) {
    const told = await tell(body, type)
    deepEqual([told.status, told.body.code], [400, 'requests/invalid'])
  }
})

test('An order earns once, however often and in which order its events come', async () => {
  const [placed, paid, received] = receivedOrder('zhao', 'o-1', day)
  const first = await tell([received, paid])
  deepEqual(statuses(first), ['parked', 'parked'])
  deepEqual(statuses(await tell(placed)), ['applied'])
  deepEqual(statuses(await tell([placed, paid, received])), ['duplicate', 'duplicate', 'duplicate'])
  const wallet = await api.ask({
    path: '/v1/members/zhao/wallets/platform/points',
    headers: service,
  })
  equal(wallet.body.available, 54)
})

test('One event of a batch that does not fit spoils no other, and is named', async () => {
  const told = await tell([
    event('chen', 'member.joined', 'a', day),
    { ...event('chen', 'member.joined', 'b', day), partitionkey: undefined },
    event('chen', 'member.left', 'c', day),
    event('chen', 'order.placed', 'd', day, { orderId: 'o', shopId: 's', lines: [] }),
    null,
    event('chen', 'member.joined', 'a', '2017-11-16T09:00:00+08:00'),
    event('chen', 'member.joined', 'e', '2099-01-01T00:00:00+08:00'),
    event('chen', 'member.joined', 'f', day),
  ])
  equal(told.status, 200)
  deepEqual(
    told.body.results.map((each: { status: string; refusal?: string }) => [
      each.status,
      each.refusal,
    ]),
    [
      ['applied', undefined],
      ['refused', 'events/invalid'],
      ['refused', 'events/invalid'],
      ['refused', 'events/invalid'],
      ['refused', 'events/invalid'],
      ['refused', 'events/id-reused'],
      ['refused', 'events/in-the-future'],
      ['applied', undefined],
    ],
  )
  match(told.body.results[1].problems[0].path, /partitionkey/)
  deepEqual([told.body.results[1].source, told.body.results[1].id], ['test', 'b'])
})

test('A single event that does not fit is a problem that names what is wrong', async () => {
  const lines = [{ id: '1', sku: 's', paid: '-1.00' }]
  const data = { orderId: 'o', shopId: 's', lines }
  const told = await tell(event('lin', 'order.placed', 'x', day, data))
  deepEqual([told.status, told.body.code], [400, 'events/invalid'])
  match(told.body.errors[0].path, /lines.*paid/)
})

test('Events are told by programs and operators, not by members', async () => {
  const headers = await api.as('member', 'lin')
  const told = await api.ask({ path, headers, body: event('lin', 'member.joined', 'y', day) })
  equal(told.status, 403)
})

test('A thousand events in one batch are applied within seconds', async () => {
  const batch = Array.from({ length: 250 }, (_, index) => [
    event(`m-${index}`, 'member.joined', 'join', day),
    ...receivedOrder(`m-${index}`, `b-${index}`, day),
  ]).flat()
  const began = performance.now()
  const told = await tell(batch)
  equal(statuses(told).filter((status) => status === 'applied').length, 1_000)
  equal(performance.now() - began < 20_000, true)
})
