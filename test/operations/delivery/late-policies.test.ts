import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { complainOfShipment } from '#operations/delivery/complain.ts'
import { settleShipments } from '#operations/delivery/settle-shipments.ts'
import { verifyDelivery } from '#operations/delivery/verify-delivery.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import type { PlaceBody } from '#rules/trades/body.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'
import {
  about,
  november,
  paidOrder,
  settleAt,
  shipmentOf,
  toldAt,
} from '#test/support/shipments.ts'
import { makeShops } from '#test/support/shops.ts'
import { basket, contextOf } from '#test/support/trades.ts'

let market: TestMarket
const late = { rate: '0.30', cap: '500.00' }

/** From here on, day by day, other policies are in force: each test has orders paid in its own time. */
before(async () => {
  market = await openMarket()
  await makeShops(market.db, [{ shopId: 'A' }])
})
after(() => market.close())

async function lateFrom(at: string, changes: object): Promise<void> {
  const policy = { ...late, ...changes }
  await bringInForce(
    market,
    'late',
    policy,
    Temporal.Instant.from(november(at)).subtract({ hours: 1 }),
  )
}

test('SH-10 a shop pays a member at most so much for orders paid within a day, in one batch or more', async () => {
  await lateFrom('01T00:00', { pair: { most: '500.00', within: 'PT24H' } })
  const of = { memberId: 'pair', paid: '1000.00' }
  await toldAt(market, '01T12:00', [
    paidOrder('p-1', '01T09:00', of),
    paidOrder('p-2', '01T10:00', of),
    paidOrder('p-3', '01T11:00', { ...of, shopId: 'B' }),
  ])
  await toldAt(market, '02T12:00', [paidOrder('p-4', '02T09:30', of)])
  await settleAt(market, '05T12:00')
  const found = []
  for (const id of ['p-1', 'p-2', 'p-3', 'p-4']) {
    const { paid } = await shipmentOf(market, id, 'pair')
    found.push([id, paid?.compensationFen, paid?.pairFen])
  }
  deepEqual(found, [
    ['p-1', 30_000, 0],
    ['p-2', 20_000, 30_000],
    ['p-3', 30_000, 0],
    ['p-4', 30_000, 20_000],
  ])
})

test('SH-13 a policy may wait before it pays, or pay on a complaint only; SH-12 and keep what it paid', async () => {
  await lateFrom('03T00:00', { waits: 'P1D', toldLater: 'keep' })
  await toldAt(market, '03T12:00', [paidOrder('w-1', '03T09:00')])
  await settleAt(market, '06T12:00')
  const waiting = await shipmentOf(market, 'w-1')
  deepEqual([waiting.shipment?.status, waiting.paid], ['late', undefined])
  await settleAt(market, '07T12:00')
  equal((await shipmentOf(market, 'w-1')).paid?.status, 'paid')
  const sent = about('w-1', 'order.shipped', '05T12:00', { collectedAt: november('05T13:00') })
  await toldAt(market, '08T12:00', [sent])
  const kept = await shipmentOf(market, 'w-1')
  deepEqual([kept.shipment?.status, kept.paid?.status], ['inTime', 'kept'])

  await lateFrom('04T00:00', { pays: 'onComplaint', complainWithin: 'P2D' })
  await toldAt(market, '04T12:00', [paidOrder('c-1', '04T09:00'), paidOrder('c-2', '04T09:00')])
  await settleAt(market, '08T12:00')
  equal((await shipmentOf(market, 'c-1')).paid, undefined)
  const complain = (orderId: string, at: string) =>
    complainOfShipment(
      contextOf(market, Temporal.Instant.from(november(at))),
      { memberId: 'lin', orderId },
      { idempotencyKey: `${orderId}/${at}` },
    )
  const paid = await complain('c-1', '08T13:00')
  equal(paid.ok && paid.compensation?.status, 'paid')
  equal(paid.ok && paid.compensation?.isByComplaint, true)
  const again = await complain('c-1', '08T14:00')
  equal(again.ok && again.compensation?.compensationFen, 3_000)
  const tooLate = await complain('c-2', '09T13:00')
  equal(!tooLate.ok && tooLate.refusal, 'delivery/complaint-too-late')
})

test('SH-11 whoever settles at the same time, and whatever is told again, an order is paid for once', async () => {
  await lateFrom('05T00:00', {})
  const order = paidOrder('once', '05T09:00', { memberId: 'once' })
  await toldAt(market, '05T12:00', [order])
  const now = Temporal.Instant.from(november('09T12:00'))
  const settling = Array.from({ length: 4 }, () =>
    settleShipments({ ...market, now, actor: 'jifen' }),
  )
  await Promise.all(settling)
  const closed = about('once', 'order.closed', '09T12:30', {}, 'once')
  const back = { lines: [{ id: '1', amount: '100.00' }] }
  const refunded = about('once', 'refund.succeeded', '09T12:40', back, 'once')
  await toldAt(market, '09T13:00', [order, closed, refunded, order])
  const rows = await sql<{ told: string }>`
    select kind || ' ' || amount as told from jifen.entry where member_id = 'once'
  `.execute(market.db)
  deepEqual(
    rows.rows.map(({ told }) => told),
    ['earn 3000'],
  )
  equal((await shipmentOf(market, 'once', 'once')).shipment?.status, 'late')
})

