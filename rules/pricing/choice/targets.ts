import { type Fitting, priceFit, type Priced, worthAt } from '#rules/pricing/choice/fit.ts'
import { bestFit, type Fit } from '#rules/pricing/choice/meet.ts'
import { comparePicks, type Picks, scoreOfPicks } from '#rules/pricing/choice/picks.ts'
import { type Choices, fenScore, type Problem, scoreOf } from '#rules/pricing/choice/problem.ts'
import { stepOff } from '#rules/pricing/choice/model.ts'
import type { Work } from '#rules/pricing/choice/sums.ts'

/**
 * How much each step is to give at the least, what may be taken off its lines then, and what that
 * is worth.
 */
type Target = { readonly limits: readonly number[]; readonly score: number; most: number }

/** How many times a step gives, and how much may be taken off its lines for that. */
type Level = { readonly limit: number; readonly offFen: number }

/** More targets than this are not written out. */
const mostTargets = 4_096

/**
 * Of what lies between the bound and what is known, the part that is looked at first; near the bound
 * a look costs about the same however far it reaches, so the next reaches much further.
 */
const firstPart = 1 / 64
const furtherNear = 4
const nearPart = 1 / 16
const furtherFar = 1.5

/**
 * The best picks where every step gives whole amounts at limits: for each combination of what the
 * steps could give, the best fit within its limits (PC-16). Only what comes near the bound is looked
 * at, then what comes less near, until something is found: so that little is summed up where the
 * bound is good. `undefined`: too many combinations.
 */
export function bestByTargets(problem: Problem, known: Picks, work: Work): Picks | undefined {
  const levels = problem.steps.map((_, step) => levelsOf(problem, step))
  const bound = newBound(problem)
  let best = known
  let bestScore = scoreOfPicks(problem, known)
  const targets = targetsOf(problem, levels, bound, bestScore)
  if (targets === undefined) return undefined
  const fits = new Map<string, Solved>()
  const most = refine(problem, targets, fits)
  const gap = most - bestScore
  for (let part = firstPart; ; part *= part < nearPart ? furtherNear : furtherFar) {
    const least = part < 1 ? Math.ceil(most - gap * part) : bestScore
    let floor = least
    for (const target of targets) {
      if (target.most < floor) continue
      const picks = picksFor(problem, target, floor, work, fits)
      if (work.nodes > work.budget) return best
      if (picks === undefined) continue
      const score = scoreOfPicks(problem, picks)
      if (score < floor) continue
      if (score === bestScore && comparePicks(problem, picks, best) >= 0) continue
      best = picks
      bestScore = score
      floor = score
    }
    if (bestScore >= least) return best
  }
}

/** Betters the bounds of the most promising targets; the highest of all. */
function refine(problem: Problem, targets: readonly Target[], fits: Map<string, Solved>): number {
  let highest = -Infinity
  for (const target of targets) {
    if (target.most < highest) break
    let most = target.score
    for (const part of partsOf(problem, target.limits)) {
      most += solvedOf(problem, part, target.limits, fits).priced.most
    }
    target.most = Math.min(target.most, most)
    highest = Math.max(highest, target.most)
  }
  return highest
}

function levelsOf(problem: Problem, at: number): readonly Level[] {
  const { steps, groups } = problem
  const step = steps[at]!
  let least = 0
  let most = 0
  for (const { leastOffs, mostOffs } of groups) {
    least += leastOffs[at]!
    most += mostOffs[at]!
  }
  if (step.kind === 'coupon') {
    const limit = step.baseFen - (step.ticket.coupon.threshold ?? 0)
    return [
      { limit: most, offFen: 0 },
      { limit, offFen: stepOff(step, limit) },
    ]
  }
  const levels: Level[] = []
  const fewest = Math.floor((step.baseFen - most) / step.every)
  for (let times = fewest; step.baseFen - times * step.every >= least; times += 1) {
    levels.push({ limit: step.baseFen - times * step.every, offFen: times * step.off })
  }
  return levels
}

/**
 * How much the groups can score at the most within limits; nearer for every set of limits that
 * bind.
 */
type Bound = (limits: readonly number[]) => number

function newBound({ groups, steps }: Problem): Bound {
  const all = steps.map((_, step) => step)
  const most = all.map((step) => groups.reduce((sum, each) => sum + each.mostOffs[step]!, 0))
  const known = new Map<string, { readonly rates: readonly number[]; readonly sum: number }>()
  const sumAt = (rates: readonly number[]): number => {
    let sum = 0
    for (const choices of groups) {
      let best = -Infinity
      for (let option = 0; option < choices.scores.length; option += 1) {
        best = Math.max(best, worthAt(choices, option, all, rates))
      }
      sum += best
    }
    return sum
  }
  return (limits) => {
    let key = ''
    for (const step of all) key += limits[step]! < most[step]! ? '1' : '0'
    let priced = known.get(key)
    if (priced === undefined) {
      const rates = all.map((step) => (key[step] === '1' ? fenScore - 64 : 0))
      priced = { rates, sum: sumAt(rates) }
      known.set(key, priced)
    }
    let bound = priced.sum
    for (const step of all) bound += priced.rates[step]! * limits[step]!
    return bound
  }
}

