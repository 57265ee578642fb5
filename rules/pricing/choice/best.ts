import type { Ticket } from '#rules/pricing/choice/holdings.ts'
import { type Choosing, modelOf, modesOf } from '#rules/pricing/choice/modes.ts'
import { fenScore, type Problem, problemOf } from '#rules/pricing/choice/problem.ts'
import { search } from '#rules/pricing/choice/search.ts'
import { compareScores, inHeldOrder, type Selection } from '#rules/pricing/choice/selection.ts'

/** The best selection by the model, and what it promises. */
export type Best = {
  readonly selection: Selection
  readonly offFen: number
  readonly count: number
  readonly nodes: number
  readonly isProved: boolean
}

/**
 * The best selection by the model. The model never promises less than the layers give: if they give
 * what it promises for its best, none is better (PC-16).
 */
export function bestByModel(choosing: Choosing, budget: number): Best {
  const { modes, isWhole } = modesOf(choosing, false)
  let isProved = isWhole
  let nodes = 0
  let best: OfMode | undefined
  for (const mode of modes) {
    const problem = problemOf(modelOf(choosing, mode, 'held'))
    const found = search(problem, Math.max(budget - nodes, 1))
    nodes += found.nodes
    isProved &&= found.isProved
    if (best !== undefined && found.score < best.score) continue
    const own = ofMode(
      mode.tickets,
      ticketsOf(problem, found.picks),
      mode.usesAllowance,
      found.score,
    )
    if (best === undefined || isBetter(own, best)) best = own
  }
  const { score, tickets, usesAllowance } = best!
  const { held, restFen, restCount } = choosing
  const offFen = Math.ceil(score / fenScore)
  return {
    selection: {
      tickets: inHeldOrder(held, tickets),
      walletFen: usesAllowance ? held.walletFen : 0,
      envelopes: held.envelopes,
      points: held.points,
    },
    offFen: offFen + restFen,
    count: offFen * fenScore - score + restCount,
    nodes,
    isProved,
  }
}

type OfMode = {
  readonly score: number
  readonly tickets: readonly Ticket[]
  readonly usesAllowance: boolean
}

function ofMode(
  settled: readonly Ticket[],
  chosen: readonly Ticket[],
  usesAllowance: boolean,
  score: number,
): OfMode {
  return { score, tickets: settled.length === 0 ? chosen : [...settled, ...chosen], usesAllowance }
}

function isBetter(a: OfMode, b: OfMode): boolean {
  if (a.score !== b.score) return a.score > b.score
  const first = { pinned: 0, offFen: 0, ids: idsOf(a) }
  return compareScores(first, { pinned: 0, offFen: 0, ids: idsOf(b) }) > 0
}

function idsOf({ tickets, usesAllowance, score }: OfMode): readonly string[] {
  const ids = tickets.map((ticket) => ticket.id)
  const count = Math.ceil(score / fenScore) * fenScore - score
  if (usesAllowance && count > tickets.length) ids.push('allowance')
  return ids.sort()
}

function ticketsOf(problem: Problem, picks: readonly number[]): readonly Ticket[] {
  const tickets: Ticket[] = []
  for (let group = 0; group < picks.length; group += 1) {
    tickets.push(...problem.groups[group]!.options[picks[group]!]!.tickets)
  }
  return tickets
}
