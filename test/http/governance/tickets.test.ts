import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleTickets } from '#operations/tickets/settle-tickets.ts'
import { testApi, type TestApi, type Told } from '#test/support/api.ts'
import {
  callerOf,
  documentOf,
  goodCallerOf,
  passHours,
  type Caller,
} from '#test/support/governance.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi
let call: Caller
let good: Caller

before(async () => {
  api = await testApi()
  call = callerOf(api)
  good = goodCallerOf(api)
  await makeShops(api.db, [
    { shopId: 'lily', merchantId: 'm-lily' },
    { shopId: 'rose', merchantId: 'm-rose' },
  ])
})
after(() => api.close())

const asked = {
  category: 'system',
  subject: 'No orders',
  text: 'Where are my orders?',
  shopId: 'lily',
}
const tickets = '/merchants/m-lily/tickets'

async function open(changes: object = {}): Promise<string> {
  return (await good('merchant m-lily', tickets, { ...asked, ...changes })).body.ticketId as string
}

async function answer(id: string, kind: string, who: 'ann' | 'bob' = 'ann'): Promise<Told> {
  return await call(`operator ${who}`, `/tickets/${id}/answers`, { kind, text: `A ${kind}` })
}

async function write(id: string, kind: string): Promise<Told> {
  return await call('merchant m-lily', `${tickets}/${id}/messages`, { kind, text: `A ${kind}` })
}

async function settle(): Promise<void> {
  await settleTickets(api, api.clock.now())
}

test('TK-7 a ticket is asked, assigned, answered, solved, closed by time and judged once', async () => {
  const id = await open({ attachments: [documentOf('screenshot')] })
  equal(
    (await good('operator', '/tickets?status=open&category=system')).body.tickets[0].ticketId,
    id,
  )
  const given = await good(
    'operator ann',
    `/tickets/${id}/assignee`,
    { assignee: 'ann' },
    { method: 'PUT' },
  )
  equal(given.body.assignee, 'ann')
  equal((await good('operator', '/tickets?assignee=ann')).body.tickets.length, 1)
  deepEqual(
    [(await answer(id, 'question')).body.status, (await write(id, 'message')).body.status],
    ['waiting', 'open'],
  )
  const solved = await answer(id, 'solution')
  equal(solved.body.status, 'solved')
  const judge = (satisfaction: number) =>
    call('merchant m-lily', `${tickets}/${id}/satisfaction`, { satisfaction }, { method: 'PUT' })
  equal((await judge(5)).body.code, 'tickets/wrong-status')
  passHours(api, 24 * 7)
  await settle()
  const closed = await good('merchant m-lily', `${tickets}/${id}`)
  equal(closed.body.ticket.status, 'closed')
  deepEqual(
    closed.body.messages.map((each: { side: string; kind: string }) => `${each.side} ${each.kind}`),
    [
      'merchant opened',
      'jifen assigned',
      'market question',
      'merchant message',
      'market solution',
      'jifen closed',
    ],
  )
  equal(closed.text.includes('ann'), false)
  equal((await write(id, 'reopen')).body.code, 'tickets/wrong-status')
  deepEqual(
    [(await judge(6)).status, (await judge(4)).status, (await judge(4)).status],
    [400, 200, 200],
  )
  equal((await judge(5)).body.code, 'tickets/judged-before')
  const { body } = await good('operator', '/shops/lily/announcements?limit=100')
  for (const each of body.announcements as { type: string; data: object }[]) {
    equal(each.type, 'jifen.ticket.turned.v1')
    deepEqual(Object.keys(each.data).toSorted(), ['category', 'dueAt', 'status', 'ticketId'])
  }
})

