import { assert } from '#rules/assert.ts'
import type { PaidMembershipPolicy } from '#rules/members/paid/policy.ts'
import { lastOf, type PaidYear } from '#rules/members/paid/year.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What a year would cost a member now, and why. */
export type YearPrice = {
  readonly priceFen: number
  readonly score: number
  /** The score from which on it is the price; absent: it is everybody's. */
  readonly scoreFrom?: number
}

/** A year as it would be bought, or why it cannot be yet. */
export type YearOffer = YearPrice &
  (
    | {
        readonly ok: true
        readonly from: Temporal.Instant
        readonly to: Temporal.Instant
        readonly isRenewal: boolean
      }
    | {
        readonly ok: false
        readonly refusal: 'paid/too-early'
        readonly renewableFrom: Temporal.Instant
      }
  )

/** PM-1: the first price whose score is reached. */
export function priceFor({ prices }: PaidMembershipPolicy, score: number): YearPrice {
  const found = prices.find(({ scoreFrom = 0 }) => score >= scoreFrom)
  assert(found !== undefined, 'the last price is for everybody')
  const { price, scoreFrom } = found
  return { priceFen: price, score, ...(scoreFrom === undefined ? {} : { scoreFrom }) }
}

/**
 * What buying a year at an instant would come to (PM-1 to PM-3): it begins at once, or at the end of
 * the last one bought while that is not over. Refused before it may be renewed.
 */
export function offerYear(
  policy: PaidMembershipPolicy,
  score: number,
  years: readonly PaidYear[],
  at: Temporal.Instant,
  zone: string,
): YearOffer {
  const price = priceFor(policy, score)
  const last = lastOf(years)
  const isRenewal = last !== undefined && isBefore(at, last.to)
  const from = isRenewal ? last.to : at
  const renewableFrom = isRenewal ? renewableAt(policy, last, zone) : at
  if (isBefore(at, renewableFrom)) {
    return { ...price, ok: false, refusal: 'paid/too-early', renewableFrom }
  }
  return { ...price, ok: true, from, to: after(from, policy.lasts, zone), isRenewal }
}

/** PM-3: from when on the year after a year may be bought. */
export function renewableAt(
  { renewal }: PaidMembershipPolicy,
  { to }: PaidYear,
  zone: string,
): Temporal.Instant {
  return renewal === undefined ? to : after(to, renewal.before.negated(), zone)
}

/** PM-9: when the end of a year is told beforehand. */
export function tellAt(
  { tellBefore }: PaidMembershipPolicy,
  { from, to }: Pick<PaidYear, 'from' | 'to'>,
  zone: string,
): Temporal.Instant {
  const at = after(to, tellBefore.negated(), zone)
  return isBefore(at, from) ? from : at
}

/** PM-2: by the calendar of the zone, at the same time of the day. */
function after(at: Temporal.Instant, time: Temporal.Duration, zone: string): Temporal.Instant {
  return at.toZonedDateTimeISO(zone).add(time).toInstant()
}
