import { z } from 'zod'
import { DaySchema } from '#rules/fields.ts'
import { assert } from '#rules/assert.ts'
import { dayOf, isBefore } from '#rules/time/instants.ts'

const TimeOfDaySchema = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, { error: 'A time of day is such as 09:00.' })

/** When somebody works (TK-2). */
export const WorkingHoursSchema = z
  .strictObject({
    /** 1 is Monday. */
    days: z.array(z.int().min(1).max(7)).min(1).max(7),
    from: TimeOfDaySchema,
    to: TimeOfDaySchema,
    holidays: z.array(DaySchema).max(400).default([]),
    /** Days that are worked though their weekday is not. */
    worked: z.array(DaySchema).max(400).default([]),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'Work ends after it began.' })

export type WorkingHours = z.output<typeof WorkingHoursSchema>

/** Ten years of days: further ahead nothing is due. */
const furthestDays = 3_660

/** How long one working day is. */
export function workingDayMs({ from, to }: WorkingHours): number {
  const span = Temporal.PlainTime.from(from).until(Temporal.PlainTime.from(to))
  return span.total('milliseconds')
}

/** The instant at which so much working time has passed since another (TK-2). */
export function afterWorking(
  hours: WorkingHours,
  from: Temporal.Instant,
  milliseconds: number,
  zone: string,
): Temporal.Instant {
  assert(milliseconds >= 0, 'time does not run backwards')
  let left = milliseconds
  let day = dayOf(from, zone)
  for (let count = 0; count < furthestDays; count += 1, day = day.add({ days: 1 })) {
    const shift = shiftOn(hours, day, zone)
    if (shift === undefined || !isBefore(from, shift.to)) continue
    const begin = isBefore(shift.from, from) ? from : shift.from
    const there = shift.to.epochMilliseconds - begin.epochMilliseconds
    if (left <= there) return begin.add({ milliseconds: left })
    left -= there
  }
  return from.add({ hours: 24 * furthestDays })
}

/** How much working time lies between two instants (TK-2, TK-3): 0 when the second is not later. */
export function workingBetween(
  hours: WorkingHours,
  from: Temporal.Instant,
  to: Temporal.Instant,
  zone: string,
): number {
  let passed = 0
  let day = dayOf(from, zone)
  const last = dayOf(to, zone)
  while (Temporal.PlainDate.compare(day, last) <= 0) {
    const shift = shiftOn(hours, day, zone)
    if (shift !== undefined) {
      const begin = Math.max(shift.from.epochMilliseconds, from.epochMilliseconds)
      const end = Math.min(shift.to.epochMilliseconds, to.epochMilliseconds)
      passed += Math.max(0, end - begin)
    }
    day = day.add({ days: 1 })
  }
  return passed
}

function shiftOn(
  { days, from, to, holidays, worked }: WorkingHours,
  day: Temporal.PlainDate,
  zone: string,
) {
  const isWorked = worked.some((each) => each.equals(day))
  const isHoliday = holidays.some((each) => each.equals(day))
  if (!isWorked && (isHoliday || !days.includes(day.dayOfWeek))) return undefined
  const at = (time: string): Temporal.Instant =>
    day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).toInstant()
  return { from: at(from), to: at(to) }
}
