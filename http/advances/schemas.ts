import { z } from 'zod'
import type { KeptAdvance } from '#db/advances/advances.ts'
import type { AdvanceEntry } from '#db/advances/entries.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { statusOf, sumsOf } from '#rules/advances/advance.ts'
import type { AdvanceLimit } from '#rules/advances/limit.ts'
import { IdSchema, PositiveMoneySchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

export const ReturnIdSchema = IdSchema.meta({
  description: 'The commerce platform’s own id of the return; it names the advance.',
  examples: ['r-1'],
})

export const AdvanceParamsSchema = MemberParamsSchema.extend({ returnId: ReturnIdSchema })

export const AskBodySchema = z
  .strictObject({
    returnId: ReturnIdSchema,
    tradeId: IdSchema.optional(),
    orderId: IdSchema.optional(),
    returned: z
      .array(z.strictObject({ line: IdSchema, quantity: z.int().min(1).max(10_000) }))
      .min(1)
      .max(100),
  })
  .refine(({ tradeId, orderId }) => (tradeId === undefined) !== (orderId === undefined), {
    error: 'A return is of a trade (tradeId) or of an order (orderId).',
  })

export const RepayBodySchema = z.strictObject({
  amount: PositiveMoneySchema.refine((fen) => fen > 0, {
    error: 'A repayment is of something.',
  }),
})

const WhySchema = z.record(z.string(), z.unknown())

export const LimitSchema = z
  .object({
    fullLimitFen: z.int().meta({ description: 'By score, tier and paid membership alone.' }),
    limitFen: z.int().meta({ description: 'What applies: less for what is owed.' }),
    outstandingFen: z.int().meta({ description: 'Open and owed together.' }),
    leftFen: z.int(),
    unpaid: z.int().meta({ description: 'How many advances are owed.' }),
    isBlocked: z.boolean(),
    why: z.array(WhySchema).meta({ description: 'The rungs that were tried, and reductions.' }),
  })
  .meta({ id: 'AdvanceLimit', description: 'How much may be advanced to a member.' })

export const AdvanceSchema = z
  .object({
    returnId: z.string(),
    tradeId: z.string(),
    status: z.enum(['open', 'settled', 'owed', 'repaid']),
    amountFen: z.int().meta({ description: 'What was advanced; the four parts add up to it.' }),
    openFen: z.int().meta({ description: 'Waits for the goods.' }),
    settledFen: z.int().meta({ description: 'Came back with refunds.' }),
    owedFen: z.int().meta({ description: 'The member owes it now.' }),
    repaidFen: z.int(),
    lines: z.array(
      z.object({
        orderId: z.string(),
        line: z.string(),
        quantity: z.int(),
        quantityBack: z.int(),
        amountFen: z.int(),
        settledFen: z.int(),
        owedFen: z.int(),
        repaidFen: z.int(),
      }),
    ),
    madeAt: InstantTextSchema,
    dueAt: InstantTextSchema.nullable().meta({ description: 'Owed from then on, if still open.' }),
    endedAt: InstantTextSchema.nullable(),
    policy: z.string().meta({ examples: ['instantRefund@1'] }),
    limit: LimitSchema.meta({ description: 'As it was when this was advanced.' }),
  })
  .meta({ id: 'Advance', description: 'A refund that was paid before the goods were back.' })

export const AdvanceEntrySchema = z
  .object({
    seq: z.int(),
    kind: z.enum(['advanced', 'settled', 'recovered', 'repaid']),
    ref: z.string(),
    orderId: z.string(),
    line: z.string(),
    debit: z.string(),
    credit: z.string(),
    amountFen: z.int(),
    at: InstantTextSchema,
    actor: z.string(),
    cause: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AdvanceEntry', description: 'One move of a part of an advance; never changed.' })

/** A limit as it is told. */
export function limitText(limit: AdvanceLimit): z.input<typeof LimitSchema> {
  return { ...limit, why: limit.why.map((each) => ({ ...each })) }
}

/** An advance as it is told. */
export function advanceText(advance: KeptAdvance, zone: string): z.input<typeof AdvanceSchema> {
  const { advanceId, tradeId, madeAt, dueAt, endedAt, policy, why } = advance
  return {
    returnId: advanceId,
    tradeId,
    status: statusOf(advance),
    ...sumsOf(advance),
    lines: advance.lines.map(({ lineId, ...line }) => ({ ...line, line: lineId })),
    madeAt: instantToText(madeAt, zone),
    dueAt: dueAt === null ? null : instantToText(dueAt, zone),
    endedAt: endedAt === null ? null : instantToText(endedAt, zone),
    policy,
    limit: JSON.parse(why) as z.input<typeof LimitSchema>,
  }
}

/** An entry as it is told. */
export function entryText(entry: AdvanceEntry, zone: string): z.input<typeof AdvanceEntrySchema> {
  const { advanceId: _, lineId, at, cause, ...told } = entry
  return {
    ...told,
    line: lineId,
    at: instantToText(at, zone),
    cause: JSON.parse(cause) as Record<string, unknown>,
  }
}
