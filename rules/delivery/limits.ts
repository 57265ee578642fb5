import type { PaidWindow, Printed } from '#rules/delivery/policy.ts'
import { startOfDay, type Window } from '#rules/time/instants.ts'

/** Until when something is in time: as it is told, and the first instant that is late (SH-1). */
export type Limit = { readonly at: Temporal.Instant; readonly end: Temporal.Instant }

/** SH-1: a printed limit. A day is good to its end, 23:59:59 to the end of that second. */
export function printedLimit(printed: Printed, zone: string): Limit {
  if (printed instanceof Temporal.PlainDate) {
    const end = startOfDay(printed.add({ days: 1 }), zone)
    return { at: end.subtract({ seconds: 1 }), end }
  }
  return isLastSecond(printed)
    ? { at: printed, end: printed.add({ seconds: 1 }) }
    : exactLimit(printed)
}

/** SH-1: a limit that is counted: good at the instant itself, late a millisecond after it. */
export function exactLimit(at: Temporal.Instant): Limit {
  return { at, end: at.add({ milliseconds: 1 }) }
}

/** SH-2: days with both ends; instants half-open, but for an end printed as :59, which is included. */
export function paidWindow([from, to]: PaidWindow, zone: string): Window {
  if (from instanceof Temporal.PlainDate) {
    const last = to as Temporal.PlainDate
    return { from: startOfDay(from, zone), to: startOfDay(last.add({ days: 1 }), zone) }
  }
  const end = to as Temporal.Instant
  return { from, to: isLastSecond(end) ? end.add({ seconds: 1 }) : end }
}

function isLastSecond(instant: Temporal.Instant): boolean {
  const minute = 60_000
  return ((instant.epochMilliseconds % minute) + minute) % minute === 59_000
}
