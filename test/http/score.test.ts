import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refreshScores } from '#operations/score/refresh.ts'
import { testApi, type TestApi } from '#test/support/api.ts'
import { bought } from '#test/support/bought-in-month.ts'
import { tell } from '#test/support/market.ts'

let api: TestApi
const path = '/v1/members/lin/scores'

before(async () => {
  api = await testApi()
  const { db, policies, market, clock } = api
  const facts = [...bought('lin', '2017-05', 830), ...bought('lin', '2017-10', 8_300)]
  await tell(api, facts, clock.now())
  for (const month of ['2017-06', '2017-11']) {
    const now = Temporal.Instant.from(`${month}-08T00:00:00+08:00`)
    const asked = { month: Temporal.PlainDate.from(`${month}-01`) }
    await refreshScores({ db, policies, market, now }, asked)
  }
})
after(async () => await api.close())

test('a member sees the scores of all months, the latest first, page by page', async () => {
  const headers = await api.as('member', 'lin')
  const told = await api.ask({ path: `${path}?limit=1`, headers })
  equal(told.status, 200, told.text)
  const [latest] = told.body.scores
  equal(latest.month, '2017-11')
  equal(latest.policy, 'score@1')
  equal(latest.score, latest.parts.purchase + latest.parts.reward + latest.parts.base)
  equal(latest.scoredAt, '2017-11-08T00:00:00+08:00')

  const next = await api.ask({ path: `${path}?limit=1&cursor=${told.body.nextCursor}`, headers })
  deepEqual([next.body.scores[0].month, next.body.scores[0].delta], ['2017-06', null])
  equal(next.body.scores[0].score + latest.delta, latest.score)
  equal(next.body.nextCursor, undefined)
})

test('a score explains itself line by line, and the lines add up to it', async () => {
  const headers = await api.as('member', 'lin')
  const told = await api.ask({ path: `${path}/2017-06`, headers })
  equal(told.status, 200, told.text)
  const { score, window, why } = told.body
  deepEqual(window, ['2016-06-01', '2017-05-31'])
  const lines: { rule: string; gave: number; amountFen?: number }[] = why
  equal(
    lines.reduce((sum, line) => sum + line.gave, 0),
    score,
  )
  const goods = lines.find((line) => line.amountFen === 83_000)
  equal(goods?.gave, 10)
})

test('a month without a score is not there, nor is another member', async () => {
  const headers = await api.as('member', 'lin')
  const none = await api.ask({ path: `${path}/2017-07`, headers })
  deepEqual([none.status, none.body.code], [404, 'score/unknown-month'])
  const bad = await api.ask({ path: `${path}/2017-13`, headers })
  equal(bad.status, 400)
  const other = await api.ask({ path: '/v1/members/wei/scores', headers })
  deepEqual([other.status, other.body.code], [404, 'members/unknown'])
})

test('a service has one member computed again, for a month that has come', async () => {
  const headers = await api.as('service')
  const before = await api.ask({ path: `${path}/2017-11`, headers })
  await tell(api, bought('lin', '2017-09', 830), api.clock.now())

  const told = await api.ask({ path, headers, body: {} })
  equal(told.status, 200, told.text)
  equal(told.body.month, '2017-11')
  equal(told.body.parts.purchase, before.body.parts.purchase + 10 + 1)
  deepEqual((await api.ask({ path: `${path}/2017-11`, headers })).body, told.body)
  const facts = await api.ask({ path, headers, body: { month: '2017-11', fromFacts: true } })
  deepEqual(facts.body.why, told.body.why)

  const early = await api.ask({ path, headers, body: { month: '2017-12' } })
  deepEqual([early.status, early.body.code], [409, 'score/month-not-due'])
  const member = await api.ask({ path, headers: await api.as('member', 'lin'), body: {} })
  equal(member.status, 403)
})
