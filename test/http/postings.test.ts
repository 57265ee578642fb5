import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }
let lin: { readonly authorization: string }

before(async () => {
  api = await testApi()
  service = await api.as('service')
  lin = await api.as('member', 'lin')
  const joined = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
})
after(() => api.close())

let wallets = 0

/** A wallet of its own with so much in it. */
async function walletWith(amount: number): Promise<string> {
  wallets += 1
  const path = `/v1/members/lin/wallets/platform/unit-${wallets}`
  const body = { amount, ref: 'start', expiresAt: null }
  const earned = await post(`${path}/earns`, body)
  equal(earned.status, 201)
  return path
}

async function post(path: string, body: unknown, headers = keyed(service)): Promise<Told> {
  return await api.ask({ path, headers, body })
}

test('The same request with the same key is done once and answered with the same bytes', async () => {
  const wallet = await walletWith(100)
  const headers = keyed(lin, 'one')
  const first = await post(`${wallet}/spends`, { amount: 30 }, headers)
  const second = await post(`${wallet}/spends`, { amount: 30 }, headers)
  deepEqual([first.status, second.status], [201, 201])
  equal(second.text, first.text)
  equal((await api.ask({ path: wallet, headers: lin })).body.available, 70)
})

test('The same key with another body, unit or route is refused and changes nothing', async () => {
  const wallet = await walletWith(100)
  const other = await walletWith(100)
  const headers = keyed(service, 'two')
  await post(`${wallet}/spends`, { amount: 30 }, headers)
  for (const [path, body] of [
    [`${wallet}/spends`, { amount: 31 }],
    [`${other}/spends`, { amount: 30 }],
    [`${wallet}/holds`, { amount: 30 }],
  ] as const) {
    const told = await post(path, body, headers)
    deepEqual([told.status, told.body.code], [422, 'requests/key-reused'])
  }
  equal((await api.ask({ path: wallet, headers: lin })).body.available, 70)
  equal((await api.ask({ path: other, headers: lin })).body.available, 100)
})

test('A key of another caller is another key', async () => {
  const wallet = await walletWith(100)
  await post(`${wallet}/spends`, { amount: 10 }, keyed(service, 'three'))
  const told = await post(`${wallet}/spends`, { amount: 20 }, keyed(lin, 'three'))
  equal(told.status, 201)
  equal((await api.ask({ path: wallet, headers: lin })).body.available, 70)
})

test('Sixty-four times the same request at once is one effect and one answer', async () => {
  const wallet = await walletWith(100)
  const headers = keyed(service, 'sixty-four')
  const told = await Promise.all(
    Array.from({ length: 64 }, () => post(`${wallet}/spends`, { amount: 100 }, headers)),
  )
  deepEqual([...new Set(told.map(({ status }) => status))], [201])
  equal(new Set(told.map(({ text }) => text)).size, 1)
  equal((await api.ask({ path: `${wallet}/entries`, headers: lin })).body.entries.length, 2)
})

test('Sixty-four spends of the whole at once have one winner', async () => {
  const wallet = await walletWith(100)
  const told = await Promise.all(
    Array.from({ length: 64 }, () => post(`${wallet}/spends`, { amount: 100 })),
  )
  equal(told.filter(({ status }) => status === 201).length, 1)
  const lost = told.filter(({ status }) => status !== 201)
  deepEqual([...new Set(lost.map(({ body }) => body.code))], ['ledger/insufficient'])
})

test('A no stays a no, with the same bytes, whatever comes in later', async () => {
  const wallet = await walletWith(10)
  const headers = keyed(service, 'no')
  const first = await post(`${wallet}/spends`, { amount: 30 }, headers)
  deepEqual([first.status, first.body.code, first.body.short], [409, 'ledger/insufficient', 20])
  match(first.body.instance, /\/entries\/2$/)
  await post(`${wallet}/earns`, { amount: 100, expiresAt: null })
  const again = await post(`${wallet}/spends`, { amount: 30 }, headers)
  equal(again.text, first.text)
})

test('A reference is taken once for each kind, whatever key it comes with', async () => {
  const wallet = await walletWith(100)
  const body = { amount: 10, ref: 'cart-1' }
  const first = await post(`${wallet}/spends`, body)
  const second = await post(`${wallet}/spends`, body)
  equal(second.text, first.text)
  const other = await post(`${wallet}/spends`, { ...body, amount: 11 })
  deepEqual([other.status, other.body.code], [422, 'ledger/ref-reused'])
  notEqual((await post(`${wallet}/holds`, body)).status, 422)
})

