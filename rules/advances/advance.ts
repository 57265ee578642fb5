import { assert } from '#rules/assert.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'

/** Units of one line, what was advanced for them, and what became of it so far. */
export type AdvanceLine = {
  readonly orderId: string
  readonly lineId: string
  readonly quantity: number
  readonly quantityBack: number
  readonly amountFen: Fen
  readonly settledFen: Fen
  /** Owed now. */
  readonly owedFen: Fen
  readonly repaidFen: Fen
}

/** A refund that was paid before the goods were back, named by the return it is of. */
export type Advance = {
  readonly advanceId: string
  readonly tradeId: string
  readonly madeAt: Temporal.Instant
  readonly lines: readonly AdvanceLine[]
}

export type AdvanceStatus = 'open' | 'settled' | 'owed' | 'repaid'

/** The sums over the lines; `openFen` waits for the goods. */
export type AdvanceSums = {
  readonly amountFen: Fen
  readonly openFen: Fen
  readonly settledFen: Fen
  readonly owedFen: Fen
  readonly repaidFen: Fen
}

/** One movement of a line's part: an entry (AD-9). */
export type AdvanceMove = {
  readonly advanceId: string
  readonly orderId: string
  readonly lineId: string
  readonly kind: 'advanced' | 'settled' | 'recovered' | 'repaid'
  readonly debit: 'paidOut' | 'advanced' | 'owed'
  readonly credit: 'advanced' | 'settled' | 'owed' | 'repaid'
  readonly amountFen: Fen
}

/** Advances as they are afterwards, and how they came there. Those that did not change are left out. */
export type AdvanceChange = {
  readonly changed: readonly Advance[]
  readonly moves: readonly AdvanceMove[]
}

/** What a refund paid back for a line; units that nobody named are 0. */
export type RefundedLine = {
  readonly orderId: string
  readonly lineId: string
  readonly quantity: number
  readonly amountFen: number
}

/** An advance as it is made, whole in the open (AD-1). */
export function makeAdvance(
  head: Omit<Advance, 'lines'>,
  lines: readonly RefundedLine[],
): AdvanceChange {
  const none = asFen(0)
  const parts = { quantityBack: 0, settledFen: none, owedFen: none, repaidFen: none }
  const made = {
    ...head,
    lines: lines.map((line) => ({ ...line, amountFen: asFen(line.amountFen), ...parts })),
  }
  const paid = made.lines.filter(({ amountFen }) => amountFen > 0)
  const moves = paid.map((line) =>
    moveOf(head.advanceId, line, 'advanced', ['paidOut', 'advanced'], line.amountFen),
  )
  return { changed: [made], moves }
}

/** What of an advance is where (AD-9). */
export function sumsOf({ lines }: Pick<Advance, 'lines'>): AdvanceSums {
  const sum = (of: (line: AdvanceLine) => number): Fen =>
    asFen(lines.reduce((total, line) => total + of(line), 0))
  return {
    amountFen: sum((line) => line.amountFen),
    openFen: sum(openOf),
    settledFen: sum((line) => line.settledFen),
    owedFen: sum((line) => line.owedFen),
    repaidFen: sum((line) => line.repaidFen),
  }
}

/** Owed as long as anything of it is, then open; ended when neither. */
export function statusOf(advance: Pick<Advance, 'lines'>): AdvanceStatus {
  const { openFen, owedFen, repaidFen } = sumsOf(advance)
  if (owedFen > 0) return 'owed'
  if (openFen > 0) return 'open'
  return repaidFen > 0 ? 'repaid' : 'settled'
}

/** Waits for goods or is owed: out of reach of other advances (AD-5). */
export function outstandingOf(line: AdvanceLine): Fen {
  return asFen(openOf(line) + line.owedFen)
}

/**
 * What refunds pay back goes first to what was advanced on their lines (AD-6), the earliest first, and
 * what is short once all units are back is owed (AD-7). Advances in the order in which they were made.
 */
