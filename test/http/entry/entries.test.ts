import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { keyed, testApi, type TestApi } from '#test/support/api.ts'
import { eventOf } from '#test/support/entry.ts'
import { bringInForce, makeMembers } from '#test/support/issuing.ts'

let api: TestApi

before(async () => {
  api = await testApi()
  await makeMembers(api.db, ['lin', 'mei'])
  const policies = await openPolicyBook(api.db)
  const soon = {
    register: { from: '2017-11-20T00:00:00+08:00', to: '2017-11-20T10:30:00+08:00' },
    event: { from: '2017-11-20T10:30:00+08:00', to: '2017-11-20T22:00:00+08:00' },
  }
  const window = { from: '2017-11-20T00:00:00+08:00', to: '2017-11-21T00:00:00+08:00' }
  const title = { zh: '双倍', en: 'Double' }
  const scope = { db: api.db, policies }
  await bringInForce(scope, 'points-event:run', { title, window, overrides: {} })
  await bringInForce(
    scope,
    'entry:run',
    eventOf({ ...soon, capacity: 1, waitingList: 5, rules: 'run' }),
  )
  await bringInForce(scope, 'entry:past', eventOf())
  policies.close()
  await api.policies.refresh()
  for (const memberId of ['lin', 'mei']) {
    const path = `/v1/members/${memberId}/wallets/platform/points/earns`
    await api.ask({ path, headers: keyed(await api.as('service')), body: { amount: 1_000 } })
  }
})
after(() => api.close())

const accepts = 'points-event:run@1'

async function register(memberId: string, body: object = { accepts }, key?: string) {
  const headers = keyed(await api.as('member', memberId), key)
  return await api.ask({ path: `/v1/members/${memberId}/event-entries/run`, headers, body })
}

async function pointsOf(memberId: string) {
  const headers = await api.as('member', memberId)
  const { body } = await api.ask({
    path: `/v1/members/${memberId}/wallets/platform/points`,
    headers,
  })
  return [body.available, body.held]
}

test('EE-10 a member is told which rules to accept, registers, and is answered again under the key', async () => {
  const refused = await register('lin', {})
  deepEqual(
    [refused.status, refused.body.code, refused.body.rules],
    [409, 'entry/rules-not-accepted', accepts],
  )
  const told = await register('lin', { accepts }, 'lin-1')
  deepEqual([told.status, told.body.status], [201, 'admitted'], told.text)
  equal((await register('lin', { accepts }, 'lin-1')).text, told.text)
  deepEqual(await pointsOf('lin'), [900, 100])
})

test('EE-4 an event tells its places; who waits sees how many are before him', async () => {
  const headers = await api.as('member', 'mei')
  equal((await register('mei')).body.status, 'waiting')
  deepEqual(await pointsOf('mei'), [1_000, 0])
  const own = await api.ask({ path: '/v1/members/mei/event-entries/run', headers })
  deepEqual([own.body.status, own.body.before], ['waiting', 0])
  const event = await api.ask({ path: '/v1/entry-events/run', headers })
  deepEqual(
    [event.body.capacity, event.body.left, event.body.waiting, event.body.rules],
    [1, 0, 1, accepts],
  )
  const list = await api.ask({ path: '/v1/entry-events', headers })
  deepEqual((list.body.events as { event: string }[]).map(({ event: name }) => name).slice(-2), [
    'past',
    'run',
  ])
  const foreign = await api.ask({ path: '/v1/members/lin/event-entries', headers })
  equal(foreign.status, 404)
})

test('EE-5 and EE-6 a cancelled entry gives its points back and its place to the next', async () => {
  const path = '/v1/members/lin/event-entries/run/cancellation'
  const headers = await api.as('member', 'lin')
  const told = await api.ask({ method: 'POST', path, headers })
  // It is less than a day before the event: late, and the policy keeps everything.
  deepEqual([told.status, told.body.status, told.body.captured], [200, 'cancelled', 100], told.text)
  deepEqual(await pointsOf('mei'), [900, 100])
  const page = await api.ask({ path: '/v1/members/lin/event-entries?limit=1', headers })
  equal(page.body.entries[0].status, 'cancelled')
})

test('EE-8 and EE-11 the door is for services, and what is called off comes back', async () => {
  const path = '/v1/members/mei/event-entries/run/check-in'
  const member = await api.as('member', 'mei')
  equal((await api.ask({ method: 'POST', path, headers: member })).status, 403)
  const service = await api.as('service')
  const inside = await api.ask({ method: 'POST', path, headers: service })
  deepEqual([inside.status, inside.body.status], [200, 'attended'], inside.text)
  const all = await api.ask({ path: '/v1/entry-events/run/entries', headers: service })
  equal(all.body.entries.length, 2)

  const off = '/v1/entry-events/run/calling-off'
  const operator = await api.as('operator')
  const told = await api.ask({ path: off, headers: operator, body: { reason: 'storm' } })
  equal(told.status, 200, told.text)
  deepEqual(await pointsOf('mei'), [1_000, 0])
  const past = await api.ask({
    path: '/v1/entry-events/past/calling-off',
    headers: operator,
    body: { reason: 'late' },
  })
  equal(past.body.code, 'entry/over')
  const none = await api.ask({ path: '/v1/entry-events/none', headers: operator })
  equal(none.body.code, 'entry/unknown')
})
