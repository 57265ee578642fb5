import { fenScore, type Problem, scoreOf, scoreOfSteps } from '#rules/pricing/choice/problem.ts'
import { type Step, stepOff } from '#rules/pricing/choice/model.ts'

/**
 * What is needed to say, of a choice for the first groups, how good it can end at the most.
 * `rates`: the price, in score, of a fen taken off each step's lines; with any rates the bound
 * holds, with well chosen ones it is near.
 */
export type Bounds = {
  /**
   * By group: the most, and the least, that this group and those after it can take off each step.
   */
  readonly leastRest: readonly (readonly number[])[]
  readonly mostRest: readonly (readonly number[])[]
  /** By group: the best score that it and those after it can add. */
  readonly bestRest: readonly number[]
  readonly priced: readonly Priced[]
}

/** `bestRest`, with what is taken off steps' lines counted against it at these rates. */
export type Priced = { readonly rates: readonly number[]; readonly bestRest: readonly number[] }

export function boundsOf(problem: Problem, rates: readonly (readonly number[])[]): Bounds {
  const { groups, steps } = problem
  const zero = steps.map(() => 0)
  const leastRest: (readonly number[])[] = [zero]
  const mostRest: (readonly number[])[] = [zero]
  for (let at = groups.length - 1; at >= 0; at -= 1) {
    const { leastOffs, mostOffs } = groups[at]!
    leastRest.unshift(leastRest[0]!.map((sum, step) => sum + leastOffs[step]!))
    mostRest.unshift(mostRest[0]!.map((sum, step) => sum + mostOffs[step]!))
  }
  return {
    leastRest,
    mostRest,
    bestRest: pricedOf(problem, zero).bestRest,
    priced: rates.map((each) => pricedOf(problem, each)),
  }
}

export function pricedOf(problem: Problem, rates: readonly number[]): Priced {
  const bestRest = [0]
  for (let at = problem.groups.length - 1; at >= 0; at -= 1) {
    const { scores, offs } = problem.groups[at]!
    let best = -Infinity
    for (let option = 0; option < scores.length; option += 1) {
      let score = scores[option]!
      for (let step = 0; step < rates.length; step += 1)
        score -= rates[step]! * offs[option]![step]!
      if (score > best) best = score
    }
    bestRest.unshift(bestRest[0]! + best)
  }
  return { rates, bestRest }
}

/**
 * The best score that a choice for the groups before `group` can end with: its own `score`, and
 * what it took off each step's lines so far.
 */
export function mostOf(
  problem: Problem,
  bounds: Bounds,
  group: number,
  score: number,
  taken: readonly number[],
): number {
  const least = bounds.leastRest[group]!
  const most = bounds.mostRest[group]!
  const low: number[] = []
  for (let at = 0; at < taken.length; at += 1) low.push(taken[at]! + least[at]!)
  let bound = score + bounds.bestRest[group]! + scoreOfSteps(problem, low)
  for (const priced of bounds.priced) {
    const other = score + pricedMost(problem, priced, group, taken, low, most)
    if (other < bound) bound = other
  }
  return bound
}

function pricedMost(
  problem: Problem,
  { rates, bestRest }: Priced,
  group: number,
  taken: readonly number[],
  low: readonly number[],
  most: readonly number[],
): number {
  const { steps, walletFen, fixedPoolsFen } = problem
  let sum = bestRest[group]! + problem.fixedScore
  let pools = fixedPoolsFen * fenScore
  let spent = walletFen * fenScore
  for (let at = 0; at < taken.length; at += 1) {
    const rate = rates[at]!
    const high = taken[at]! + most[at]!
    sum -= rate * taken[at]!
    const step = steps[at]!
    if (step.kind === 'pool') {
      pools += mostOfPool(step, rate, low[at]!, high)
      spent += rate * high
    } else {
      sum += mostOfCoupon(step, rate, low[at]!, high)
    }
  }
  return sum + (pools < spent ? pools : spent)
}

/**
 * The most of what a pool gives, with a rate for what is taken off its lines, between two such
 * amounts.
 */
function mostOfPool(
  step: Extract<Step, { kind: 'pool' }>,
  rate: number,
  low: number,
  high: number,
): number {
  const { baseFen, every, off } = step
  const fewest = Math.floor((baseFen - high) / every)
  let best = fewest * off * fenScore + rate * high
  const gap = rate * every - off * fenScore
  // Between whole steps only the ends count: which of them, the sign tells.
  const times = gap >= 0 ? fewest + 1 : Math.floor((baseFen - low) / every)
  const edge = baseFen - times * every
  if (edge >= low && edge <= high) {
    const atEdge = times * off * fenScore + rate * edge
    if (atEdge > best) best = atEdge
  }
  return best
}

function mostOfCoupon(
  step: Extract<Step, { kind: 'coupon' }>,
  rate: number,
  low: number,
  high: number,
): number {
  const { coupon } = step.ticket
  const most = scoreOf(stepOff(step, low), 1)
  if (coupon.percent !== undefined) return most + rate * high

  const edge = step.baseFen - (coupon.threshold ?? 0)
  const atHigh = scoreOf(stepOff(step, high), 1) + rate * high
  if (edge < low) return atHigh
  return Math.max(atHigh, most + rate * Math.min(edge, high))
}
