import { z } from 'zod'
import { TitleSchema } from '#rules/fields.ts'
import { SlugSchema } from '#rules/merchants/review/documents.ts'
import { LastingSchema } from '#rules/merchants/review/review.ts'
import { WorkingHoursSchema } from '#rules/tickets/hours.ts'

/** Time that has a length by itself: hours and days of 24 hours, not months. */
const SpanSchema = LastingSchema.refine(({ years, months }) => years === 0 && months === 0, {
  error: 'This is a time in days and hours, such as PT4H or P2D.',
})

const TicketCategorySchema = z.strictObject({
  title: TitleSchema,
  subjects: z.array(TitleSchema).max(30).default([]),
  firstAnswerWithin: SpanSchema,
  solutionWithin: SpanSchema,
  time: z.enum(['plain', 'working']).default('working'),
})

/** Policy `tickets`: what merchants may ask, and how soon they are answered. */
export const TicketsPolicySchema = z.strictObject({
  categories: z
    .record(SlugSchema, TicketCategorySchema)
    .refine((categories) => Object.keys(categories).length > 0, {
      error: 'There is at least one category.',
    }),
  workingHours: WorkingHoursSchema,
  /** Who has a ticket: the first level when it is opened, each next one after a lapse. */
  levels: z
    .array(z.strictObject({ name: SlugSchema, title: TitleSchema, within: SpanSchema }))
    .min(1)
    .max(10),
  merchantAnswersWithin: SpanSchema,
  reopenWithin: SpanSchema,
  judgeWithin: SpanSchema,
})

export type TicketsPolicy = z.output<typeof TicketsPolicySchema>

export type TicketCategory = TicketsPolicy['categories'][string]
