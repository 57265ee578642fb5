import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { allocate as allocateByDinero, dinero, toSnapshot } from 'dinero.js'
import fc from 'fast-check'
import { allocate } from '#rules/money/allocate.ts'

const most = Number.MAX_SAFE_INTEGER

// Columns: amount | weights | shares by the largest lost fraction | shares if the last takes the rest.
const cases = `
   5000 | 8000 32000         | 1000 4000      | 1000 4000
      3 | 1 1 1              | 1 1 1          | 1 1 1
      1 | 1 1 1              | 0 0 1          | 0 0 1
      2 | 1 1 1              | 0 1 1          | 0 0 2
    100 | 1 1 1              | 33 33 34       | 33 33 34
    100 | 2 1                | 67 33          | 66 34
     10 | 6 3 1              | 6 3 1          | 6 3 1
     11 | 6 3 1              | 7 3 1          | 6 3 2
    888 | 10000 25000 0      | 254 634 0      | 253 635 0
      7 | 0 0 5              | 0 0 7          | 0 0 7
      0 | 3 4                | 0 0            | 0 0
     -1 | 1 1 1              | 0 0 -1         | 0 0 -1
   -100 | 2 1                | -67 -33        | -66 -34
      1 | 1                  | 1              | 1
`

test('MO-4, MO-5, MO-6 an amount is shared over lines as the table says', () => {
  for (const [amount = '', weights = '', largest = '', last = ''] of rowsOf(cases)) {
    const lines = wholesOf(weights)
    deepEqual(sharesOf(Number(amount), lines), wholesOf(largest), `${amount} over ${weights}`)
    const taken = allocate(Number(amount), lines, 'lastLineTakesRest')
    deepEqual(taken, { ok: true, shares: wholesOf(last) }, `${amount} over ${weights}`)
  }
})

test('MO-4, MO-5 the parts add up to the whole', () => {
  fc.assert(
    fc.property(
      wholes(),
      weightLists(),
      fc.constantFrom('largestFraction' as const, 'lastLineTakesRest' as const),
      (amount, weights, remainder) => {
        const shared = allocate(amount, weights, remainder)
        equal(shared.ok && sum(shared.shares), BigInt(amount))
      },
    ),
    { numRuns: 3_000 },
  )
})

test('MO-4 no part is a whole unit away from its exact share', () => {
  fc.assert(
    fc.property(wholes(), weightLists(), (amount, weights) => {
      const total = sum(weights)
      sharesOf(amount, weights).forEach((share, line) => {
        const apart = BigInt(share) * total - BigInt(amount) * BigInt(weights[line] ?? 0)
        equal(apart < total && apart > -total, true)
      })
    }),
    { numRuns: 3_000 },
  )
})

test('MO-4 a line without weight gets nothing, and no share has the other sign', () => {
  fc.assert(
    fc.property(wholes(), weightLists(), (amount, weights) => {
      sharesOf(amount, weights).forEach((share, line) => {
        if (weights[line] === 0) equal(share, 0)
        equal(amount < 0 ? share <= 0 : share >= 0, true)
        equal(Object.is(share, -0), false)
      })
    }),
  )
})

test('MO-4 the order of lines matters only among those that lost the same fraction', () => {
  fc.assert(
    fc.property(wholes(), weightLists(), fc.infiniteStream(fc.nat()), (amount, weights, keys) => {
      const order = weights.map((_, line) => ({ line, key: keys.next().value as number }))
      order.sort((a, b) => a.key - b.key || a.line - b.line)
      const shuffled = sharesOf(
        amount,
        order.map(({ line }) => weights[line] ?? 0),
      )
      const shares = sharesOf(amount, weights)
      order.forEach(({ line }, place) => {
        const apart = (shuffled[place] ?? 0) - (shares[line] ?? 0)
        if (apart !== 0) equal(hasTwin(amount, weights, line), true)
      })
      // As many odd units go to each fraction, whoever of its lines gets them.
      const place = (line: number): number => order.findIndex((each) => each.line === line)
      const odds = Map.groupBy(weights.keys(), (line) => lostOf(amount, weights, line))
      for (const lines of odds.values()) {
        const before = sum(lines.map((line) => shares[line] ?? 0))
        equal(sum(lines.map((line) => shuffled[place(line)] ?? 0)), before)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('MO-4 of lines alike, a later one never gets less', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 30 }), (amount, lines) => {
      const shares = sharesOf(amount, Array<number>(lines).fill(7))
      deepEqual(
        shares,
        shares.toSorted((a, b) => a - b),
      )
    }),
  )
})

test('MO-4 shares are exact where products and sums leave the safe range', () => {
  deepEqual(sharesOf(most, [1, 1]), [(most - 1) / 2, (most + 1) / 2])
  deepEqual(sharesOf(most, [most, most]), [(most - 1) / 2, (most + 1) / 2])
  deepEqual(sharesOf(3, [most, most, most]), [1, 1, 1])
  deepEqual(sharesOf(most, [most]), [most])
  const [small, large] = sharesOf(most, [1, most])
  deepEqual([small, large], [1, most - 1])
})

test('MO-4 no share is further than the odd unit from what dinero.js gives', () => {
  const currency = { code: 'CNY', base: 10, exponent: 2 }
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }).filter((each) => sum(each) > 0n),
      (amount, weights) => {
        const theirs = allocateByDinero(dinero({ amount, currency }), weights)
        const ours = sharesOf(amount, weights)
        theirs.forEach((share, line) => {
          equal(Math.abs(toSnapshot(share).amount - (ours[line] ?? 0)) <= 1, true)
        })
      },
    ),
    { numRuns: 2_000 },
  )
})

