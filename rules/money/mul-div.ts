import { assert } from '#rules/assert.ts'

/** How a quotient becomes a whole number. `half` rounds half away from zero. */
export type Rounding = 'floor' | 'ceiling' | 'half'

/**
 * a x b / c, exact for any safe integers and rounded once (MO-3): plain numbers while the product is
 * safe, `bigint` past that. `c` is positive. A result outside the safe range is a bug.
 */
export function mulDiv(a: number, b: number, c: number, rounding: Rounding): number {
  assert(Number.isSafeInteger(a) && Number.isSafeInteger(b), 'factors are safe whole numbers')
  assert(Number.isSafeInteger(c) && c > 0, 'a divisor is a positive safe whole number')

  const product = a * b
  if (Number.isSafeInteger(product)) return divideSafely(product, c, rounding)
  return divideBig(BigInt(a) * BigInt(b), BigInt(c), rounding)
}

/** The remainder of a x b / c that floor leaves, exact: always in [0, c). */
export function mulMod(a: number, b: number, c: number): number {
  const product = a * b
  if (Number.isSafeInteger(product)) return restOf(product, c)
  const divisor = BigInt(c)
  return Number((((BigInt(a) * BigInt(b)) % divisor) + divisor) % divisor)
}

function divideSafely(product: number, c: number, rounding: Rounding): number {
  const rest = restOf(product, c)
  // Cut towards zero first: only there is the difference still in the safe range.
  const cut = (product - (product % c)) / c
  const floor = product < 0 && rest !== 0 ? cut - 1 : cut
  if (rest === 0) return floor + 0
  if (rounding === 'floor') return floor + 0
  if (rounding === 'ceiling') return floor + 1
  // Half away from zero: a tie goes up for positive products and down for negative ones.
  const twice = rest - (c - rest)
  return twice > 0 || (twice === 0 && product > 0) ? floor + 1 : floor + 0
}

/** What floor leaves, in [0, c); never a sum beyond the safe range. */
function restOf(product: number, c: number): number {
  const rest = product % c
  return rest < 0 ? rest + c : rest + 0
}

function divideBig(product: bigint, c: bigint, rounding: Rounding): number {
  const rest = ((product % c) + c) % c
  const floor = (product - rest) / c
  const up =
    rest !== 0n &&
    (rounding === 'ceiling' ||
      (rounding === 'half' && (2n * rest > c || (2n * rest === c && product > 0n))))
  const result = Number(up ? floor + 1n : floor)
  assert(Number.isSafeInteger(result), 'a quotient stays in the safe range')
  return result
}
