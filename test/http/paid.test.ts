import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyed, testApi, type TestApi } from '#test/support/api.ts'
import { makeMembers } from '#test/support/issuing.ts'

let api: TestApi
before(async () => {
  api = await testApi()
  await makeMembers(api.db, ['lin', 'mei', 'wang', 'hao'])
})
after(async () => await api.close())

const path = (memberId: string) => `/v1/members/${memberId}/paid-membership`

/** The clock of the test runs on. */
function dayIn(instant: string): string {
  return instant.slice(0, 10)
}

async function buy(memberId: string, body: object) {
  const headers = keyed(await api.as('service'))
  return await api.ask({ path: path(memberId), headers, body })
}

test('a member sees what a year costs and why, and the shop tells that it was paid', async () => {
  const headers = await api.as('member', 'lin')
  const before = await api.ask({ path: path('lin'), headers })
  equal(before.status, 200, before.text)
  equal(before.body.paidMember, false)
  const { from, to, ...price } = before.body.next
  deepEqual(price, { mayBuy: true, priceFen: 88_800, score: 0 })
  deepEqual([from, to].map(dayIn), ['2017-11-20', '2018-11-20'])
  const own = await api.ask({
    path: path('lin'),
    headers: keyed(headers),
    body: { paymentRef: 'pay-1', expectPrice: '888.00' },
  })
  equal(own.status, 403)

  const wrong = await buy('lin', { paymentRef: 'pay-1', expectPrice: '88.00' })
  deepEqual(
    [wrong.status, wrong.body.code, wrong.body.priceFen],
    [409, 'paid/price-changed', 88_800],
  )
  const bought = await buy('lin', { paymentRef: 'pay-1', expectPrice: '888.00' })
  deepEqual([bought.status, bought.body.status], [201, 'running'])
  deepEqual((await buy('lin', { paymentRef: 'pay-1', expectPrice: '888.00' })).body, bought.body)

  const now = await api.ask({ path: path('lin'), headers })
  equal(now.body.paidMember, true)
  equal(now.body.titles['benefit:88vip-film-card'].en, '88VIP: a year’s film card')
  equal(dayIn(now.body.until), '2018-11-20')
  deepEqual(now.body.caps, [
    { cap: '88vip/month', period: 'month', capFen: 20_000, savedFen: 0, leftFen: 20_000 },
  ])
  equal(dayIn(now.body.next.renewableFrom), '2018-10-21')
  const held = await api.ask({ path: '/v1/members/lin/coupons', headers })
  deepEqual(
    held.body.coupons.map((coupon: { couponId: string }) => coupon.couponId),
    ['88vip-electronics.1', '88vip-large-appliance.1', '88vip-small-appliance.1'],
  )
  const early = await buy('lin', { paymentRef: 'pay-2', expectPrice: '888.00' })
  deepEqual([early.status, early.body.code], [409, 'paid/too-early'])
  equal(early.body.renewableFrom, now.body.next.renewableFrom)
})

test('a quote takes paid membership from what is recorded, and not from who asks', async () => {
  await buy('mei', { paymentRef: 'pay-1', expectPrice: '888.00' })
  const headers = await api.as('service')
  const line = { id: '1', sku: 's', shop: 'M', quantity: 1, listPrice: '100.00' }
  const ask = async (memberId: string, more: object = {}) =>
    await api.ask({
      path: '/v1/quotes',
      headers,
      body: { memberId, lines: [{ ...line, tags: ['supermarket'] }], ...more },
    })
  equal((await ask('mei')).body.quote.payFen, 9_500)
  const other = await ask('wang')
  equal(other.body.quote.payFen, 10_000)
  deepEqual(other.body.quote.notApplied, [
    {
      id: 'offer:88vip-supermarket',
      refusal: 'pricing/paid-members-only',
      unlockedBy: { paidMember: true },
    },
  ])
  const claimed = await ask('wang', { member: { paidMember: true } })
  deepEqual([claimed.status, claimed.body.code], [400, 'requests/invalid'])

  const only = await api.ask({
    path: '/v1/quotes',
    headers,
    body: { memberId: 'wang', lines: [{ ...line, tags: ['88vip-only'] }] },
  })
  deepEqual([only.status, only.body.code], [403, 'paid/lines-reserved'])
  deepEqual([only.body.lines, only.body.unlockedBy], [['1'], { paidMember: true }])
})

test('a refund ends membership at once, and the same is told as it was done', async () => {
  await buy('wang', { paymentRef: 'pay-1', expectPrice: '888.00' })
  const headers = keyed(await api.as('operator'))
  const body = { paymentRef: 'pay-1', refundRef: 'refund-1' }
  const refunded = await api.ask({ path: `${path('wang')}/refund`, headers, body })
  deepEqual([refunded.status, refunded.body.status], [200, 'refunded'], refunded.text)
  equal(refunded.body.refund.refundFen, 88_800)
  const again = await api.ask({ path: `${path('wang')}/refund`, headers, body })
  deepEqual(again.body, refunded.body)
  const view = await api.ask({ path: path('wang'), headers: await api.as('member', 'wang') })
  deepEqual([view.body.paidMember, view.body.until], [false, null])
  const unknown = await api.ask({
    path: `${path('wang')}/refund`,
    headers: keyed(headers),
    body: { paymentRef: 'pay-9', refundRef: 'refund-2' },
  })
  deepEqual([unknown.status, unknown.body.code], [404, 'paid/unknown'])
})

test('whoever is sealed may buy no year, and is told so before it is paid', async () => {
  const headers = keyed(await api.as('operator'))
  const sealing = { path: '/v1/members/hao/sealing', headers, body: { reason: 'fakes' } }
  equal((await api.ask(sealing)).status, 200)
  const told = await api.ask({ path: path('hao'), headers: await api.as('member', 'hao') })
  equal(told.body.next.mayBuy, false)
  const bought = await buy('hao', { paymentRef: 'pay-9', expectPrice: '888.00' })
  equal(bought.body.code, 'members/sealed')
})
