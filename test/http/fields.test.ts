import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'
import { operationsOf, pathFor, type Operation } from '#test/support/operations.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi
let writes: readonly Operation[]

before(async () => {
  api = await testApi()
  writes = operationsOf(api.http).filter(({ body, takesJson }) => body !== undefined && takesJson)
  const headers = await api.as('service')
  const body = event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00')
  await api.ask({ path: '/v1/events', headers, body })
  await makeShops(api.db, [{ shopId: 'shop-lily', merchantId: 'merchant-lily' }])
})
after(() => api.close())

/** What the server alone says, and what no schema may be tricked with. */
const fields = {
  at: '2017-11-20T10:00:00+08:00',
  now: '2017-11-20T10:00:00+08:00',
  actor: 'operator:mei',
  caller: 'operator:mei',
  author: 'hao',
  approver: 'hao',
  role: 'operator',
  memberId: 'zhao',
  seq: 1,
  hash: 'ff',
  status: 'approved',
  outcome: 'done',
  available: 1_000_000,
  balance: 1_000_000,
  fingerprint: 'ff',
  policies: [],
  cause: {},
  occurredAt: '2017-11-20T10:00:00+08:00',
  bookedAt: '2017-11-20T10:00:00+08:00',
  kind: 'earn',
  constructor: {},
  toString: 'x',
}

test('No write takes a field that is the server’s own, and none changes anything by it', async () => {
  ok(writes.length >= 12)
  const before = await everything()
  for (const operation of writes.filter(({ id }) => id !== 'tellEvents')) {
    const isOwn = (field: string) => Object.hasOwn(operation.body as object, field)
    for (const [field, value] of Object.entries(fields).filter(([each]) => !isOwn(each))) {
      const body = { ...(operation.body as object), [field]: value }
      const { status, body: problem } = await write(operation, body)
      deepEqual([operation.id, field, status], [operation.id, field, 400])
      deepEqual(problem.errors[0].path, `body.${field}`)
    }
  }
  equal(await everything(), before)
})

test('No write takes the key __proto__', async () => {
  const before = await everything()
  for (const operation of writes) {
    const text = JSON.stringify(operation.body)
    const body = `${text.slice(0, -1)}${text === '{}' ? '' : ','}"__proto__":{"amount":5}}`
    const { status, body: problem } = await write(operation, body)
    deepEqual([operation.id, status, problem.code], [operation.id, 400, 'requests/not-json'])
  }
  equal(await everything(), before)
})

test('The data of an event has no field of the server’s', async () => {
  const before = await everything()
  for (const [field, value] of Object.entries(fields)) {
    const data = { nickname: 'x', [field]: value }
    const body = event('lin', 'member.joined', `with ${field}`, '2017-01-02T00:00:00+08:00', data)
    const headers = await api.as('service')
    const { status, body: problem } = await api.ask({ path: '/v1/events', headers, body })
    deepEqual([field, status, problem.code], [field, 400, 'events/invalid'])
  }
  equal(await everything(), before)
})

async function write(operation: Operation, body: unknown) {
  const isOperators = operation.access.includes('operator')
  const headers = await (isOperators ? api.as('operator') : api.as('merchant', 'merchant-lily'))
  const path = pathFor(operation, 'lin')
  const given = operation.isPosting ? keyed(headers) : headers
  return await api.ask({ method: operation.method, path, headers: given, body })
}

/** A digest of all that there is. */
async function everything(): Promise<string> {
  const headers = await api.as('operator')
  const paths = ['/v1/members/lin', '/v1/members/lin/wallets', '/v1/policies/points']
  const all = await Promise.all(paths.map((path) => api.ask({ path, headers })))
  return all.map(({ text }) => text.replaceAll(/"asOf":"[^"]*"/g, '')).join('\n')
}
