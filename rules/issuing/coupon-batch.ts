import { z } from 'zod'
import { TitleSchema } from '#rules/fields.ts'
import {
  AudienceSchema,
  lastsAsLongAs,
  ValiditySchema,
  WindowSchema,
} from '#rules/issuing/who-and-when.ts'
import { CouponTermsSchema } from '#rules/pricing/offer-terms.ts'

/** Policy `coupon-batch:<slug>`: coupons alike, how many there are, who may have how many, and when. */
export const CouponBatchSchema = z
  .strictObject({
    title: TitleSchema,
    /** What a coupon of it takes off; when it can be used is said by `validity`. */
    terms: CouponTermsSchema.refine((terms) => terms.window === undefined, {
      path: ['window'],
      error: 'When a coupon can be used is said by the validity of its batch.',
    }),
    quantity: z.int().min(1).max(1_000_000_000),
    perMember: z.int().min(1).max(1_000).default(1),
    claim: WindowSchema,
    audience: AudienceSchema.default('all'),
    validity: ValiditySchema,
  })
  .refine(({ claim, validity }) => lastsAsLongAs(validity, claim), {
    path: ['validity', 'to'],
    error: 'Coupons can be used as long as they can be claimed, or longer.',
  })

export type CouponBatch = z.output<typeof CouponBatchSchema>

/** The id of a member's n-th coupon of a batch: so the limit is a unique key, not a count (IS-9). */
export function couponId(batch: string, nth: number): string {
  return `${batch}.${nth}`
}
