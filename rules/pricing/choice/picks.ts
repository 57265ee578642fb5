import {
  type Choices,
  type Problem,
  scoreOfSteps,
  stepsUsed,
} from '#rules/pricing/choice/problem.ts'

/** By group of a problem: the place of the option that is used. */
export type Picks = readonly number[]

export function scoreOfPicks(problem: Problem, picks: Picks): number {
  const taken = problem.steps.map(() => 0)
  let score = 0
  for (let group = 0; group < picks.length; group += 1) {
    const { scores, offs } = problem.groups[group]!
    score += scores[picks[group]!]!
    for (let step = 0; step < taken.length; step += 1) taken[step]! += offs[picks[group]!]![step]!
  }
  return score + scoreOfSteps(problem, taken)
}

/** Exchanges the option of one group, as long as that betters the whole. */
export function improve(problem: Problem, from: Picks): Picks {
  const picks = [...from]
  let score = scoreOfPicks(problem, picks)
  for (let again = true; again;) {
    again = false
    for (let group = 0; group < picks.length; group += 1) {
      const before = picks[group]!
      for (let option = 0; option < problem.groups[group]!.scores.length; option += 1) {
        const kept = picks[group]!
        picks[group] = option
        const other = scoreOfPicks(problem, picks)
        if (other > score) score = other
        else picks[group] = kept
      }
      if (picks[group] !== before) again = true
    }
  }
  return picks
}

/** As `compareRanks`, for picks of every group: what they let steps give counts as well. */
export function comparePicks(problem: Problem, a: Picks, b: Picks): number {
  const first = stepsUsed(problem, takenBy(problem, a))
  const second = stepsUsed(problem, takenBy(problem, b))
  return compareRanks(problem.groups, a, b, first, second)
}

function takenBy(problem: Problem, picks: Picks): number[] {
  const taken = problem.steps.map(() => 0)
  for (let group = 0; group < picks.length; group += 1) {
    const offs = problem.groups[group]!.offs[picks[group]!]!
    for (let step = 0; step < taken.length; step += 1) taken[step]! += offs[step]!
  }
  return taken
}

const none: readonly number[] = []

/**
 * Of picks that use as many: negative when `a` has the first ids, that is, uses the first id that
 * only one of them uses. The order stays the same whatever both add.
 */
export function compareRanks(
  groups: readonly Choices[],
  a: Picks,
  b: Picks,
  alsoByA: readonly number[] = none,
  alsoByB: readonly number[] = none,
): number {
  let first = firstOnlyIn(alsoByA, alsoByB)
  let other = firstOnlyIn(alsoByB, alsoByA)
  for (let group = 0; group < a.length; group += 1) {
    if (a[group] === b[group]) continue
    const { options } = groups[group]!
    const own = options[a[group]!]!.ranks
    const others = options[b[group]!]!.ranks
    first = Math.min(first, firstOnlyIn(own, others))
    other = Math.min(other, firstOnlyIn(others, own))
  }
  return first === other ? 0 : first - other
}

function firstOnlyIn(ranks: readonly number[], others: readonly number[]): number {
  let first = Infinity
  for (const rank of ranks) if (rank < first && !others.includes(rank)) first = rank
  return first
}
