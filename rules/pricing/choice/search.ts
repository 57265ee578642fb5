import { type Bounds, boundsOf, mostOf, pricedOf } from '#rules/pricing/choice/bounds.ts'
import type { Step } from '#rules/pricing/choice/model.ts'
import { improve, type Picks, scoreOfPicks } from '#rules/pricing/choice/picks.ts'
import { fenScore, type Problem } from '#rules/pricing/choice/problem.ts'
import { bestByTargets } from '#rules/pricing/choice/targets.ts'
import { walk } from '#rules/pricing/choice/walk.ts'

/** The best option of each group, and whether it is proved that none is better. */
export type Found = {
  /** By group of the problem: the place of its option. */
  readonly picks: Picks
  /** Fen taken off x 4,096, less the number of instruments. */
  readonly score: number
  readonly nodes: number
  readonly isProved: boolean
}

/** How many sums the first, incomplete walk keeps of each group. */
const beam = 24

/** So many sums of two halves cost about as much as one choice looked at elsewhere. */
const sumsOfNode = 20

/**
 * Finds the options that together take most off, then are the fewest, then have the first ids
 * (PC-17), and proves it within `budget` looked-at sums (PC-16): greedy, bettered by exchanges,
 * then by a narrow walk, then proved by a whole one. Past the budget the best found is returned.
 */
export function search(problem: Problem, budget: number): Found {
  const { groups, steps } = problem
  const greedy = groups.map(() => 0)
  const greedyScore = scoreOfPicks(problem, greedy)
  if (steps.length === 0) return { picks: greedy, score: greedyScore, nodes: 0, isProved: true }

  const near = nearRates(problem)
  if (isBestAt(problem, greedyScore, near)) {
    return { picks: greedy, score: greedyScore, nodes: 0, isProved: true }
  }

  const better = improve(problem, greedy)
  if (steps.every(isWhole)) {
    const work = { nodes: 0, budget: budget * sumsOfNode }
    const picks = bestByTargets(problem, better, work)
    if (picks !== undefined) {
      const isProved = work.nodes <= work.budget
      const nodes = Math.ceil(work.nodes / sumsOfNode)
      return { picks, score: scoreOfPicks(problem, picks), nodes, isProved }
    }
  }
  const rates = ratesFor(problem, near)
  const bounds = boundsOf(problem, [rates, near])
  const narrow = walk(problem, bounds, better, { budget, width: beam })
  const whole = walk(problem, bounds, narrow.picks, {
    budget: budget - narrow.nodes,
    width: Infinity,
  })
  return { ...whole, nodes: narrow.nodes + whole.nodes }
}

/** Just under a fen for a fen: then a coupon that costs no step is never left out by the bound. */
export function nearRates(problem: Problem): readonly number[] {
  return problem.steps.map(() => fenScore - 64)
}

/** Whether a step gives the same between two limits, unlike a percentage. */
function isWhole(step: Step): boolean {
  return step.kind === 'pool' || step.ticket.coupon.percent === undefined
}

/**
 * Whether the bound at these rates proves that the first option of every group is the best, alone.
 */
function isBestAt(problem: Problem, score: number, rates: readonly number[]): boolean {
  const zero = problem.steps.map(() => 0)
  const bounds = boundsOf(problem, [rates])
  if (mostOf(problem, bounds, 0, 0, zero) > score) return false
  for (const { scores, offs } of problem.groups) {
    let first = 0
    for (let option = 0; option < scores.length; option += 1) {
      let worth = scores[option]!
      for (let step = 0; step < rates.length; step += 1)
        worth -= rates[step]! * offs[option]![step]!
      if (option === 0) first = worth
      else if (worth >= first) return false
    }
  }
  return true
}

/**
 * Rates at which the bound of the whole is lowest, as near as two rounds over the steps find them.
 */
function ratesFor(problem: Problem, from: readonly number[]): readonly number[] {
  const zero = problem.steps.map(() => 0)
  const base = boundsOf(problem, [])
  const rates = [...from]
  function mostAt(): number {
    const bounds: Bounds = { ...base, priced: [pricedOf(problem, rates)] }
    return mostOf(problem, bounds, 0, 0, zero)
  }
  for (let round = 0; round < 2; round += 1) {
    for (let step = 0; step < rates.length; step += 1) {
      let low = 0
      let high = 2 * fenScore
      while (high - low > 8) {
        const third = Math.floor((high - low) / 3)
        rates[step] = low + third
        const left = mostAt()
        rates[step] = high - third
        const right = mostAt()
        if (left <= right) high -= third
        else low += third
      }
      rates[step] = low + 1
    }
  }
  return rates
}
