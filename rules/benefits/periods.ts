import { startOfDay } from '#rules/time/instants.ts'

/** What a quota counts uses in: a calendar period, a purchase or live view, a grant, or all time. */
export const periodKinds = [
  'day',
  'week',
  'month',
  'year',
  'purchase',
  'liveView',
  'grant',
  'ever',
] as const

/** What a use is for, where the quota counts by it: an order, a view of a live broadcast. */
export type Subject = {
  readonly kind: 'purchase' | 'liveView'
  readonly id: string
}

/** One period: its name, unique among the periods of a benefit, and from when until when it is. */
export type Period = {
  readonly key: string
  readonly from: Temporal.Instant | undefined
  /** The first instant after it; `undefined`: it has no end that the calendar knows. */
  readonly to: Temporal.Instant | undefined
}

type CalendarKind = 'day' | 'week' | 'month' | 'year'

/** The calendar period of a zone that an instant is in; weeks begin on Monday (BF-3). */
export function calendarPeriod(kind: CalendarKind, at: Temporal.Instant, zone: string): Period {
  const first = firstDay(kind, at.toZonedDateTimeISO(zone).toPlainDate())
  return {
    key: `${kind}:${first.toString()}`,
    from: startOfDay(first, zone),
    to: startOfDay(first.add(lengths[kind]), zone),
  }
}

/** All time as one period. */
export const ever: Period = { key: 'ever', from: undefined, to: undefined }

/** The period of one purchase or live view (BF-4). */
export function subjectPeriod({ kind, id }: Subject): Period {
  return { key: `${kind}:${id}`, from: undefined, to: undefined }
}

/** The period of one grant: uses since it began (BF-4). */
export function grantPeriod(grant: {
  readonly source: string
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}): Period {
  return { key: `grant:${grant.source}`, from: grant.from, to: grant.to }
}

const lengths = {
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
  year: { years: 1 },
} as const satisfies Record<CalendarKind, Temporal.DurationLike>

function firstDay(kind: CalendarKind, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (kind) {
    case 'day':
      return day
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 })
    case 'month':
      return day.with({ day: 1 })
    case 'year':
      return day.with({ month: 1, day: 1 })
  }
}
