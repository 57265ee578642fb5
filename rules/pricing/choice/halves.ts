import { type Fitting, worthAt } from '#rules/pricing/choice/fit.ts'
import { type Merging, openMerging, slotFor } from '#rules/pricing/choice/merging.ts'
import type { Choices, Marks } from '#rules/pricing/choice/problem.ts'

/** Sums of choices for some of the groups, one row each; rows never change. */
export type Half = {
  /** The groups summed, in the order in which they were. */
  readonly groups: number[]
  readonly score: number[]
  /** What is taken off each limited step, row after row. */
  readonly taken: number[]
  readonly from: number[]
  readonly option: number[]
  /** The ids of a row, once they were asked for. */
  readonly marks: (Marks | undefined)[]
  /** Where the whole sums of this half begin. */
  first: number
  /** Whether sums were left out that could have been part of a fit. */
  isCut: boolean
  readonly rest: Rest
}

/** What is asked of every sum, and what it can at best be joined with. */
export type Outlook = {
  readonly fitting: Fitting
  readonly rates: readonly number[]
  /** Under this score nothing is of interest. */
  readonly least: number
  /** By group: its best score, and the least that it takes off each limited step. */
  readonly bestScores: readonly number[]
  readonly leastTaken: readonly (readonly number[])[]
  /** Sets of the limited steps, as bits, for which a bound is kept; the last one is all of them. */
  readonly sets: readonly number[]
  /**
   * By set, then group: the best score with what is taken off the set's steps paid for at the
   * rates.
   */
  readonly bestWorths: readonly (readonly number[])[]
}

/** How much was looked at, and how much may be. */
export type Work = { nodes: number; readonly budget: number }

export function outlookOf(fitting: Fitting, rates: readonly number[], least: number): Outlook {
  const { groups, steps } = fitting
  const sets = setsOf(steps.length)
  return {
    fitting,
    rates,
    least,
    bestScores: groups.map(({ scores }) => Math.max(...scores)),
    leastTaken: groups.map(({ leastOffs }) => steps.map((step) => leastOffs[step]!)),
    sets,
    bestWorths: sets.map((set) => {
      const own = rates.map((rate, dim) => ((set >> dim) % 2 === 1 ? rate : 0))
      return groups.map((choices) => bestWorth(choices, steps, own))
    }),
  }
}

/** All sets of a few steps; of many, each alone, all but each, and all. */
function setsOf(dims: number): readonly number[] {
  const all = 2 ** dims - 1
  if (dims <= 4) return Array.from({ length: all }, (_, at) => at + 1)
  const sets: number[] = []
  for (let dim = 0; dim < Math.min(dims, 30); dim += 1) sets.push(1 << dim, all - (1 << dim))
  return [...sets, all]
}

function bestWorth(choices: Choices, steps: readonly number[], rates: readonly number[]): number {
  let best = -Infinity
  for (let option = 0; option < choices.scores.length; option += 1) {
    best = Math.max(best, worthAt(choices, option, steps, rates))
  }
  return best
}

/** What all groups that a half has not summed can add at best, and take at least. */
type Rest = {
  score: number
  /** By set of steps: at the rates, with what the limits are worth at them. */
  readonly worths: number[]
  readonly taken: number[]
}

/** A half that sums nothing yet. */
export function openHalf(outlook: Outlook): Half {
  return {
    groups: [],
    score: [0],
    taken: outlook.fitting.steps.map(() => 0),
    from: [-1],
    option: [-1],
    marks: [outlook.fitting.groups[0]!.marks[0]!.map(() => 0)],
    first: 0,
    isCut: false,
    rest: restOf(outlook),
  }
}

/**
 * Adds a group to the sums of a half: those that could be part of a fit of interest, whatever is
 * chosen in the others. Sums that take the same are one: the better stays. `width`: keeps only the
 * most promising.
 */
export function addGroup(
  outlook: Outlook,
  half: Half,
  group: number,
  work: Work,
  width: number,
): void {
  const { fitting, bestScores, bestWorths, leastTaken, sets } = outlook
  const { rest } = half
  rest.score -= bestScores[group]!
  for (let at = 0; at < sets.length; at += 1) rest.worths[at]! -= bestWorths[at]![group]!
  for (let dim = 0; dim < rest.taken.length; dim += 1) rest.taken[dim]! -= leastTaken[group]![dim]!
  half.groups.push(group)
  const merging = openMerging(half.score.length)
  let rows: readonly number[] | undefined
  const count = half.score.length - half.first
  if (count > width) {
    rows = mostPromising(outlook, half, width)
    half.isCut = true
  }
  for (let at = 0; at < (rows?.length ?? count); at += 1) {
    extend(outlook, half, merging, rows === undefined ? half.first + at : rows[at]!, group)
    work.nodes += fitting.groups[group]!.scores.length
    if (work.nodes > work.budget) break
  }
  half.first = merging.first
}

