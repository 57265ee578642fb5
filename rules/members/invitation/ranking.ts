import type { IndicatorValues } from '#rules/members/invitation/indicators.ts'
import type { InvitationPolicy } from '#rules/members/invitation/policy.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'

/** A hard limit that a candidate does not keep to (IV-5). */
export type LimitFailed = {
  readonly indicator: string
  readonly value: number
  readonly atLeast?: number
  readonly atMost?: number
}

/** What the indicators of a candidate come to. */
export type Assessment = {
  /** The sum of the contributions: what candidates are ranked by. */
  readonly total: number
  /** Of each indicator that weighs something: weight x parts per million between its bounds. */
  readonly contributions: Readonly<Record<string, number>>
  readonly limitsFailed: readonly LimitFailed[]
}

type Terms = Pick<InvitationPolicy, 'weights' | 'limits'>

/** Weighs a candidate's indicators and holds them against the limits (IV-4, IV-5). */
export function assess(values: IndicatorValues, { weights, limits }: Terms): Assessment {
  const contributions = Object.fromEntries(
    Object.entries(weights).map(([id, { weight, from, to }]) => [
      id,
      weight * partBetween(values[id] ?? 0, from, to),
    ]),
  )
  const limitsFailed = Object.entries(limits).flatMap(([indicator, limit]) =>
    failureOf(indicator, values[indicator] ?? 0, limit),
  )
  const total = Object.values(contributions).reduce((sum, each) => sum + each, 0)
  return { total, contributions, limitsFailed }
}

function failureOf(
  indicator: string,
  value: number,
  { atLeast, atMost }: InvitationPolicy['limits'][string],
): LimitFailed[] {
  if (atLeast !== undefined && value < atLeast) return [{ indicator, value, atLeast }]
  if (atMost !== undefined && value > atMost) return [{ indicator, value, atMost }]
  return []
}

/** How far a value is from one bound to the other: 0 to 1,000,000, rounded down (IV-4). */
export function partBetween(value: number, from: number, to: number): number {
  const [way, whole] = to > from ? [value - from, to - from] : [from - value, from - to]
  if (way <= 0) return 0
  if (way >= whole) return wholePpm
  return mulDiv(way, wholePpm, whole, 'floor')
}

/** What the order of candidates depends on. */
export type Ranked = {
  readonly memberId: string
  readonly total: number
  readonly score: number
}

/** The order of candidates: the higher total, then the higher score, then the id (IV-7). */
export function byRank(a: Ranked, b: Ranked): number {
  if (a.total !== b.total) return b.total - a.total
  if (a.score !== b.score) return b.score - a.score
  if (a.memberId === b.memberId) return 0
  return a.memberId < b.memberId ? -1 : 1
}
