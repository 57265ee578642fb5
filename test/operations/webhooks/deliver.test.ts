import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { deliveriesPage } from '#db/webhooks/deliveries.ts'
import { endpointById } from '#db/webhooks/endpoints.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { announce } from '#operations/announcements/announce.ts'
import {
  changeEndpoint,
  makeEndpoint,
  rotateEndpointSecret,
} from '#operations/webhooks/change-endpoints.ts'
import { deliverDue } from '#operations/webhooks/deliver.ts'
import { fanOut } from '#operations/webhooks/fan-out.ts'
import { replaySince } from '#operations/webhooks/replay.ts'
import { openSender, type Sender } from '#operations/webhooks/send.ts'
import { assert } from '#rules/assert.ts'
import { openReceiver, type Received, type Receiver } from '#test/support/receiver.ts'
import { makeShops } from '#test/support/shops.ts'
import { inYear, openStandings, type StandingMarket } from '#test/support/standings.ts'

let market: StandingMarket
let receiver: Receiver
let sender: Sender
let answers: (told: Received) => number = () => 204
let at = Temporal.Now.instant()

before(async () => {
  market = await openStandings()
  await makeShops(market.db, [{ shopId: 'lily' }, { shopId: 'rose' }])
  sender = openSender({ allowPrivate: true, timeoutMs: 2_000 })
  receiver = await openReceiver((told, response) => {
    const status = answers(told)
    if (status === 0) return
    if (status === 302) response.setHeader('location', receiver.url('/elsewhere'))
    response.writeHead(status).end('thanks')
  })
})
after(async () => {
  await sender.close()
  await receiver.close()
  await market.close()
})

test('WH-8 an event is sent signed, under one id, to every endpoint that wants it and no other', async () => {
  const all = await endpoint('/all', ['*'])
  const lily = await endpoint('/lily', ['jifen.enrolment.*'], 'lily')
  const rose = await endpoint('/rose', ['*'], 'rose')
  await tellShop('lily', 'one', 'jifen.enrolment.decided.v1')
  await tellShop('lily', 'two', 'jifen.other.told.v1')
  await tellMember('lily', 'three')
  await deliverAll()

  deepEqual(idsAt('/lily'), ['lily/one'])
  deepEqual(idsAt('/rose'), [])
  deepEqual(idsAt('/all').sort(), ['lily/one', 'lily/three', 'lily/two'])
  const [one] = receiver.received.filter(({ path }) => path === '/lily')
  assert(one !== undefined, 'it came')
  const event = new Webhook(lily.secret).verify(one.body, headersOf(one)) as { type: string }
  equal(event.type, 'jifen.enrolment.decided.v1')
  const same = receiver.received.filter(({ headers }) => {
    return headers['webhook-id'] === one.headers['webhook-id']
  })
  deepEqual(same.map(({ path }) => path).sort(), ['/all', '/lily'])
  await disable(all.id, lily.id, rose.id)
})

test('WH-3 a redirection is a failure and is not followed, and so is no answer in time', async () => {
  const { id } = await endpoint('/redirects', ['*'])
  answers = () => 302
  await tellShop('lily', 'redirected')
  await deliverAll()
  deepEqual(idsAt('/elsewhere'), [])
  answers = () => 0
  await later({ seconds: 6 })
  const [delivery] = await deliveries(id)
  deepEqual(
    [delivery?.status, delivery?.attempts, delivery?.lastStatus, delivery?.lastError],
    ['waiting', 2, null, 'not answered in time'],
  )
  answers = () => 204
  await later({ minutes: 6 })
  equal((await deliveries(id))[0]?.status, 'delivered')
  equal(idsAt('/redirects').length, 3)
  await disable(id)
})

test('what a dead process had taken is sent by another', async () => {
  const { id } = await endpoint('/taken', ['*'])
  await tellShop('lily', 'taken')
  await fanOutAll()
  const dead = {
    db: market.db,
    send: () => new Promise<never>(() => undefined),
    zone: 'UTC',
    wallNow,
  }
  void deliverDue(dead, id, 8)
  await until(async () => (await deliveries(id))[0]?.attempts === 1)
  await deliverAll()
  deepEqual(idsAt('/taken'), [])
  await later({ seconds: 61 })
  deepEqual(idsAt('/taken'), ['lily/taken'])
  await disable(id)
})

