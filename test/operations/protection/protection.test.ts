import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { claimsOfMembers, paymentsOf } from '#db/protection/claims.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { askProtection } from '#operations/protection/ask-protection.ts'
import { openProtection } from '#operations/protection/open-protection.ts'
import { settleChangedTrades, settleDrops } from '#operations/protection/settle-protection.ts'
import { verifyProtection } from '#operations/protection/verify-protection.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { asFen } from '#rules/money/fen.ts'
import { PlaceBodySchema } from '#rules/trades/body.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import {
  afterwards,
  campaign,
  declare,
  onTheDay,
  openDeclaringMarket,
  spot,
} from '#test/support/declarations.ts'
import { bringInForce, forEach } from '#test/support/issuing.ts'
import { balance, put } from '#test/support/trades.ts'
import type { TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openDeclaringMarket(['A'], 16)
})
after(() => market.close())

const never = new AbortController().signal
let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

function contextAt(now: Temporal.Instant): EventContext {
  const { db, policies, market: where } = market
  return { db, policies, market: where, now, actor: 'service:test' }
}

/** A trade of its own member: so many units of a SKU at 100 yuan. */
async function buy(memberId: string, sku: string, quantity: number, isPaid = true): Promise<void> {
  const body = PlaceBodySchema.parse({
    tradeId: memberId,
    lines: [{ id: '1', sku, shop: 'A', category: 'clothes', quantity, listPrice: '100.00' }],
    freight: [{ shop: 'A', amount: '8.00' }],
  })
  const placed = await placeTrade(contextAt(onTheDay), { memberId, body, at: onTheDay }, key())
  equal(placed.ok, true, JSON.stringify(placed))
  if (isPaid) await pay(memberId)
}

async function pay(memberId: string, at = onTheDay.add({ minutes: 1 })): Promise<void> {
  const paid = await payTrade(contextAt(at), { memberId, body: { tradeId: memberId } }, key())
  equal(paid.ok, true, JSON.stringify(paid))
}

async function sellFor(sku: string, priceFen: number, at = afterwards): Promise<number> {
  const price = { campaign, shopId: 'A', sku, priceFen, at, cause: { dealId: `d-${priceFen}` } }
  return await transact(market.db, (tx) => openProtection(tx, contextAt(at), [price]))
}

async function settle(at = afterwards): Promise<void> {
  await settleChangedTrades(contextAt(at), never)
  await settleDrops(contextAt(at), never)
}

/**
 * Settles until it has come to this. An order that changed is read when no transaction runs that began before
 * it, in any database of the server: tests of other files hold it up for a moment.
 */
async function settleUntil(check: () => Promise<void>, at = afterwards): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    await settle(at)
    try {
      return await check()
    } catch (error) {
      if (turn >= 200) throw error
      await wait(25)
    }
  }
}

async function returnUnit(memberId: string, refundId: string): Promise<void> {
  const returned = [{ line: '1', quantity: 1 }]
  const body = RefundBodySchema.parse({ tradeId: memberId, refundId, returned })
  const refunded = await refundTrade(contextAt(afterwards), { memberId, body }, key())
  equal(refunded.ok, true, JSON.stringify(refunded))
}

/** What was paid of the claim of a member's line, one after the other. */
async function paidTo(memberId: string): Promise<number[]> {
  const payments = await paymentsOf(market.db, [{ memberId, tradeId: memberId, lineId: '1' }])
  return payments.map(({ fen }) => fen)
}

async function claimOf(memberId: string) {
  return (await claimsOfMembers(market.db, [memberId]))[0]
}

async function ask(memberId: string, at = afterwards) {
  const place = { memberId, tradeId: memberId, lineId: '1' }
  const asked = await askProtection(contextAt(at), place)
  return asked.ok ? asked.payFen : asked.refusal
}

test('BP-3 a lower price pays every buyer the difference of each unit, once', async () => {
  await declare(market, 'A', spot('fell', { quantity: 100 }))
  await buy('fell-1', 'fell', 1)
  await buy('fell-3', 'fell', 3)
  equal(await sellFor('fell', 9_500), 1)
  await settle()
  await settle()
  deepEqual([await paidTo('fell-1'), await paidTo('fell-3')], [[500], [1_500]])
  equal(await sellFor('fell', 9_500), 0)
  equal(await ask('fell-1'), 0)
  deepEqual(await paidTo('fell-1'), [500])
})

test('BP-4 a price that is lower still pays the further difference, another pays nothing', async () => {
  await declare(market, 'A', spot('twice'))
  await buy('twice-1', 'twice', 2)
  await sellFor('twice', 9_000)
  await settle()
  equal(await sellFor('twice', 9_400), 0)
  await settle()
  await sellFor('twice', 8_500)
  await settle()
  deepEqual(await paidTo('twice-1'), [2_000, 1_000])
  equal((await claimOf('twice-1'))?.priceFen, 8_500)
})

