import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { closeDueTrades } from '#operations/trades/close-due.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { readTrade } from '#operations/trades/read-trades.ts'
import { recordTrade } from '#operations/trades/record-trade.ts'
import { tellOrder } from '#operations/trades/tell-order.ts'
import { RecordBodySchema } from '#rules/trades/body.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
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

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

async function place(memberId: string, tradeId = 't-1', changes: object = {}): Promise<void> {
  const body = basket(tradeId, changes)
  const placed = await placeTrade(contextOf(market), { memberId, body, at: doubleEleven }, key())
  if (!placed.ok) throw new Error(placed.refusal)
}

const at = '2017-11-11T10:00:00+08:00'
const later = '2017-11-12T10:00:00+08:00'
const now = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

/** What is told of a trade, in JSON. */
const placedData = {
  tradeId: 't-1',
  lines: [
    { id: '1', sku: 'a1', shop: 'A', category: 'ordinary', quantity: 1, listPrice: '80.00' },
    { id: '2', sku: 'b1', shop: 'B', category: 'ordinary', quantity: 2, listPrice: '175.00' },
  ],
  allowanceStep: { every: '400.00', off: '50.00' },
}

test('TR-8 facts place, pay and close trades as requests do, and again they are duplicates', async () => {
  await put(market, 'told', 'allowance', 12_000)
  const facts = [
    fact('told', 'e1', 'trade.placed', at, placedData),
    fact('told', 'e2', 'trade.paid', at, { tradeId: 't-1' }),
    fact('told', 'e3', 'order.received', later, { orderId: 't-1-1' }),
    fact('told', 'e4', 'trade.closed', later, { tradeId: 't-1' }),
  ]
  const results = await tell(market, facts, now)
  deepEqual(
    results.map(({ status, refusal }) => [status, refusal]),
    [
      ['applied', undefined],
      ['applied', undefined],
      ['applied', undefined],
      ['refused', 'trades/already-paid'],
    ],
  )
  equal(results[0]?.['payFen'], 43_000 - 3_000 - 5_000)
  deepEqual(await balance(market, 'told', 'allowance'), { available: 7_000, held: 0 })
  equal((await balance(market, 'told', 'points'))?.available, 35)
  const again = await tell(market, facts, now)
  deepEqual(
    again.map(({ status, was }) => [status, was]),
    [
      ['duplicate', 'applied'],
      ['duplicate', 'applied'],
      ['duplicate', 'applied'],
      ['duplicate', 'refused'],
    ],
  )
})

test('OR-3 facts about a trade and its orders wait for it, in whatever order they come', async () => {
  await put(market, 'early', 'allowance', 12_000)
  const first = [
    fact('early', 'e3', 'order.received', later, { orderId: 't-1-2' }),
    fact('early', 'e2', 'trade.paid', at, { tradeId: 't-1' }),
  ]
  const parked = await tell(market, first, now)
  deepEqual(
    parked.map(({ status, waitsFor }) => [status, waitsFor]),
    [
      ['parked', 'order'],
      ['parked', 'trade'],
    ],
  )
  await place('early')
  const view = await readTrade(market.db, 'early', 't-1')
  equal(view?.trade.status, 'paid')
  const points = view?.orders.flatMap((order) => order.lines.map((line) => line.pointsEarned))
  deepEqual(points, [0, 140])
  deepEqual(await balance(market, 'early', 'allowance'), { available: 7_000, held: 0 })
})

test('TR-8 a trade is paid once all its orders are, by facts of their own', async () => {
  await put(market, 'parts', 'allowance', 12_000)
  await place('parts')
  const pay = (orderId: string) =>
    tell(market, [fact('parts', `paid-${orderId}`, 'order.paid', at, { orderId })], now)
  equal((await pay('t-1-1'))[0]?.status, 'applied')
  equal((await readTrade(market.db, 'parts', 't-1'))?.trade.status, 'placed')
  equal((await balance(market, 'parts', 'allowance'))?.held, 5_000)
  equal((await pay('t-1-2'))[0]?.status, 'applied')
  equal((await readTrade(market.db, 'parts', 't-1'))?.trade.status, 'paid')
  equal((await balance(market, 'parts', 'allowance'))?.held, 0)
})

test('TR-8 a trade is closed once all its orders are, and its coupon is free again', async () => {
  await giveCoupon(market, 'shut', 1)
  await place('shut', 't-2', {
    lines: [{ id: '1', sku: 'b', shop: 'B', quantity: 1, listPrice: '400.00' }],
    freight: [],
  })
  deepEqual(await coupons(market, 'shut'), { 'b10.1': 'held' })
  const [closed] = await tell(
    market,
    [fact('shut', 'c', 'order.closed', later, { orderId: 't-2-1' })],
    now,
  )
  equal(closed?.status, 'applied')
  equal((await readTrade(market.db, 'shut', 't-2'))?.trade.status, 'closed')
  deepEqual(await coupons(market, 'shut'), { 'b10.1': 'open' })
})