test('SH-11 a sealed member is paid nothing, and the shop is not billed', async () => {
  await toldAt(market, '05T12:00', [paidOrder('sealed', '05T09:00', { memberId: 'sealed' })])
  const seal = fact('sealed', 'seal', 'member.sealed', november('06T09:00'), {})
  await toldAt(market, '06T10:00', [seal])
  await settleAt(market, '09T12:00')
  const { shipment, paid } = await shipmentOf(market, 'sealed', 'sealed')
  deepEqual([shipment?.status, paid?.status, shipment?.dueAt], ['late', 'refused', null])
})

test('SH-14 a limit that was long over when the payment was told is not looked at', async () => {
  const old = fact('lin', 'old/placed', 'order.placed', '2017-09-01T09:00:00+08:00', {
    orderId: 'old',
    shopId: 'A',
    paidAt: '2017-09-01T09:00:00+08:00',
    lines: [{ id: '1', sku: 'a1', paid: '100.00' }],
  })
  await toldAt(market, '09T12:00', [old])
  deepEqual(await shipmentOf(market, 'old'), {})
})

test('SH-2 a trade goes by the rules of its campaign, an order told as a fact by those of the market', async () => {
  const title = { zh: '测试', en: 'Test' }
  const window = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }
  await bringInForce(market, 'campaign:swift', {
    title,
    phases: [{ name: 'day', window }],
    identities: [{ name: 'event', title }],
    policies: { delivery: [{ hours: 24, traceBy: null }], late: { cap: '10.00' } },
  })
  const at = Temporal.Instant.from(november('06T10:00'))
  const context = contextOf(market, at)
  const body = basket('swift', { campaign: 'swift' })
  const key = (name: string) => ({ idempotencyKey: name })
  equal((await placeTrade(context, { memberId: 'lin', body, at }, key('place'))).ok, true)
  equal(
    (await payTrade(context, { memberId: 'lin', body: { tradeId: 'swift' } }, key('pay'))).ok,
    true,
  )
  await settleAt(market, '06T10:00')
  const rows = await sql<{ order_id: string }>`
    select order_id from jifen.shipment where trade_id = 'swift' order by shop_id
  `.execute(market.db)
  await settleAt(market, '07T10:00:01')
  const [first] = rows.rows
  const { shipment, paid } = await shipmentOf(market, first?.order_id ?? '')
  equal(shipment?.ship?.at.toString(), at.add({ hours: 24 }).toString())
  deepEqual([shipment?.trace, paid?.compensationFen], [null, 1_000])
})

test('SH-3 a line made to order goes by what the page promised, told in a basket or in a fact', async () => {
  const shipBy = november('28T12:00')
  await toldAt(market, '07T12:00', [
    paidOrder('made', '07T09:00', { line: { custom: true, shipBy } }),
    paidOrder('soon', '07T09:00', { line: { presale: true } }),
  ])
  const made = await shipmentOf(market, 'made')
  equal(made.shipment?.ship?.at.toString(), Temporal.Instant.from(shipBy).toString())
  const soon = await shipmentOf(market, 'soon')
  equal(soon.shipment?.ship?.at.toString(), '2017-11-10T01:00:00Z')

  const at = Temporal.Instant.from(november('07T10:00'))
  const [line, ...others] = basket('coat').lines
  const lines = [{ ...line, shipBy: Temporal.Instant.from(shipBy) }, ...others]
  const body = { ...basket('coat'), lines } as PlaceBody
  const context = contextOf(market, at)
  const key = (name: string) => ({ idempotencyKey: name })
  equal((await placeTrade(context, { memberId: 'lin', body, at }, key('place coat'))).ok, true)
  const paying = { memberId: 'lin', body: { tradeId: 'coat' } }
  equal((await payTrade(context, paying, key('pay coat'))).ok, true)
  await settleAt(market, '07T12:00')
  const rows = await sql<{ at: string }>`
    select ship_by::text as at from jifen.shipment where trade_id = 'coat' and shop_id = 'A'
  `.execute(market.db)
  deepEqual(rows.rows, [{ at: '2017-11-28 04:00:00+00' }])
})

test('VI-2 a late shipment is recorded among the violations of the shop where the policy counts it', async () => {
  await lateFrom('08T00:00', { violation: { kind: 'general', points: 2 } })
  await toldAt(market, '08T12:00', [paidOrder('bad', '08T09:00')])
  await settleAt(market, '11T12:00')
  await settleAt(market, '11T12:01')
  const rows = await sql<{ violation_id: string; points: number }>`
    select violation_id, points from jifen.shop_violation where shop_id = 'A'
  `.execute(market.db)
  deepEqual(rows.rows, [{ violation_id: 'late:lin/bad', points: 2 }])
})

test('SH-16 limits and compensations are decided again and come to the same, and what was changed is told', async () => {
  deepEqual(await verifyDelivery(market, undefined), [])
  await tell(market, [], Temporal.Instant.from(november('12T12:00')))
  const change = sql`update jifen.late_compensation set compensation_fen = 2999 where ref = 'late:w-1'`
  await change.execute(market.db)
  const faults = await verifyDelivery(market, 'lin')
  deepEqual(
    faults.map(({ what }) => what),
    ['late:w-1: comes to 3000, not 2999', 'late:w-1 is kept with 2999, the wallet has 3000'],
  )
})
