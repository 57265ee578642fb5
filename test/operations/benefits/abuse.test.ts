import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { announcementsPage } from '#db/announced/announcements.ts'
import { transact } from '#operations/_transact.ts'
import { grantBenefits } from '#operations/benefits/grant-benefits.ts'
import { memberBenefits } from '#operations/benefits/member-benefits.ts'
import { returnBenefit } from '#operations/benefits/return-benefit.ts'
import { verifyBenefits } from '#operations/benefits/verify-benefits.ts'
import { returnCoupon } from '#operations/issuing/return-coupon.ts'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import { viewWallets } from '#operations/ledger/view-wallets.ts'
import { closeTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { asking, benefitOf, claimed, givePoints } from '#test/support/benefits.ts'
import { bringInForce, couponBatch, day, makeMembers } from '#test/support/issuing.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'
import { newKey, oneLine } from '#test/support/paid.ts'
import { contextOf } from '#test/support/trades.ts'

let market: TestMarket

before(async () => {
  market = await openMarket()
  await makeMembers(market.db, ['lin', 'mei', 'wei', 'hao', 'sun'])
})
after(async () => {
  deepEqual((await verifyBenefits(market.db, market.policies)).faults, [])
  deepEqual((await verifyQuotas(market.db)).faults, [])
  await market.close()
})

async function giveBack(memberId: string, claimId: string): Promise<string> {
  const told = await returnBenefit(market, { memberId, claimId, at: day, actor: 'test' })
  return told.ok ? 'returned' : told.refusal
}

async function pointsOf(memberId: string): Promise<number | undefined> {
  const key = { memberId, program: 'platform', unit: 'points' }
  return (await viewWallets(market.db, memberId, day, key))?.wallets[0]?.wallet.available
}

test('BF-4 of two grants at once each gives so often, the one that ends first before the other', async () => {
  const terms = { who: { grant: true }, quota: { count: 1, per: 'grant' } }
  await bringInForce(market, 'benefit:risers', benefitOf(terms))
  const grantFor = (source: string, hours: number) => ({
    memberId: 'lin',
    benefit: 'risers',
    source,
    from: day,
    to: day.add({ hours }),
  })
  await transact(market.db, (tx) => grantBenefits(tx, [grantFor('a', 48), grantFor('b', 24)]))
  const grantOf = async () => {
    const told = await memberBenefits(market, 'lin', day)
    const all = told?.groups.flatMap(({ benefits }) => benefits)
    return all?.find(({ slug }) => slug === 'risers')?.grant?.source
  }
  equal(await grantOf(), 'b')
  equal(await claimed(market, asking('lin', 'risers', day)), 'risers.1')
  equal(await grantOf(), 'a')
  equal(await claimed(market, asking('lin', 'risers', day)), 'risers.2')
  equal(await claimed(market, asking('lin', 'risers', day)), 'benefits/quota-used-up')
})

test('BF-4 an order of which nothing stays paid gives nothing', async () => {
  const terms = { quota: { count: 1, per: 'purchase' }, gives: { data: 30 } }
  await bringInForce(market, 'benefit:data', benefitOf(terms))
  const at = '2017-11-04T10:00:00+08:00'
  const lines = [{ id: '1', sku: 's', paid: '1.00', category: 'apparel' }]
  const amounts = [{ id: '1', amount: '1.00', quantity: 1 }]
  const order = { orderId: 'o-1', shopId: 'shop-1', lines, paidAt: at }
  await tell(
    market,
    [
      fact('lin', 'o-1/1', 'order.placed', at, order),
      fact('lin', 'o-1/2', 'refund.succeeded', at, { orderId: 'o-1', lines: amounts }),
    ],
    day,
  )
  const subject = { kind: 'purchase', id: 'o-1' } as const
  const told = await claimed(market, asking('lin', 'data', day, { subject }))
  equal(told, 'benefits/unknown-subject')
})

test('BF-10 a claim whose coupon was given back alone comes back with its points, once', async () => {
  await bringInForce(market, 'coupon-batch:one', couponBatch(1, { audience: 'granted' }))
  const terms = { gives: { coupon: 'one' }, prices: [{ points: 7 }], stock: 1 }
  await bringInForce(market, 'benefit:with-coupon', benefitOf(terms))
  await givePoints(market, 'mei', 7, day)
  equal(await claimed(market, asking('mei', 'with-coupon', day)), 'with-coupon.1')
  const coupon = { memberId: 'mei', couponId: 'one.1' }
  equal((await returnCoupon(market, coupon)).ok, true)
  deepEqual(
    [await giveBack('mei', 'with-coupon.1'), await giveBack('mei', 'with-coupon.1')],
    ['returned', 'returned'],
  )
  equal(await pointsOf('mei'), 7)
})

test('BF-10 a card whose offer is in a trade is not given back, and is when the trade was closed', async () => {
  await bringInForce(market, 'benefit:fresh', benefitOf({ prices: [{ points: 5 }] }))
  await bringInForce(market, 'offer:fresh', {
    layer: 'item',
    benefit: 'fresh',
    effect: { type: 'percentOff', percent: 12 },
  })
  await givePoints(market, 'wei', 5, day)
  equal(await claimed(market, asking('wei', 'fresh', day)), 'fresh.1')
  const context = contextOf(market, day)
  const placing = { memberId: 'wei', body: oneLine('t-1', '100.00'), at: day }
  const placed = await placeTrade(context, placing, newKey())
  ok(placed.ok, JSON.stringify(placed))
  equal(placed.quote.payFen, 8_800)

  equal(await giveBack('wei', 'fresh.1'), 'benefits/partly-used')
  const closing = { memberId: 'wei', body: { tradeId: 't-1', reason: 'changed my mind' } }
  equal((await closeTrade(context, closing, newKey())).ok, true)
  equal(await giveBack('wei', 'fresh.1'), 'returned')
  equal(await pointsOf('wei'), 5)
})

test('BF-10 of what is given back the member is told the points that did not lapse meanwhile', async () => {
  await bringInForce(market, 'benefit:soon', benefitOf({ prices: [{ points: 9 }] }))
  await givePoints(market, 'sun', 4, day, day.add({ hours: 24 }))
  await givePoints(market, 'sun', 5, day)
  equal(await claimed(market, asking('sun', 'soon', day)), 'soon.1')
  const at = day.add({ hours: 25 })
  const told = await returnBenefit(market, {
    memberId: 'sun',
    claimId: 'soon.1',
    at,
    actor: 'test',
  })
  equal(told.ok, true)
  const page = { unread: true, after: undefined, limit: 1 }
  const [notice] = await announcementsPage(market.db, 'member', 'sun', page)
  deepEqual([notice?.type, notice?.data['pointsBack']], ['jifen.benefit.returned.v1', 5])
  const key = { memberId: 'sun', program: 'platform', unit: 'points' }
  equal((await viewWallets(market.db, 'sun', at, key))?.wallets[0]?.wallet.available, 5)
})

test('whoever is sealed is told so of every benefit', async () => {
  const at = '2017-11-04T11:00:00+08:00'
  await tell(market, [fact('hao', 'sealed', 'member.sealed', at, { reason: 'fakes' })], day)
  equal((await memberBenefits(market, 'hao', day))?.isSealed, true)
  equal((await memberBenefits(market, 'lin', day))?.isSealed, false)
})
