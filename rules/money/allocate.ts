import { assert } from '#rules/assert.ts'
import { mulDiv, mulMod } from '#rules/money/mul-div.ts'

/** Who gets the odd units: the largest lost fractions (MO-4), or the last line (MO-5). */
export type Remainder = 'largestFraction' | 'lastLineTakesRest'

export type Allocation =
  | { readonly ok: true; readonly shares: readonly number[] }
  | {
      readonly ok: false
      readonly refusal: 'money/no-weights' | 'money/negative-weight' | 'money/zero-weights'
    }

/**
 * Shares a whole `amount` over lines in proportion to `weights` (safe non-negative integers), in
 * line order. The shares add up to the amount (MO-4 to MO-6); weights that cannot carry it are
 * refused (MO-7).
 */
export function allocate(
  amount: number,
  weights: readonly number[],
  remainder: Remainder = 'largestFraction',
): Allocation {
  assert(Number.isSafeInteger(amount), 'an amount to share is a safe whole number')
  if (weights.length === 0) return { ok: false, refusal: 'money/no-weights' }
  if (weights.some((weight) => weight < 0)) return { ok: false, refusal: 'money/negative-weight' }
  if (weights.every((weight) => weight === 0)) return { ok: false, refusal: 'money/zero-weights' }

  const shares = shareOut(Math.abs(amount), weights, remainder)
  if (amount >= 0) return { ok: true, shares }
  return { ok: true, shares: shares.map((share) => 0 - share) }
}

function shareOut(whole: number, weights: readonly number[], remainder: Remainder): number[] {
  const exact = scaled(weights)
  if (exact === undefined) return shareOutBig(whole, weights, remainder)

  const shares = weights.map((weight) => mulDiv(whole, weight, exact, 'floor'))
  const rest = whole - shares.reduce((sum, share) => sum + share, 0)
  if (rest === 0) return shares
  if (remainder === 'lastLineTakesRest') return giveToLast(shares, weights, rest)
  return giveToLargest(
    shares,
    weights.map((weight) => mulMod(whole, weight, exact)),
    rest,
  )
}

/** The sum of the weights, or `undefined` when it leaves the safe range. */
function scaled(weights: readonly number[]): number | undefined {
  let sum = 0
  for (const weight of weights) {
    assert(Number.isSafeInteger(weight), 'a weight is a safe whole number')
    sum += weight
  }
  return Number.isSafeInteger(sum) ? sum : undefined
}

function shareOutBig(whole: number, weights: readonly number[], remainder: Remainder): number[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  const products = weights.map((weight) => BigInt(whole) * BigInt(weight))
  const shares = products.map((product) => Number(product / total))
  const rest = Number(BigInt(whole) - shares.reduce((sum, share) => sum + BigInt(share), 0n))
  if (rest === 0) return shares
  if (remainder === 'lastLineTakesRest') return giveToLast(shares, weights, rest)
  return giveToLargest(
    shares,
    products.map((product) => product % total),
    rest,
  )
}

function giveToLast(shares: number[], weights: readonly number[], rest: number): number[] {
  const last = weights.findLastIndex((weight) => weight > 0)
  return shares.with(last, (shares[last] ?? 0) + rest)
}

/** One unit each to the largest lost fractions; of equal ones, to the later line. */
function giveToLargest<Fraction extends number | bigint>(
  shares: number[],
  lost: readonly Fraction[],
  rest: number,
): number[] {
  const order = lost.map((_, line) => line).sort((a, b) => byLossThenLater(lost, a, b))
  for (const line of order.slice(0, rest)) shares[line] = (shares[line] ?? 0) + 1
  return shares
}

function byLossThenLater(lost: readonly (number | bigint)[], a: number, b: number): number {
  const left = lost[a] ?? 0
  const right = lost[b] ?? 0
  if (left > right) return -1
  if (left < right) return 1
  return b - a
}