test('what nobody answers rises level by level; two jobs at once raise it once', async () => {
  const id = await open()
  passHours(api, 1)
  await Promise.all([settle(), settle(), settle()])
  const once = await good('merchant m-lily', `${tickets}/${id}`)
  deepEqual([once.body.ticket.level, once.body.ticket.isFirstAnswerLate], [1, true])
  equal(once.body.messages.length, 2)
  equal((await good('operator', '/tickets?overdue=true&level=1')).body.tickets[0].ticketId, id)
  passHours(api, 24 * 3)
  await settle()
  const last = await good('operator', `${tickets}/${id}`)
  deepEqual(
    [last.body.ticket.level, last.body.ticket.dueAt, last.body.ticket.isSolutionLate],
    [2, null, true],
  )
  deepEqual(
    last.body.messages
      .slice(1)
      .map((each: { kind: string; text: string }) => `${each.kind} ${each.text}`),
    ['raised lead', 'raised specialist', 'overdue '],
  )
  equal((await answer(id, 'solution')).status, 201)
})

test('what was solved is reopened by its merchant in time, at once against being closed by the clock', async () => {
  const id = await open()
  await answer(id, 'solution')
  passHours(api, 24)
  const again = await write(id, 'reopen')
  deepEqual([again.body.status, again.body.reopened], ['open', 1])
  await answer(id, 'solution')
  passHours(api, 24 * 7)
  const [late] = await Promise.all([write(id, 'reopen'), settle()])
  ok(late.status === 409, late.text)
  equal((await good('merchant m-lily', `${tickets}/${id}`)).body.ticket.status, 'closed')
})

test('the same key writes once; other words under it are refused', async () => {
  const ask = (text: string) => call('merchant m-lily', tickets, { ...asked, text }, { key: 'one' })
  const all = await Promise.all(Array.from({ length: 8 }, () => ask('Hello')))
  equal(new Set(all.map(({ body }) => body.ticketId)).size, 1)
  equal((await ask('Bye')).body.code, 'requests/key-reused')
  const id = all[0]?.body.ticketId as string
  const path = `/tickets/${id}/answers`
  const say = (text: string) => call('operator ann', path, { kind: 'answer', text }, { key: 'two' })
  await Promise.all(Array.from({ length: 8 }, () => say('Hello')))
  equal((await say('Bye')).body.code, 'requests/key-reused')
  equal((await good('operator', `${tickets}/${id}`)).body.messages.length, 2)
})

test('a foreign ticket, merchant or shop is unknown; wrong input is refused by its path', async () => {
  const id = await open()
  const foreign = await call('merchant m-rose', `/merchants/m-rose/tickets/${id}`)
  deepEqual([foreign.status, foreign.body.code], [404, 'tickets/unknown'])
  equal((await call('merchant m-rose', `${tickets}/${id}`)).body.code, 'merchants/unknown')
  const shop = await call('merchant m-lily', tickets, { ...asked, shopId: 'rose' })
  deepEqual([shop.status, shop.body.code], [404, 'shops/unknown'])
  const nobody = await call('merchant m-new', '/merchants/m-new/tickets', {
    ...asked,
    shopId: undefined,
  })
  equal(nobody.body.code, 'merchants/unknown')
  const category = await call('merchant m-lily', tickets, { ...asked, category: 'constructor' })
  equal(category.body.code, 'tickets/unknown-category')
  equal(
    (await call('merchant m-lily', tickets, { ...asked, text: ' ' })).body.errors[0].path,
    'body.text',
  )
  equal((await call('operator', '/tickets?cursor=bm90aGluZw')).body.code, 'requests/bad-cursor')
})

test('TK-8 statistics add up: what was asked is open, waiting, solved or closed', async () => {
  const from = '2017-11-01T00:00:00+08:00'
  const path = `/ticket-statistics?from=${encodeURIComponent(from)}&to=2018-12-01T00:00:00Z`
  const { body } = await good('operator', path)
  const [row] = body.categories
  equal(row.category, 'system')
  equal(row.opened, row.open + row.waiting + row.solved + row.closed)
  deepEqual([row.judged, row.satisfactionSum, row.raised > 0, row.reopened], [1, 4, true, 1])
  const backwards = await call(
    'operator',
    `/ticket-statistics?from=2018-12-01T00:00:00Z&to=2017-12-01T00:00:00Z`,
  )
  equal(backwards.status, 400)
})
