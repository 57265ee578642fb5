import type { FrozenTrade } from '#rules/returns/frozen-trade.ts'
import {
  nothingTaken,
  takeBack,
  type ReturnItem,
  type ReturnRefused,
} from '#rules/returns/taken.ts'

/** Units of a line that are replaced by as many of another SKU. */
export type Exchange = { readonly line: string; readonly quantity: number; readonly sku: string }

/**
 * RE-14: the replacement takes the place of the units in their line, with what they cost and their
 * part of every share; no money moves and nothing comes back. Refused as a return of the same units
 * would be.
 */
export function exchangeUnits(
  trade: FrozenTrade,
  { line: id, quantity, sku }: Exchange,
  before: readonly ReturnItem[],
): { readonly ok: true; readonly trade: FrozenTrade } | ReturnRefused {
  const earlier = takeBack(trade, before, nothingTaken(trade))
  if (!earlier.ok) return earlier
  const units = takeBack(trade, [{ line: id, quantity }], earlier.taken)
  if (!units.ok) return units

  const lines = trade.lines.map((line) => {
    if (line.id !== id) return line
    return { ...line, replacedBy: [...(line.replacedBy ?? []), { sku, quantity }] }
  })
  return { ok: true, trade: { ...trade, lines } }
}