function restOf({ fitting, rates, sets, bestScores, bestWorths, leastTaken }: Outlook): Rest {
  const { groups, limits } = fitting
  const rest: Rest = {
    score: bestScores.reduce((sum, score) => sum + score, 0),
    worths: bestWorths.map((worths) => worths.reduce((sum, worth) => sum + worth, 0)),
    taken: limits.map((_, dim) => groups.reduce((sum, _own, at) => sum + leastTaken[at]![dim]!, 0)),
  }
  for (const [at, set] of sets.entries()) {
    for (let dim = 0; dim < limits.length; dim += 1) {
      if ((set >> dim) % 2 === 1) rest.worths[at]! += rates[dim]! * limits[dim]!
    }
  }
  return rest
}

/**
 * Adds every option of a group to a row, as far as what comes of it can still fit and be of
 * interest.
 */
function extend(outlook: Outlook, half: Half, merging: Merging, row: number, group: number): void {
  const { fitting, least } = outlook
  const { steps, limits } = fitting
  const { rest } = half
  const { scores, offs } = fitting.groups[group]!
  const at = row * steps.length
  const taken: number[] = []
  for (let option = 0; option < scores.length; option += 1) {
    const score = half.score[row]! + scores[option]!
    if (score + rest.score < least) continue
    const own = offs[option]!
    let fits = true
    for (let dim = 0; dim < steps.length; dim += 1) {
      taken[dim] = half.taken[at + dim]! + own[steps[dim]!]!
      if (taken[dim]! + rest.taken[dim]! > limits[dim]!) fits = false
    }
    if (!fits || mostOf(outlook, rest, score, taken) < least) continue
    put(fitting, half, merging, { score, taken, from: row, option })
  }
}

/** The most that a sum can come to with all other groups: by the set of steps that tells most. */
function mostOf(
  { rates, sets }: Outlook,
  rest: Rest,
  score: number,
  taken: readonly number[],
): number {
  let most = score + rest.score
  for (let at = 0; at < sets.length; at += 1) {
    const set = sets[at]!
    let worth = score + rest.worths[at]!
    for (let dim = 0; dim < taken.length; dim += 1) {
      if ((set & (1 << dim)) !== 0) worth -= rates[dim]! * taken[dim]!
    }
    if (worth < most) most = worth
  }
  return most
}

type Row = {
  readonly score: number
  readonly taken: readonly number[]
  readonly from: number
  readonly option: number
}

function put(fitting: Fitting, half: Half, merging: Merging, next: Row): void {
  const { taken } = next
  const row = slotFor(half.taken, merging, taken, half.score.length)
  if (row === half.score.length) {
    half.score.push(next.score)
    for (let dim = 0; dim < taken.length; dim += 1) half.taken.push(taken[dim]!)
    half.from.push(next.from)
    half.option.push(next.option)
    return
  }
  if (next.score < half.score[row]!) return
  if (next.score === half.score[row]!) {
    const own = withOption(fitting, half, next.from, next.option)
    if (compareMarks(own, marksOfRow(fitting, half, row)) >= 0) return
  }
  half.marks[row] = undefined
  half.score[row] = next.score
  half.from[row] = next.from
  half.option[row] = next.option
}

/** The ids of a row of the layer that was summed last. */
export function marksOfRow(fitting: Fitting, half: Half, row: number): Marks {
  return (half.marks[row] ??= withOption(fitting, half, half.from[row]!, half.option[row]!))
}

function withOption(fitting: Fitting, half: Half, from: number, option: number): Marks {
  const { groups } = half
  return marksAt(fitting, half, from, groups.length - 2).map((word, at) => {
    return word + fitting.groups[groups.at(-1)!]!.marks[option]![at]!
  })
}

/** The ids of a row of an earlier layer, which never changes again. */
function marksAt(fitting: Fitting, half: Half, row: number, place: number): Marks {
  const known = half.marks[row]
  if (known !== undefined) return known
  const own = fitting.groups[half.groups[place]!]!.marks[half.option[row]!]!
  const before = marksAt(fitting, half, half.from[row]!, place - 1)
  return (half.marks[row] = before.map((word, at) => word + own[at]!))
}

/** Negative when `a` uses the first id that only one of them uses: for as many ids in both. */
export function compareMarks(a: Marks, b: Marks): number {
  for (let word = 0; word < a.length; word += 1) {
    if (a[word] !== b[word]) return b[word]! - a[word]!
  }
  return 0
}

/** The options of a row, by place of their groups in the half. */
export function chainOf(half: Half, last: number): number[] {
  const chain: number[] = []
  for (let row = last; row > 0; row = half.from[row]!) chain.push(half.option[row]!)
  return chain.reverse()
}

function mostPromising(outlook: Outlook, half: Half, width: number): readonly number[] {
  const dims = outlook.fitting.steps.length
  const rows: number[] = []
  const promise: number[] = []
  for (let row = half.first; row < half.score.length; row += 1) {
    rows.push(row)
    const taken = half.taken.slice(row * dims, (row + 1) * dims)
    promise.push(mostOf(outlook, half.rest, half.score[row]!, taken))
  }
  const { first } = half
  rows.sort((a, b) => promise[b - first]! - promise[a - first]! || a - b)
  return rows.slice(0, width)
}