export function settleAdvances(
  advances: readonly Advance[],
  refunded: readonly RefundedLine[],
): AdvanceChange & { readonly settledFen: Fen } {
  const moves: AdvanceMove[] = []
  const left = refunded.map(({ quantity, amountFen }) => ({ quantity, amountFen }))
  const changed = advances.flatMap((advance) => {
    const lines = advance.lines.map((line) => {
      let after = line
      refunded.forEach((each, index) => {
        const rest = left[index]
        if (each.orderId !== line.orderId || each.lineId !== line.lineId || rest === undefined) {
          return
        }
        after = settleLine(advance.advanceId, after, rest, moves)
      })
      return after
    })
    const isSame = lines.every((line, index) => line === advance.lines[index])
    return isSame ? [] : [{ ...advance, lines }]
  })
  const settled = moves.filter(({ kind }) => kind === 'settled')
  return { changed, moves, settledFen: asFen(settled.reduce((sum, m) => sum + m.amountFen, 0)) }
}

/** AD-8, AD-10: what is open is owed from now on. */
export function recoverAdvance(advance: Advance): AdvanceChange {
  const moves: AdvanceMove[] = []
  const lines = advance.lines.map((line) => recoverLine(advance.advanceId, line, moves))
  return { changed: moves.length === 0 ? [] : [{ ...advance, lines }], moves }
}

/** AD-8: pays of what is owed, line after line. Refused: more than is owed. */
export function repayAdvance(
  advance: Advance,
  amountFen: Fen,
):
  | ({ readonly ok: true } & AdvanceChange)
  | { readonly ok: false; readonly refusal: 'advances/more-than-owed'; readonly owedFen: Fen } {
  assert(amountFen > 0, 'a repayment is of something')
  const { owedFen } = sumsOf(advance)
  if (amountFen > owedFen) return { ok: false, refusal: 'advances/more-than-owed', owedFen }

  const moves: AdvanceMove[] = []
  let left: number = amountFen
  const lines = advance.lines.map((line) => {
    const paid = asFen(Math.min(left, line.owedFen))
    if (paid === 0) return line
    left -= paid
    moves.push(moveOf(advance.advanceId, line, 'repaid', ['owed', 'repaid'], paid))
    return {
      ...line,
      owedFen: asFen(line.owedFen - paid),
      repaidFen: asFen(line.repaidFen + paid),
    }
  })
  return { ok: true, changed: [{ ...advance, lines }], moves }
}

function settleLine(
  advanceId: string,
  line: AdvanceLine,
  rest: { quantity: number; amountFen: number },
  moves: AdvanceMove[],
): AdvanceLine {
  const fromOpen = asFen(Math.min(rest.amountFen, openOf(line)))
  const fromOwed = asFen(Math.min(rest.amountFen - fromOpen, line.owedFen))
  const units = Math.min(rest.quantity, line.quantity - line.quantityBack)
  if (fromOpen + fromOwed + units === 0) return line

  rest.amountFen -= fromOpen + fromOwed
  rest.quantity -= units
  if (fromOpen > 0) {
    moves.push(moveOf(advanceId, line, 'settled', ['advanced', 'settled'], fromOpen))
  }
  if (fromOwed > 0) moves.push(moveOf(advanceId, line, 'settled', ['owed', 'settled'], fromOwed))
  const after: AdvanceLine = {
    ...line,
    quantityBack: line.quantityBack + units,
    settledFen: asFen(line.settledFen + fromOpen + fromOwed),
    owedFen: asFen(line.owedFen - fromOwed),
  }
  const isAllBack = after.quantityBack === after.quantity
  return isAllBack ? recoverLine(advanceId, after, moves) : after
}

function recoverLine(advanceId: string, line: AdvanceLine, moves: AdvanceMove[]): AdvanceLine {
  const open = openOf(line)
  if (open === 0) return line
  moves.push(moveOf(advanceId, line, 'recovered', ['advanced', 'owed'], open))
  return { ...line, owedFen: asFen(line.owedFen + open) }
}

function openOf({ amountFen, settledFen, owedFen, repaidFen }: AdvanceLine): Fen {
  return asFen(amountFen - settledFen - owedFen - repaidFen)
}

function moveOf(
  advanceId: string,
  { orderId, lineId }: Pick<AdvanceLine, 'orderId' | 'lineId'>,
  kind: AdvanceMove['kind'],
  [debit, credit]: readonly [AdvanceMove['debit'], AdvanceMove['credit']],
  amountFen: Fen,
): AdvanceMove {
  return { advanceId, orderId, lineId, kind, debit, credit, amountFen }
}
