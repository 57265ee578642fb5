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
 * choice, by halving).
 */
export function priceFit(fitting: Fitting): Priced {
  const { groups, steps, limits } = fitting
  const rates = steps.map(() => 0)
  let most = mostAt(fitting, rates)
  for (let round = 0; round < 3; round += 1) {
    const before = most
    for (let dim = 0; dim < steps.length; dim += 1) {
      let low = 0
      let high = highestRate
      while (low < high) {
        rates[dim] = (low + high) >>> 1
        if (takenAt(groups, steps, rates, dim) > limits[dim]!) low = rates[dim]! + 1
        else high = rates[dim]!
      }
      rates[dim] = low
    }
    most = Math.min(most, mostAt(fitting, rates))
    if (most === before || steps.length === 1) break
  }
  return { rates, most: mostAt(fitting, rates) }
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
 * What is taken off a step when every group uses what is best at the rates; of equals, what takes
 * least.
 */
function takenAt(
  groups: readonly Choices[],
  steps: readonly number[],
  rates: readonly number[],
  dim: number,
): number {
  let taken = 0
  for (const choices of groups) {
    let best = -Infinity
    let off = 0
    for (let option = 0; option < choices.scores.length; option += 1) {
      const worth = worthAt(choices, option, steps, rates)
      const own = choices.offs[option]![steps[dim]!]!
      if (worth < best || (worth === best && own >= off)) continue
      best = worth
      off = own
    }
    taken += off
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
