import { z } from 'zod'
import { DurationSchema } from '#rules/fields.ts'

/** Policy `trade`: how long a trade that was placed may be paid (TR-6). */
export const TradePolicySchema = z.strictObject({
  payWithin: DurationSchema.refine((duration) => duration.sign > 0, {
    error: 'A trade is not over when it is placed.',
  }).prefault('P3D'),
})

export type TradePolicy = z.output<typeof TradePolicySchema>
