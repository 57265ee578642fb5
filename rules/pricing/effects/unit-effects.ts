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
  most: number | undefined,
): { readonly offs: number[]; readonly cutFen: number } {
  if (by.percent !== undefined) {
    return percentOfUnits(sheet, layer, lines, units, { percent: by.percent, most })
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

/** A percentage and what holds it: rounded to a multiple of `roundTo` fen, in all at most `most`. */
export type Percentage = {
  readonly percent: number
  readonly roundTo?: number | undefined
  readonly most: number | undefined
}

/**
 * A percentage of chosen units, rounded half up: line by line in the item layer, where `most` is left to
 * whoever asks; on the total in the shop layer, held by `most` and then shared (PR-7).
 */
export function percentOfUnits(
  sheet: Sheet,
  layer: 'item' | 'shop',
  lines: readonly number[],
  units: readonly Run[],
  { percent, roundTo, most }: Percentage,
): { readonly offs: number[]; readonly cutFen: number } {
  const amounts = lines.map(() => 0)
  const rooms = lines.map(() => 0)
  for (const { place, amount, room, count } of units) {
    amounts[place]! += amount * count
    rooms[place]! += room * count
  }
  let wanted: readonly number[]
  let wantedFen: number
  if (layer === 'item') {
    wanted = amounts.map((amount) => percentOf(amount, percent, roundTo))
    wantedFen = sumOf(wanted)
  } else {
    const totalFen = sumOf(amounts)
    wantedFen = Math.min(totalFen, percentOf(totalFen, percent, roundTo))
    const heldFen = most === undefined ? wantedFen : Math.min(wantedFen, most)
    wanted = spread(sheet, lines, heldFen, weightsOfUnits(sheet, layer, lines, units))
  }
  const offs = wanted.map((off, place) => Math.min(off, rooms[place]!))
  return { offs, cutFen: wantedFen - sumOf(offs) }
}

/**
 * What chosen units weigh when something is shared over their lines, by line: what they cost now, or
 * their item price, the odd fen on those chosen (PR-9).
 */
export function weightsOfUnits(
  sheet: Sheet,
  layer: 'item' | 'shop',
  lines: readonly number[],
  units: readonly Run[],
): readonly number[] {
  const weights: number[] = []
  for (const line of lines) weights[line] = 0
  if (layer === 'item' || sheet.policy.splitBase === 'remaining') {
    for (const { line, amount, count } of units) weights[line]! += amount * count
    return weights
  }
  for (const { line, count } of units) weights[line]! += count
  for (const line of lines) {
    const count = weights[line]!
    const { quantity } = sheet.basket.lines[line]!
    const odd = sheet.item[line]! % quantity
    weights[line] = ((sheet.item[line]! - odd) / quantity) * count + Math.min(odd, count)
  }
  return weights
}

export function sumOf(amounts: readonly number[]): number {
  let sum = 0
  for (let at = 0; at < amounts.length; at += 1) sum += amounts[at]!
  return sum
}

/** amount x percent, rounded half up to a multiple of `roundTo` fen (PR-7). */
export function percentOf(amount: number, percent: number, roundTo = 1): number {
  if (roundTo === 1) {
    const product = amount * percent
    return product <= mostPlain
      ? halfUp(product, wholePpm)
      : mulDiv(amount, percent, wholePpm, 'half')
  }
  return mulDiv(amount, percent, wholePpm * roundTo, 'half') * roundTo
}

/** Up to here a product is exact as a plain number, and so is one divisor more. */
const mostPlain = 2 ** 52

/** A quotient of plain numbers rounded half up, without the division for a remainder, which is slow. */
function halfUp(product: number, by: number): number {
  const whole = Math.floor(product / by)
  const rest = product - whole * by
  // The quotient was rounded to a double before it was floored: it may be one too many.
  if (rest < 0) return rest + by >= by - (rest + by) ? whole : whole - 1
  return rest >= by - rest ? whole + 1 : whole
}
