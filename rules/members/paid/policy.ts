import { z } from 'zod'
import { DurationSchema, PositiveMoneySchema, TitleSchema } from '#rules/fields.ts'
import type { Target } from '#rules/pricing/basket.ts'
import { TargetSchema } from '#rules/pricing/offer-terms.ts'

const MoneySchema = PositiveMoneySchema.refine((fen) => fen <= 10_000_000, {
  error: 'A price is at most 100000.00.',
})

const TimeSchema = DurationSchema.refine((duration) => duration.sign > 0, {
  error: 'This is some time, not none.',
})

function namesOf(family: string) {
  const name = new RegExp(`^${family}:[a-z0-9][a-z0-9-]{0,62}$`)
  return z.array(
    z.string().regex(name, { error: `This names policies of the family ${family}: ${family}:x.` }),
  )
}

/** Policy `paidMembership`: what a year of it costs, how long it is, and what it gives. */
export const PaidMembershipPolicySchema = z.strictObject({
  title: TitleSchema,
  /** The first that the member's score reaches counts (PM-1). */
  prices: z
    .array(
      z.strictObject({
        scoreFrom: z.int().min(0).max(1_000_000_000).optional(),
        price: MoneySchema,
      }),
    )
    .min(1)
    .max(20)
    .refine((prices) => prices.at(-1)?.scoreFrom === undefined, {
      error: 'The last price is for everybody: it has no scoreFrom.',
    }),
  /** By the calendar of the market's zone (PM-2). */
  lasts: TimeSchema.prefault('P365D'),
  /** How long before its end it may be bought again; absent: not before the end. */
  renewal: z.strictObject({ before: TimeSchema }).optional(),
  /** How long before its end the member is told of it. */
  tellBefore: TimeSchema.prefault('P7D'),
  /** Absent: never, once it has begun. */
  refund: z
    .strictObject({
      /** From the beginning on. */
      within: TimeSchema,
      /** What comes back when something of it was used: nothing, or the price less what it saved. */
      used: z.enum(['nothing', 'lessSaved']).default('nothing'),
    })
    .optional(),
  /** What it gives, by the names of the policies. */
  offers: namesOf('offer').max(1_000).default([]),
  /** Given at the beginning of every year of it. */
  coupons: z
    .array(
      z.strictObject({
        batch: namesOf('coupon-batch').element,
        count: z.int().min(1).max(100).default(1),
      }),
    )
    .max(100)
    .default([]),
  benefits: namesOf('benefit').max(1_000).default([]),
  /** Goods that nobody else may buy; absent: none. */
  exclusive: TargetSchema.refine((target) => Object.keys(target).length > 0, {
    error: 'Say which goods are exclusive.',
  })
    .transform((target) => target as Target)
    .optional(),
})

export type PaidMembershipPolicy = z.output<typeof PaidMembershipPolicySchema>
