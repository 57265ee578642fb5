import type { Fraction } from '#rules/merchants/metrics/fraction.ts'
import type { Standing } from '#rules/merchants/metrics/standing.ts'
import type { ViolationKind } from '#rules/merchants/violations/policy.ts'

/** What a shop sold in a window of days. */
export type SalesFigures = {
  readonly fen: number
  readonly orders: number
  readonly buyers: number
}

/**
 * A shop as criteria see it: the object `shop` of `jifen decide enrolment`. Figures are exact; one that
 * has nothing to count is absent.
 */
export type ShopFigures = KnownFigures & Readonly<Record<string, unknown>>

/** What every shop has; every metric of the policy stands beside it by its name, as a `Fraction`. */
export type KnownFigures = {
  readonly category: string
  readonly openedOn: Temporal.PlainDate
  readonly openDays: number
  readonly dsr: {
    readonly description?: Fraction
    readonly service?: Fraction
    readonly delivery?: Fraction
  }
  readonly afterSales?: Fraction
  readonly ranking?: {
    readonly rank: number
    readonly of: number
    readonly percentile: Fraction
    readonly index: Fraction
  }
  /** By `days30`, `days90` and so on. */
  readonly sales: Readonly<Record<string, SalesFigures>>
  readonly standings: Readonly<Record<string, Standing>>
  /** What was not struck, the earliest first. */
  readonly violations: readonly {
    readonly kind: ViolationKind
    readonly points: number
    readonly at: Temporal.Instant
  }[]
  /** The totals in force, by kind. */
  readonly points: Readonly<Record<ViolationKind, number>>
  readonly barredUntil: Temporal.Instant | undefined
  readonly removed: boolean
  /** The day that the figures are of: windows end with the day before. */
  readonly day: Temporal.PlainDate
}
