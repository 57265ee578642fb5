import type { Summary } from '#rules/members/invitation/summary.ts'

/** What an indicator's whole number counts; `ppm`: parts per million. */
export type IndicatorUnit = 'fen' | 'ppm' | 'days' | 'months' | 'count' | 'score' | 'points'

/** A figure computed from a member's facts alone: the same facts give the same whole number (IV-1). */
export type Indicator = {
  readonly id: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly unit: IndicatorUnit
  /** In words: what is divided by what, and what the value is where there is nothing. */
  readonly formula: string
  /** The facts that it is computed from. */
  readonly facts: string
  readonly of: (summary: Summary) => number
}

/** A line of the table of indicators. */
export function indicator(
  id: string,
  [zh, en]: readonly [zh: string, en: string],
  unit: IndicatorUnit,
  formula: string,
  facts: string,
  of: Indicator['of'],
): Indicator {
  return { id, title: { zh, en }, unit, formula, facts, of }
}
