import { z } from 'zod'
import { decision, policyOf } from '#rules/decide/decision.ts'
import { FenOutSchema, PointsOutSchema } from '#rules/decide/fields.ts'
import { compensationOf } from '#rules/delivery/compensation.ts'
import { InstantSchema, PositiveMoneySchema } from '#rules/fields.ts'
import { asFen } from '#rules/money/fen.ts'
import { ppmToText } from '#rules/money/rate.ts'

const InputSchema = z.strictObject({
  dealPrice: PositiveMoneySchema,
  paidAt: InstantSchema.optional(),
  /** Absent: late. 0: in time. */
  daysLate: z.number().min(0).max(100_000).optional(),
  deposit: PositiveMoneySchema.optional(),
  /** A click without a record of the carrier. */
  falseShipment: z.boolean().default(false),
  /** What the shop paid the member already for orders paid within the hours of the policy's `pair`. */
  pairPaid: PositiveMoneySchema.optional(),
})

const OutputSchema = z.strictObject({
  compensationFen: FenOutSchema,
  points: PointsOutSchema,
  why: z.strictObject({
    of: z.enum(['late', 'falseShipment', 'none']),
    rate: z.string(),
    partFen: FenOutSchema,
    bound: z.enum(['min', 'cap', 'pair']).nullable(),
    penaltyFen: FenOutSchema,
    depositFen: FenOutSchema,
  }),
})

/** What a shop pays for a late shipment, in points that it funds (SH-9, SH-10). */
export const lateCompensationDecision = decision({
  name: 'late-compensation',
  summary: 'what a shop pays a member for a late shipment',
  policy: 'late',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, context): z.input<typeof OutputSchema> => {
    const { dealPrice, daysLate = 1, deposit, falseShipment, pairPaid = asFen(0) } = input
    if (daysLate === 0) return inTime
    const cause = falseShipment ? 'noRecord' : 'notShipped'
    const late = policyOf(context, 'late')
    const decided = compensationOf({ dealPrice, cause, pairFen: pairPaid, deposit }, late)
    const { ratePpm, ...why } = decided.why
    return {
      compensationFen: decided.compensationFen,
      points: decided.points,
      why: { ...why, rate: ppmToText(ratePpm) },
    }
  },
})

const inTime = {
  compensationFen: 0,
  points: 0,
  why: {
    of: 'none' as const,
    rate: '0',
    partFen: 0,
    bound: null,
    penaltyFen: 0,
    depositFen: 0,
  },
}