test('MO-5 every line but the last with weight is rounded down', () => {
  fc.assert(
    fc.property(wholes(), weightLists(), (amount, weights) => {
      const shared = allocate(amount, weights, 'lastLineTakesRest')
      const last = weights.findLastIndex((weight) => weight > 0)
      const total = sum(weights)
      weights.forEach((weight, line) => {
        if (line === last || !shared.ok) return
        equal(BigInt(shared.shares[line] ?? 0), (BigInt(amount) * BigInt(weight)) / total)
      })
    }),
  )
})

test('MO-6 a negative amount is the mirror of its absolute value', () => {
  fc.assert(
    fc.property(wholes(), weightLists(), (amount, weights) => {
      const mirrored = sharesOf(0 - amount, weights).map((share) => 0 - share)
      deepEqual(mirrored, sharesOf(amount, weights))
    }),
  )
})

// Columns: weights | refusal.
const unshareable = `
  | money/no-weights
  0 | money/zero-weights
  0 0 0 | money/zero-weights
  5 -1 | money/negative-weight
  -1 0 | money/negative-weight
`

test('MO-7 weights that cannot carry an amount are refused', () => {
  for (const [weights = '', refusal = ''] of rowsOf(unshareable)) {
    deepEqual(allocate(100, wholesOf(weights)), { ok: false, refusal }, weights)
    deepEqual(allocate(0, wholesOf(weights)), { ok: false, refusal }, weights)
  }
})

test('MO-1 an amount or weight that is no safe whole number is a bug', () => {
  throws(() => allocate(0.5, [1]), /whole number/)
  throws(() => allocate(2 ** 53, [1]), /whole number/)
  throws(() => allocate(1, [0.5, 1]), /whole number/)
  throws(() => allocate(1, [2 ** 53]), /whole number/)
  throws(() => allocate(1, [1, Number.NaN]), /whole number/)
  throws(() => allocate(1, [most, most, 0.5]), /whole number/)
})

function sharesOf(amount: number, weights: readonly number[]): readonly number[] {
  const shared = allocate(amount, weights)
  return shared.ok ? shared.shares : []
}

/** The fraction that flooring takes from a line, in parts of the total weight. */
function lostOf(amount: number, weights: readonly number[], line: number): bigint {
  return (BigInt(Math.abs(amount)) * BigInt(weights[line] ?? 0)) % sum(weights)
}

function hasTwin(amount: number, weights: readonly number[], line: number): boolean {
  const lost = lostOf(amount, weights, line)
  return weights.some((_, other) => other !== line && lostOf(amount, weights, other) === lost)
}

function sum(values: Iterable<number>): bigint {
  let total = 0n
  for (const value of values) total += BigInt(value)
  return total
}

function wholes(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: -100, max: 100 }),
    fc.integer({ min: -10_000_000, max: 10_000_000 }),
    fc.maxSafeInteger(),
  )
}

function weightLists(): fc.Arbitrary<number[]> {
  const weight = fc.oneof(
    { weight: 6, arbitrary: fc.nat(20) },
    { weight: 3, arbitrary: fc.nat(1_000_000) },
    { weight: 1, arbitrary: fc.maxSafeNat() },
  )
  return fc.array(weight, { minLength: 1, maxLength: 12 }).filter((each) => sum(each) > 0n)
}

function wholesOf(cell: string): number[] {
  return cell === '' ? [] : cell.split(' ').map(Number)
}

function rowsOf(table: string): string[][] {
  return table
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.split('|').map((cell) => cell.trim()))
}
