import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { closeDueTrades, lapseDuePresales } from '#operations/trades/close-due.ts'
import { closeTrade, payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { bookPresale, payDeposit } from '#operations/trades/presales.ts'
import { recordTrade } from '#operations/trades/record-trade.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { verifyDeclarations } from '#operations/declarations/verify-declarations.ts'
import { asFen } from '#rules/money/fen.ts'
import { BookBodySchema, PlaceBodySchema, RecordBodySchema } from '#rules/trades/body.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import {
  declare,
  leftOf,
  onTheDay,
  openDeclaringMarket,
  presale,
  presaling,
  spot,
} from '#test/support/declarations.ts'
import { bringInForce, forEach } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openDeclaringMarket(['A', 'B'], 16)
})
after(() => market.close())

let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

function contextAt(now: Temporal.Instant): EventContext {
  const { db, policies, market: where } = market
  return { db, policies, market: where, now, actor: 'service:test' }
}

type Line = { sku: string; quantity?: number; price?: string; shop?: string; booking?: string }

function bodyOf(tradeId: string, lines: readonly Line[]) {
  return PlaceBodySchema.parse({
    tradeId,
    lines: lines.map(({ sku, quantity = 1, price = '100.00', shop = 'A', booking }, n) => ({
      id: String(n + 1),
      sku,
      shop,
      category: 'clothes',
      quantity,
      listPrice: price,
      ...(booking === undefined ? {} : { booking, presale: { deposit: '10.00' } }),
    })),
  })
}

async function place(tradeId: string, lines: readonly Line[], at = onTheDay, member = tradeId) {
  const body = bodyOf(tradeId, lines)
  return await placeTrade(contextAt(at), { memberId: member, body, at }, key())
}

const later = onTheDay.add({ hours: 200 })

test('DL-10 64 clients at once are sold what is declared and not one unit more', async () => {
  await declare(market, 'A', spot('hot', { quantity: 10 }))
  const buyers = Array.from({ length: 64 }, (_, n) => `hot-${n}`)
  const placed = await forEach(buyers, (id) => place(id, [{ sku: 'hot' }]))
  equal(placed.filter((each) => each.ok).length, 10)
  const refused = placed.find((each) => !each.ok)
  deepEqual(refused, {
    ok: false,
    refusal: 'declarations/sold-out',
    line: '1',
    shop: 'A',
    sku: 'hot',
  })
  equal(await leftOf(market, 'A', 'hot'), 0)
  deepEqual(await verifyDeclarations(market.db), [])
})

test('DL-10 64 clients that buy the same SKUs in any order all come through', async () => {
  await declare(market, 'A', spot('x', { quantity: 64 }))
  await declare(market, 'A', spot('y', { quantity: 64 }))
  const buyers = Array.from({ length: 64 }, (_, n) => n)
  const placed = await forEach(buyers, (n) => {
    const lines = [{ sku: 'x' }, { sku: 'y' }]
    return place(`xy-${n}`, n % 2 === 0 ? lines : lines.toReversed())
  })
  equal(placed.filter((each) => each.ok).length, 64)
  deepEqual([await leftOf(market, 'A', 'x'), await leftOf(market, 'A', 'y')], [0, 0])
})

test('DL-10 a refused trade takes nothing of its other SKUs, and a repeat takes nothing more', async () => {
  await declare(market, 'A', spot('one', { quantity: 5 }))
  await declare(market, 'A', spot('two', { quantity: 1 }))
  const lines = [
    { sku: 'one', quantity: 2 },
    { sku: 'two', quantity: 2 },
  ]
  const refused = await place('t-both', lines)
  equal(refused.ok ? '' : refused.refusal, 'declarations/sold-out')
  equal(await leftOf(market, 'A', 'one'), 5)
  const again = { idempotencyKey: 'twice' }
  const body = bodyOf('t-twice', [
    { sku: 'one', quantity: 2 },
    { sku: 'one', quantity: 1 },
  ])
  const placing = { memberId: 'twice', body, at: onTheDay }
  equal((await placeTrade(contextAt(onTheDay), placing, again)).ok, true)
  equal((await placeTrade(contextAt(onTheDay), placing, again)).ok, true)
  equal(await leftOf(market, 'A', 'one'), 2)
})

test('DL-11 a price that is another than the declared one is refused, or kept as the policy says', async () => {
  await declare(market, 'A', spot('priced'))
  const asked = [{ sku: 'priced', price: '99.00' }]
  deepEqual(await place('t-other', asked), {
    ok: false,
    refusal: 'declarations/other-price',
    line: '1',
    shop: 'A',
    sku: 'priced',
    askedFen: 9_900,
    declaredFen: 10_000,
  })
  equal((await place('t-before', asked, presaling)).ok, true)
  equal((await place('t-undeclared', [{ sku: 'other', price: '1.00' }])).ok, true)
  await bringInForce(market, 'declarations', { otherPrice: 'record' }, presaling)
  equal((await place('t-recorded', asked)).ok, true)
  equal(await leftOf(market, 'A', 'priced'), 9)
  await bringInForce(market, 'declarations', { otherPrice: 'refuse' }, presaling.add({ hours: 1 }))
})

