import { z } from 'zod'
import { MemberIdSchema } from '#rules/fields.ts'

/** The merchant of a path. */
export const MerchantParamsSchema = z.object({
  merchantId: MemberIdSchema.meta({ description: 'The merchant.', examples: ['merchant-lily'] }),
})
