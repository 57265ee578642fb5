import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { statementOf, type Funded, type Moved, type Taken } from '#rules/settlement/statement.ts'
import { sumOfMoved } from '#rules/settlement/tally.ts'
import {
  faultsOf,
  movedIn,
  type BookedAllocation,
  type BookedPart,
  type Period,
  type TradeBooks,
} from '#rules/settlement/trade-books.ts'

const always: Period = { fromMs: 0, toMs: 1_000 }
const campaigns = [null, 'double11', 'spring']
const funders = ['platform', 'shop:A', 'shop:B', 'brand:acme']
const layers = ['item', 'shop', 'coupon', 'allowance']

const parts = fc.record({
  shop: fc.constantFrom('A', 'B'),
  kind: fc.constantFrom('line', 'freight' as const),
  paidFen: fc.integer({ min: 0, max: 10_000 }),
  back: fc.integer({ min: 0, max: 10 }),
  atMs: fc.integer({ min: 0, max: 999 }),
  offs: fc.array(
    fc.record({
      funder: fc.constantFrom(...funders),
      layer: fc.constantFrom(...layers),
      campaign: fc.constantFrom(...campaigns),
      offFen: fc.integer({ min: 1, max: 5_000 }),
    }),
    { maxLength: 4 },
  ),
})

type AnyPart = typeof parts extends fc.Arbitrary<infer Part> ? Part : never

/** A trade whose books are right; `back` tenths of each part were returned at `atMs`. */
const trades: fc.Arbitrary<TradeBooks> = fc
  .record({
    tradeId: fc.uuid(),
    campaign: fc.constantFrom(...campaigns),
    paidMs: fc.option(fc.integer({ min: 0, max: 998 })),
    depositFen: fc.constantFrom(0, 500),
    parts: fc.array(parts, { minLength: 1, maxLength: 5 }),
  })
  .map(tradeOf)

function tradeOf(drawn: {
  readonly tradeId: string
  readonly campaign: string | null
  readonly paidMs: number | null
  readonly depositFen: number
  readonly parts: readonly AnyPart[]
}): TradeBooks {
  const booked = drawn.parts.map((part, index): BookedPart => {
    const refunds = [{ atMs: part.atMs, fen: Math.floor((part.paidFen * part.back) / 10) }]
    const { shop, kind, paidFen } = part
    return { id: `${index}`, kind, shop, paidFen, refunds, isAllBack: part.back === 10 }
  })
  const allocations = drawn.parts.flatMap((part, index) =>
    part.offs.map((off): BookedAllocation => {
      const layer = part.kind === 'freight' ? 'freight' : off.layer
      const reversals = [{ atMs: part.atMs, fen: Math.floor((off.offFen * part.back) / 10) }]
      return { ...off, layer, lineId: `${index}`, shop: part.shop, reversals }
    }),
  )
  const paid = booked.reduce((sum, part) => sum + part.paidFen, 0)
  const { tradeId, campaign, paidMs, depositFen } = drawn
  return {
    memberId: 'lin',
    tradeId,
    campaign,
    orders: [
      { shop: 'A', paidMs },
      { shop: 'B', paidMs: paidMs === null ? null : paidMs + 1 },
    ],
    depositFen,
    payFen: paid - depositFen,
    goodsFen: drawn.parts
      .filter((part) => part.kind === 'line')
      .reduce((sum, part) => sum + part.paidFen + offOf(part), 0),
    parts: booked,
    allocations,
  }
}

function offOf(part: AnyPart): number {
  return part.offs.reduce((sum, off) => sum + off.offFen, 0)
}

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
  })
  deepEqual(statementOf(moved, { campaign: 'spring' }).points, [])
})

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

function isUnpaid({ orders }: TradeBooks): boolean {
  return orders.every((order) => order.paidMs === null)
}

function anyPart(part: Partial<AnyPart>): AnyPart {
  return { shop: 'A', kind: 'line', paidFen: 100, back: 0, atMs: 1, offs: [], ...part }
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
