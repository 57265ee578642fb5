import { z } from 'zod'
import { DurationSchema, nameOf, RateSchema, TitleSchema } from '#rules/fields.ts'
import { WindowSchema } from '#rules/issuing/who-and-when.ts'
import { whoKeys } from '#rules/members/who.ts'
import { isBefore } from '#rules/time/instants.ts'

const PartSchema = RateSchema.refine((rate) => rate <= 1_000_000, {
  error: 'A part is at most 1.',
})

const SpanSchema = DurationSchema.refine((duration) => !duration.blank, {
  error: 'A span is more than nothing.',
})

/** Policy `entry:<slug>`: an event that members register for, by points (EE-1). */
export const EntrySchema = z
  .strictObject({
    title: TitleSchema,
    who: z.strictObject(whoKeys).prefault({}),
    /** What the entry costs. */
    points: z.int().min(0).max(1_000_000_000).default(0),
    /** When members register. */
    register: WindowSchema,
    /** From the beginning of the event to its end. */
    event: WindowSchema,
    /** Absent: as many as come. */
    capacity: z.int().min(1).max(100_000_000).optional(),
    /** How many may wait for a place; absent: nobody. */
    waitingList: z.int().min(1).max(1_000_000).optional(),
    checkIn: z
      .strictObject({
        /** How long before the beginning. */
        opens: DurationSchema.prefault('PT1H'),
      })
      .prefault({}),
    cancel: z
      .strictObject({
        /** Until so long before the beginning it costs nothing. */
        freeUntil: DurationSchema.prefault('P1D'),
        /** The part of the points that a later one costs. */
        lateKeeps: PartSchema.prefault(1),
      })
      .prefault({}),
    /** The part of the points that whoever comes gets back. */
    attendance: z.strictObject({ givesBack: PartSchema.prefault(0) }).prefault({}),
    /** Whoever does not come so often within a time may register for no event for another. */
    noShow: z
      .strictObject({
        count: z.int().min(1).max(1_000),
        within: SpanSchema,
        bars: SpanSchema,
      })
      .optional(),
    /** The temporary rules of points, `points-event:<rules>`, that whoever registers accepts. */
    rules: nameOf(63).optional(),
    /** How long before the beginning members are reminded. */
    remind: DurationSchema.prefault('P1D'),
    campaign: nameOf(100).optional(),
  })
  .refine(({ register, event }) => !isBefore(event.from, register.to), {
    path: ['register', 'to'],
    error: 'Nobody registers for an event that has begun.',
  })

export type Entry = z.output<typeof EntrySchema>
