import { z } from 'zod'
import { DurationSchema } from '#rules/fields.ts'

const UnsealSchema = z.strictObject({
  /** How long after the sealing; without it, whenever. */
  within: DurationSchema.optional(),
  points: z.boolean().default(false),
  coupons: z.boolean().default(false),
  benefits: z.boolean().default(false),
  tiers: z.boolean().default(false),
  paid: z.boolean().default(false),
})

/** Policy `ending`: what a sealing costs and what comes back of it (EN-2 to EN-4). */
export const EndingPolicySchema = z.strictObject({
  refundsPaid: z.boolean().default(false),
  unseal: UnsealSchema.prefault({}),
  erasure: z.strictObject({ secondPerson: z.boolean().default(true) }).prefault({}),
})

export type EndingPolicy = z.output<typeof EndingPolicySchema>

/** In a market without the policy: nothing comes back. */
export const usualEnding: EndingPolicy = EndingPolicySchema.parse({})
