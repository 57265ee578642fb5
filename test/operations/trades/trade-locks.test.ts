import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { transact } from '#operations/_transact.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import {
  balance,
  basket,
  contextOf,
  doubleEleven,
  openTradeMarket,
  put,
} from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

const at = '2017-11-11T10:00:00+08:00'
const later = '2017-11-12T10:00:00+08:00'
const now = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

test('TR-12 what follows a payment is posted with all wallets locked before, in key order', async () => {
  await put(market, 'first', 'redEnvelope', 888, { ref: 'R1' })
  await put(market, 'second', 'points', 1)
  const body = basket('t-1', { choose: { redEnvelopes: ['R1'] } })
  const placing = { memberId: 'first', body, at: doubleEleven }
  const placed = await placeTrade(contextOf(market), placing, { idempotencyKey: 'k-1' })
  equal(placed.ok, true)
  const early = [
    fact('first', 'e1', 'order.paid', at, { orderId: 't-1-1' }),
    fact('first', 'e2', 'order.received', at, { orderId: 't-1-1' }),
    fact('first', 'e3', 'refund.succeeded', later, {
      orderId: 't-1-1',
      lines: [{ id: '1', quantity: 1, amount: '70.00' }],
    }),
    fact('second', 'e1', 'order.placed', at, {
      orderId: 'o-1',
      shopId: 'A',
      paidAt: at,
      lines: [{ id: '1', sku: 'a', paid: '100.00' }],
    }),
  ]
  const told = await tell(market, early, now)
  deepEqual(
    told.map(({ status }) => status),
    ['applied', 'applied', 'parked', 'applied'],
  )

  const earned = (await balance(market, 'first', 'points'))?.available ?? 0

  // The points of the first member are taken back after his envelope was captured and given back.
  const blocked = Promise.withResolvers<unknown>()
  const isFree = transact(market.db, async (tx) => {
    await sql`
      select from jifen.wallet where member_id = 'first' and unit = 'points' for no key update
    `.execute(tx)
    blocked.resolve(undefined)
    await waitUntilBlocked()
    const free = await sql`
      select from jifen.wallet
      where (member_id = 'first' and unit = 'redEnvelope') or member_id = 'second'
      for no key update skip locked
    `.execute(tx)
    return free.rows.length
  })
  await blocked.promise
  const both = [
    fact('first', 'e4', 'order.closed', at, { orderId: 't-1-2' }),
    fact('second', 'e2', 'order.received', later, { orderId: 'o-1' }),
  ]
  const closed = await tell(market, both, now)
  deepEqual(
    closed.map(({ status }) => status),
    ['applied', 'applied'],
  )
  equal(await isFree, 2)
  const left = (await balance(market, 'first', 'points'))?.available ?? 0
  equal(left < earned, true)
})

async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const waiting = await sql`
      select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
    `.execute(market.owner)
    if (waiting.rows.length > 0) return
    await setTimeout(5)
  }
}
