import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { OffOrPrice } from '#rules/pricing/basket.ts'
import type { Run } from '#rules/pricing/effects/units.ts'
import { spread, type Sheet } from '#rules/pricing/sheet.ts'

/**
 * What comes off chosen units, by line. An amount or a price is of each unit, and a unit stops at its
 * floor; a percentage is rounded once a line in the item layer, and once in all in the shop layer (PR-7).
 */
export function offUnits(
  sheet: Sheet,
  layer: 'item' | 'shop',
  lines: readonly number[],
  units: readonly Run[],
  by: OffOrPrice,
): { readonly offs: number[]; readonly cutFen: number } {
  if (by.percent !== undefined) {
    return percentOfUnits(sheet, layer, lines, units, by.percent, 1)
  }
  const offs = lines.map(() => 0)
  let cutFen = 0
  for (const { place, amount, room, count } of units) {
    const wanted = by.off ?? Math.max(0, amount - by.price!)
    const off = Math.min(wanted, room)
    offs[place]! += off * count
    cutFen += (Math.min(wanted, amount) - off) * count
  }
  return { offs, cutFen }
}

/** A percentage of chosen units, rounded half up to a multiple of `roundTo` fen. */
export function percentOfUnits(
  sheet: Sheet,
  layer: 'item' | 'shop',
  lines: readonly number[],
  units: readonly Run[],
  percent: number,
  roundTo: number,
): { readonly offs: number[]; readonly cutFen: number } {
  const amounts = lines.map(() => 0)
  const rooms = lines.map(() => 0)
  for (const { place, amount, room, count } of units) {
    amounts[place]! += amount * count
    rooms[place]! += room * count
  }
  const wanted =
    layer === 'item'
      ? amounts.map((amount) => percentOf(amount, percent, roundTo))
      : overAll(sheet, lines, amounts, percent, roundTo)
  let cutFen = 0
  const offs = wanted.map((off, place) => {
    const taken = Math.min(off, rooms[place]!)
    cutFen += off - taken
    return taken
  })
  return { offs, cutFen }
}

function overAll(
  sheet: Sheet,
  lines: readonly number[],
  amounts: readonly number[],
  percent: number,
  roundTo: number,
): readonly number[] {
  const weights: number[] = []
  let total = 0
  for (const [place, line] of lines.entries()) {
    weights[line] = amounts[place]!
    total += amounts[place]!
  }
  return spread(sheet, lines, Math.min(total, percentOf(total, percent, roundTo)), weights)
}

/** amount x percent, rounded half up to a multiple of `roundTo` fen (PR-7). */
export function percentOf(amount: number, percent: number, roundTo = 1): number {
  if (roundTo === 1) return mulDiv(amount, percent, wholePpm, 'half')
  return mulDiv(amount, percent, wholePpm * roundTo, 'half') * roundTo
}
