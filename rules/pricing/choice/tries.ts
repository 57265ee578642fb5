import { type Bounds, boundsOf, mostOf } from '#rules/pricing/choice/bounds.ts'
import type { Envelope, Ticket } from '#rules/pricing/choice/holdings.ts'
import type { Mode } from '#rules/pricing/choice/model.ts'
import { type Choosing, modelOf, modesOf } from '#rules/pricing/choice/modes.ts'
import { fenScore, type Problem, problemOf } from '#rules/pricing/choice/problem.ts'
import { tryOn } from '#rules/pricing/choice/run.ts'
import { nearRates } from '#rules/pricing/choice/search.ts'
import {
  compareScores,
  inHeldOrder,
  type Score,
  type Selection,
} from '#rules/pricing/choice/selection.ts'
import { sumOver } from '#rules/pricing/sheet.ts'

export type Tried = {
  readonly selection: Selection
  readonly nodes: number
  readonly isProved: boolean
}

type Trying = {
  readonly choosing: Choosing
  readonly roomFen: number
  readonly budget: number
  selection: Selection
  score: Score
  nodes: number
}

/**
 * Finds the best selection by trying the layers themselves on every one that the model does not
 * rule out: for baskets in which floors, blocked shops or goods used up make the model promise too
 * much. `from`: what is known; `budget`: how many choices may be looked at, each trial counted as
 * several.
 */
export function tryAll(choosing: Choosing, from: Selection, budget: number): Tried {
  const { sheet } = choosing
  const roomFen = sumOver(sheet.left, sheet.all) - sumOver(sheet.floor, sheet.all)
  const trying: Trying = {
    choosing,
    roomFen,
    budget,
    selection: from,
    score: scoreOfTrial(choosing, from).score,
    nodes: 0,
  }
  const { modes, isWhole } = modesOf(choosing, true)
  for (const mode of modes) {
    const problem = problemOf(modelOf(choosing, mode, 'sure'), true)
    const bounds = boundsOf(problem, [nearRates(problem)])
    const at = { mode, problem, bounds, tickets: [...mode.tickets] }
    visitGroup(
      trying,
      at,
      0,
      0,
      problem.steps.map(() => 0),
    )
    if (trying.nodes > budget) break
  }
  const { selection, nodes } = trying
  return { selection, nodes, isProved: isWhole && nodes <= budget }
}

/** How a selection turns out, and whether all of it was of use. */
function scoreOfTrial(
  choosing: Choosing,
  selection: Selection,
): { readonly score: Score; readonly isAllUsed: boolean } {
  const { scratch, sheet, layers, held, pinned } = choosing
  const { offFen, ids } = tryOn(scratch, sheet, layers, held.pools, selection)
  const chosen =
    selection.tickets.length +
    selection.envelopes.length +
    (selection.walletFen > 0 ? 1 : 0) +
    (selection.points > 0 ? 1 : 0)
  const score = {
    pinned: pinned.length === 0 ? 0 : ids.filter((id) => pinned.includes(id)).length,
    offFen,
    ids: ids.toSorted(),
  }
  return { score, isAllUsed: chosen === ids.length }
}

type At = {
  readonly mode: Mode
  readonly problem: Problem
  readonly bounds: Bounds
  /** What is chosen on the way to here. */
  readonly tickets: Ticket[]
}

function visitGroup(
  trying: Trying,
  at: At,
  group: number,
  score: number,
  taken: readonly number[],
): void {
  const { problem, bounds, tickets } = at
  const most = mostOf(problem, bounds, group, score, taken)
  if (isBeaten(trying, at, most + trying.choosing.restFen * fenScore)) return
  const choices = problem.groups[group]
  if (choices === undefined) {
    visitEnvelope(trying, at, most, 0, [])
    return
  }
  const before = tickets.length
  for (const [option, own] of choices.options.entries()) {
    tickets.push(...own.tickets)
    const next = taken.map((fen, step) => fen + choices.offs[option]![step]!)
    visitGroup(trying, at, group + 1, score + choices.scores[option]!, next)
    tickets.length = before
    if (trying.nodes > trying.budget) return
  }
}

/** Whether nothing on from here can be better than what is known; counts what it looks at. */
function isBeaten(trying: Trying, { mode, tickets }: At, most: number): boolean {
  const { score, choosing, roomFen } = trying
  trying.nodes += 1
  if (trying.nodes > trying.budget) return true
  // A pinned instrument outweighs any amount: what could still use more of them is looked at.
  if (choosing.pinned.length > score.pinned) return false
  const used = tickets.length + (mode.usesAllowance ? 1 : 0)
  const bound = Math.min(most, roomFen * fenScore - used)
  return bound < score.offFen * fenScore - score.ids.length
}

function visitEnvelope(
  trying: Trying,
  at: At,
  most: number,
  next: number,
  envelopes: readonly Envelope[],
): void {
  const { held, restFen, sheet } = trying.choosing
  const each = held.envelopes[next]
  if (each === undefined) {
    tryPoints(trying, at, envelopes)
    return
  }
  visitEnvelope(trying, at, most, next + 1, [...envelopes, each])
  const without = most - Math.min(each.envelope.amount, sumOver(sheet.left, each.lines)) * fenScore
  if (isBeaten(trying, at, without + restFen * fenScore)) return
  visitEnvelope(trying, at, without, next + 1, envelopes)
}

function tryPoints(trying: Trying, at: At, envelopes: readonly Envelope[]): void {
  const { choosing } = trying
  const { held } = choosing
  const selection: Selection = {
    tickets: inHeldOrder(held, [...at.tickets]),
    walletFen: at.mode.usesAllowance ? held.walletFen : 0,
    envelopes,
    points: held.points,
  }
  keepIfBetter(trying, selection)
  if (held.points > 0) keepIfBetter(trying, { ...selection, points: 0 })
}

/** A trial costs more than a look at the bounds. */
const trialNodes = 20

function keepIfBetter(trying: Trying, selection: Selection): void {
  trying.nodes += trialNodes
  const { score, isAllUsed } = scoreOfTrial(trying.choosing, selection)
  // What is not of use is tried without it as well.
  if (!isAllUsed || compareScores(score, trying.score) <= 0) return
  trying.score = score
  trying.selection = selection
}
