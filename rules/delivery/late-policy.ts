import { z } from 'zod'
import { DurationSchema, PositiveMoneySchema, RateSchema } from '#rules/fields.ts'

const notBefore = { error: 'A time does not run backwards.' }
const RunningSchema = DurationSchema.refine((duration) => duration.sign >= 0, notBefore)

/** A part of the deal price, within bounds. */
const penalty = {
  rate: RateSchema.refine((rate) => rate <= 1_000_000, { error: 'A rate is at most 1.' }),
  min: PositiveMoneySchema.optional(),
  cap: PositiveMoneySchema,
}

const bounds = { path: ['min'], error: 'The least is not above the cap.' }

/** Why nothing is paid for an order that was not shipped: what ended it before its limit (SH-8). */
const excuses = ['refunded', 'closed', 'outOfStock'] as const

/** Policy `late`: what a late shipment costs the shop, and when it is paid (SH-9 to SH-13). */
export const LatePolicySchema = z
  .strictObject({
    ...penalty,
    /** The most that one shop pays one member for orders that were paid within so long. */
    pair: z.strictObject({ most: PositiveMoneySchema, within: RunningSchema }).optional(),
    /** What a click without a record of the carrier costs instead. */
    falseShipment: z
      .strictObject(penalty)
      .refine(({ min = 0, cap }) => min <= cap, bounds)
      .optional(),
    pays: z.enum(['automatically', 'onComplaint']).default('automatically'),
    /** How long after the limit it is paid: facts that are told late are waited for. */
    waits: RunningSchema.prefault('PT0S'),
    /** What becomes of what was paid when a fact told later shows that the shop was in time. */
    toldLater: z.enum(['takeBack', 'keep']).default('takeBack'),
    excuses: z
      .array(z.enum(excuses))
      .max(3)
      .default([...excuses]),
    /** Limits longer ago than this when the payment is first known are not looked at. */
    lookBack: RunningSchema.prefault('P30D'),
    remindBefore: RunningSchema.prefault('P1D'),
    /** How long after the limit a complaint may be opened; absent: always. */
    complainWithin: RunningSchema.optional(),
    /** What a late shipment counts as among the violations of the shop; absent: nothing. */
    violation: z
      .strictObject({ kind: z.enum(['general', 'severe']), points: z.int().min(1).max(100) })
      .optional(),
  })
  .refine(({ min = 0, cap }) => min <= cap, bounds)

export type LatePolicy = z.output<typeof LatePolicySchema>
