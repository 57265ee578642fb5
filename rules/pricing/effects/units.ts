import type { Pick } from '#rules/pricing/basket.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

/** Units of one line that have the same price at this point. */
export type Run = {
  /** The place of the line among those counted. */
  readonly place: number
  readonly line: number
  /** Of one unit. */
  readonly amount: number
  /** What one unit can still give. */
  readonly room: number
  readonly count: number
}

/**
 * The units of some lines by price: the dearest or the cheapest first, of equal ones those of the earlier
 * line. What a line still costs is shared evenly over its units, the odd fen to the later ones.
 */
export function runsOf(sheet: Sheet, lines: readonly number[], first: Pick): Run[] {
  const runs: Run[] = []
  for (const [place, line] of lines.entries()) {
    const { quantity } = sheet.basket.lines[line]!
    const floor = sheet.floor[line]! / quantity
    const odd = sheet.left[line]! % quantity
    const amount = (sheet.left[line]! - odd) / quantity
    if (odd < quantity)
      runs.push({ place, line, amount, room: amount - floor, count: quantity - odd })
    if (odd > 0)
      runs.push({ place, line, amount: amount + 1, room: amount + 1 - floor, count: odd })
  }
  const sign = first === 'dearest' ? -1 : 1
  return runs.sort((a, b) => sign * (a.amount - b.amount) || a.place - b.place)
}

/** How many units some lines have. */
export function countOf(sheet: Sheet, lines: readonly number[]): number {
  let units = 0
  for (let at = 0; at < lines.length; at += 1) units += sheet.basket.lines[lines[at]!]!.quantity
  return units
}

/** The first `count` units of runs, in their order. */
export function firstUnits(runs: readonly Run[], count: number): Run[] {
  return unitsBetween(runs, 0, count)
}

/** The units of runs from place `from` up to, and without, place `to`. */
export function unitsBetween(runs: readonly Run[], from: number, to: number): Run[] {
  const chosen: Run[] = []
  let at = 0
  for (const run of runs) {
    const count = Math.min(at + run.count, to) - Math.max(at, from)
    if (count > 0) chosen.push(count === run.count ? run : { ...run, count })
    at += run.count
    if (at >= to) break
  }
  return chosen
}

/** Every n-th unit of runs: of each full group of n the last one, at most `most` of them. */
export function everyNth(runs: readonly Run[], n: number, most: number): Run[] {
  const chosen: Run[] = []
  let at = 0
  let given = 0
  for (const run of runs) {
    const count = Math.min(wholes(at + run.count, n) - wholes(at, n), most - given)
    if (count > 0) chosen.push({ ...run, count })
    given += Math.max(count, 0)
    at += run.count
  }
  return chosen
}

/** How many whole times `part` is in `amount`. */
export function wholes(amount: number, part: number): number {
  return (amount - (amount % part)) / part
}
