const epoch = Temporal.PlainDate.from('1970-01-01')
const dayMs = 86_400_000

/** Days since 1970-01-01; before it, below zero. */
export function dayNumberOf(day: Temporal.PlainDate): number {
  return epoch.until(day).days
}

/** The day on which an instant falls in a zone (TI-2), as days since 1970-01-01. */
export function dayNumberAt(instant: Temporal.Instant, zone: string): number {
  const offsetMs = instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000
  return Math.floor((instant.epochMilliseconds + offsetMs) / dayMs)
}

/** The day that is so many days after 1970-01-01. */
export function dayOfNumber(day: number): Temporal.PlainDate {
  return epoch.add({ days: day })
}
