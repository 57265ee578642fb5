import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { statementOf, type Funded, type Moved, type Taken } from '#rules/settlement/statement.ts'
import { sumOfMoved } from '#rules/settlement/tally.ts'
import { movedIn, type Period, type TradeBooks } from '#rules/settlement/trade-books.ts'
import { anyPart, funders, tradeOf, trades } from '#test/support/trade-books.ts'

const always: Period = { fromMs: 0, toMs: 1_000 }
function together(all: readonly Moved[]): Moved {
  return {
    funded: all.flatMap((each) => each.funded),
    taken: all.flatMap((each) => each.taken),
    points: all.flatMap((each) => each.points),
  }
}

function allOf(given: readonly TradeBooks[], period = always): Moved {
  return together(given.map((trade) => movedIn(trade, period)))
}

test('ST-1 an allocation counts when its order was paid, and never when it was not', () => {
  const trade = tradeOf({
    tradeId: 't',
    campaign: null,
    paidMs: 100,
    depositFen: 0,
    parts: [
      anyPart({ offs: [{ funder: 'platform', layer: 'coupon', campaign: null, offFen: 70 }] }),
    ],
  })
  const off = (period: Period, of = trade): number =>
    statementOf(movedIn(of, period)).totals.allocatedFen
  equal(off({ fromMs: 100, toMs: 101 }), 70)
  equal(off({ fromMs: 0, toMs: 100 }), 0)
  equal(off(always, { ...trade, orders: [{ shop: 'A', paidMs: null }] }), 0)
})

test('ST-2 what comes back counts at its own instant, against the same funder', () => {
  const off = { funder: 'brand:acme', layer: 'shop', campaign: 'spring', offFen: 70 }
  const trade = tradeOf({
    tradeId: 't',
    campaign: null,
    paidMs: 100,
    depositFen: 0,
    parts: [anyPart({ offs: [off], back: 10, atMs: 300 })],
  })
  const { funding } = statementOf(movedIn(trade, { fromMs: 200, toMs: 400 }))
  deepEqual(funding, [
    {
      campaign: 'spring',
      shop: 'A',
      funder: 'brand:acme',
      layer: 'shop',
      allocatedFen: 0,
      reversedFen: 70,
      netFen: -70,
    },
  ])
})

test('ST-3 over all time no funder bears less than nothing', () => {
  fc.assert(
    fc.property(fc.array(trades, { maxLength: 8 }), (given) => {
      const { funders: rows } = statementOf(allOf(given))
      equal(
        rows.some((row) => row.netFen < 0),
        false,
      )
    }),
  )
})

test('ST-4 a shop is due what it sold less what it funds and what came back', () => {
  fc.assert(
    fc.property(fc.array(trades, { maxLength: 8 }), (given) => {
      for (const row of statementOf(allOf(given)).shops) {
        const ofShop = given.flatMap((trade) =>
          isUnpaid(trade) || trade.campaign !== row.campaign ? [] : [trade],
        )
        const back = ofShop.flatMap(({ allocations }) =>
          allocations.filter((each) => each.shop === row.shop).flatMap((each) => each.reversals),
        )
        const sold = row.goodsFen + row.freightFen + row.extrasFen
        const returned = row.refundedFen + back.reduce((sum, each) => sum + each.fen, 0)
        equal(row.dueFen, sold - returned - row.ownFundedFen)
      }
    }),
  )
})

test('ST-4 all shops are due what members paid and what others than the shop fund', () => {
  fc.assert(
    fc.property(fc.array(trades, { maxLength: 8 }), (given) => {
      const { shops, funding, totals } = statementOf(allOf(given))
      const others = funding.filter((row) => row.funder !== `shop:${row.shop}`)
      const owed = others.reduce((sum, row) => sum + row.netFen, 0)
      equal(totals.dueFen, totals.paidFen - totals.refundedFen + owed)
      equal(
        shops.reduce((sum, row) => sum + row.ownFundedFen + row.othersFundedFen, 0),
        totals.netFen,
      )
    }),
  )
})