test('Without a reference the answer tells the one that was made, and it can be used', async () => {
  const wallet = await walletWith(100)
  const hold = await post(`${wallet}/holds`, { amount: 60 }, keyed(lin, 'h/1'))
  equal(hold.body.ref, 'key:member:lin/h%2F1')
  const place = `${wallet}/holds/${encodeURIComponent(hold.body.ref)}`
  const captured = await post(`${place}/captures`, { amount: 20 })
  deepEqual([captured.status, captured.body.after.held], [201, 40])
  const released = await post(`${place}/releases`, {})
  deepEqual([released.status, released.body.after.available], [201, 80])
  const late = await post(`${place}/captures`, {})
  deepEqual([late.status, late.body.code], [409, 'ledger/hold-closed'])
  const unknown = await post(`${wallet}/holds/none/captures`, {})
  deepEqual([unknown.status, unknown.body.code], [404, 'ledger/unknown-hold'])
})

test('A spend is given back and an earn clawed back in parts, never more than it was', async () => {
  const wallet = await walletWith(100)
  await post(`${wallet}/spends`, { amount: 50, ref: 's' })
  const statuses: unknown[] = []
  for (const amount of [30, 30, 20]) {
    const told = await post(`${wallet}/give-backs`, { of: 's', amount })
    statuses.push(told.status === 201 ? told.body.after.available : told.body.left)
  }
  deepEqual(statuses, [80, 20, 100])
  const clawed = await post(`${wallet}/claw-backs`, { of: 'start', amount: 100 })
  deepEqual([clawed.status, clawed.body.after.available], [201, 0])
  const more = await post(`${wallet}/claw-backs`, { of: 'start', amount: 1 })
  deepEqual([more.status, more.body.code], [409, 'ledger/more-than-left-to-undo'])
})

test('A posting needs one key of 1 to 255 visible characters', async () => {
  const wallet = await walletWith(100)
  const path = `${wallet}/spends`
  const body = { amount: 1 }
  for (const key of ['', ' ', 'a'.repeat(256), 'über', 'a b']) {
    const told = await post(path, body, { ...service, 'idempotency-key': key })
    deepEqual([key, told.status, told.body.code], [key, 400, 'requests/invalid'])
  }
  const none = await api.ask({ path, headers: service, body })
  deepEqual([none.status, none.body.errors[0].path], [400, 'headers.idempotency-key'])
  equal((await post(path, body, keyed(service, 'k'.repeat(255)))).status, 201)
})

test('A member that does not exist has no wallet to post to, and gets none', async () => {
  const headers = keyed(service, 'nobody')
  const path = '/v1/members/nobody/wallets/platform/points/earns'
  const told = await post(path, { amount: 1 }, headers)
  deepEqual([told.status, told.body.code], [404, 'members/unknown'])
  const joined = event('nobody', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers: service, body: joined })
  equal((await post(path, { amount: 1 }, headers)).status, 201)
})

test('References of the program’s own kind are not given to others', async () => {
  const wallet = await walletWith(10)
  for (const [path, body] of [
    ['earns', { amount: 1, ref: 'order:o-1' }],
    ['claw-backs', { amount: 1, of: 'start', ref: 'refund:test/r-1' }],
    ['spends', { amount: 1, ref: 'key:member:zhao/x' }],
    ['earns', { amount: 1, ref: 'late:o-1' }],
    ['earns', { amount: 1, ref: 'late-deposit:p-1' }],
    ['earns', { amount: 1, ref: 'protection:t-1/1/1' }],
    ['claw-backs', { amount: 1, of: 'start', ref: 'back:late:o-1' }],
    ['claw-backs', { amount: 1, of: 'start', ref: 'protection:t-1/1/2/1' }],
    ['holds', { amount: 1, ref: 'entry:gala.1' }],
  ] as const) {
    const told = await post(`${wallet}/${path}`, body)
    deepEqual([path, told.status, told.body.errors?.[0].path], [path, 400, 'body.ref'])
  }
})

test('What is held for an event is spent, let go or given back by the event alone', async () => {
  const wallet = await walletWith(10)
  for (const turn of ['captures', 'releases']) {
    const told = await post(`${wallet}/holds/entry:gala.1/${turn}`, {})
    deepEqual([turn, told.status, told.body.errors?.[0].path], [turn, 400, 'path.ref'])
  }
  const told = await post(`${wallet}/give-backs`, { of: 'entry:gala.1', amount: 1 })
  deepEqual([told.status, told.body.errors?.[0].path], [400, 'body.of'])
})
