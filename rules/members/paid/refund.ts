import type { PaidMembershipPolicy } from '#rules/members/paid/policy.ts'
import { lastOf, type PaidYear } from '#rules/members/paid/year.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What of a year was used, by the records: goods that came back do not count. */
export type YearUse = {
  /** How many trades, coupons and benefits it was used for. */
  readonly uses: number
  /** What they took off, in fen. */
  readonly savedFen: number
}

export type YearRefunded =
  | {
      readonly ok: true
      readonly refundFen: number
      readonly why: 'notBegun' | 'notUsed' | 'lessSaved'
    }
  | ({ readonly ok: false } & (
      | { readonly refusal: 'paid/unknown' | 'paid/already-refunded' | 'paid/not-the-last' }
      | { readonly refusal: 'paid/refund-too-late'; readonly until?: Temporal.Instant }
      | ({ readonly refusal: 'paid/used' } & YearUse)
    ))

/**
 * What comes back of a year (PM-6 to PM-8): all before it has begun; in the time of the policy all when
 * nothing of it was used, else nothing or the price less what it saved. The last bought goes first.
 */
export function refundYear(
  policy: PaidMembershipPolicy,
  years: readonly PaidYear[],
  paymentRef: string,
  used: YearUse,
  at: Temporal.Instant,
  zone: string,
): YearRefunded {
  const year = years.find((each) => each.paymentRef === paymentRef)
  if (year === undefined) return { ok: false, refusal: 'paid/unknown' }
  if (year.refund !== null) return { ok: false, refusal: 'paid/already-refunded' }
  if (year.stoppedAt !== null) return { ok: false, refusal: 'paid/refund-too-late' }
  if (lastOf(years) !== year) return { ok: false, refusal: 'paid/not-the-last' }
  const { priceFen } = year
  if (isBefore(at, year.from)) return { ok: true, refundFen: priceFen, why: 'notBegun' }

  const { refund } = policy
  if (refund === undefined) return { ok: false, refusal: 'paid/refund-too-late' }
  const until = year.from.toZonedDateTimeISO(zone).add(refund.within).toInstant()
  if (!isBefore(at, until)) return { ok: false, refusal: 'paid/refund-too-late', until }
  if (used.uses === 0) return { ok: true, refundFen: priceFen, why: 'notUsed' }
  if (refund.used === 'nothing' || used.savedFen >= priceFen) {
    return { ok: false, refusal: 'paid/used', ...used }
  }
  return { ok: true, refundFen: priceFen - used.savedFen, why: 'lessSaved' }
}
