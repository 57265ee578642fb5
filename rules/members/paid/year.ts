import { isBefore, type Window } from '#rules/time/instants.ts'

/** A year of paid membership that a member bought, and what became of it. */
export type PaidYear = {
  /** Among the member's, from 1. */
  readonly number: number
  readonly paymentRef: string
  readonly priceFen: number
  /** The score by which that was the price. */
  readonly score: number
  /** The version of the policy that it was bought by: `paidMembership@1`. */
  readonly policy: string
  readonly boughtAt: Temporal.Instant
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  /** When what it gives was given. */
  readonly begunAt: Temporal.Instant | null
  /** When its end was told beforehand. */
  readonly warnedAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
  /** When it was ended before its time without a refund: with a member that is sealed. */
  readonly stoppedAt: Temporal.Instant | null
  readonly refund: YearRefund | null
}

export type YearRefund = {
  readonly ref: string
  readonly at: Temporal.Instant
  readonly refundFen: number
}

/** Whether a year was neither refunded nor stopped. */
export function isHeld({ refund, stoppedAt }: PaidYear): boolean {
  return refund === null && stoppedAt === null
}

/** The last year that is held; `undefined`: there is none. Years in the order of purchase. */
export function lastOf(years: readonly PaidYear[]): PaidYear | undefined {
  return years.findLast(isHeld)
}

/**
 * From when until when the member is a paid member, as of the last purchases: years that follow each
 * other without a gap are one time (PM-4); `undefined`: never.
 */
export function paidPeriodOf(years: readonly PaidYear[]): Window | undefined {
  const held = years.filter(isHeld)
  const last = held.at(-1)
  if (last === undefined) return undefined
  let { from } = last
  for (const year of held.toReversed()) if (year.to.equals(from)) from = year.from
  return { from, to: last.to }
}

/** Whether a year runs at an instant. */
export function isRunningAt(year: PaidYear, at: Temporal.Instant): boolean {
  return isHeld(year) && !isBefore(at, year.from) && isBefore(at, year.to)
}
