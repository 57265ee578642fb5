import { z } from 'zod'
import { asPoints } from '#rules/money/points.ts'
import {
  DurationSchema,
  InstantSchema,
  PositiveMoneySchema,
  RateSchema,
  TitleSchema,
} from '#rules/fields.ts'
import { isBefore } from '#rules/time/instants.ts'

/** The ratio of every category that has none of its own (PT-2). */
export const ordinary = 'ordinary'

/** When earned points lapse (PT-6 to PT-9). */
export const ExpirySchema = z.union(
  [
    z.literal('endOfNextCalendarYear'),
    z.literal('never'),
    z.strictObject({
      after: DurationSchema.refine((duration) => !duration.blank, {
        error: 'Points do not lapse at once.',
      }),
    }),
    z.strictObject({
      yearlyOn: z.string().refine(isMonthDay, { error: 'A day of the year is written 02-28.' }),
      leastAge: DurationSchema,
    }),
  ],
  {
    error:
      'An expiry is "endOfNextCalendarYear", "never", { "after": "P6M" } or { "yearlyOn": "02-28", "leastAge": "P1Y" }.',
  },
)

const NameSchema = z.string().min(1).max(64)
const RatiosSchema = z.record(
  NameSchema,
  RateSchema.refine((rate) => rate <= 10_000_000_000, { error: 'A ratio is at most 10000.' }),
)
const ClassesSchema = z.record(NameSchema, NameSchema)
const MultipleMaxSchema = RateSchema.refine((rate) => rate >= 1_000_000 && rate <= 1_000_000_000, {
  error: 'The largest multiple is between 1 and 1000.',
})
const PointsSchema = z.int().positive().transform(asPoints)
const FunderSchema = z.enum(['shop', 'platform'])

/** What an earn is decided by: an event may lay its own values over these (PT-10). */
const EarningOverridesSchema = z.strictObject({
  ratios: RatiosSchema.optional(),
  classes: ClassesSchema.optional(),
  merchantMultipleMax: MultipleMaxSchema.optional(),
  leastPaid: PositiveMoneySchema.optional(),
  mostPerLine: PointsSchema.optional(),
  expiry: ExpirySchema.optional(),
  pendingFor: DurationSchema.optional(),
  funder: FunderSchema.optional(),
})

/**
 * Policy `points`: how points are earned, lapse, are spent and taken back. Ratios are points per
 * yuan paid, as decimal texts; `classes` names the ratio of a category that is not called like one.
 */
export const PointsPolicySchema = z
  .strictObject({
    ratios: RatiosSchema.refine((ratios) => Object.hasOwn(ratios, ordinary), {
      error: 'The ratios have one called "ordinary", for every category without its own.',
    }),
    classes: ClassesSchema.default({}),
    merchantMultipleMax: MultipleMaxSchema.prefault(3),
    leastPaid: PositiveMoneySchema.optional(),
    mostPerLine: PointsSchema.optional(),
    expiry: ExpirySchema,
    pendingFor: DurationSchema.optional(),
    spend: z.enum(['soonestExpiry', 'oldest']).default('soonestExpiry'),
    clawBack: z
      .strictObject({ shortfall: z.enum(['debt', 'stopAtZero']).default('debt') })
      .prefault({}),
    funder: FunderSchema.default('shop'),
    mergeLots: z.boolean().default(true),
    hold: z.strictObject({ ttl: DurationSchema }).prefault({ ttl: 'PT15M' }),
  })
  .superRefine((policy, context) => {
    for (const [category, ratio] of Object.entries(policy.classes)) {
      if (Object.hasOwn(policy.ratios, ratio)) continue
      const message = `There is no ratio called "${ratio}".`
      context.addIssue({ code: 'custom', path: ['classes', category], input: ratio, message })
    }
  })

export type PointsPolicy = z.output<typeof PointsPolicySchema>

/** Policy `points-event:<slug>`: rules of one event for the members who joined it (PT-10). */
export const PointsEventSchema = z.strictObject({
  title: TitleSchema,
  window: z
    .strictObject({ from: InstantSchema, to: InstantSchema })
    .refine((window) => isBefore(window.from, window.to), {
      path: ['to'],
      error: 'A window ends after it begins.',
    }),
  overrides: EarningOverridesSchema,
})

export type PointsEvent = z.output<typeof PointsEventSchema>

function isMonthDay(text: string): boolean {
  if (!/^[0-9]{2}-[0-9]{2}$/.test(text)) return false
  const [month = 0, day = 0] = text.split('-').map(Number)
  // 2000 is a leap year, so that 29 February is a day of the year.
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(month)
}

function daysOf(month: number): number {
  return Temporal.PlainYearMonth.from({ year: 2000, month }).daysInMonth
}
