import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { claimById } from '#db/benefits/claims.ts'
import { transact } from '#operations/_transact.ts'
import { claimBenefit } from '#operations/benefits/claim-benefit.ts'
import { forfeitBenefits } from '#operations/benefits/end-benefits.ts'
import { grantBenefits } from '#operations/benefits/grant-benefits.ts'
import { returnBenefit } from '#operations/benefits/return-benefit.ts'
import { settleBenefits } from '#operations/benefits/settle-benefits.ts'
import { useBenefit } from '#operations/benefits/use-benefit.ts'
import {
  asking,
  availableOf,
  benefitFaults,
  benefitOf,
  claimed,
  givePoints,
} from '#test/support/benefits.ts'
import { bringInForce, day, forEach, makeMembers } from '#test/support/issuing.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const members = Array.from({ length: 80 }, (_, n) => `m-${n}`)

before(async () => {
  market = await openMarket(16)
  await makeMembers(market.db, members)
})
after(async () => await market.close())

/** Before everything that is claimed here. */
const longAgo = Temporal.Instant.from('2010-01-01T00:00:00+08:00')

test('BF-3 64 claims at once of one member give exactly the quota', async () => {
  await bringInForce(market, 'benefit:weekly', benefitOf({ quota: { count: 3, per: 'week' } }))
  const requests = Array.from({ length: 64 }, () => asking('m-0', 'weekly', day))
  const told = await forEach(requests, (request) => claimed(market, request))
  deepEqual(told.filter((each) => each.startsWith('weekly.')).toSorted(), [
    'weekly.1',
    'weekly.2',
    'weekly.3',
  ])
  equal(told.filter((each) => each === 'benefits/quota-used-up').length, 61)
  deepEqual(await benefitFaults(market), [])
})

test('a quota begins anew at midnight, on Monday and at New Year, in the zone of the market', async () => {
  const edges = [
    ['day', '2017-06-08T00:00:00+08:00'],
    ['week', '2017-06-05T00:00:00+08:00'],
    ['month', '2016-03-01T00:00:00+08:00'],
    ['year', '2018-01-01T00:00:00+08:00'],
  ] as const
  for (const [per, edge] of edges) {
    await bringInForce(
      market,
      `benefit:each-${per}`,
      benefitOf({ quota: { count: 1, per } }),
      longAgo,
    )
    const begins = Temporal.Instant.from(edge)
    const told: string[] = []
    for (const milliseconds of [-2, -1, 0, 1]) {
      const at = begins.add({ milliseconds })
      told.push(await claimed(market, asking('m-1', `each-${per}`, at)))
    }
    const no = 'benefits/quota-used-up'
    deepEqual(told, [`each-${per}.1`, no, `each-${per}.2`, no], per)
  }
})

test('a claim is paid in points once under its key, and a refused one leaves nothing', async () => {
  await bringInForce(market, 'benefit:priced', benefitOf({ prices: [{ points: 200 }] }))
  const request = asking('m-2', 'priced', day)
  const poor = await claimBenefit(market, request)
  deepEqual(poor.ok || [poor.refusal, poor.short], ['benefits/insufficient-points', 200])
  await givePoints(market, 'm-2', 500, day)
  const first = await claimBenefit(market, request)
  deepEqual(await claimBenefit(market, request), first)
  equal(await availableOf(market, 'm-2', 'points', day), 300)
  const other = await claimBenefit(market, { ...request, channel: 'app' })
  equal(other.ok || other.refusal, 'requests/key-reused')
  equal(await claimed(market, asking('m-2', 'priced', day)), 'priced.2')
  equal(await claimed(market, asking('m-2', 'priced', day)), 'benefits/insufficient-points')
  equal(await availableOf(market, 'm-2', 'points', day), 100)
  deepEqual(await benefitFaults(market), [])
})

test('of a stock of five, 64 members at once get five', async () => {
  await bringInForce(market, 'benefit:few', benefitOf({ stock: 5 }))
  const told = await forEach(members.slice(0, 64), (memberId) =>
    claimed(market, asking(memberId, 'few', day)),
  )
  equal(told.filter((each) => each === 'few.1').length, 5)
  equal(told.filter((each) => each === 'benefits/sold-out').length, 59)
  deepEqual(await benefitFaults(market), [])
})

test('a price in money is paid once, to the fen', async () => {
  await bringInForce(market, 'benefit:hotel-night', benefitOf({ prices: [{ money: '500.00' }] }))
  const ask = (payment?: { ref: string; amountFen: number }) =>
    claimed(market, asking('m-8', 'hotel-night', day, { payment }))
  equal(await ask(), 'benefits/payment-missing')
  equal(await ask({ ref: 'p-1', amountFen: 49_999 }), 'benefits/wrong-amount')
  equal(await ask({ ref: 'p-1', amountFen: 50_000 }), 'hotel-night.1')
  equal(await ask({ ref: 'p-1', amountFen: 50_000 }), 'benefits/payment-used')
})

