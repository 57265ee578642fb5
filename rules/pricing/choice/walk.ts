import { type Merging, openMerging, slotFor } from '#rules/pricing/choice/merging.ts'
import { type Bounds, mostOf } from '#rules/pricing/choice/bounds.ts'
import {
  comparePicks,
  compareRanks,
  type Picks,
  scoreOfPicks,
} from '#rules/pricing/choice/picks.ts'
import { type Problem, scoreOfSteps } from '#rules/pricing/choice/problem.ts'
import type { Found } from '#rules/pricing/choice/search.ts'

export type Limits = {
  readonly budget: number
  /** How many sums are kept after each group; without end: all that could still be the best. */
  readonly width: number
}

/**
 * Sums of choices for the first groups, in rows that never change: `from` is the row that each
 * extends.
 */
type Rows = {
  readonly score: number[]
  readonly most: number[]
  /** What each took off the lines of every step, row after row. */
  readonly taken: number[]
  readonly from: number[]
  readonly option: number[]
}

/**
 * Walks group by group over the sums of choices. Two that took the same off every step are one: the
 * better stays. One that can no longer end better than what is known is dropped.
 */
export function walk(problem: Problem, bounds: Bounds, known: Picks, limits: Limits): Found {
  const { groups, steps } = problem
  const rows: Rows = {
    score: [0],
    most: [Infinity],
    taken: steps.map(() => 0),
    from: [-1],
    option: [-1],
  }
  let best = known
  let bestScore = scoreOfPicks(problem, known)
  let nodes = 0
  const isProved = limits.width === Infinity
  let layer = [0]

  for (let group = 0; group < groups.length; group += 1) {
    const isLast = group === groups.length - 1
    const { scores, offs } = groups[group]!
    const merging = openMerging(rows.score.length)
    for (const row of layer) {
      nodes += scores.length
      if (nodes > limits.budget) return { picks: best, score: bestScore, nodes, isProved: false }
      for (let option = 0; option < scores.length; option += 1) {
        const score = rows.score[row]! + scores[option]!
        const taken = takenBy(rows, row, offs[option]!)
        if (isLast) {
          const whole = score + scoreOfSteps(problem, taken)
          if (whole < bestScore) continue
          const picks = picksOf(rows, row, option, group)
          if (whole === bestScore && comparePicks(problem, picks, best) >= 0) continue
          best = picks
          bestScore = whole
          continue
        }
        const most = mostOf(problem, bounds, group + 1, score, taken)
        if (most >= bestScore)
          merge(problem, rows, merging, { score, most, taken, from: row, option, group })
      }
    }
    layer = rowsFrom(merging.first, rows.score.length)
    if (layer.length > limits.width) {
      layer = layer.sort((a, b) => rows.most[b]! - rows.most[a]! || a - b).slice(0, limits.width)
    }
  }
  return { picks: best, score: bestScore, nodes, isProved }
}

function takenBy(rows: Rows, row: number, offs: readonly number[]): number[] {
  const taken: number[] = []
  const at = row * offs.length
  for (let step = 0; step < offs.length; step += 1) taken.push(rows.taken[at + step]! + offs[step]!)
  return taken
}

type Extended = {
  readonly score: number
  readonly most: number
  readonly taken: readonly number[]
  readonly from: number
  readonly option: number
  readonly group: number
}

function merge(problem: Problem, rows: Rows, merging: Merging, next: Extended): void {
  const { taken } = next
  const row = slotFor(rows.taken, merging, taken, rows.score.length)
  if (row === rows.score.length) {
    rows.score.push(next.score)
    rows.most.push(next.most)
    for (let step = 0; step < taken.length; step += 1) rows.taken.push(taken[step]!)
    rows.from.push(next.from)
    rows.option.push(next.option)
    return
  }
  if (next.score < rows.score[row]!) return
  if (next.score === rows.score[row]!) {
    const own = picksOf(rows, next.from, next.option, next.group)
    const other = picksOf(rows, rows.from[row]!, rows.option[row]!, next.group)
    if (compareRanks(problem.groups, own, other) >= 0) return
  }
  rows.score[row] = next.score
  rows.most[row] = next.most
  rows.from[row] = next.from
  rows.option[row] = next.option
}

function rowsFrom(first: number, end: number): number[] {
  const layer: number[] = []
  for (let row = first; row < end; row += 1) layer.push(row)
  return layer
}

/** The options that a row, and one of the next group, stand for. */
function picksOf(rows: Rows, row: number, option: number, group: number): Picks {
  const picks = [option]
  for (let at = row, left = group; left > 0; left -= 1) {
    picks.push(rows.option[at]!)
    at = rows.from[at]!
  }
  return picks.reverse()
}
