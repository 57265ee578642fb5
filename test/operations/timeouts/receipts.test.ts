import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { extendReceiptOf } from '#operations/timeouts/extend-receipt.ts'
import { readTimeouts } from '#operations/timeouts/read-timeouts.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { newKey } from '#test/support/paid.ts'
import {
  ask,
  daysAfter,
  orderOf,
  paidAt,
  receiptOf,
  settle,
  shippedAt,
  stateOf,
  tellOrder,
  turn,
} from '#test/support/returns.ts'
import { contextOf, openTradeMarket } from '#test/support/trades.ts'

let market: TestMarket

before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

const due = daysAfter(shippedAt, 10)
const justBefore = due.subtract({ milliseconds: 1 })

async function extend(memberId: string, days: number, now: Temporal.Instant) {
  const asked = { memberId, orderId: 'o-1', days }
  return await extendReceiptOf(contextOf(market, now), asked, newKey())
}

async function pointsOf(memberId: string): Promise<number | undefined> {
  const rows = await sql<{ points: number }>`
    select coalesce(sum(points_earned), 0)::bigint as points
    from jifen.member_order_line where member_id = ${memberId}
  `.execute(market.db)
  return rows.rows[0]?.points
}

test('TO-5 ten days after its shipment an order is received by itself and earns, as if it was told', async () => {
  await tellOrder(market, 'lapsing')
  await tellOrder(market, 'told')
  await settle(market, justBefore)
  equal((await orderOf(market, 'lapsing')).receivedAt, null)
  const at = due.toString()
  await tell(market, [fact('told', 'told-received', 'order.received', at, { orderId: 'o-1' })], due)
  await settle(market, due)
  await settle(market, due)

  const [lapsed, told] = [await orderOf(market, 'lapsing'), await orderOf(market, 'told')]
  deepEqual(lapsed, told)
  deepEqual(lapsed.receivedAt, due)
  equal(await pointsOf('lapsing'), await pointsOf('told'))
  ok((await pointsOf('lapsing')) === 60)
  deepEqual(
    [(await receiptOf(market, 'lapsing'))?.outcome, (await receiptOf(market, 'told'))?.outcome],
    ['timeOut', 'told'],
  )
})

test('TO-5 a job that runs late dates the receipt by its due instant', async () => {
  await tellOrder(market, 'late-job')
  await settle(market, daysAfter(due, 30))
  deepEqual((await orderOf(market, 'late-job')).receivedAt, due)
})

test('TO-5 what is told of the past has a day to tell of the receipt', async () => {
  const now = daysAfter(due, 30)
  const lines = [{ id: '1', sku: 's', paid: '1.00' }]
  const placed = { orderId: 'o-1', shopId: 'A', paidAt: paidAt.toString(), lines }
  const shipped = { orderId: 'o-1' }
  await tell(
    market,
    [
      fact('past', 'past-placed', 'order.placed', paidAt.toString(), placed),
      fact('past', 'past-shipped', 'order.shipped', shippedAt.toString(), shipped),
    ],
    now,
  )
  await settle(market, now)
  equal((await orderOf(market, 'past')).receivedAt, null)
  const at = daysAfter(shippedAt, 3)
  await tell(market, [fact('past', 'past-received', 'order.received', at.toString(), shipped)], now)
  await settle(market, daysAfter(now, 1))
  deepEqual((await orderOf(market, 'past')).receivedAt, at)
})

test('TO-4 how it comes is what the shipment tells, and else what its category says', async () => {
  await tellOrder(market, 'by-mail', { more: { method: 'mail' } })
  await settle(market, shippedAt)
  const receipt = await receiptOf(market, 'by-mail')
  deepEqual([receipt?.method, receipt?.dueAt], ['mail', daysAfter(shippedAt, 30)])
})

test('TO-3 what a campaign lays over the policy is for orders that were paid on its day', async () => {
  await bringInForce(market, 'campaign:autumn', {
    title: { zh: '秋', en: 'Autumn' },
    phases: [
      {
        name: 'day',
        title: { zh: '日', en: 'Day' },
        window: { from: '2017-10-09T00:00:00+08:00', to: '2017-10-09T09:00:00+08:00' },
      },
    ],
    identities: [{ name: 'event', title: { zh: '商', en: 'Event' }, goods: 'all' }],
    policies: { timeouts: { receive: { express: 'P12D' } } },
  })
  const paid = '2017-10-09T08:59:59+08:00'
  const lines = [{ id: '1', sku: 's', paid: '1.00' }]
  const placed = { orderId: 'o-1', shopId: 'A', paidAt: paid, lines }
  const shipped = shippedAt.toString()
  await tell(
    market,
    [
      fact('autumn', 'autumn-placed', 'order.placed', paid, placed),
      fact('autumn', 'autumn-shipped', 'order.shipped', shipped, { orderId: 'o-1' }),
    ],
    shippedAt,
  )
  await tellOrder(market, 'ordinary')
  await settle(market, shippedAt)
  const laid = await receiptOf(market, 'autumn')
  deepEqual([laid?.dueAt, laid?.policy], [daysAfter(shippedAt, 12), 'timeouts@1 campaign:autumn@1'])
  deepEqual((await receiptOf(market, 'ordinary'))?.dueAt, due)
})

