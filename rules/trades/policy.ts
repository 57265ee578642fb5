import { z } from 'zod'
import { DurationSchema } from '#rules/fields.ts'

/** Policy `trade`: how long a trade that was placed may be paid (TR-6), and shipped. */
export const TradePolicySchema = z.strictObject({
  payWithin: DurationSchema.refine((duration) => duration.sign > 0, {
    error: 'A trade is not over when it is placed.',
  }).prefault('P3D'),
  /** Until when an order is shipped that no rule of the policy `delivery` fits (SH-2). */
  shipWithin: DurationSchema.refine((duration) => duration.sign > 0, {
    error: 'An order is not late when it is paid.',
  }).prefault('PT72H'),
})

export type TradePolicy = z.output<typeof TradePolicySchema>
