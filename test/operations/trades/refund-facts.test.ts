import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readTrade } from '#operations/trades/read-trades.ts'
import { buy, pay } from '#test/support/bought.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { balance, doubleEleven, openTradeMarket } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

const later = doubleEleven.add({ hours: 24 })

test('TR-10 what was earned on what stays is earned, in whatever order receipt and refunds come', async () => {
  const at = later.toString()
  const now = later.add({ hours: 48 })
  const pointsBy: (number | undefined)[] = []
  for (const [n, order] of [
    ['refund', 'receive'],
    ['receive', 'refund'],
  ].entries()) {
    const memberId = `orders-${n}`
    await buy(market, memberId)
    await pay(market, memberId)
    for (const what of order) {
      const told =
        what === 'receive'
          ? fact(memberId, 'rec', 'order.received', at, { orderId: 't-1-2' })
          : fact(memberId, 'ref', 'refund.succeeded', at, {
              orderId: 't-1-2',
              lines: [{ id: '2', amount: '101.01', quantity: 1 }],
            })
      const [result, again] = await tell(market, [told, told], now)
      deepEqual([result?.status, again?.status], ['applied', 'duplicate'])
    }
    pointsBy.push((await balance(market, memberId, 'points'))?.available)
  }
  equal(pointsBy[0], pointsBy[1])
})

test('OR-3 a refund told before the order waits for it, and for the trade to be paid', async () => {
  const now = later.add({ hours: 1 })
  const at = later.toString()
  const told = fact('early', 'ref', 'refund.succeeded', at, {
    orderId: 't-1-1',
    lines: [{ id: '1', amount: '60.00', quantity: 1 }],
    freight: '6.00',
  })
  const [parked] = await tell(market, [told], now)
  deepEqual([parked?.status, parked?.['waitsFor']], ['parked', 'order'])
  await buy(market, 'early')
  const [again] = await tell(market, [told], now)
  deepEqual([again?.status, again?.was], ['duplicate', 'parked'])
  await pay(market, 'early')
  const view = await readTrade(market.db, 'early', 't-1')
  deepEqual(
    [view?.orders[0]?.lines[0]?.refundedFen, view?.orders[0]?.closedAt?.toString()],
    [6_000, at],
  )
  const over = fact('early', 'ref-2', 'refund.succeeded', at, {
    orderId: 't-1-1',
    lines: [{ id: '1', amount: '0.00' }],
    freight: '0.01',
  })
  const [refused] = await tell(market, [over], now)
  deepEqual([refused?.status, refused?.refusal], ['refused', 'returns/more-than-left'])
})

test('TR-10 a refund waits until the last order of the trade is paid or closed', async () => {
  await buy(market, 'parts')
  const now = later.add({ hours: 1 })
  const at = later.toString()
  const paid = (orderId: string) => fact('parts', `p-${orderId}`, 'order.paid', at, { orderId })
  const told = fact('parts', 'ref', 'refund.succeeded', at, {
    orderId: 't-1-1',
    lines: [{ id: '1', amount: '60.00', quantity: 1 }],
  })
  const results = await tell(market, [paid('t-1-1'), told], now)
  deepEqual(
    results.map((each) => each.status),
    ['applied', 'parked'],
  )
  await tell(market, [paid('t-1-2')], now)
  const view = await readTrade(market.db, 'parts', 't-1')
  equal(view?.orders[0]?.lines[0]?.refundedQuantity, 1)
  equal((await balance(market, 'parts', 'points'))?.available !== 500, true)
})
