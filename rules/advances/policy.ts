import { z } from 'zod'
import { DurationSchema, nameOf, PositiveMoneySchema } from '#rules/fields.ts'

/** Whom a limit is for; a condition that is left out holds for everybody. */
const RungSchema = z.strictObject({
  scoreFrom: z.int().min(0).optional(),
  tiers: z.array(nameOf(64)).min(1).max(20).optional(),
  paidMember: z.literal(true).optional(),
  limit: PositiveMoneySchema,
})

/** Policy `instantRefund`: how much may be advanced to whom (AD-2 to AD-4, AD-8). */
export const InstantRefundPolicySchema = z.strictObject({
  limits: z.array(RungSchema).max(50),
  mostPerCase: PositiveMoneySchema.optional(),
  lessPerUnpaid: PositiveMoneySchema.prefault(0),
  /** So many owed advances, and nothing more is advanced. */
  blockedFromUnpaid: z.int().min(1).max(1_000).default(1),
  /** How long the goods may take; without it an open advance waits for a decision. */
  goodsWithin: DurationSchema.refine((duration) => !duration.blank, {
    error: 'Goods do not arrive at once.',
  }).optional(),
})

export type InstantRefundPolicy = z.output<typeof InstantRefundPolicySchema>
export type LimitRung = InstantRefundPolicy['limits'][number]
