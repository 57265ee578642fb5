import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, keyed, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let operator: { readonly authorization: string }

before(async () => {
  api = await testApi()
  operator = await api.as('operator')
  for (const memberId of ['lin', 'gone']) {
    const joined = event(memberId, 'member.joined', memberId, '2017-01-01T00:00:00+08:00')
    await api.ask({ path: '/v1/events', headers: await api.as('service'), body: joined })
    const earn = { amount: 500, ref: 'got', reason: 'a present' }
    await post(`${memberId}/wallets/platform/points/earns`, earn)
  }
})
after(() => api.close())

const post = (path: string, body?: object, headers: Record<string, string> = keyed(operator)) =>
  api.ask({ method: 'POST', path: `/v1/members/${path}`, headers, body })
const read = (path: string) => api.ask({ path: `/v1/members/${path}`, headers: operator })

test('Sealing tells what was forfeited; unsealing tells why nothing came back', async () => {
  const key = keyed(operator)
  const sealed = await post('lin/sealing', { reason: 'fraud' }, key)
  equal(sealed.status, 200)
  deepEqual(sealed.body.what.wallets, [{ program: 'platform', unit: 'points', amount: 500 }])
  deepEqual((await post('lin/sealing', { reason: 'fraud' }, key)).body, sealed.body)
  const again = await post('lin/sealing', { reason: 'fraud' })
  deepEqual([again.status, again.body.code], [409, 'members/already-sealed'])
  const unsealed = await post('lin/unsealing', { reason: 'appeal' })
  deepEqual(unsealed.body.what.decided.points, { back: false, why: 'notByPolicy' })
  const { body } = await read('lin/endings')
  deepEqual(
    body.endings.map((each: { kind: string; reason: string }) => [each.kind, each.reason]),
    [
      ['sealed', 'fraud'],
      ['unsealed', 'appeal'],
    ],
  )
  equal((await read('nobody/endings')).status, 404)
})

test('EN-7 a reason is told with its entry and gone with the person', async () => {
  const entry = 'gone/wallets/platform/points/entries/1'
  deepEqual((await read(entry)).body.cause, { type: 'api', reason: 'a present' })
  const wrong = await post('gone/erasure', { ground: 'request', confirm: 'lin' }, operator)
  deepEqual([wrong.status, wrong.body.code], [422, 'ending/not-confirmed'])
  const asked = await post('gone/erasure', { ground: 'request', confirm: 'gone' }, operator)
  deepEqual([asked.status, asked.body.status], [200, 'requested'])
  const self = await post('gone/erasure/approval', undefined, operator)
  deepEqual([self.status, self.body.code], [403, 'ending/approver-is-requester'])
  const token = await api.issuer.sign({ role: 'operator', subject: 'bob', lifeSeconds: 600 })
  const bob = { authorization: `Bearer ${token}` }
  const done = await post('gone/erasure/approval', undefined, bob)
  deepEqual([done.status, done.body.status, done.body.approvedBy], [200, 'done', 'operator:bob'])

  deepEqual((await read(entry)).body.cause, { type: 'api' })
  const member = await read('gone')
  deepEqual([member.body.status, member.body.nickname], ['sealed', null])
  const earn = await post('gone/wallets/platform/points/earns', { amount: 1 })
  deepEqual([earn.status, earn.body.code], [404, 'members/unknown'])
  const unseal = await post('gone/unsealing', { reason: 'x' })
  deepEqual([unseal.status, unseal.body.code], [410, 'members/erased'])
})
