import type { FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { undoneOfCharge, undoneOfLine, type Taken } from '#rules/returns/taken.ts'

/**
 * What of one share is undone: `line` is a line's id, or `freight:<shop>`; `n` the share's place in it.
 * Amounts in fen.
 */
export type Reversal = { readonly line: string; readonly n: number; readonly offFen: number }

/** RE-11: what of each share is undone between two points of one trade; shares untouched are left out. */
export function reversalsBetween(
  trade: FrozenTrade,
  before: Taken,
  after: Taken,
): readonly Reversal[] {
  const then = reversedUpTo(trade, before)
  return reversedUpTo(trade, after)
    .map((each, index) => ({ ...each, offFen: each.offFen - (then[index]?.offFen ?? 0) }))
    .filter(({ offFen }) => offFen > 0)
}

/** RE-12: every share whole, for a trade that closes unpaid. */
export function allReversed(trade: FrozenTrade): readonly Reversal[] {
  return sharesOf(trade)
    .map(({ line, n, offFen }) => ({ line, n, offFen }))
    .filter(({ offFen }) => offFen > 0)
}

function reversedUpTo(trade: FrozenTrade, taken: Taken): readonly Reversal[] {
  return sharesOf(trade).map(({ line, n, offFen, undone }) => ({
    line,
    n,
    offFen: undone(offFen, taken),
  }))
}

type CarriedShare = Reversal & { readonly undone: (offFen: number, taken: Taken) => number }

function sharesOf(trade: FrozenTrade): readonly CarriedShare[] {
  const ofLines = trade.lines.flatMap((line, index) => {
    const undone = (offFen: number, { lines }: Taken): number => {
      return undoneOfLine(offFen, line, lines[index] ?? { units: 0, fen: 0 })
    }
    return line.shares.map(({ offFen }, n) => ({ line: line.id, n, offFen, undone }))
  })
  const ofCharges = trade.charges.flatMap((charge, index) => {
    const undone = (offFen: number, { charges }: Taken): number => {
      return undoneOfCharge(offFen, charge, charges[index] ?? { isWhole: false, fen: 0 })
    }
    const id = `${charge.kind}:${charge.shop}`
    return charge.shares.map(({ offFen }, n) => ({ line: id, n, offFen, undone }))
  })
  return [...ofLines, ...ofCharges]
}