test('BF-11 a right is used once or lapses, its member told before, and does not come back then', async () => {
  await bringInForce(market, 'benefit:right', benefitOf({ validity: { after: 'P10D' } }))
  for (const n of [1, 2]) equal(await claimed(market, asking('m-9', 'right', day)), `right.${n}`)
  const named = { memberId: 'm-9', claimId: 'right.1', at: day, actor: 'test' }
  const used = await useBenefit(market, named)
  deepEqual(await useBenefit(market, named), used)
  const back = await returnBenefit(market, named)
  equal(back.ok || back.refusal, 'benefits/not-open')

  await settleBenefits(market, day.add({ hours: 24 * 3 }))
  deepEqual(await noticesOf('m-9', 'lapsing'), ['right.2'])
  const end = day.add({ hours: 24 * 10 })
  const late = await useBenefit(market, { ...named, claimId: 'right.2', at: end })
  equal(late.ok || late.refusal, 'benefits/not-open')
  await settleBenefits(market, end)
  deepEqual(await noticesOf('m-9', 'lapsed'), ['right.2'])
  equal((await claimById(market.db, 'm-9', 'right.2'))?.status, 'lapsed')
})

test('a grant opens a benefit while it runs, once from its source, and is forfeited with the rest', async () => {
  const terms = { who: { grant: true }, quota: { count: 1, per: 'grant' } }
  await bringInForce(market, 'benefit:risers', benefitOf(terms))
  const grant = { memberId: 'm-70', benefit: 'risers', source: 'rise:2017-11', from: day }
  const to = day.add({ hours: 24 })
  const give = () => transact(market.db, (tx) => grantBenefits(tx, [{ ...grant, to }]))
  equal(await claimed(market, asking('m-70', 'risers', day)), 'benefits/not-eligible')
  deepEqual([(await give()).length, (await give()).length], [1, 0])
  equal(await claimed(market, asking('m-70', 'risers', day)), 'risers.1')
  equal(await claimed(market, asking('m-70', 'risers', day)), 'benefits/quota-used-up')
  equal(await claimed(market, asking('m-70', 'risers', to)), 'benefits/not-eligible')

  const lost = await transact(market.db, (tx) => forfeitBenefits(tx, 'm-70', day, { type: 'test' }))
  deepEqual(lost, { claims: ['risers.1'], grants: 1 })
  equal(await claimed(market, asking('m-70', 'risers', day)), 'benefits/not-eligible')
  deepEqual(await give(), [])
})

test('each purchase and each live view gives once, up to the limit of the day', async () => {
  const quota = { count: 1, per: ['purchase', 'liveView'] }
  const terms = { quota, dailyMost: 2, excludedCategories: ['gold'], gives: { data: 30 } }
  await bringInForce(market, 'benefit:data', benefitOf(terms))
  await buy('m-11', 'o-1', 'apparel')
  await buy('m-11', 'o-2', 'gold')
  await buy('m-11', 'o-3', 'apparel')
  await watch('m-11', 'v-1')
  const ask = (kind: 'purchase' | 'liveView', id: string, at = day) =>
    claimed(market, asking('m-11', 'data', at, { subject: { kind, id } }))
  equal(await claimed(market, asking('m-11', 'data', day)), 'benefits/subject-missing')
  equal(await ask('purchase', 'o-9'), 'benefits/unknown-subject')
  equal(await ask('liveView', 'o-1'), 'benefits/unknown-subject')
  equal(await ask('purchase', 'o-2'), 'benefits/excluded-category')
  equal(await ask('purchase', 'o-1'), 'data.1')
  equal(await ask('purchase', 'o-1'), 'benefits/quota-used-up')
  equal(await ask('liveView', 'v-1'), 'data.2')
  equal(await ask('purchase', 'o-3'), 'benefits/quota-used-up')
  equal(await ask('purchase', 'o-3', day.add({ hours: 24 })), 'data.3')
})

async function buy(memberId: string, orderId: string, category: string): Promise<void> {
  const at = '2017-11-04T10:00:00+08:00'
  const lines = [{ id: '1', sku: 'sku-1', paid: '109.00', category }]
  await tell(
    market,
    [
      fact(memberId, `${orderId}/1`, 'order.placed', at, { orderId, shopId: 'shop-1', lines }),
      fact(memberId, `${orderId}/2`, 'order.paid', at, { orderId }),
    ],
    day,
  )
}

async function watch(memberId: string, id: string): Promise<void> {
  const at = '2017-11-04T10:00:00+08:00'
  await tell(market, [fact(memberId, id, 'interaction.recorded', at, { kind: 'liveView' })], day)
}

async function noticesOf(memberId: string, what: string): Promise<string[]> {
  const rows = await sql<{ data: string }>`
    select data from jifen.announcement
    where member_id = ${memberId} and type = ${`jifen.benefit.${what}.v1`}
    order by announcement_id
  `.execute(market.db)
  return rows.rows.map(({ data }) => (JSON.parse(data) as { claimId: string }).claimId)
}