test('TO-6 the buyer adds days once, and only before the time is over', async () => {
  await tellOrder(market, 'extending')
  equal(codeOf(await extend('extending', 6, shippedAt)), 'timeouts/extension-too-long')
  equal(codeOf(await extend('extending', 5, justBefore)), 'done')
  equal(codeOf(await extend('extending', 1, justBefore)), 'timeouts/already-extended')
  await settle(market, daysAfter(due, 4))
  equal((await orderOf(market, 'extending')).receivedAt, null)
  await settle(market, daysAfter(due, 5))
  deepEqual((await orderOf(market, 'extending')).receivedAt, daysAfter(due, 5))

  await tellOrder(market, 'too-late')
  equal(codeOf(await extend('too-late', 1, due)), 'timeouts/over')
  await tellOrder(market, 'unshipped', { isShipped: false })
  equal(codeOf(await extend('unshipped', 1, due)), 'timeouts/not-running')
  equal(codeOf(await extend('nobody', 1, due)), 'members/unknown')
})

test('TO-6 of many extensions at once one is made', async () => {
  await tellOrder(market, 'many')
  const results = await Promise.all(Array.from({ length: 64 }, () => extend('many', 3, shippedAt)))
  equal(results.filter((each) => each.ok).length, 1)
  deepEqual((await receiptOf(market, 'many'))?.dueAt, daysAfter(due, 3))
})

test('TO-7 an open return request stops the time, and its end lets the rest of it go on', async () => {
  await tellOrder(market, 'pausing')
  const asked = daysAfter(shippedAt, 4)
  equal(stateOf(await ask(market, 'pausing', 'r', asked)), 'asked -')
  await settle(market, daysAfter(asked, 4))
  deepEqual((await receiptOf(market, 'pausing'))?.pausedAt, asked)
  equal(stateOf(await turn(market, 'pausing', 'r', 'withdraw', daysAfter(asked, 4))), 'withdrawn -')
  await settle(market, daysAfter(due, 4).subtract({ seconds: 1 }))
  equal((await orderOf(market, 'pausing')).receivedAt, null)
  await settle(market, daysAfter(due, 4))
  deepEqual((await orderOf(market, 'pausing')).receivedAt, daysAfter(due, 4))
})

test('TO-7 a request that is there before the job has seen the shipment stops the time as well', async () => {
  await tellOrder(market, 'unseen', { isShipped: false })
  const refund = { kind: 'refund', reason: 'late' } as const
  equal(stateOf(await ask(market, 'unseen', 'r', paidAt, refund)), 'asked -')
  const at = shippedAt.toString()
  const shipped = fact('unseen', 'unseen-shipped', 'order.shipped', at, { orderId: 'o-1' })
  await tell(market, [shipped], shippedAt)
  await settle(market, shippedAt)
  deepEqual((await receiptOf(market, 'unseen'))?.pausedAt, shippedAt)
})

test('TO-8 the table of a trade that is not paid names the instant at which it closes', async () => {
  const none = await readTimeouts(market, { memberId: 'ordinary', orderId: 'none' }, due)
  equal(codeOf(none), 'trades/unknown-order')
  await tellOrder(market, 'reading')
  await settle(market, shippedAt)
  const read = await readTimeouts(market, { memberId: 'reading', orderId: 'o-1' }, shippedAt)
  ok(read.ok)
  deepEqual(
    read.orders[0]?.times.filter(({ what }) => what === 'receive'),
    [{ what: 'receive', late: 'member', dueAt: due, lapse: 'received' }],
  )
})

test('TO-9 who is to act is reminded once, a day before', async () => {
  await tellOrder(market, 'reminded')
  const before = daysAfter(due, -1)
  await settle(market, before.subtract({ milliseconds: 1 }))
  deepEqual(await toldOf('reminded'), [])
  await settle(market, before)
  await settle(market, before)
  deepEqual(await toldOf('reminded'), ['jifen.timeout.near.v1 receive'])
  await settle(market, due)
  deepEqual(await toldOf('reminded'), [
    'jifen.timeout.near.v1 receive',
    'jifen.receipt.lapsed.v1 undefined',
  ])
})

test('A receipt that lapses while it is told is one receipt', async () => {
  const members = Array.from({ length: 32 }, (_, n) => `race-${n}`)
  for (const member of members) await tellOrder(market, member)
  await settle(market, shippedAt)
  const now = due.add({ minutes: 1 })
  const at = justBefore.toString()
  await Promise.all([
    settle(market, now),
    settle(market, now),
    ...members.map((member) =>
      tell(
        market,
        [fact(member, `${member}-received`, 'order.received', at, { orderId: 'o-1' })],
        now,
      ),
    ),
  ])
  await settle(market, now)
  for (const member of members) {
    equal(await pointsOf(member), 60)
    ok((await receiptOf(market, member))?.outcome !== null)
  }
  const rows = await sql<{ entries: number }>`
    select count(*)::bigint as entries from jifen.entry
    where member_id like 'race-%' and kind = 'earn'
  `.execute(market.db)
  equal(rows.rows[0]?.entries, members.length)
})

async function toldOf(memberId: string): Promise<string[]> {
  const rows = await sql<{ type: string; data: string }>`
    select type, data from jifen.announcement where member_id = ${memberId} order by at, type desc
  `.execute(market.db)
  return rows.rows
    .filter(({ type }) => /timeout|receipt/.test(type))
    .map(({ type, data }) => `${type} ${(JSON.parse(data) as { what?: string }).what}`)
}

function codeOf(result: { ok: true } | { ok: false; refusal: string }): string {
  return result.ok ? 'done' : result.refusal
}