test('ST-5 the total equals the sum over trades, in any order and in any parts', () => {
  fc.assert(
    fc.property(fc.array(trades, { maxLength: 8 }), fc.nat(8), fc.nat(1_000), (given, cut, at) => {
      const whole = statementOf(allOf(given))
      deepEqual(statementOf(allOf(given.toReversed())), whole)
      deepEqual(statementOf(sumOfMoved(given.map((trade) => movedIn(trade, always)))), whole)
      const parted = [...split(allOf(given.slice(0, cut))), ...split(allOf(given.slice(cut)))]
      deepEqual(statementOf(together(parted)), whole)
      const before = allOf(given, { fromMs: 0, toMs: at })
      const after = allOf(given, { fromMs: at, toMs: 1_000 })
      deepEqual(statementOf(together([before, after])), whole)
      const sums = given.map((trade) => statementOf(movedIn(trade, always)).totals)
      for (const key of ['netFen', 'paidFen', 'dueFen'] as const) {
        equal(
          sums.reduce((sum, totals) => sum + totals[key], 0),
          whole.totals[key],
        )
      }
    }),
  )
})

test('ST-6 campaigns and shops part a statement without rest', () => {
  fc.assert(
    fc.property(fc.array(trades, { maxLength: 8 }), (given) => {
      const moved = allOf(given)
      const whole = statementOf(moved)
      const ofNone = whole.funding.filter((row) => row.campaign === null)
      const named = ['double11', 'spring'].map((campaign) => statementOf(moved, { campaign }))
      const net = ofNone.reduce((sum, row) => sum + row.netFen, 0)
      equal(
        named.reduce((sum, each) => sum + each.totals.netFen, net),
        whole.totals.netFen,
      )
      const byShop = ['A', 'B'].map((shop) => statementOf(moved, { shop }).totals.dueFen)
      equal((byShop[0] ?? 0) + (byShop[1] ?? 0), whole.totals.dueFen)
      for (const funder of funders) {
        const one = statementOf(moved, { funder })
        deepEqual(
          one.funding,
          whole.funding.filter((row) => row.funder === funder),
        )
        deepEqual(one.shops, [])
      }
    }),
  )
})

test('ST-7 points are told apart from what a shop is due', () => {
  const points = [
    { funder: 'shop:A', earned: 50, clawedBack: 0 },
    { funder: 'platform', earned: 7, clawedBack: 0 },
    { funder: 'shop:A', earned: 5, clawedBack: 20 },
  ]
  const moved = { funded: [], taken: [], points }
  deepEqual(statementOf(moved, { shop: 'A' }).points, [
    { funder: 'shop:A', earned: 55, clawedBack: 20, costFen: 35 },
  ])
  deepEqual(statementOf(moved).totals, {
    allocatedFen: 0,
    reversedFen: 0,
    netFen: 0,
    paidFen: 0,
    refundedFen: 0,
    dueFen: 0,
    pointsFen: 42,
    lateFen: 0,
    protectionFen: 0,
  })
  deepEqual(statementOf(moved, { campaign: 'spring' }).points, [])
})

test('ST-9 what a shop pays for late shipments is a line of its own, apart from its points', () => {
  const points = [
    { funder: 'shop:B', earned: 3_000, clawedBack: 0, lateShipments: 1 },
    { funder: 'shop:A', earned: 9_000, clawedBack: 3_000, lateShipments: 2 },
    { funder: 'shop:A', earned: 50, clawedBack: 0 },
  ]
  const moved = { funded: [], taken: [], points }
  const { points: ordinary, late, totals } = statementOf(moved)
  deepEqual(late, [
    { shop: 'A', shipments: 2, paidFen: 9_000, takenBackFen: 3_000, costFen: 6_000 },
    { shop: 'B', shipments: 1, paidFen: 3_000, takenBackFen: 0, costFen: 3_000 },
  ])
  deepEqual([totals.lateFen, totals.pointsFen, totals.dueFen], [9_000, 50, 0])
  equal(ordinary.length, 1)
  deepEqual(statementOf(moved, { shop: 'B' }).late, late.slice(1))
  deepEqual(statementOf(moved, { campaign: 'spring' }).late, [])
})

function isUnpaid({ orders }: TradeBooks): boolean {
  return orders.every((order) => order.paidMs === null)
}

/** Each row of a fold cut in two, as if it had come in two parts. */
function split(moved: Moved): Moved[] {
  const half = (fen: number): number => Math.floor(fen / 2)
  const first = (each: Funded): Funded => ({
    ...each,
    allocatedFen: half(each.allocatedFen),
    reversedFen: half(each.reversedFen),
  })
  const second = (each: Funded): Funded => ({
    ...each,
    allocatedFen: each.allocatedFen - half(each.allocatedFen),
    reversedFen: each.reversedFen - half(each.reversedFen),
  })
  const none: readonly Taken[] = []
  return [
    { funded: moved.funded.map(first), taken: moved.taken, points: moved.points },
    { funded: moved.funded.map(second), taken: none, points: [] },
  ]
}
