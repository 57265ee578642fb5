import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { receiptsOf } from '#db/timeouts/receipts.ts'
import { requestById } from '#db/timeouts/requests.ts'
import { exchangesOfTrade } from '#db/trades/refunds.ts'
import { readTimeouts } from '#operations/timeouts/read-timeouts.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { previewRefund } from '#operations/trades/preview-refund.ts'
import { readTrade } from '#operations/trades/read-trades.ts'
import { tellOrder } from '#operations/trades/tell-order.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import { buy, pay } from '#test/support/bought.ts'
import type { TestMarket } from '#test/support/market.ts'
import { newKey } from '#test/support/paid.ts'
import { ask, daysAfter, settle, stateOf, turn } from '#test/support/returns.ts'
import { balance, contextOf, coupons, doubleEleven, openTradeMarket } from '#test/support/trades.ts'

let market: TestMarket

before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

const nextDay = daysAfter(doubleEleven, 1)

/** The ids of the member's orders of shops A and B. */
async function bought(memberId: string): Promise<readonly [string, string]> {
  await buy(market, memberId)
  await pay(market, memberId)
  const view = await readTrade(market.db, memberId, 't-1')
  const [a, b] = ['A', 'B'].map(
    (shop) => view?.orders.find((order) => order.shopId === shop)?.orderId ?? '',
  )
  return [a ?? '', b ?? '']
}

async function ship(memberId: string, orderId: string): Promise<void> {
  const telling = { memberId, tradeId: 't-1', orderId, told: 'shipped', method: 'mail' } as const
  const told = await tellOrder(contextOf(market, nextDay), telling, newKey())
  ok(told.ok)
}

async function previewed(memberId: string, returned: object[]): Promise<number> {
  const body = RefundBodySchema.omit({ refundId: true }).parse({ tradeId: 't-1', returned })
  const preview = await previewRefund(contextOf(market, nextDay), { memberId, body })
  return preview.ok ? preview.refundFen : -1
}

test('RT-7 a request of a trade comes to what the refund of the same units comes to', async () => {
  const [a, b] = await bought('same')
  await ship('same', b)
  const expected = await previewed('same', [{ line: '2', quantity: 1 }])
  await settle(market, nextDay)
  const receipts = await receiptsOf(market.db, [{ memberId: 'same', orderId: b }])
  equal(receipts.get(`same/${b}`)?.method, 'mail')
  const line = { lines: [{ line: '2', quantity: 1, sku: null }] }
  const made = await ask(market, 'same', 'r-1', nextDay, { orderId: b, ...line })
  equal(made.ok && made.request.amountFen, expected)
  const whole = { kind: 'refund', reason: 'late', orderId: a } as const
  const all = await ask(market, 'same', 'r-2', nextDay, whole)
  const withFreight = await previewed('same', [{ line: '1', quantity: 1 }, { freight: 'A' }])
  equal(all.ok && all.request.amountFen, withFreight)
})

test('RT-17 requests that are refunded close the trade, and the member is as before, to the fen', async () => {
  const [a, b] = await bought('whole')
  const refund = { kind: 'refund', reason: 'late' } as const
  await ask(market, 'whole', 'r-a', nextDay, { ...refund, orderId: a })
  const two = { lines: [{ line: '2', quantity: 2, sku: null }] }
  await ask(market, 'whole', 'r-b', nextDay, { ...refund, ...two, orderId: b })
  equal(stateOf(await turn(market, 'whole', 'r-a', 'agree', nextDay)).startsWith('refunded'), true)
  // The other is not answered.
  await settle(market, daysAfter(nextDay, 5))
  const view = await readTrade(market.db, 'whole', 't-1')
  deepEqual([view?.trade.status, view?.trade.closeReason], ['closed', 'returned'])
  deepEqual(view?.trade.closedAt, daysAfter(nextDay, 5))
  const [allowance, envelope, points, held] = await Promise.all([
    balance(market, 'whole', 'allowance'),
    balance(market, 'whole', 'redEnvelope'),
    balance(market, 'whole', 'points'),
    coupons(market, 'whole'),
  ])
  deepEqual(
    [allowance?.available, envelope?.available, points?.available, held['b10.1']],
    [12_000, 888, 1_000, 'open'],
  )
  const both = await Promise.all(
    ['r-a', 'r-b'].map((returnId) => requestById(market.db, { memberId: 'whole', returnId })),
  )
  const sum = both.reduce((all, each) => all + (each?.refundedFen ?? 0), 0)
  equal(sum, view?.trade.payFen)
})

test('RT-17 a refund that the platform made meanwhile is not made again', async () => {
  const [, b] = await bought('outrun')
  await ship('outrun', b)
  const two = { lines: [{ line: '2', quantity: 2, sku: null }] }
  await ask(market, 'outrun', 'r', nextDay, { orderId: b, ...two })
  const returned = [{ line: '2', quantity: 1 }]
  const body = RefundBodySchema.parse({ tradeId: 't-1', refundId: 'elsewhere', returned })
  const context = contextOf(market, nextDay)
  const one = await refundTrade(context, { memberId: 'outrun', body }, newKey())
  await turn(market, 'outrun', 'r', 'agree', nextDay)
  await turn(market, 'outrun', 'r', 'send', nextDay)
  await turn(market, 'outrun', 'r', 'confirm', nextDay)
  const known = await requestById(market.db, { memberId: 'outrun', returnId: 'r' })
  equal(known?.outcome, 'refunded')
  const view = await readTrade(market.db, 'outrun', 't-1')
  const [line] = view?.orders.find((order) => order.orderId === b)?.lines ?? []
  equal(line?.refundedFen, (one.ok ? one.refundFen : 0) + (known?.refundedFen ?? 0))
  deepEqual([line?.refundedQuantity, line?.refundedFen], [2, line?.paidFen])
})

test('RT-14 what is exchanged takes the place of the units in the trade', async () => {
  const [, b] = await bought('exchanging')
  await ship('exchanging', b)
  const lines = { lines: [{ line: '2', quantity: 1, sku: 'b2' }] }
  const exchange = { kind: 'exchange', orderId: b, ...lines } as const
  equal(stateOf(await ask(market, 'exchanging', 'r', nextDay, exchange)), 'asked -')
  for (const [what, expected] of [
    ['agree', 'agreed -'],
    ['send', 'sent -'],
    ['confirm', 'replacing -'],
    ['replace', 'replaced -'],
    ['receive', 'exchanged -'],
  ] as const) {
    equal(stateOf(await turn(market, 'exchanging', 'r', what, nextDay)), expected)
  }
  const [done, ...more] = await exchangesOfTrade(market.db, {
    memberId: 'exchanging',
    tradeId: 't-1',
  })
  deepEqual([done?.lineId, done?.sku, done?.quantity, more.length], ['2', 'b2', 1, 0])
})

test('TO-8 the table of a trade has what is to be paid, shipped and answered', async () => {
  await buy(market, 'table')
  const of = { memberId: 'table', tradeId: 't-1' }
  const unpaid = await readTimeouts(market, of, doubleEleven)
  ok(unpaid.ok)
  deepEqual(
    unpaid.orders.map(({ shopId, times }) => [shopId, times.map(({ what }) => what)]),
    [
      ['A', ['pay']],
      ['B', ['pay']],
    ],
  )
  deepEqual(unpaid.orders[0]?.times[0]?.dueAt, daysAfter(doubleEleven, 3))
  await pay(market, 'table')
  const paid = await readTimeouts(market, of, nextDay)
  deepEqual(paid.ok && paid.orders.flatMap(({ times }) => times), [])
})
