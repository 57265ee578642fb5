import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { closeDueTrades } from '#operations/trades/close-due.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { bringInForce } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import {
  balance,
  basket,
  contextOf,
  coupons,
  doubleEleven,
  giveCoupon,
  openTradeMarket,
  put,
} from '#test/support/trades.ts'

const later = doubleEleven.add({ hours: 24 * 5 })

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
  await bringInForce(market, 'offer:few', {
    layer: 'shop',
    target: { shops: ['A'] },
    limit: { total: 1_000, perMember: 5 },
    effect: { type: 'thresholdOff', steps: [{ from: '50.00', off: '5.00' }] },
  })
})
after(() => market.close())

const allowanceStep = { every: '300.00', off: '50.00' }

async function place(memberId: string, tradeId: string): Promise<void> {
  const placing = { memberId, body: basket(tradeId, { allowanceStep }), at: doubleEleven }
  const key = { idempotencyKey: tradeId }
  const placed = await placeTrade(contextOf(market), placing, key)
  equal(placed.ok, true)
}

async function statuses(): Promise<Record<string, number>> {
  const rows = await sql<{ status: string; count: number }>`
    select status, count(*) from jifen.trade group by status order by status
  `.execute(market.owner)
  return Object.fromEntries(rows.rows.map((row) => [row.status, row.count]))
}

async function used(): Promise<number> {
  const rows = await sql<{ count: number }>`select count(*) from jifen.offer_use`.execute(
    market.owner,
  )
  return rows.rows[0]?.count ?? 0
}

test('TR-6 many trades that are due at once are closed in batches, with all that was held', async () => {
  const members = Array.from({ length: 65 }, (_, n) => `buyer-${n}`)
  for (const memberId of members) {
    await put(market, memberId, 'allowance', 12_000)
    await put(market, memberId, 'redEnvelope', 888, { ref: 'R1' })
    await giveCoupon(market, memberId, 1)
    await place(memberId, 't-1')
    await place(memberId, 't-2')
  }
  const paying = { memberId: 'buyer-7', body: { tradeId: 't-1' } }
  await payTrade(contextOf(market), paying, { idempotencyKey: 'paid' })
  equal(await used(), 130)

  equal(await closeDueTrades(contextOf(market, later)), 129)
  deepEqual(await statuses(), { closed: 129, paid: 1 })
  equal(await used(), 1)
  deepEqual(await balance(market, 'buyer-3', 'allowance'), { available: 12_000, held: 0 })
  deepEqual(await balance(market, 'buyer-3', 'redEnvelope'), { available: 888, held: 0 })
  deepEqual(await balance(market, 'buyer-7', 'allowance'), { available: 7_000, held: 0 })
  deepEqual(await coupons(market, 'buyer-3'), { 'b10.1': 'open' })
  equal(await closeDueTrades(contextOf(market, later)), 0)
})

test('TR-6 a trade that cannot be closed keeps none of the others open, and is told', async () => {
  for (const memberId of ['sound-1', 'broken', 'sound-2']) {
    await put(market, memberId, 'allowance', 12_000)
    await place(memberId, 't-1')
  }
  // Its books say that less is held than the trade holds.
  await sql`
    update jifen.wallet set held = 0 where member_id = 'broken' and unit = 'allowance'
  `.execute(market.owner)
  const before = await statuses()
  await closeDueTrades(contextOf(market, later)).then(
    () => equal('closed', 'refused'),
    () => undefined,
  )
  const after = await statuses()
  deepEqual([before['placed'], after['placed']], [3, 1])
  deepEqual(await balance(market, 'sound-2', 'allowance'), { available: 12_000, held: 0 })
})
