import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { everythingBack, type Back } from '#rules/returns/comes-back.ts'
import { paidFenOf, type FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { decideRefund, type Refund } from '#rules/returns/refund.ts'
import { allReversed, type Reversal } from '#rules/returns/reversals.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'
import { anyTrade, wayBack } from '#test/rules/returns/any-trade.ts'
import { pricedTrade } from '#test/rules/returns/priced-trade.ts'

test('RE-11, RE-13 however a trade comes back, its parts add up to the whole', () => {
  fc.assert(
    fc.property(tradesAndWays(), ([trade, way]) => {
      const steps = stepsOf(
        trade,
        way.map((item) => [item]),
      )
      equal(sumOf(steps.map((each) => each.refundFen)), paidFenOf(trade))
      equal(steps.at(-1)?.keptFen, 0)
      deepEqual(addedUp(steps.flatMap((each) => each.reversals)), addedUp(allReversed(trade)))
      equal(sumOf(steps.map(({ back }) => back.points)), trade.used.points)
      deepEqual(everyOrder(steps), new Set(trade.lines.map(({ shop }) => shop)))
    }),
    { numRuns: 400 },
  )
})

test('RE-7, RE-8, RE-9 after all came back unreceived the member is as before', () => {
  fc.assert(
    fc.property(tradesAndWays(), ([trade, way]) => {
      const backs = stepsOf(
        trade,
        way.map((item) => [item]),
      ).map(({ back }) => back)
      const all = everythingBack(trade)
      const { coupon, redEnvelope } = trade.terms
      equal(sumOf(backs.map((back) => back.allowanceFen)), all.allowanceFen)
      equal(sumOf(backs.map(envelopesIn)), redEnvelope === 'never' ? 0 : envelopesIn(all))
      const coupons = backs.flatMap((back) => back.coupons).toSorted()
      deepEqual(coupons, coupon === 'never' ? [] : all.coupons)
    }),
    { numRuns: 400 },
  )
})

test('RE-13 a batch does what its items do one by one, and no step gives too much or takes away', () => {
  fc.assert(
    fc.property(tradesAndWays(), fc.integer({ min: 1, max: 4 }), ([trade, way], size) => {
      const batches = Array.from({ length: Math.ceil(way.length / size) }, (_, index) => {
        return way.slice(index * size, index * size + size)
      })
      const inBatches = stepsOf(trade, batches)
      const oneByOne = stepsOf(
        trade,
        way.map((item) => [item]),
      )
      let kept = paidFenOf(trade)
      inBatches.forEach((step, index) => {
        const same = oneByOne.slice(index * size, index * size + size)
        equal(step.refundFen, sumOf(same.map((each) => each.refundFen)))
        equal(step.back.points, sumOf(same.map((each) => each.back.points)))
        equal(step.back.allowanceFen, sumOf(same.map((each) => each.back.allowanceFen)))
        deepEqual(addedUp(step.reversals), addedUp(same.flatMap((each) => each.reversals)))
        kept -= step.refundFen
        equal(step.keptFen, kept)
        equal(
          step.reversals.every(({ offFen }) => offFen > 0),
          true,
        )
        equal(
          Object.values(step.back.byEnvelopeFen).every((fen) => fen > 0),
          true,
        )
        equal(kept >= 0 && step.refundFen >= 0 && step.back.allowanceFen >= 0, true)
      })
    }),
    { numRuns: 400 },
  )
})

test('RE-9 nothing but points comes back of a trade that was received', () => {
  fc.assert(
    fc.property(tradesAndWays(), ([trade, way]) => {
      for (const { back } of stepsOf(
        trade,
        way.map((item) => [item]),
        true,
      )) {
        deepEqual([back.allowanceFen, back.redEnvelopesFen, back.coupons], [0, 0, []])
      }
    }),
    { numRuns: 200 },
  )
})

function tradesAndWays(): fc.Arbitrary<readonly [FrozenTrade, readonly ReturnItem[]]> {
  return fc
    .oneof(anyTrade(), pricedTrade())
    .chain((trade) => wayBack(trade).map((way) => [trade, way] as const))
}

/** What each return of a sequence decides. */
function stepsOf(
  trade: FrozenTrade,
  batches: readonly (readonly ReturnItem[])[],
  received = false,
): readonly Refund[] {
  const before: ReturnItem[] = []
  return batches.map((returned) => {
    const decided = decideRefund(trade, { isPaid: true, received, returned, before })
    if (!decided.ok) throw new Error(JSON.stringify(decided))
    before.push(...returned)
    return decided
  })
}

function addedUp(reversals: readonly Reversal[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const { line, n, offFen } of reversals) {
    const key = `${line} ${n}`
    sums[key] = (sums[key] ?? 0) + offFen
  }
  return Object.fromEntries(Object.entries(sums).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function everyOrder(steps: readonly Refund[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ closedNow }) => closedNow))
}

function envelopesIn(back: Back): number {
  return sumOf(Object.values(back.byEnvelopeFen))
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
