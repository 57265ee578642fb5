import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openMarket, tell, type TestMarket } from '#test/support/market.ts'
import {
  about,
  november,
  paidOrder,
  settleAt,
  shipmentOf,
  toldAt,
} from '#test/support/shipments.ts'

let market: TestMarket

before(async () => {
  market = await openMarket()
})
after(() => market.close())

/** What the points wallet of a member says: what was earned for late orders, and taken back. */
async function posted(memberId: string): Promise<string[]> {
  const rows = await sql<{ told: string }>`
    select kind || ' ' || ref || ' ' || amount as told from jifen.entry
    where member_id = ${memberId} and unit = 'points' order by seq
  `.execute(market.db)
  return rows.rows.map((row) => row.told)
}

async function told(shopId: string): Promise<string[]> {
  const rows = await sql<{ told: string }>`
    select type || ' ' || announcement_id as told from jifen.shop_announcement
    where shop_id = ${shopId} order by announcement_id
  `.execute(market.db)
  return rows.rows.map((row) => row.told.replace('jifen.', ''))
}

test('SH-15 an order of 11 November is reminded of, late at the end of the 20th, and compensated once', async () => {
  await toldAt(market, '11T10:00', [paidOrder('o-1', '11T09:00', { paid: '100.00' })])
  const waiting = await shipmentOf(market, 'o-1')
  equal(waiting.shipment?.status, 'waiting')
  equal(waiting.shipment?.ship?.at.toString(), '2017-11-20T15:59:59Z')
  await settleAt(market, '19T23:59:58')
  deepEqual(await told('A'), [])
  await settleAt(market, '19T23:59:59')
  deepEqual(await told('A'), ['shipment.due.v1 shipment-due/lin/o-1'])
  await settleAt(market, '20T23:59:59')
  equal((await shipmentOf(market, 'o-1')).shipment?.status, 'waiting')

  await settleAt(market, '21T00:00:00')
  await settleAt(market, '21T00:00:01')
  const { shipment, paid } = await shipmentOf(market, 'o-1')
  deepEqual([shipment?.status, shipment?.cause, shipment?.toDo], ['late', 'notShipped', 'ship'])
  deepEqual([paid?.status, paid?.compensationFen, paid?.priceFen], ['paid', 3_000, 10_000])
  deepEqual(await posted('lin'), ['earn late:o-1 3000'])
  deepEqual(await told('A'), [
    'compensation.paid.v1 compensation-paid/lin/late:o-1',
    'shipment.due.v1 shipment-due/lin/o-1',
    'shipment.late.v1 shipment-late/lin/o-1',
  ])
})

test('SH-12 a shipment told late but dated in time prevents what is not paid, and takes back what is', async () => {
  const shipped = about('o-1', 'order.shipped', '20T23:00:00', {
    collectedAt: november('20T23:30'),
  })
  for (let times = 0; times < 10; times += 1) await toldAt(market, '22T10:00', [shipped])
  const { shipment, paid } = await shipmentOf(market, 'o-1')
  deepEqual([shipment?.status, paid?.status], ['inTime', 'takenBack'])
  deepEqual(await posted('lin'), ['earn late:o-1 3000', 'clawBack back:late:o-1 3000'])

  const order = paidOrder('o-2', '11T09:00', { memberId: 'mei' })
  const sent = { collectedAt: november('20T23:59:59') }
  const before = about('o-2', 'order.shipped', '20T22:00', sent, 'mei')
  await toldAt(market, '22T10:00', [before, order])
  deepEqual([(await shipmentOf(market, 'o-2', 'mei')).shipment?.status], ['inTime'])
  deepEqual(await posted('mei'), [])
})

test('SH-4 a click without a record of the carrier is late, until a record dated in time is told', async () => {
  const of = { memberId: 'wei' }
  await toldAt(market, '12T10:00', [paidOrder('o-3', '12T09:00', of)])
  await toldAt(market, '13T10:00', [about('o-3', 'order.shipped', '13T09:00', {}, 'wei')])
  await settleAt(market, '21T00:00')
  const late = await shipmentOf(market, 'o-3', 'wei')
  deepEqual([late.shipment?.cause, late.shipment?.toDo], ['noRecord', 'trace'])
  equal(late.paid?.status, 'paid')
  const record = { orderId: 'o-3', collectedAt: november('13T12:00') }
  await toldAt(market, '22T10:00', [
    { ...about('o-3', 'order.shipped', '13T09:30', record, 'wei'), id: 'again' },
  ])
  deepEqual(await posted('wei'), ['earn late:o-3 3000', 'clawBack back:late:o-3 3000'])
})

test('SH-8 what ended before its limit is excused, and what ended after it was late', async () => {
  const of = { memberId: 'hua', shopId: 'B' }
  const ids = ['closed', 'refunded', 'out', 'later', 'part']
  await toldAt(
    market,
    '12T10:00',
    ids.map((id) => paidOrder(id, '12T09:00', of)),
  )
  const back = (id: string, amount: string, at: string, reason?: string) =>
    about(
      id,
      'refund.succeeded',
      at,
      { lines: [{ id: '1', amount }], ...(reason && { reason }) },
      'hua',
    )
  await tell(
    market,
    [
      about('closed', 'order.closed', '13T09:00', {}, 'hua'),
      back('refunded', '100.00', '20T23:59:59'),
      back('out', '100.00', '14T09:00', 'outOfStock'),
      back('later', '100.00', '21T00:00:00'),
      back('part', '40.00', '15T09:00'),
    ],
    Temporal.Instant.from(november('21T09:00')),
  )
  await settleAt(market, '21T09:00')
  const found = []
  for (const id of ids) {
    const { shipment, paid } = await shipmentOf(market, id, 'hua')
    found.push(
      `${id} ${shipment?.status} ${shipment?.excuse ?? shipment?.cause} ${paid?.compensationFen ?? ''}`.trim(),
    )
  }
  deepEqual(found, [
    'closed excused closed',
    'refunded excused refunded',
    'out excused outOfStock',
    'later late notShipped 3000',
    'part late notShipped 1800',
  ])
})
