import { assert } from '#rules/assert.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import type { FrozenCharge, FrozenLine, FrozenTrade } from '#rules/returns/frozen-trade.ts'

/**
 * One thing that is returned: units of a line, money of a line without units, units of the line `told`
 * with what was paid back for them elsewhere (RE-15), or what a shop charged for freight or extras
 * (without an amount: all that is left). Plain JSON, amounts in fen.
 */
export type ReturnItem =
  | { readonly line: string; readonly quantity?: number; readonly amountFen?: number }
  | { readonly told: string; readonly quantity: number; readonly amountFen: number }
  | { readonly freight: string; readonly amountFen?: number }
  | { readonly extras: string; readonly amountFen?: number }

/** What came back so far, in the order of the trade's lines and charges. Only ever grows. */
export type Taken = {
  readonly lines: readonly { readonly units: number; readonly fen: number }[]
  readonly charges: readonly { readonly isWhole: boolean; readonly fen: number }[]
}

/** A return that is refused, with what it asked for and what is left. */
export type ReturnRefused = {
  readonly ok: false
  readonly refusal:
    | 'returns/nothing-returned'
    | 'returns/quantity-and-amount'
    | 'returns/unknown-line'
    | 'returns/unknown-charge'
    | 'returns/more-than-bought'
    | 'returns/already-returned'
    | 'returns/more-than-left'
    | 'returns/trade-closed'
  readonly line?: string
  readonly shop?: string
  readonly quantity?: number
  readonly leftQuantity?: number
  readonly amountFen?: number
  readonly leftFen?: number
}

/** Nothing came back yet. */
export function nothingTaken({ lines, charges }: FrozenTrade): Taken {
  return {
    lines: lines.map(() => ({ units: 0, fen: 0 })),
    charges: charges.map(() => ({ isWhole: false, fen: 0 })),
  }
}

/**
 * Takes items back one after another (RE-2 to RE-5). Refused: what the trade does not have, units that
 * came back before or were never bought, more money than is left, and an item of nothing or of both
 * units and money.
 */
export function takeBack(
  trade: FrozenTrade,
  items: readonly ReturnItem[],
  before: Taken,
): { readonly ok: true; readonly taken: Taken } | ReturnRefused {
  let taken = before
  for (const item of items) {
    const next = take(trade, item, taken)
    if (!next.ok) return next
    taken = next.taken
  }
  return { ok: true, taken }
}

/** RE-6: whether all units of a shop's lines came back, freight or not. */
export function isClosed({ lines }: FrozenTrade, shop: string, taken: Taken): boolean {
  return lines.every((line, index) => line.shop !== shop || unitsIn(taken, index) === line.quantity)
}

/**
 * RE-11: how much of an amount that a line carries is undone: by units or by money, whichever is
 * more; rounded down, so that it only grows, and whole once all units or all money came back.
 */
export function undoneOfLine(
  amount: number,
  line: FrozenLine,
  taken: Taken['lines'][number],
): number {
  const byUnits = mulDiv(amount, taken.units, line.quantity, 'floor')
  if (line.payFen === 0) return byUnits
  return Math.max(byUnits, mulDiv(amount, taken.fen, line.payFen, 'floor'))
}

/** RE-11, for a charge: by money; whole once nothing of it is left. */
export function undoneOfCharge(
  amount: number,
  charge: FrozenCharge,
  taken: Taken['charges'][number],
): number {
  if (taken.isWhole) return amount
  return charge.payFen === 0 ? 0 : mulDiv(amount, taken.fen, charge.payFen, 'floor')
}

type Step = { readonly ok: true; readonly taken: Taken } | ReturnRefused

function take(trade: FrozenTrade, item: ReturnItem, taken: Taken): Step {
  if ('told' in item) return takeTold(trade, item, taken)
  return 'line' in item ? takeLine(trade, item, taken) : takeCharge(trade, item, taken)
}