test('DL-12 what a trade drew comes back when it is closed, in time or by the clock', async () => {
  await declare(market, 'A', spot('closing'))
  await place('t-close', [{ sku: 'closing', quantity: 3 }])
  await place('t-due', [{ sku: 'closing', quantity: 2 }])
  equal(await leftOf(market, 'A', 'closing'), 5)
  const at = onTheDay.add({ minutes: 1 })
  const closing = { memberId: 't-close', body: { tradeId: 't-close' } }
  await closeTrade(contextAt(at), closing, key())
  equal(await leftOf(market, 'A', 'closing'), 8)
  await closeDueTrades(contextAt(later))
  equal(await leftOf(market, 'A', 'closing'), 10)
  deepEqual(await verifyDeclarations(market.db), [])
})

test('DL-12 of a trade that is paid an order that comes back whole gives back, a part of one does not', async () => {
  await declare(market, 'A', spot('paid'))
  await declare(market, 'B', spot('paid'))
  await place('t-paid', [
    { sku: 'paid', quantity: 2 },
    { sku: 'paid', quantity: 2, shop: 'B' },
  ])
  const at = onTheDay.add({ minutes: 1 })
  await payTrade(contextAt(at), { memberId: 't-paid', body: { tradeId: 't-paid' } }, key())
  const back = async (refundId: string, line: string) => {
    const returned = [{ line, quantity: 1 }]
    const body = RefundBodySchema.parse({ tradeId: 't-paid', refundId, returned })
    const refunded = await refundTrade(contextAt(at), { memberId: 't-paid', body }, key())
    equal(refunded.ok, true, JSON.stringify(refunded))
  }
  await back('r1', '1')
  equal(await leftOf(market, 'A', 'paid'), 8)
  await back('r2', '1')
  deepEqual([await leftOf(market, 'A', 'paid'), await leftOf(market, 'B', 'paid')], [10, 8])
  deepEqual(await verifyDeclarations(market.db), [])
})

test('DL-10 a booking draws on the presale, its trade does not again, and a lapse gives back', async () => {
  await declare(market, 'A', presale('early', { quantity: 2 }))
  const book = async (presaleId: string, price = '90.00') => {
    const body = BookBodySchema.parse({
      presaleId,
      line: { sku: 'early', shop: 'A', quantity: 1, price, deposit: '10.00' },
      balance: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
    })
    const booked = await bookPresale(contextAt(presaling), { memberId: presaleId, body }, key())
    return booked.ok ? 'ok' : booked.refusal
  }
  equal(await book('p-other', '89.00'), 'declarations/other-price')
  equal(await book('p-1'), 'ok')
  equal(await book('p-2'), 'ok')
  equal(await book('p-3'), 'declarations/sold-out')
  const paying = { memberId: 'p-1', body: { presaleId: 'p-1', paymentId: 'd' } }
  await payDeposit(contextAt(presaling), paying, key())
  const line = { sku: 'early', price: '90.00', booking: 'p-1' }
  const placed = await place('t-early', [line], onTheDay, 'p-1')
  equal(placed.ok, true, JSON.stringify(placed))
  equal(await leftOf(market, 'A', 'early', 'presale'), 0)

  await lapseDuePresales(contextAt(onTheDay.add({ hours: 24 })))
  equal(await leftOf(market, 'A', 'early', 'presale'), 1)
  await closeDueTrades(contextAt(later))
  await lapseDuePresales(contextAt(later))
  equal(await leftOf(market, 'A', 'early', 'presale'), 2)
  deepEqual(await verifyDeclarations(market.db), [])
})

test('A trade that was priced elsewhere is kept with what is declared, and draws nothing', async () => {
  await declare(market, 'A', spot('elsewhere'))
  const line = { id: '1', sku: 'elsewhere', shop: 'A', quantity: 3, price: '80.00', pay: '240.00' }
  const body = RecordBodySchema.parse({ tradeId: 't-else', lines: [line] })
  const recording = { memberId: 'else', body, at: onTheDay }
  equal((await recordTrade(contextAt(onTheDay), recording, key())).ok, true)
  equal(await leftOf(market, 'A', 'elsewhere'), 10)
  const rows = await sql<{ drawn: boolean; asked_fen: number; declared_fen: number }>`
    select drawn, asked_fen, declared_fen from jifen.declared_use where member_id = 'else'
  `.execute(market.db)
  deepEqual(rows.rows, [{ drawn: false, asked_fen: asFen(8_000), declared_fen: asFen(10_000) }])
})
