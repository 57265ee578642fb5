import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { faultsOf } from '#rules/settlement/trade-books.ts'
import { anyPart, tradeOf, trades } from '#test/support/trade-books.ts'

test('ST-8 right books have no fault, and one changed amount is found', () => {
  fc.assert(
    fc.property(trades, (trade) => {
      deepEqual(faultsOf(trade), [])
      equal(faultsOf({ ...trade, goodsFen: trade.goodsFen + 1 }).length, 1)
      equal(faultsOf({ ...trade, payFen: trade.payFen - 1 }).length, 1)
      const [first, ...rest] = trade.allocations
      if (first === undefined) return
      const over = [{ atMs: 1, fen: first.offFen + 1 }]
      const faults = faultsOf({ ...trade, allocations: [{ ...first, reversals: over }, ...rest] })
      equal(faults.length, 1)
    }),
  )
})

test('ST-8 a line refunded whole has nothing left of its allocations', () => {
  const off = { funder: 'platform', layer: 'coupon', campaign: null, offFen: 70 }
  const right = tradeOf({
    tradeId: 't',
    campaign: null,
    paidMs: 1,
    depositFen: 0,
    parts: [anyPart({ offs: [off], back: 10 })],
  })
  const allocations = right.allocations.map((each) => ({
    ...each,
    reversals: [{ atMs: 1, fen: 69 }],
  }))
  deepEqual(faultsOf({ ...right, allocations }), [
    'only 69 came back of 70 that platform took off 0 (coupon), though everything was refunded',
  ])
})
