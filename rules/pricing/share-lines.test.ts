import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shareOver } from '#rules/money/allocate.ts'
import { shareLines } from '#rules/pricing/share-lines.ts'

const weight = fc.oneof(
  fc.constant(0),
  fc.nat({ max: 100 }),
  fc.nat({ max: 1_000_000 }),
  fc.nat({ max: 10_000_000_000_000 }),
)
const remainder = fc.constantFrom('largestFraction' as const, 'lastLineTakesRest' as const)

test('PR-9 what lines share is what their weights share, also past plain numbers and many lines', () => {
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 1, maxLength: 80 }),
      fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: 1_000_000_000 })),
      remainder,
      (weights, whole, how) => {
        fc.pre(weights.some((each) => each > 0))
        const lines = weights.map((_, at) => at)
        deepEqual(shareLines(whole, lines, weights, how), shareOver(whole, weights, how))
      },
    ),
  )
})

test('PR-9 only the lines that are named share, in the order in which they are named', () => {
  deepEqual(shareLines(10, [3, 1], [99, 1, 99, 3], 'largestFraction'), [7, 3])
  deepEqual(shareLines(10, [3, 1], [99, 1, 99, 3], 'lastLineTakesRest'), [7, 3])
})

test('PR-9 lines that weigh nothing share nothing', () => {
  deepEqual(shareLines(10, [0, 1], [0, 0], 'largestFraction'), [0, 0])
  deepEqual(shareLines(0, [0, 1], [1, 2], 'largestFraction'), [0, 0])
})
