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

  assert(weights.every(Number.isSafeInteger), 'a weight is a safe whole number')
  const shares = shareOver(Math.abs(amount), weights, remainder)
  if (amount >= 0) return { ok: true, shares }
  return { ok: true, shares: shares.map((share) => 0 - share) }
}

/**
 * As `allocate`, for what is known to fit: an amount of zero or more, weights that are safe and not
 * negative with a positive sum. The inner loop of pricing: no refusals, and no checks of each number.
 */
export function shareOver(
  whole: number,
  weights: readonly number[],
  remainder: Remainder = 'largestFraction',
): number[] {
  let total = 0
  let heaviest = 0
  for (let at = 0; at < weights.length; at += 1) {
    const weight = weights[at] ?? 0
    total += weight
    if (weight > heaviest) heaviest = weight
  }
  if (whole * heaviest > mostPlain || total > mostPlain) return shareOut(whole, weights, remainder)

  const shares: number[] = []
  const lost: number[] = []
  let rest = whole
  for (let at = 0; at < weights.length; at += 1) {
    const product = whole * (weights[at] ?? 0)
    let share = Math.floor(product / total)
    let fraction = product - share * total
    // The quotient was rounded to a double before it was floored: it may be one too many.
    if (fraction < 0) {
      share -= 1
      fraction += total
    }
    shares.push(share)
    lost.push(fraction)
    rest -= share
  }
  if (rest === 0) return shares
  if (remainder === 'lastLineTakesRest') return giveToLast(shares, weights, rest)
  if (rest <= fewUnits) return giveFewToLargest(shares, lost, rest)
  return giveToLargest(shares, lost, rest)
}

/** Products and sums up to here are exact as plain numbers, and so is one divisor more. */
const mostPlain = 2 ** 52

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
  const sum = weights.reduce((total, weight) => total + weight, 0)
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
function giveToLargest(
  shares: number[],
  lost: readonly number[] | readonly bigint[],
  rest: number,
): number[] {
  const order = lost.map((_, line) => line).sort((a, b) => byLossThenLater(lost, a, b))
  for (const line of order.slice(0, rest)) shares[line] = (shares[line] ?? 0) + 1
  return shares
}

function byLossThenLater(
  lost: readonly number[] | readonly bigint[],
  a: number,
  b: number,
): number {
  const left = lost[a] ?? 0
  const right = lost[b] ?? 0
  if (left > right) return -1
  if (left < right) return 1
  return b - a
}

/** Up to so many units, looking for the largest again and again is quicker than sorting. */
const fewUnits = 16

/** As `giveToLargest`, for a few units; uses up `lost`. */
function giveFewToLargest(shares: number[], lost: number[], rest: number): number[] {
  for (let given = 0; given < rest; given += 1) {
    let place = 0
    let most = -1
    for (let line = 0; line < lost.length; line += 1) {
      const fraction = lost[line] ?? 0
      if (fraction < most) continue
      most = fraction
      place = line
    }
    lost[place] = -1
    shares[place] = (shares[place] ?? 0) + 1
  }
  return shares
}
