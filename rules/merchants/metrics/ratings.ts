import type { MerchantMetricsPolicy } from '#rules/merchants/metrics/policy.ts'
import { dayOf, isBefore } from '#rules/time/instants.ts'

/** Stars of a received order, by one member of one shop. */
export type Rating = {
  readonly orderId: string
  /** Source and id of the fact. */
  readonly told: string
  readonly postedAt: Temporal.Instant
  /** When the order was received; `null`: it was not yet. */
  readonly succeededAt: Temporal.Instant | null
  readonly closedAt: Temporal.Instant | null
}

/** Whether a rating counts, or why not (MM-4). */
export type RatingStatus =
  'counted' | 'waiting' | 'tooEarly' | 'late' | 'again' | 'orderClosed' | 'beyondMost'

export type RatingSetting = {
  readonly zone: string
  readonly policyAt: (at: Temporal.Instant) => MerchantMetricsPolicy
}

/**
 * MM-4: which of the ratings of one member for one shop count, in the order given: whatever the order
 * in which they came. The first of each order is its rating for good; of those within time the first of
 * a calendar month count, by time of success.
 */
export function judgeRatings(
  ratings: readonly Rating[],
  { zone, policyAt }: RatingSetting,
): RatingStatus[] {
  const firstOf = new Map<string, Rating>()
  for (const rating of ratings.toSorted(byPosting)) {
    if (!firstOf.has(rating.orderId)) firstOf.set(rating.orderId, rating)
  }
  const standing = ratings.map((rating): RatingStatus => {
    if (firstOf.get(rating.orderId) !== rating) return 'again'
    return timely(rating, policyAt)
  })

  const fitting = ratings.filter((_, index) => standing[index] === 'counted').toSorted(bySuccess)
  const beyond = new Set<Rating>()
  for (const [, ofMonth] of Map.groupBy(fitting, (rating) => monthOf(rating, zone))) {
    const [first] = ofMonth
    if (first === undefined || first.succeededAt === null) continue
    const { mostPerPairMonth } = policyAt(first.succeededAt).dsr
    for (const rating of ofMonth.slice(mostPerPairMonth)) beyond.add(rating)
  }
  return standing.map((status, index) => {
    const rating = ratings[index]
    return rating !== undefined && beyond.has(rating) ? 'beyondMost' : status
  })
}

function timely(
  { postedAt, succeededAt, closedAt }: Rating,
  policyAt: RatingSetting['policyAt'],
): RatingStatus {
  if (closedAt !== null && !isBefore(postedAt, closedAt)) return 'orderClosed'
  if (succeededAt === null) return 'waiting'
  if (isBefore(postedAt, succeededAt)) return 'tooEarly'
  const until = succeededAt.add({ hours: 24 * policyAt(succeededAt).dsr.rateWithinDays })
  return isBefore(postedAt, until) ? 'counted' : 'late'
}

function monthOf({ succeededAt }: Rating, zone: string): string {
  return succeededAt === null ? '' : dayOf(succeededAt, zone).toPlainYearMonth().toString()
}

function byPosting(a: Rating, b: Rating): number {
  const apart = a.postedAt.epochMilliseconds - b.postedAt.epochMilliseconds
  return apart === 0 ? compareText(a.told, b.told) : apart
}

function bySuccess(a: Rating, b: Rating): number {
  const apart = (a.succeededAt?.epochMilliseconds ?? 0) - (b.succeededAt?.epochMilliseconds ?? 0)
  return apart === 0 ? compareText(a.orderId, b.orderId) : apart
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
