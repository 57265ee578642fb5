/** What an effect would take off some lines, in their order, before what others leave. */
export type Reduction = {
  readonly ok: true
  readonly lines: readonly number[]
  /** Of each of `lines`, cut to what it can give. */
  readonly offs: readonly number[]
  readonly offFen: number
  /** What caps and floors cut off. */
  readonly cutFen: number
  readonly times?: number
}

/** Why an effect takes nothing off, and how much more would be needed. */
export type Short = {
  readonly ok: false
  readonly refusal:
    'pricing/threshold-not-reached' | 'pricing/not-enough-units' | 'pricing/nothing-left'
  readonly baseFen?: number
  readonly thresholdFen?: number
  readonly shortFen?: number
  readonly shortUnits?: number
}

/** What is computed on: lines by index, their amounts, and what they cannot go below. */
export type Scope = {
  readonly layer: 'item' | 'shop'
  readonly lines: readonly number[]
  /** What thresholds read. */
  readonly baseFen: number
  /** The most that the offer takes off (its `maxOff`). */
  readonly most: number | undefined
}

export const nothingLeft: Short = { ok: false, refusal: 'pricing/nothing-left' }

/** The lower of two limits that may be absent. */
export function lower(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined ? a : Math.min(a, b)
}

/** An amount of money that is not there yet. */
export function shortOf(baseFen: number, thresholdFen: number): Short {
  const shortFen = thresholdFen - baseFen
  return { ok: false, refusal: 'pricing/threshold-not-reached', baseFen, thresholdFen, shortFen }
}

/** Units that are not there yet. */
export function shortOfUnits(units: number, needed: number): Short {
  return { ok: false, refusal: 'pricing/not-enough-units', shortUnits: needed - units }
}
