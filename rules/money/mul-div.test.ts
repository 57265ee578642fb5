import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mulDiv, mulMod, type Rounding } from '#rules/money/mul-div.ts'

const most = Number.MAX_SAFE_INTEGER

// Columns: a | b | c | floor | ceiling | half away from zero.
const quotients = `
         7 |        1 |    2 |          3 |          4 |          4
        -7 |        1 |    2 |         -4 |         -3 |         -4
         5 |        1 |    2 |          2 |          3 |          3
        -5 |        1 |    2 |         -3 |         -2 |         -3
         1 |        1 |    3 |          0 |          1 |          0
         2 |        1 |    3 |          0 |          1 |          1
        -1 |        1 |    3 |         -1 |          0 |          0
        -2 |        1 |    3 |         -1 |          0 |         -1
         6 |        1 |    3 |          2 |          2 |          2
         0 |       -5 |    3 |          0 |          0 |          0
   1000000 | 90071993 | 1000 | 90071993000 | 90071993000 | 90071993000
`

test('MO-3 a x b / c is rounded once, by the rounding named', () => {
  for (const [a = 0, b = 0, c = 0, floor, ceiling, half] of numbersOf(quotients)) {
    equal(mulDiv(a, b, c, 'floor'), floor, `${a} x ${b} / ${c}`)
    equal(mulDiv(a, b, c, 'ceiling'), ceiling, `${a} x ${b} / ${c}`)
    equal(mulDiv(a, b, c, 'half'), half, `${a} x ${b} / ${c}`)
  }
})

test('MO-3 a quotient is exact at the edges of the safe range', () => {
  equal(mulDiv(most - 1, 1, most, 'floor'), 0)
  equal(mulDiv(most - 1, 1, most, 'half'), 1)
  equal(mulDiv(1 - most, 1, most, 'floor'), -1)
  // Three times the divisor is past the safe range, although the product is inside it.
  equal(mulDiv(-most, 1, 3_002_399_751_580_331, 'floor'), -3)
  equal(mulDiv(-most, 1, 3_002_399_751_580_331, 'ceiling'), -2)
  equal(mulDiv(most, most, most, 'floor'), most)
  equal(mulMod(most - 1, 1, most), most - 1)
})

test('MO-3 every quotient of safe numbers is the one of unbounded numbers', () => {
  const anyNumber = fc.oneof(fc.maxSafeInteger(), fc.integer(), nearPowers())
  const divisor = fc.oneof(
    fc.integer({ min: 1 }),
    fc.maxSafeInteger().map((c) => Math.abs(c) || 1),
    nearPowers().map((c) => Math.abs(c) || 1),
  )
  const rounding = fc.constantFrom<Rounding>('floor', 'ceiling', 'half')
  fc.assert(
    fc.property(anyNumber, anyNumber, divisor, rounding, (a, b, c, by) => {
      const wanted = quotientOf(BigInt(a) * BigInt(b), BigInt(c), by)
      if (wanted > BigInt(most) || wanted < -BigInt(most)) {
        throws(() => mulDiv(a, b, c, by), /safe range/)
      } else {
        equal(BigInt(mulDiv(a, b, c, by)), wanted)
      }
    }),
    { numRuns: 20_000 },
  )
})

test('MO-3 quotient and remainder give the product back', () => {
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.integer({ min: -1000, max: 1000 }),
      fc.oneof(fc.integer({ min: 1 }), fc.integer({ min: most - 9, max: most })),
      (a, b, c) => {
        const rest = mulMod(a, b, c)
        equal(rest >= 0 && rest < c, true)
        const whole = (BigInt(a) * BigInt(b) - BigInt(rest)) / BigInt(c)
        equal(whole * BigInt(c) + BigInt(rest), BigInt(a) * BigInt(b))
      },
    ),
    { numRuns: 5_000 },
  )
})

test('MO-3 a factor or divisor that is no whole number is a bug, and so is a divisor of zero', () => {
  throws(() => mulDiv(0.5, 2, 1, 'floor'), /whole numbers/)
  throws(() => mulDiv(2 ** 53, 1, 1, 'floor'), /whole numbers/)
  throws(() => mulDiv(1, 1, 0, 'floor'), /positive/)
  throws(() => mulDiv(1, 1, -2, 'floor'), /positive/)
  throws(() => mulDiv(1, Number.NaN, 2, 'floor'), /whole numbers/)
})

/** The rounding written out as the words of MO-3 say it. */
function quotientOf(product: bigint, c: bigint, by: Rounding): bigint {
  const size = product < 0n ? -product : product
  const cut = size / c
  const rest = size % c
  const sign = product < 0n ? -1n : 1n
  if (rest === 0n) return sign * cut
  if (by === 'half') return sign * (2n * rest >= c ? cut + 1n : cut)
  if (by === 'floor') return product < 0n ? -cut - 1n : cut
  return product < 0n ? -cut : cut + 1n
}

/** Numbers around the powers of two, where binary fractions begin to lie. */
function nearPowers(): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 0, max: 53 }), fc.integer({ min: -3, max: 3 }), fc.boolean())
    .map(([power, off, negative]) => {
      const size = Math.min(most, Math.max(0, 2 ** power + off))
      return negative ? 0 - size : size
    })
}

function numbersOf(table: string): number[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map(Number))
}