test('two processes that send at the same time send nothing twice', async () => {
  const { id } = await endpoint('/both', ['*'])
  for (let n = 0; n < 40; n += 1) await tellShop('lily', `both-${n}`)
  await Promise.all([fanOutAll(), fanOutAll()])
  const context = { db: market.db, send: sender.send, zone: 'UTC', wallNow }
  const drain = async (): Promise<void> => {
    while ((await deliverDue(context, id, 8)) > 0);
  }
  await Promise.all([drain(), drain(), drain()])
  equal(idsAt('/both').length, 40)
  equal(new Set(idsAt('/both')).size, 40)
  await disable(id)
})

test('WH-5 an endpoint that is gone is disabled and enabled again by a person', async () => {
  const { id } = await endpoint('/gone', ['*'])
  answers = () => 410
  await tellShop('lily', 'gone')
  await deliverAll()
  const gone = await endpointById(market.db, id)
  deepEqual([gone?.status, gone?.disabledFor], ['disabled', 'gone'])
  answers = () => 204
  await tellShop('lily', 'while-gone')
  await later({ hours: 1 })
  equal(idsAt('/gone').length, 1)

  await changeEndpoint(market.db, { shopId: null, endpointId: id }, { enabled: true }, at)
  await replaySince(market.db, { shopId: null, endpointId: id }, inYear('06-08'), at)
  await deliverAll()
  ok(idsAt('/gone').includes('lily/while-gone'))
  await disable(id)
})

test('WH-6 a replaced secret signs besides the new one for a day', async () => {
  at = Temporal.Now.instant()
  const { id, secret: old } = await endpoint('/rotates', ['*'])
  const rotated = await rotateEndpointSecret(market.db, { shopId: null, endpointId: id }, at)
  assert(rotated.ok, 'the endpoint is there')
  await tellShop('lily', 'rotated')
  await deliverAll()
  const told = receiver.received.findLast(({ path }) => path === '/rotates')
  assert(told !== undefined, 'it came')
  for (const secret of [old, rotated.secret])
    ok(new Webhook(secret).verify(told.body, headersOf(told)))

  at = at.add({ hours: 25 })
  await tellShop('lily', 'rotated-long-ago')
  await deliverAll()
  const after25 = receiver.received.findLast(({ path }) => path === '/rotates')
  equal(String(after25?.headers['webhook-signature']).split(' ').length, 1)
  await disable(id)
})

async function endpoint(
  path: string,
  types: string[],
  shopId: string | null = null,
): Promise<{ readonly id: string; readonly secret: string }> {
  const terms = { url: receiver.url(path), types, note: '' }
  const made = await makeEndpoint(market.db, { shopId, terms, at })
  assert(made.ok, 'the shop is known')
  return { id: made.endpoint.endpointId, secret: made.secret }
}

async function disable(...ids: string[]): Promise<void> {
  for (const endpointId of ids) {
    const shopId = (await endpointById(market.db, endpointId))?.shopId ?? null
    await changeEndpoint(market.db, { shopId, endpointId }, { enabled: false }, at)
  }
}

async function tellShop(shopId: string, id: string, type = 'jifen.test.told.v1'): Promise<void> {
  const told = { shopId, id, type: type as 'jifen.test.told.v1', at: inYear('11-11'), data: {} }
  await transact(market.db, (tx) => announceToShops(tx, [told]))
}

async function tellMember(memberId: string, id: string): Promise<void> {
  const told = { memberId, id, type: 'jifen.test.told.v1', at: inYear('11-11'), data: {} } as const
  await transact(market.db, (tx) => announce(tx, [told]))
}

function wallNow(): Temporal.Instant {
  return at
}

/** Other databases of the same server may hold the order of announcements back for a moment. */
async function fanOutAll(): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await fanOut(market.db, at)
    await new Promise((done) => setTimeout(done, 10))
  }
}

async function deliverAll(): Promise<void> {
  await fanOutAll()
  const context = { db: market.db, send: sender.send, zone: 'UTC', wallNow }
  const rows = await market.db.selectFrom('jifen.webhook_endpoint').select('endpoint_id').execute()
  for (const { endpoint_id: id } of rows) {
    while ((await deliverDue(context, id, 8)) > 0);
  }
}

async function later(duration: Temporal.DurationLike): Promise<void> {
  at = at.add(duration)
  await deliverAll()
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 5))
}

async function deliveries(endpointId: string) {
  return await deliveriesPage(market.db, endpointId, {
    status: undefined,
    after: undefined,
    limit: 9,
  })
}

function idsAt(path: string): string[] {
  return receiver.received
    .filter((told) => told.path === path)
    .map(({ body }) => (JSON.parse(body) as { id: string }).id)
}

function headersOf({ headers }: Received): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
