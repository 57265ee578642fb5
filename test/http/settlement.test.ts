import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bringInForce } from '#test/support/issuing.ts'
import { event, keyed, receivedOrder, testApi, type TestApi, type Told } from '#test/support/api.ts'

let api: TestApi
let operator: { readonly authorization: string }
let service: { readonly authorization: string }

const period = 'from=2017-11-20T00:00:00%2B08:00&to=2017-11-21T00:00:00%2B08:00'

const offer = {
  layer: 'shop',
  target: { shops: ['A'] },
  effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '30.00' }] },
  funder: 'brand:acme',
  campaign: 'double11',
}

/** One trade of 350.00 of shop A, 30.00 of which a brand pays. */
before(async () => {
  api = await testApi()
  operator = await api.as('operator')
  service = await api.as('service')
  await bringInForce(api, 'offer:a', offer)
  const lines = [{ id: '1', sku: 'a1', shop: 'A', quantity: 1, listPrice: '350.00' }]
  const freight = [{ shop: 'A', amount: '6.00' }]
  const body = { memberId: 'lin', tradeId: 'T1', lines, freight }
  const placed = await api.ask({ path: '/v1/trades', headers: keyed(service), body })
  equal(placed.status, 201, placed.text)
  const path = '/v1/trades/T1/payments'
  const paid = await api.ask({ path, headers: keyed(service), body: { memberId: 'lin' } })
  equal(paid.status, 200, paid.text)
  const time = '2017-11-20T09:00:00+08:00'
  const events = receivedOrder('mei', 'M-1', time, { paid: '109.00' })
  await api.ask({ path: '/v1/events', headers: service, body: events })
})
after(() => api.close())

async function read(query: string, headers: Readonly<Record<string, string>> = operator) {
  return await api.ask({ path: `/v1/settlements?${query}`, headers })
}

test('A settlement tells what funders bear, what the shop is due, and its points apart', async () => {
  const { status, body } = await read(period)
  equal(status, 200)
  deepEqual(body.funding, [
    {
      campaign: 'double11',
      shop: 'A',
      funder: 'brand:acme',
      layer: 'shop',
      allocatedFen: 3_000,
      reversedFen: 0,
      netFen: 3_000,
    },
  ])
  deepEqual([body.totals.paidFen, body.totals.dueFen, body.totals.netFen], [32_600, 35_600, 3_000])
  deepEqual(body.points, [{ funder: 'shop:shop-1', earned: 54, clawedBack: 0, costFen: 54 }])
})

test('Points that a refund took back are credited to the shop that paid for them', async () => {
  const lines = [{ id: '1', amount: '50.00', quantity: 0 }]
  const data = { orderId: 'M-1', lines }
  const at = '2017-11-20T09:30:00+08:00'
  const refunded = event('mei', 'refund.succeeded', 'M-1/refunded', at, data)
  const told = await api.ask({ path: '/v1/events', headers: service, body: refunded })
  equal(told.status, 200, told.text)
  const { body } = await read(`${period}&shop=shop-1`)
  deepEqual(body.points, [{ funder: 'shop:shop-1', earned: 54, clawedBack: 25, costFen: 29 }])
})

test('A settlement is CSV where that is asked for, by format or by header', async () => {
  const byFormat = await read(`${period}&format=csv`)
  match(String(byFormat.headers['content-type']), /^text\/csv/)
  match(byFormat.text, /^section,campaign,shop,funder,layer,/)
  ok(byFormat.text.includes('\nfunding,double11,A,brand:acme,shop,'))
  const byHeader = await read(period, { ...operator, accept: 'text/csv' })
  equal(byHeader.text, byFormat.text)
  const neither = await read(`${period}&format=json`, { ...operator, accept: 'text/csv' })
  match(String(neither.headers['content-type']), /^application\/json/)
})

test('A period that is none, and callers who have no business with it, are refused', async () => {
  const code = async (told: Promise<Told>) => (await told).body.code
  equal(await code(read('from=2017-11-20T00:00:00Z&to=2017-11-20T00:00:00Z')), 'requests/invalid')
  equal(await code(read('from=2017-11-20T00:00:00Z')), 'requests/invalid')
  equal(await code(read(`${period}&by=all`)), 'requests/invalid')
  equal(await code(read(period, await api.as('member', 'lin'))), 'requests/forbidden')
})

async function check(body: object, headers = operator): Promise<Told> {
  return await api.ask({ path: '/v1/depth-checks', headers, body })
}

/** As `check`, with the offers and coupons that the market was founded with left out. */
async function checkOwn({ policies, ...body }: { policies?: object; [key: string]: unknown }) {
  const founded = api.policies
    .names()
    .filter((name) => /^(offer:(88vip|fresh)|coupon-batch:88vip)/.test(name))
    .map((name) => [name, null])
  return await check({ policies: { ...Object.fromEntries(founded), ...policies }, ...body })
}

test('A depth check names the instruments in force and drafts that combine, with a basket', async () => {
  const now = await checkOwn({})
  equal(now.status, 200, now.text)
  deepEqual([now.body.percent, now.body.amountFen], [10, 30_000])
  deepEqual(now.body.funders, [{ funder: 'brand:acme', offFen: 3_000, percent: 10 }])

  const half = { layer: 'item', effect: { type: 'percentOff', percent: 50 } }
  const { body } = await checkOwn({ policies: { 'offer:half': half }, most: 50 })
  deepEqual([Math.floor(body.percent), body.isPast], [55, true])
  ok(body.pastUpToFen >= body.amountFen)
  deepEqual(
    body.instruments.map((each: { id: string }) => each.id),
    ['offer:half', 'offer:a'],
  )
  const without = await checkOwn({ policies: { 'offer:a': null, 'offer:half': half } })
  equal(without.body.percent, 50)
  const item = { sku: 's', shop: 'A', category: '', tags: [], listPrice: '100.00' }
  const ofItem = await checkOwn({ item, quantity: { from: 3, to: 3 } })
  deepEqual([ofItem.body.percent, ofItem.body.basket.lines.length], [10, 1])
})

test('A depth check of what is no instrument is refused', async () => {
  equal((await check({ policies: { points: {} } })).body.code, 'policies/unknown-name')
  const wrong = await check({ policies: { 'offer:a': { effect: { type: 'half' } } } })
  deepEqual([wrong.status, wrong.body.code], [422, 'policies/invalid'])
  equal(wrong.body.errors[0].path, 'offer:a.effect.type')
  equal((await check({ budget: 1_000_000 })).body.code, 'requests/invalid')
  equal((await check({}, service)).body.code, 'requests/forbidden')
})