/** RE-15: both count as they were told, up to what is left of each. */
function takeTold(
  trade: FrozenTrade,
  { told, quantity, amountFen }: Extract<ReturnItem, { told: string }>,
  taken: Taken,
): Step {
  const index = trade.lines.findIndex((line) => line.id === told)
  const line = trade.lines[index]
  const had = taken.lines[index]
  if (line === undefined || had === undefined)
    return refused('returns/unknown-line', { line: told })

  const left = { leftQuantity: line.quantity - had.units, leftFen: line.payFen - had.fen }
  const asked = { line: told, quantity, amountFen, ...left }
  if (quantity > line.quantity) return refused('returns/more-than-bought', asked)
  if (quantity > left.leftQuantity) return refused('returns/already-returned', asked)
  if (amountFen > left.leftFen) return refused('returns/more-than-left', asked)
  return withLine(taken, index, { units: had.units + quantity, fen: had.fen + amountFen })
}

function takeLine(
  trade: FrozenTrade,
  item: Extract<ReturnItem, { line: string }>,
  taken: Taken,
): Step {
  const { line: id, quantity, amountFen } = item
  const index = trade.lines.findIndex((line) => line.id === id)
  const line = trade.lines[index]
  const had = taken.lines[index]
  if (line === undefined || had === undefined) return refused('returns/unknown-line', { line: id })

  const left = { leftQuantity: line.quantity - had.units, leftFen: line.payFen - had.fen }
  const asked = { ...item, ...left }
  if (quantity !== undefined && amountFen !== undefined) {
    return refused('returns/quantity-and-amount', asked)
  }
  if (quantity !== undefined) {
    if (quantity > line.quantity) return refused('returns/more-than-bought', asked)
    if (quantity > left.leftQuantity) return refused('returns/already-returned', asked)
    const fen = had.fen + moneyOfUnits(line, had, quantity)
    return withLine(taken, index, { units: had.units + quantity, fen })
  }
  if (amountFen === undefined) return refused('returns/nothing-returned', asked)
  if (amountFen > left.leftFen) return refused('returns/more-than-left', asked)
  return withLine(taken, index, { units: had.units, fen: had.fen + amountFen })
}

/** RE-2, RE-3: what the next units cost, at most what is left; the last unit takes all that is left. */
function moneyOfUnits(line: FrozenLine, had: Taken['lines'][number], quantity: number): number {
  const leftFen = line.payFen - had.fen
  if (had.units + quantity === line.quantity) return leftFen
  const next = line.unitsFen.slice(had.units, had.units + quantity)
  return Math.min(
    next.reduce((sum, fen) => sum + fen, 0),
    leftFen,
  )
}

function takeCharge(
  trade: FrozenTrade,
  item: Exclude<ReturnItem, { line: string } | { told: string }>,
  taken: Taken,
): Step {
  const [kind, shop] =
    'freight' in item ? (['freight', item.freight] as const) : (['extras', item.extras] as const)
  const index = trade.charges.findIndex((each) => each.kind === kind && each.shop === shop)
  const charge = trade.charges[index]
  const had = taken.charges[index]
  if (charge === undefined || had === undefined) {
    return refused('returns/unknown-charge', { shop })
  }

  const leftFen = charge.payFen - had.fen
  const amountFen = item.amountFen ?? leftFen
  const isRepeated = item.amountFen === undefined && had.isWhole
  if (isRepeated) return refused('returns/already-returned', { shop, leftFen })
  if (amountFen > leftFen) return refused('returns/more-than-left', { shop, amountFen, leftFen })
  const now = { fen: had.fen + amountFen, isWhole: amountFen === leftFen }
  return { ok: true, taken: { ...taken, charges: taken.charges.with(index, now) } }
}

function withLine(taken: Taken, index: number, now: Taken['lines'][number]): Step {
  return { ok: true, taken: { ...taken, lines: taken.lines.with(index, now) } }
}

function unitsIn(taken: Taken, index: number): number {
  const line = taken.lines[index]
  assert(line !== undefined, 'what was taken is of this trade')
  return line.units
}

function refused(
  refusal: ReturnRefused['refusal'],
  facts: Omit<ReturnRefused, 'ok' | 'refusal'>,
): ReturnRefused {
  return { ok: false, refusal, ...facts }
}