test('BP-3 a unit that went back has nothing, and gives back what it had', async () => {
  await declare(market, 'A', spot('returned'))
  await buy('returned-1', 'returned', 3)
  await sellFor('returned', 9_000)
  await settle()
  await returnUnit('returned-1', 'r1')
  await settleUntil(async () => deepEqual(await paidTo('returned-1'), [3_000, -1_000]))
  await returnUnit('returned-1', 'r2')
  await returnUnit('returned-1', 'r3')
  const sum = async () => (await paidTo('returned-1')).reduce((all, fen) => all + fen, 0)
  await settleUntil(async () => equal(await sum(), 0))
  await settle()
  equal(await sum(), 0)
  deepEqual(await verifyProtection(market.db, undefined), [])
})

test('BP-8 an order that is paid after the price fell has its claim then', async () => {
  await declare(market, 'A', spot('unpaid'))
  await buy('unpaid-1', 'unpaid', 1, false)
  await sellFor('unpaid', 9_000)
  await settle()
  deepEqual(await paidTo('unpaid-1'), [])
  equal(await ask('unpaid-1'), 'protection/not-paid')
  await pay('unpaid-1', onTheDay.add({ hours: 50 }))
  await settleUntil(async () => deepEqual(await paidTo('unpaid-1'), [1_000]))
})

test('BP-2 what a red envelope paid was paid, what an allowance took off was not', async () => {
  await declare(market, 'A', spot('parts'))
  await put(market, 'parts-1', 'redEnvelope', 888, { ref: 'R1' })
  await buy('parts-1', 'parts', 3)
  await sellFor('parts', 9_000)
  await settle()
  const claim = await claimOf('parts-1')
  deepEqual([claim?.unitsFen, claim?.paidFen], [[10_000, 10_000, 10_000], 3_000])
})

test('BP-1 a price outside of the days, and of goods that nobody declared, changes nothing', async () => {
  await declare(market, 'A', spot('days'))
  await buy('days-1', 'days', 1)
  const first = Temporal.Instant.from('2017-11-12T00:00:00+08:00')
  const end = Temporal.Instant.from('2017-11-27T00:00:00+08:00')
  equal(await sellFor('days', 9_000, first.subtract({ milliseconds: 1 })), 0)
  equal(await sellFor('days', 9_000, end), 0)
  equal(await ask('days-1'), 'protection/no-lower-price')
  equal(await ask('nobody'), 'protection/unknown-line')
  equal(await sellFor('days', 9_900, end.subtract({ milliseconds: 1 })), 1)
  equal(await ask('days-1', end.add({ hours: 24 * 20 })), 'protection/too-late')
  equal(await ask('days-1', end), 100)
})

test('64 that ask at once, while the job works, are paid once', async () => {
  await declare(market, 'A', spot('at-once', { quantity: 100 }))
  await buy('once-1', 'at-once', 1)
  await sellFor('at-once', 9_900)
  const asks = Array.from({ length: 64 }, () => 'once-1')
  await Promise.all([forEach(asks, (memberId) => ask(memberId)), settle(), settle()])
  deepEqual(await paidTo('once-1'), [100])
})

test('BP-7 points are put in with the shop as their funder and taken back, up to the limits', async () => {
  const at = afterwards.add({ hours: 1 })
  await bringInForce(
    market,
    'priceProtection',
    { paidAs: 'points', most: { item: '12.00', order: '50.00', member: '20.00' } },
    afterwards,
  )
  await declare(market, 'A', spot('points', { priceFen: asFen(10_000) }))
  await buy('points-1', 'points', 2)
  await sellFor('points', 9_000, at)
  await settle(at)
  const claim = await claimOf('points-1')
  deepEqual([claim?.fullFen, claim?.paidFen, claim?.limitedBy], [2_000, 1_200, 'item'])
  equal((await balance(market, 'points-1', 'points'))?.available, 1_200)
  await returnUnit('points-1', 'r1')
  const available = async () => (await balance(market, 'points-1', 'points'))?.available
  await settleUntil(async () => equal(await available(), 1_000), at)
  const rows = await sql<{ funder: string }>`
    select distinct funder from jifen.lot where member_id = 'points-1' and unit = 'points'
  `.execute(market.db)
  deepEqual(rows.rows, [{ funder: 'shop:A' }])
})

test('BP-6 where the policy says so, claims are opened only when their member asks', async () => {
  const at = afterwards.add({ hours: 2 })
  await bringInForce(market, 'priceProtection', { opens: 'asked' }, afterwards.add({ minutes: 90 }))
  await declare(market, 'A', spot('asked'))
  await buy('asked-1', 'asked', 1)
  await sellFor('asked', 9_000, at)
  await settle(at)
  deepEqual(await paidTo('asked-1'), [])
  equal(await ask('asked-1', at), 1_000)
  await sellFor('asked', 8_000, at.add({ hours: 1 }))
  await settle(at.add({ hours: 1 }))
  deepEqual(await paidTo('asked-1'), [1_000, 1_000])
})
