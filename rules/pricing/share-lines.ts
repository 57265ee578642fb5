import { shareOver, type Remainder } from '#rules/money/allocate.ts'

/**
 * As `shareOver`, where line `lines[n]` weighs `weights[lines[n]]`: an amount of zero or more over
 * weights that are not negative; nothing where all of them are 0. Nearly everything that is taken off is
 * shared here, so it makes no array but the one it returns.
 */
export function shareLines(
  whole: number,
  lines: readonly number[],
  weights: readonly number[],
  remainder: Remainder,
): number[] {
  const count = lines.length
  const shares = Array<number>(count)
  let total = 0
  let heaviest = 0
  for (let at = 0; at < count; at += 1) {
    const weight = weights[lines[at]!]!
    shares[at] = weight
    total += weight
    if (weight > heaviest) heaviest = weight
  }
  if (total === 0 || whole <= 0) return shares.fill(0)
  if (whole * heaviest > mostPlain || total > mostPlain || count > mostLines) {
    return shareOver(whole, shares, remainder)
  }
  let rest = whole
  for (let at = 0; at < count; at += 1) {
    const product = whole * shares[at]!
    let share = Math.floor(product / total)
    let fraction = product - share * total
    // The quotient was rounded to a double before it was floored: it may be one too many.
    if (fraction < 0) {
      share -= 1
      fraction += total
    }
    shares[at] = share
    lost[at] = fraction
    rest -= share
  }
  if (rest > 0) giveRest(shares, rest, remainder, lines, weights)
  return shares
}

/** Products and sums up to here are exact as plain numbers, and so is one divisor more. */
const mostPlain = 2 ** 52

const mostLines = 64

/** What rounding down took from each line of the sharing under way: used up before it returns. */
const lost = new Float64Array(mostLines)

/** What rounding down left over: to the last line, or a unit each to those that lost most, the later first. */
function giveRest(
  shares: number[],
  rest: number,
  remainder: Remainder,
  lines: readonly number[],
  weights: readonly number[],
): void {
  if (remainder === 'lastLineTakesRest') {
    let last = lines.length - 1
    while (weights[lines[last]!] === 0) last -= 1
    shares[last]! += rest
    return
  }
  for (let given = 0; given < rest; given += 1) {
    let place = 0
    let most = -1
    for (let at = 0; at < shares.length; at += 1) {
      if (lost[at]! < most) continue
      most = lost[at]!
      place = at
    }
    lost[place] = -1
    shares[place]! += 1
  }
}
