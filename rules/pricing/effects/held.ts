import { shareOver } from '#rules/money/allocate.ts'
import { nothingLeft, type Reduction, type Short } from '#rules/pricing/effects/reduction.ts'
import { sumOf } from '#rules/pricing/effects/unit-effects.ts'

/** Cuts a reduction to the most it may take, shared as it was. */
export function heldAt(
  lines: readonly number[],
  offs: readonly number[],
  most: number | undefined,
  cutFen: number,
  times?: number,
): Reduction | Short {
  const off = sumOf(offs)
  if (most === undefined || off <= most) return reductionOf(lines, offs, off + cutFen, times)
  return reductionOf(lines, shareOver(most, offs), off + cutFen, times)
}

/** What lines give of what was wanted; the rest was cut. */
export function reductionOf(
  lines: readonly number[],
  offs: readonly number[],
  wanted: number,
  times?: number,
): Reduction | Short {
  const offFen = sumOf(offs)
  if (offFen === 0) return nothingLeft
  const cutFen = Math.max(0, wanted - offFen)
  if (times === undefined) return { ok: true, lines, offs, offFen, cutFen }
  return { ok: true, lines, offs, offFen, cutFen, times }
}
