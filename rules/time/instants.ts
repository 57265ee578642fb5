import { assert } from '#rules/assert.ts'

/**
 * Reads an ISO 8601 instant with an offset, cut to the millisecond (TI-1); else `undefined`, as for
 * one that is outside the years 1 to 9999 in UTC.
 */
export function instantFromText(text: string): Temporal.Instant | undefined {
  if (!isoInstant.test(text)) return undefined
  try {
    const instant = toMillisecond(Temporal.Instant.from(text))
    return isBefore(instant, firstInstant) || isBefore(lastInstant, instant) ? undefined : instant
  } catch {
    return undefined
  }
}

const firstInstant = Temporal.Instant.from('0001-01-01T00:00:00Z')
const lastInstant = Temporal.Instant.from('9999-12-31T23:59:59.999Z')

/** Reads a day, `2017-11-11`, of the years 1 to 9998; else `undefined`. */
export function dayFromText(text: string): Temporal.PlainDate | undefined {
  if (!/^(?!0000|9999)[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    return undefined
  }
}

const isoInstant =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})$/

/** Cuts an instant to the millisecond (TI-1). */
export function toMillisecond(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(instant.epochMilliseconds)
}

/** Whether `a` is before `b`. */
export function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return a.epochMilliseconds < b.epochMilliseconds
}

/** The later of two instants. */
export function latest(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return isBefore(a, b) ? b : a
}

/** Half-open window of instants (TI-3). */
export type Window = { readonly from: Temporal.Instant; readonly to: Temporal.Instant }

/** Whether an instant lies in `[from, to)` (TI-3). */
export function isInside(instant: Temporal.Instant, window: Window): boolean {
  return !isBefore(instant, window.from) && isBefore(instant, window.to)
}

/** The first instant of a business day in a zone (TI-2). */
export function startOfDay(day: Temporal.PlainDate, zone: string): Temporal.Instant {
  return day.toZonedDateTime(zone).toInstant()
}

/** The business day on which an instant falls (TI-2). */
export function dayOf(instant: Temporal.Instant, zone: string): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(zone).toPlainDate()
}

/** An instant as ISO text with the zone's offset: 2019-01-01T00:00:00+08:00. */
export function instantToText(instant: Temporal.Instant, zone: string): string {
  assert(instant.epochNanoseconds % 1_000_000n === 0n, 'instants are kept to the millisecond')
  return instant.toString({ timeZone: zone })
}

const aheadMs = 5 * 60 * 1000

/** OR-2: whether an instant is further ahead of the clock than clocks differ: five minutes. */
export function isAhead(instant: Temporal.Instant, clock: Temporal.Instant): boolean {
  return instant.epochMilliseconds > clock.epochMilliseconds + aheadMs
}
