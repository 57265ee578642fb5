import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWebhooks } from '#jobs/webhooks.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { openSender, type Sender } from '#operations/webhooks/send.ts'
import { beginning, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { openReceiver, type Receiver } from '#test/support/receiver.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi
let sender: Sender
let receiver: Receiver

before(async () => {
  sender = openSender({ allowPrivate: true })
  receiver = await openReceiver((told, response) => {
    response.writeHead(told.path === '/broken' ? 500 : 204).end()
  })
  api = await testApi({ webhooks: sender.send })
  await makeShops(api.db, [{ shopId: 'lily' }, { shopId: 'rose' }])
})
after(async () => {
  await sender.close()
  await receiver.close()
  await api.close()
})

test('an endpoint of a shop is made, changed, tried, and removed by its merchant', async () => {
  const made = await ask('POST', '/v1/shops/lily/webhooks', hook('/lily'))
  equal(made.status, 201)
  match(made.body.secret, /^whsec_[A-Za-z0-9+/=]{44}$/)
  const { endpointId } = made.body.endpoint
  const path = `/v1/shops/lily/webhooks/${endpointId}`

  const listed = await ask('GET', '/v1/shops/lily/webhooks')
  deepEqual(
    listed.body.endpoints.map((each: { endpointId: string }) => each.endpointId),
    [endpointId],
  )
  equal(listed.text.includes('whsec_'), false)
  const pinged = await ask('POST', `${path}/pings`)
  deepEqual(pinged.body, { received: true, status: 204, error: null })
  const changed = await ask('PATCH', path, { url: receiver.url('/broken'), note: 'broken' })
  deepEqual([changed.body.note, changed.body.types], ['broken', ['*']])
  const broken = await ask('POST', `${path}/pings`)
  deepEqual(broken.body, { received: false, status: 500, error: 'answered 500' })
  equal((await ask('PATCH', path, { enabled: false })).body.disabledFor, 'asked')
  equal((await ask('PATCH', path, { enabled: true })).body.disabledFor, null)
  match((await ask('POST', `${path}/secrets`)).body.secret, /^whsec_/)
  deepEqual((await ask('DELETE', path)).body, { removed: true })
  equal((await ask('DELETE', path)).body.code, 'webhooks/unknown')
})

test('an endpoint of somebody else is unknown, by every route', async () => {
  const made = await ask('POST', '/v1/shops/lily/webhooks', hook('/foreign'))
  const { endpointId } = made.body.endpoint
  const rose = await api.as('merchant', 'merchant-of-rose')
  for (const [method, rest, body] of [
    ['PATCH', '', { enabled: false }],
    ['DELETE', '', undefined],
    ['POST', '/pings', undefined],
    ['POST', '/secrets', undefined],
    ['POST', '/replays', { since: beginning.toString() }],
    ['GET', '/deliveries', undefined],
  ] as const) {
    for (const shop of ['lily', 'rose']) {
      const path = `/v1/shops/${shop}/webhooks/${endpointId}${rest}`
      const told = await api.ask({ method, path, headers: rose, body })
      const wanted = shop === 'lily' ? 'shops/unknown' : 'webhooks/unknown'
      deepEqual([told.status, told.body.code], [404, wanted], `${method} ${path}`)
    }
  }
  const operator = await api.as('operator')
  const path = `/v1/webhooks/${endpointId}/pings`
  const told = await api.ask({ method: 'POST', path, headers: operator })
  equal(told.body.code, 'webhooks/unknown')
})

test('wrong input is refused by its path', async () => {
  for (const [body, at] of [
    [{ ...hook('/x'), url: 'ftp://example.com' }, 'body.url'],
    [{ ...hook('/x'), url: 'https://user:secret@example.com' }, 'body.url'],
    [{ ...hook('/x'), types: [] }, 'body.types'],
    [{ ...hook('/x'), types: ['jifen.*.v1'] }, 'body.types[0]'],
    [{ ...hook('/x'), secret: 'mine' }, 'body.secret'],
  ] as const) {
    const told = await ask('POST', '/v1/shops/lily/webhooks', body)
    equal(told.status, 400)
    equal(told.body.errors[0].path, at)
  }
})

test('what happens is sent by the job, listed, and sent again when asked', async (context) => {
  const { body } = await ask('POST', '/v1/shops/lily/webhooks', hook('/job'))
  const path = `/v1/shops/lily/webhooks/${body.endpoint.endpointId}`
  const jobs = startWebhooks({
    db: api.db,
    zone: api.market.zone,
    send: sender.send,
    onFault: (what, error) => {
      throw new Error(what, { cause: error })
    },
  })
  context.after(() => jobs.stop())
  await transact(api.db, (tx) =>
    announceToShops(tx, [
      { shopId: 'lily', id: 'one', type: 'jifen.test.told.v1', at: beginning, data: { a: 1 } },
    ]),
  )
  const arrived = (count: number) => {
    return receiver.received.filter((told) => told.path === '/job').length >= count
  }
  await until(() => arrived(1))
  const delivered = async () => {
    return (await ask('GET', `${path}/deliveries?status=delivered`)).body.deliveries
  }
  // It has arrived a moment before that is recorded.
  await until(async () => (await delivered()).length === 1)
  const deliveries = await delivered()
  deepEqual([deliveries[0].type, deliveries[0].about], ['jifen.test.told.v1', 'lily'])
  const resent = await ask('POST', `${path}/deliveries/${deliveries[0].messageId}/resends`)
  equal(resent.body.status, 'waiting')
  await until(() => arrived(2))
  await ask('POST', `${path}/replays`, { since: beginning.toString() })
  await until(() => arrived(3))
  await jobs.stop()

  const feed = await api.ask({ path: '/v1/announcements', headers: await api.as('service') })
  const event = feed.body.events.find((each: { id: string }) => each.id === 'lily/one')
  deepEqual([event.source, event.partitionkey], ['jifen/shops', 'lily'])
  const own = await ask('GET', '/v1/shops/lily/announcements?unread=true')
  deepEqual([own.body.unread, own.body.announcements[0].data], [1, { a: 1 }])
  equal((await ask('POST', '/v1/shops/lily/announcements/one/read')).status, 200)
  equal((await ask('GET', '/v1/shops/lily/announcements')).body.unread, 0)
})

function hook(path: string) {
  return { url: receiver.url(path), types: ['*'] }
}

async function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<Told> {
  const headers = await api.as('merchant', 'merchant-of-lily')
  return await api.ask({ method, path, headers, body })
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000 && !(await isSo()); tries += 1) {
    await new Promise((done) => setTimeout(done, 10))
  }
}
