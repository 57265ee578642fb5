import type { Choices } from '#rules/pricing/choice/problem.ts'
import { fenScore } from '#rules/pricing/choice/problem.ts'

/**
 * Groups of which one option each is to be used, so that the scores add up to the most while what
 * they take off the lines of some steps stays within limits.
 */
export type Fitting = {
  readonly groups: readonly Choices[]
  /** Which steps of the problem are limited, and to how much. */
  readonly steps: readonly number[]
  readonly limits: readonly number[]
}

/**
 * Fens of score that one fen of each limited step is worth, and the most that any fit can come to.
 */
export type Priced = { readonly rates: readonly number[]; readonly most: number }

const highestRate = 8 * fenScore

/**
 * No fit comes to more than the best score with every fen taken off a limited step paid for at a
 * rate, plus what the limits are worth at it: true at any rates, nearest at these (the dual of the
 * choice, by halving, step after step). It begins with a fen for a fen, which is what a step costs
 * that every fen of a coupon is taken off.
 */
export function priceFit(fitting: Fitting): Priced {
  const { steps } = fitting
  let best: Priced = { rates: steps.map(() => fenScore), most: Infinity }
  best = { rates: best.rates, most: mostAt(fitting, best.rates) }
  for (let round = 0; round < 3; round += 1) {
    const before = best.most
    const rates = [...best.rates]
    for (let dim = 0; dim < steps.length; dim += 1) rates[dim] = rateFor(fitting, rates, dim)
    const most = mostAt(fitting, rates)
    if (most < best.most) best = { rates, most }
    if (best.most === before || steps.length === 1) break
  }
  return best
}

/** The best rate of one step, at those of the others. */
function rateFor(fitting: Fitting, rates: readonly number[], dim: number): number {
  const { groups, steps, limits } = fitting
  const others = rates.map((rate, at) => (at === dim ? 0 : rate))
  const worths = groups.map((choices) =>
    choices.scores.map((_, option) => worthAt(choices, option, steps, others)),
  )
  const offs = groups.map((choices) => choices.offs.map((own) => own[steps[dim]!]!))
  let low = 0
  let high = highestRate
  while (low < high) {
    const rate = (low + high) >>> 1
    if (takenAt(worths, offs, rate) > limits[dim]!) low = rate + 1
    else high = rate
  }
  return low
}

function mostAt({ groups, steps, limits }: Fitting, rates: readonly number[]): number {
  let most = 0
  for (let dim = 0; dim < limits.length; dim += 1) most += rates[dim]! * limits[dim]!
  for (const choices of groups) {
    let best = -Infinity
    for (let option = 0; option < choices.scores.length; option += 1) {
      const worth = worthAt(choices, option, steps, rates)
      if (worth > best) best = worth
    }
    most += best
  }
  return most
}

/**
 * What is taken off a step when every group uses what is best at its rate; of equals, what takes
 * least.
 */
function takenAt(
  worths: readonly (readonly number[])[],
  offs: readonly (readonly number[])[],
  rate: number,
): number {
  let taken = 0
  for (let group = 0; group < worths.length; group += 1) {
    const own = worths[group]!
    const off = offs[group]!
    let best = -Infinity
    let least = 0
    for (let option = 0; option < own.length; option += 1) {
      const worth = own[option]! - rate * off[option]!
      if (worth < best || (worth === best && off[option]! >= least)) continue
      best = worth
      least = off[option]!
    }
    taken += least
  }
  return taken
}

export function worthAt(
  { scores, offs }: Choices,
  option: number,
  steps: readonly number[],
  rates: readonly number[],
): number {
  let worth = scores[option]!
  const own = offs[option]!
  for (let dim = 0; dim < steps.length; dim += 1) worth -= rates[dim]! * own[steps[dim]!]!
  return worth
}
