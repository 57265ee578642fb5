import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { event, keyed, receivedOrder, testApi, type TestApi } from '#test/support/api.ts'

let api: TestApi
let service: { readonly authorization: string }
let lin: { readonly authorization: string }

before(async () => {
  api = await testApi()
  service = await api.as('service')
  lin = await api.as('member', 'lin')
  const events = [
    event('lin', 'member.joined', 'join', '2017-01-01T00:00:00+08:00', { nickname: '小林' }),
    ...receivedOrder('lin', 'o-1', '2017-11-15T09:00:00+08:00'),
    event('zhao', 'member.joined', 'join', '2017-01-01T00:00:00+08:00'),
  ]
  const told = await api.ask({ path: '/v1/events', headers: service, body: events })
  deepEqual(
    told.body.results.map((result: { status: string }) => result.status),
    ['applied', 'applied', 'applied', 'applied', 'applied'],
  )
})
after(() => api.close())

const points = '/v1/members/lin/wallets/platform/points'

test('A member sees what an order earned, when it lapses, and why', async () => {
  const wallet = await api.ask({ path: points, headers: lin })
  equal(wallet.status, 200)
  console.log(wallet.body)
  const entries = await api.ask({ path: `${points}/entries`, headers: lin })
  console.log(JSON.stringify(entries.body, null, 1))
  const entry = await api.ask({ path: `${points}/entries/1`, headers: lin })
  console.log(JSON.stringify(entry.body, null, 1))
  const spend = await api.ask({ path: `${points}/spends`, headers: keyed(lin), body: { amount: 20 } })
  console.log(spend.text)
  const no = await api.ask({ path: `${points}/spends`, headers: keyed(lin), body: { amount: 2000 } })
  console.log(no.text)
  const bad = await api.ask({ path: `${points}/spends`, headers: keyed(lin), body: { amount: 0.5, at: 'now' } })
  console.log(bad.text)
  const m = await api.ask({ path: `/metrics`})
  console.log(m.text.split('\n').filter(l => /^jifen/.test(l)).join('\n'))
})
