import { dayNumberAt } from '#rules/time/day-numbers.ts'

/** Days since 1970-01-01 in a zone, as `dayNumberAt` tells them. */
export type DayOf = (at: Temporal.Instant) => number

/**
 * As `dayNumberAt`, for many instants: a zone's difference from UTC is asked for once in each day of UTC,
 * unless it changes in it.
 */
export function daysIn(zone: string): DayOf {
  const known = differences.get(zone) ?? new Map<number, number | undefined>()
  differences.set(zone, known)
  return (at) => {
    const utcDay = Math.floor(at.epochMilliseconds / dayMs)
    if (!known.has(utcDay)) {
      if (known.size >= mostKnown) known.clear()
      known.set(utcDay, differenceOn(utcDay, zone))
    }
    const difference = known.get(utcDay)
    if (difference === undefined) return dayNumberAt(at, zone)
    return Math.floor((at.epochMilliseconds + difference) / dayMs)
  }
}

const dayMs = 86_400_000
/** Ten years. */
const mostKnown = 3_652
const differences = new Map<string, Map<number, number | undefined>>()

/** In milliseconds; `undefined` where it changes on that day. */
function differenceOn(utcDay: number, zone: string): number | undefined {
  const begins = differenceAt(utcDay * dayMs, zone)
  return begins === differenceAt((utcDay + 1) * dayMs, zone) ? begins : undefined
}

function differenceAt(epochMs: number, zone: string): number {
  const at = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone)
  return at.offsetNanoseconds / 1_000_000
}
