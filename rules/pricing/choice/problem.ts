import { type Model, type Option, type Step, stepOff } from '#rules/pricing/choice/model.ts'

/**
 * One fen outweighs any number of instruments: a score is fen off x this, less instruments used.
 */
export const fenScore = 4_096

/** The model in flat figures, with only what can still make a difference. */
export type Problem = {
  readonly walletFen: number
  /** What pools give that give the same in any case. */
  readonly fixedPoolsFen: number
  /** What platform and category coupons are worth that take the same in any case. */
  readonly fixedScore: number
  /** Those of which the gain depends on the choice. */
  readonly steps: readonly Step[]
  readonly groups: readonly Choices[]
  /** Places of ids among all ids, of what is used without being chosen here. */
  readonly allowanceRank: number
  readonly stepRanks: readonly number[]
}

/** The options of one group that nothing in it dominates; the one that takes most comes first. */
export type Choices = {
  readonly options: readonly Option[]
  /** By option: fen taken x 4,096, less its instruments. */
  readonly scores: readonly number[]
  /** By option: what it takes off the lines of each of the problem's steps. */
  readonly offs: readonly (readonly number[])[]
  readonly leastOffs: readonly number[]
  readonly mostOffs: readonly number[]
  /** By option: its ids as bits, the first id the highest. */
  readonly marks: readonly Marks[]
}

/** Ids as bits, so many a word: marks of choices that share no id add up word by word. */
export type Marks = readonly number[]

/** Within the whole numbers of a double, whatever is added. */
const bitsOfWord = 50

function marksOf(ranks: readonly number[], words: number): Marks {
  const marks = Array.from({ length: words }, () => 0)
  for (const rank of ranks) {
    marks[Math.floor(rank / bitsOfWord)]! += 2 ** (bitsOfWord - 1 - (rank % bitsOfWord))
  }
  return marks
}

/**
 * Leaves out steps that give the same whatever is chosen, and, unless all are wanted, options that
 * another always beats.
 */
export function problemOf(model: Model, wantsAll = false): Problem {
  const { steps, walletFen } = model
  const low = steps.map((_, step) => totalOf(model, step, Math.min))
  const high = steps.map((_, step) => totalOf(model, step, Math.max))
  let leastPoolsFen = 0
  for (let at = 0; at < steps.length; at += 1) {
    if (steps[at]!.kind === 'pool') leastPoolsFen += stepOff(steps[at]!, high[at]!)
  }
  const isWalletSpent = leastPoolsFen >= walletFen

  const live: number[] = []
  let fixedPoolsFen = isWalletSpent ? walletFen : 0
  let fixedScore = 0
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at]!
    if (step.kind === 'pool' && isWalletSpent) continue
    const least = stepOff(step, high[at]!)
    if (stepOff(step, low[at]!) !== least) live.push(at)
    else if (step.kind === 'pool') fixedPoolsFen += least
    else fixedScore += scoreOf(least, 1)
  }
  const words = Math.ceil(model.idCount / bitsOfWord)
  const groups = model.groups.map((options) => choicesOf(options, live, words, wantsAll))
  if (live.length > 0) groups.sort((a, b) => rangeOf(b) - rangeOf(a))
  const kept = live.map((at) => steps[at]!)
  return {
    walletFen,
    fixedPoolsFen,
    fixedScore,
    steps: kept,
    groups,
    allowanceRank: model.allowanceRank,
    stepRanks: live.map((at) => model.stepRanks[at]!),
  }
}

/** What an amount off is worth that so many instruments take; nothing off is no use of them. */
export function scoreOf(offFen: number, instruments: number): number {
  return offFen === 0 ? 0 : offFen * fenScore - instruments
}

/** What all steps give, when so much was taken off the lines of each: never more for more taken. */
export function scoreOfSteps(problem: Problem, reducedFen: readonly number[]): number {
  const { steps, walletFen } = problem
  let pools = problem.fixedPoolsFen
  let score = problem.fixedScore
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at]!
    if (step.kind === 'pool') {
      pools += Math.floor((step.baseFen - reducedFen[at]!) / step.every) * step.off
    } else {
      score += scoreOf(stepOff(step, reducedFen[at]!), 1)
    }
  }
  return score + scoreOf(pools < walletFen ? pools : walletFen, 1)
}

/** Ranks of what the steps use: the allowance, platform and category coupons. */
export function stepsUsed(problem: Problem, reducedFen: readonly number[]): readonly number[] {
  const { steps, walletFen, stepRanks } = problem
  const used: number[] = []
  let pools = Math.min(problem.fixedPoolsFen, walletFen)
  for (let at = 0; at < steps.length; at += 1) {
    const off = stepOff(steps[at]!, reducedFen[at]!)
    if (steps[at]!.kind === 'pool') pools += off
    else if (off > 0) used.push(stepRanks[at]!)
  }
  if (pools > 0) used.push(problem.allowanceRank)
  return used
}

function totalOf(model: Model, step: number, pick: (a: number, b: number) => number): number {
  let total = 0
  for (const options of model.groups) {
    let best = options[0]!.offStepsFen[step]!
    for (let at = 1; at < options.length; at += 1)
      best = pick(best, options[at]!.offStepsFen[step]!)
    total += best
  }
  return total
}

function choicesOf(
  options: readonly Option[],
  live: readonly number[],
  words: number,
  wantsAll: boolean,
): Choices {
  const sorted = options.length === 1 ? options : options.toSorted(byOffThenFewestThenRanks)
  const kept: Option[] = []
  const offs: (readonly number[])[] = []
  for (const option of sorted) {
    const own = live.map((step) => option.offStepsFen[step]!)
    if (!wantsAll && offs.some((other) => isWithin(other, own))) continue
    kept.push(option)
    offs.push(own)
  }
  return {
    options: kept,
    scores: kept.map((option) => option.offFen * fenScore - option.tickets.length),
    offs,
    marks: kept.map((option) => marksOf(option.ranks, words)),
    leastOffs: live.map((_, at) => Math.min(...offs.map((own) => own[at]!))),
    mostOffs: live.map((_, at) => Math.max(...offs.map((own) => own[at]!))),
  }
}

/** Whether an option that comes earlier takes no more off any step than a later one does. */
function isWithin(earlier: readonly number[], later: readonly number[]): boolean {
  for (let at = 0; at < later.length; at += 1) if (earlier[at]! > later[at]!) return false
  return true
}

/** Of options that take the same, the one of fewer instruments, then of first ids comes first. */
function byOffThenFewestThenRanks(a: Option, b: Option): number {
  if (a.offFen !== b.offFen) return b.offFen - a.offFen
  if (a.ranks.length !== b.ranks.length) return a.ranks.length - b.ranks.length
  const first = a.ranks.toSorted(upwards)
  const second = b.ranks.toSorted(upwards)
  for (let at = 0; at < first.length; at += 1) {
    if (first[at] !== second[at]) return first[at]! - second[at]!
  }
  return 0
}

function upwards(a: number, b: number): number {
  return a - b
}

function rangeOf({ leastOffs, mostOffs }: Choices): number {
  let range = 0
  for (let at = 0; at < leastOffs.length; at += 1) range += mostOffs[at]! - leastOffs[at]!
  return range
}
