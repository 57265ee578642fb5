import type { DayWindow } from '#rules/members/score/facts.ts'
import { dayNumberOf, dayOfNumber } from '#rules/time/day-numbers.ts'

/** The whole months that a score of `asOf` looks at: up to the end of the month before (MS-3). */
export function windowFor(
  asOf: Temporal.PlainDate,
  policy: { readonly months: number },
): { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate } {
  const month = asOf.with({ day: 1 })
  return { from: month.subtract({ months: policy.months }), to: month.subtract({ days: 1 }) }
}

/** The same window in days since 1970-01-01. */
export function daysFor(asOf: Temporal.PlainDate, policy: { readonly months: number }): DayWindow {
  const { from, to } = windowFor(asOf, policy)
  return { fromDay: dayNumberOf(from), toDay: dayNumberOf(to) }
}

/** The last day of every month that a window touches, in order, as days since 1970-01-01. */
export function monthEndsOf(window: DayWindow): readonly number[] {
  if (window.fromDay === latest.fromDay && window.toDay === latest.toDay) return latest.ends
  const ends: number[] = []
  let month = dayOfNumber(window.fromDay).toPlainYearMonth()
  do {
    ends.push(dayNumberOf(month.toPlainDate({ day: month.daysInMonth })))
    month = month.add({ months: 1 })
  } while ((ends.at(-1) ?? Infinity) < window.toDay)
  latest = { ...window, ends }
  return ends
}

// A refresh asks for the same window a million times: kept, because it is slow to work out.
let latest: DayWindow & { readonly ends: readonly number[] } = {
  fromDay: NaN,
  toDay: NaN,
  ends: [],
}
