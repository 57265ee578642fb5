import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { virtualClock } from '#operations/clock.ts'
import { settlePriceWatch } from '#operations/prices/watch-prices.ts'
import { settleChangedTrades, settleDrops } from '#operations/protection/settle-protection.ts'
import { keyed, testApi, type TestApi } from '#test/support/api.ts'
import { afterwards, campaign, declaring, onTheDay, shortlist } from '#test/support/declarations.ts'

let api: TestApi
before(async () => {
  api = await testApi({ clock: virtualClock(declaring) })
  await shortlist(api.db, ['A'])
})
after(async () => await api.close())

const never = new AbortController().signal

test('A price that falls after the day pays its buyers, and stands in the settlement of the shop', async () => {
  const [service, own] = [await api.as('service'), await api.as('merchant', 'merchant-of-A')]
  const ask = async (path: string, body: object) => {
    const answer = await api.ask({ path: `/v1/${path}`, headers: keyed(service), body })
    equal(answer.status < 300, true, `${path}: ${answer.text}`)
  }
  await api.ask({
    method: 'PUT',
    path: `/v1/shops/A/campaigns/${campaign}/declarations/spot/coat`,
    headers: own,
    body: { price: '100.00', quantity: 5 },
  })
  api.clock.moveTo(onTheDay)
  const line = { id: '1', sku: 'coat', shop: 'A', quantity: 2, listPrice: '100.00' }
  await ask('trades', { memberId: 'lin', tradeId: 't-1', lines: [line] })
  await ask('trades/t-1/payments', { memberId: 'lin' })
  api.clock.moveTo(afterwards)
  const marked = { priceId: 'cheaper', sku: 'coat', kind: 'promo', price: '88.00' }
  const from = '2017-11-13T10:00:00+08:00'
  await ask('shops/A/prices', { prices: [{ ...marked, from }] })

  const { db, policies, market } = api
  const context = { db, policies, market, now: afterwards, actor: 'jifen' }
  await settlePriceWatch({ db, policies, market }, afterwards)
  await settleChangedTrades(context, never)
  await settleDrops(context, never)
  const path = '/v1/members/lin/price-protections'
  const { body } = await api.ask({ path, headers: await api.as('member', 'lin') })
  const [claim] = body.claims as Record<string, unknown>[]
  deepEqual(
    [claim?.['lowerPriceFen'], claim?.['fullFen'], claim?.['paidFen'], claim?.['paidAs']],
    [8_800, 2_400, 2_400, 'money'],
  )
  const shops = await api.ask({
    path: `/v1/shops/A/campaigns/${campaign}/price-protections`,
    headers: own,
  })
  equal(shops.body.claims.length, 1)
  const period = 'from=2017-11-13T00:00:00%2B08:00&to=2017-11-14T00:00:00%2B08:00'
  const settled = await api.ask({ path: `/v1/settlements?${period}`, headers: service })
  deepEqual(settled.body.protections, [
    { campaign, shop: 'A', payments: 1, paidFen: 2_400, takenBackFen: 0, costFen: 2_400 },
  ])
})

test('A member is answered about another member’s claims as about nobody’s', async () => {
  const headers = await api.as('member', 'mei')
  const foreign = await api.ask({ path: '/v1/members/lin/price-protections', headers })
  const body = { tradeId: 't-1', lineId: '1' }
  const asked = await api.ask({ path: '/v1/members/lin/price-protections', headers, body })
  deepEqual(
    [foreign.status, foreign.body.code, asked.status, asked.body.code],
    [404, 'members/unknown', 404, 'members/unknown'],
  )
})
