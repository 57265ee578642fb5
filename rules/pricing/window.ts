import { z } from 'zod'
import type { Window } from '#rules/pricing/basket.ts'
import { dayFromText, instantFromText, startOfDay } from '#rules/time/instants.ts'

/** An instant, or a business day whose place in time the market's zone tells (TI-2). */
type Written = Temporal.Instant | Temporal.PlainDate

/** A window as it is written: an end that is not given is open, a day is in it as a whole (TI-3). */
export type WrittenWindow = {
  readonly from?: Written | undefined
  readonly to?: Written | undefined
}

const WrittenSchema = z
  .string({ error: notWritten })
  .transform((text, context): Written => {
    const written = instantFromText(text) ?? dayFromText(text)
    if (written !== undefined) return written
    context.addIssue({ code: 'custom', input: text, message: notWritten() })
    return z.NEVER
  })
  .meta({ description: 'ISO 8601 with an offset, or a business day: 2017-11-11.' })

const endsBefore = 'A window ends after it begins.'

/** When an offer or a coupon applies: `{ from, to }`, either left out for open, or `[from, to]`. */
export const WindowSchema = z.union(
  [
    z
      .strictObject({ from: WrittenSchema.optional(), to: WrittenSchema.optional() })
      .refine(mayHold, { path: ['to'], error: endsBefore }),
    z
      .tuple([WrittenSchema, WrittenSchema])
      .refine(([from, to]) => mayHold({ from, to }), { path: [1], error: endsBefore })
      .transform(([from, to]): WrittenWindow => ({ from, to })),
  ],
  { error: 'A window is { "from", "to" } or [from, to], of instants or days.' },
)

/** Until when something can be used: up to an instant, or until a day is over. */
export const UntilSchema = WrittenSchema

/** Where an open end is: before and after every instant there is. */
export const everMs = 8_640_000_000_000_000

/** A window as it is compared with, in the market's zone: half-open, days as a whole (PR-5, TI-3). */
export function windowIn({ from, to }: WrittenWindow, zone: string): Window {
  return {
    fromMs: from === undefined ? -everMs : startMs(from, zone),
    toMs: to === undefined ? everMs : endMs(to, zone),
  }
}

/** The first instant after an end: of a day that of the next day, in the market's zone (TI-2). */
export function endMs(to: Written, zone: string): number {
  if (to instanceof Temporal.Instant) return to.epochMilliseconds
  return startOfDay(to.add({ days: 1 }), zone).epochMilliseconds
}

function startMs(from: Written, zone: string): number {
  return (from instanceof Temporal.Instant ? from : startOfDay(from, zone)).epochMilliseconds
}

/** Of an instant and a day, whose order the zone tells, only what is empty in every zone is refused. */
function mayHold({ from, to }: WrittenWindow): boolean {
  if (from === undefined || to === undefined) return true
  if (from instanceof Temporal.PlainDate && to instanceof Temporal.PlainDate) {
    return Temporal.PlainDate.compare(from, to) <= 0
  }
  return startMs(from, '+14:00') < endMs(to, '-12:00')
}

function notWritten(): string {
  return 'This is an instant with its offset, or a day such as 2017-11-11.'
}
