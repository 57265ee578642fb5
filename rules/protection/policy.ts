import { z } from 'zod'
import { DurationSchema, PositiveMoneySchema } from '#rules/fields.ts'
import { layers } from '#rules/pricing/policy.ts'

/** The most of one kind: so much money over all claims together. */
const MostSchema = z.strictObject({
  member: PositiveMoneySchema.optional(),
  order: PositiveMoneySchema.optional(),
  item: PositiveMoneySchema.optional(),
})

/** Policy `priceProtection`: what buyers of a campaign have back when its goods are sold for less. */
export const PriceProtectionPolicySchema = z.strictObject({
  /** Without a window of the campaign: so many business days after its day (BP-1). */
  days: z.int().min(1).max(365).default(15),
  /** What these layers took off lowers what a buyer counts as having paid (BP-2). */
  counts: z
    .array(z.enum(layers))
    .max(20)
    .default([
      'presale',
      'item',
      'shop',
      'coupon',
      'platformCoupon',
      'allowance',
      'categoryCoupon',
    ]),
  /** Without being asked, or only when the member asks (BP-6). */
  opens: z.enum(['automatically', 'asked']).default('automatically'),
  /** How long after the last protected day a member may ask. */
  askWithin: DurationSchema.prefault('P15D'),
  /** Money is due from the shop; points and envelopes are put into the member's wallet (BP-7). */
  paidAs: z.enum(['money', 'points', 'redEnvelope']).default('money'),
  /** How long an envelope can be used. */
  envelopeFor: DurationSchema.prefault('P30D'),
  /** The most that all claims of one member in a campaign, of one order, of one item come to (BP-5). */
  most: MostSchema.prefault({}),
  /** So many units of one line are protected. */
  mostUnits: z.int().min(1).max(1_000_000).optional(),
})

export type PriceProtectionPolicy = z.output<typeof PriceProtectionPolicySchema>
