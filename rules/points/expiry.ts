import type { PointsPolicy } from '#rules/points/policy.ts'
import { dayOf, startOfDay, toMillisecond } from '#rules/time/instants.ts'

/**
 * The first instant at which points earned at `earnedAt` can no longer be spent, by the policy's
 * expiry in the market's zone; `null` when they never lapse (PT-6 to PT-9).
 */
export function expiryOf(
  earnedAt: Temporal.Instant,
  policy: Pick<PointsPolicy, 'expiry'>,
  zone: string,
): Temporal.Instant | null {
  const { expiry } = policy
  if (expiry === 'never') return null
  const earnedOn = dayOf(earnedAt, zone)
  if (expiry === 'endOfNextCalendarYear') {
    return startOfDay(Temporal.PlainDate.from({ year: earnedOn.year + 2, month: 1, day: 1 }), zone)
  }
  if ('yearlyOn' in expiry) return endOfDay(yearlyDay(earnedOn, expiry), zone)
  return instantAfter(earnedAt, expiry.after, zone)
}

/** The last business day on which points can be spent that lapse at `expiresAt`; `null`: no last. */
export function lastDayOf(
  expiresAt: Temporal.Instant | null,
  zone: string,
): Temporal.PlainDate | null {
  return expiresAt === null ? null : dayOf(expiresAt.subtract({ milliseconds: 1 }), zone)
}

/** When points earned at `earnedAt` can be spent: at once, or after the policy's wait (PT-11). */
export function activeFrom(
  earnedAt: Temporal.Instant,
  policy: Pick<PointsPolicy, 'pendingFor'>,
  zone: string,
): Temporal.Instant {
  return policy.pendingFor === undefined
    ? earnedAt
    : instantAfter(earnedAt, policy.pendingFor, zone)
}

/** The first yearly day that is not before the points are old enough. 29 February gives way to 28. */
function yearlyDay(
  earnedOn: Temporal.PlainDate,
  expiry: { readonly yearlyOn: string; readonly leastAge: Temporal.Duration },
): Temporal.PlainDate {
  const earliest = earnedOn.add(expiry.leastAge)
  const yearly = Temporal.PlainMonthDay.from(expiry.yearlyOn)
  const sameYear = yearly.toPlainDate({ year: earliest.year })
  if (Temporal.PlainDate.compare(sameYear, earliest) >= 0) return sameYear
  return yearly.toPlainDate({ year: earliest.year + 1 })
}

function endOfDay(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return startOfDay(day.add({ days: 1 }), zone)
}

function instantAfter(
  instant: Temporal.Instant,
  duration: Temporal.Duration,
  zone: string,
): Temporal.Instant {
  return toMillisecond(instant.toZonedDateTimeISO(zone).add(duration).toInstant())
}