test('TR-6 a trade is over when its time is, and is closed by itself', async () => {
  await put(market, 'slow', 'allowance', 12_000)
  await place('slow')
  const over = doubleEleven.add({ hours: 72 })
  const paying = { memberId: 'slow', body: { tradeId: 't-1' } }
  const tooLate = await payTrade(contextOf(market, over), paying, key())
  equal(!tooLate.ok && tooLate.refusal, 'trades/closed')
  const [fromFact] = await tell(
    market,
    [fact('slow', 'p', 'order.paid', '2017-11-14T10:00:00+08:00', { orderId: 't-1-1' })],
    now,
  )
  equal(fromFact?.refusal, 'trades/closed')

  equal((await closeDueTrades(contextOf(market, over))) >= 1, true)
  const view = await readTrade(market.db, 'slow', 't-1')
  deepEqual([view?.trade.status, view?.trade.closeReason], ['closed', 'timeOut'])
  equal(
    view?.orders.every((order) => order.closedAt !== null),
    true,
  )
  deepEqual(await balance(market, 'slow', 'allowance'), { available: 12_000, held: 0 })
  equal(await closeDueTrades(contextOf(market, over)), 0)
})

test('TR-8 a trade that was placed takes no more orders', async () => {
  await place('full')
  const lines = [{ id: '1', sku: 'x', paid: '1.00' }]
  const [more] = await tell(
    market,
    [
      fact('full', 'o', 'order.placed', at, {
        orderId: 'other',
        tradeId: 't-1',
        shopId: 'Z',
        lines,
      }),
    ],
    now,
  )
  equal(more?.refusal, 'trades/already-placed')
  await tell(
    market,
    [
      fact('full', 'o2', 'order.placed', at, {
        orderId: 'o-9',
        tradeId: 't-9',
        shopId: 'Z',
        lines,
      }),
    ],
    now,
  )
  const taken = await placeTrade(
    contextOf(market),
    { memberId: 'full', body: basket('t-9'), at: doubleEleven },
    key(),
  )
  equal(!taken.ok && taken.refusal, 'trades/already-placed')
})

test('TR-4 a sealed member places nothing, and what was held is gone with the wallet', async () => {
  await put(market, 'sealed', 'allowance', 12_000)
  await place('sealed')
  await tell(market, [fact('sealed', 's', 'member.sealed', at, {})], now)
  const again = await placeTrade(
    contextOf(market),
    { memberId: 'sealed', body: basket('t-2'), at: doubleEleven },
    key(),
  )
  equal(!again.ok && again.refusal, 'members/sealed')
  const paid = await payTrade(
    contextOf(market),
    { memberId: 'sealed', body: { tradeId: 't-1' } },
    key(),
  )
  equal(!paid.ok && paid.refusal, 'members/sealed')
  await tell(market, [fact('sealed', 'u', 'member.unsealed', later, {})], now)
  const gone = await payTrade(
    contextOf(market),
    { memberId: 'sealed', body: { tradeId: 't-1' } },
    key(),
  )
  equal(!gone.ok && gone.refusal, 'ledger/hold-closed')
  const [order] = await tell(
    market,
    [
      fact('sealed', 'p1', 'order.paid', at, { orderId: 't-1-1' }),
      fact('sealed', 'p2', 'order.paid', at, { orderId: 't-1-2' }),
    ],
    now,
  )
  equal(order?.status, 'applied')
  equal((await readTrade(market.db, 'sealed', 't-1'))?.trade.status, 'paid')
})

test('An order of a trade is shipped and received once, and earns', async () => {
  await place('lin')
  const told = (what: 'shipped' | 'received', k = key()) =>
    tellOrder(
      contextOf(market),
      { memberId: 'lin', tradeId: 't-1', orderId: 't-1-2', told: what },
      k,
    )
  const unpaid = await told('received')
  equal(!unpaid.ok && unpaid.refusal, 'trades/not-paid')
  await payTrade(contextOf(market), { memberId: 'lin', body: { tradeId: 't-1' } }, key())
  equal((await told('shipped')).ok, true)
  const same = key()
  const received = await told('received', same)
  deepEqual(received, await told('received', same))
  equal(received.ok && received.order.lines[0]?.pointsEarned, 160)
  const twice = await told('received')
  equal(!twice.ok && twice.refusal, 'orders/already-received')
})

test('TR-9 a trade priced elsewhere is recorded as it is, if it adds up', async () => {
  const body = (pay: string) =>
    RecordBodySchema.parse({
      tradeId: 't-1',
      lines: [
        {
          id: '1',
          sku: 'a',
          shop: 'A',
          quantity: 3,
          price: '100.00',
          pay,
          shares: [{ layer: 'shop', instrument: 'X', off: '50.00', funder: 'shop:A' }],
        },
      ],
    })
  const record = (pay: string) =>
    recordTrade(contextOf(market), { memberId: 'else', body: body(pay), at: doubleEleven }, key())
  const wrong = await record('249.99')
  equal(!wrong.ok && wrong.refusal, 'trades/does-not-add-up')
  equal((await record('250.00')).ok, true)
  equal((await record('250.00')).ok, true)
  const view = await readTrade(market.db, 'else', 't-1')
  deepEqual(
    [view?.trade.kind, view?.trade.payFen, view?.quote.lines[0]?.unitsFen],
    ['recorded', 25_000, [8_333, 8_333, 8_334]],
  )
  equal(view?.allocations[0]?.offFen, 5_000)
})