/** Every combination of levels that could beat what is known, the most promising first. */
function targetsOf(
  problem: Problem,
  levels: readonly (readonly Level[])[],
  bound: Bound,
  known: number,
): readonly Target[] | undefined {
  const { groups, steps, walletFen, fixedPoolsFen, fixedScore } = problem
  const best = groups.reduce((sum, { scores }) => sum + Math.max(...scores), 0)
  const targets: Target[] = []
  let isWhole = true
  const visit = (step: number, limits: number[], pools: number, score: number): void => {
    if (targets.length >= mostTargets) isWhole = false
    if (!isWhole) return
    if (step < steps.length) {
      for (const { limit, offFen } of levels[step]!) {
        limits[step] = limit
        if (steps[step]!.kind === 'pool') visit(step + 1, limits, pools + offFen, score)
        else visit(step + 1, limits, pools, score + scoreOf(offFen, 1))
      }
      return
    }
    const own = score + scoreOf(Math.min(pools, walletFen), 1)
    if (best + own < known) return
    const most = Math.min(best, bound(limits)) + own
    if (most >= known) targets.push({ limits: [...limits], score: own, most })
  }
  visit(0, [], fixedPoolsFen, fixedScore)
  return isWhole ? targets.sort((a, b) => b.most - a.most) : undefined
}

/** A part within its limits: the most it can come to, and what was found of at least so much. */
type Solved = {
  readonly fitting: Fitting
  readonly priced: Priced
  fit: Fit | undefined
  least: number
}

/**
 * The best picks within the limits of a target, part by part where no limit holds parts together.
 */
function picksFor(
  problem: Problem,
  target: Target,
  known: number,
  work: Work,
  fits: Map<string, Solved>,
): Picks | undefined {
  const parts = partsOf(problem, target.limits)
  const solved = parts.map((part) => solvedOf(problem, part, target.limits, fits))
  let most = target.score
  for (const each of solved) most += each.priced.most
  const picks = problem.groups.map(() => 0)
  for (const [at, each] of solved.entries()) {
    const least = known - (most - each.priced.most)
    if (each.priced.most < least) return undefined
    if (each.fit === undefined && least < each.least) {
      each.fit = bestFit(each.fitting, each.priced, least, work)
      each.least = least
    }
    if (each.fit === undefined || each.fit.score < least || work.nodes > work.budget)
      return undefined
    most += each.fit.score - each.priced.most
    for (const [place, group] of parts[at]!.groups.entries()) picks[group] = each.fit.picks[place]!
  }
  return picks
}

function solvedOf(
  problem: Problem,
  { groups, steps }: Part,
  limits: readonly number[],
  fits: Map<string, Solved>,
): Solved {
  const own = steps.map((step) => limits[step]!)
  const key = `${groups.join()}:${steps.join()}:${own.join()}`
  const known = fits.get(key)
  if (known !== undefined) return known

  const fitting = { groups: groups.map((group) => problem.groups[group]!), steps, limits: own }
  const solved: Solved = {
    fitting,
    priced: priceFit(fitting),
    fit: undefined,
    least: Infinity,
  }
  if (steps.length === 0) {
    solved.fit = freeFit(fitting.groups)
  }
  fits.set(key, solved)
  return solved
}

/** Without limits the first option of each group is the best. */
function freeFit(groups: readonly Choices[]): Fit {
  return {
    picks: groups.map(() => 0),
    score: groups.reduce((sum, { scores }) => sum + scores[0]!, 0),
  }
}

type Part = { readonly groups: number[]; readonly steps: number[] }

/** Groups that share no step whose limit binds are apart. */
function partsOf({ groups, steps }: Problem, limits: readonly number[]): readonly Part[] {
  const binding = steps.map((_, step) => {
    return groups.reduce((sum, each) => sum + each.mostOffs[step]!, 0) > limits[step]!
  })
  const free: Part = { groups: [], steps: [] }
  let parts: Part[] = [free]
  for (const [at, { mostOffs }] of groups.entries()) {
    const own = steps.flatMap((_, step) => {
      return binding[step] && mostOffs[step]! > 0 ? [step] : []
    })
    const joined = parts.filter((part) => part.steps.some((step) => own.includes(step)))
    const home = own.length === 0 ? free : { groups: [at], steps: own }
    if (home === free) {
      free.groups.push(at)
      continue
    }
    for (const part of joined) {
      home.groups.push(...part.groups)
      home.steps.push(...part.steps.filter((step) => !home.steps.includes(step)))
    }
    parts = [...parts.filter((part) => !joined.includes(part)), home]
  }
  for (const part of parts) {
    part.groups.sort((a, b) => a - b)
    part.steps.sort((a, b) => a - b)
  }
  return parts
}
