import { z } from 'zod'
import { decision, policyOf } from '#rules/decide/decision.ts'
import { FenOutSchema } from '#rules/decide/fields.ts'
import { PositiveMoneySchema } from '#rules/fields.ts'
import { asFen } from '#rules/money/fen.ts'
import { figuresOf } from '#rules/presale/balance.ts'
import { outcomeOf, outcomes } from '#rules/presale/outcome.ts'
import { refusalsOf, type PresaleTerms } from '#rules/presale/terms.ts'

const InputSchema = z.strictObject({
  price: PositiveMoneySchema,
  deposit: PositiveMoneySchema,
  worth: PositiveMoneySchema.optional(),
  instantOff: PositiveMoneySchema.optional(),
  coupon: z.strictObject({ threshold: PositiveMoneySchema, off: PositiveMoneySchema }).optional(),
  allowance: z
    .strictObject({
      every: PositiveMoneySchema.refine((fen) => fen > 0, {
        error: 'A step is more than nothing.',
      }),
      off: PositiveMoneySchema,
    })
    .optional(),
  outcome: z.enum(outcomes).optional(),
})

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  /** The first of `refusals`. */
  refusal: z.string().optional(),
  refusals: z.array(
    z.strictObject({
      refusal: z.string(),
      givenFen: FenOutSchema,
      leastFen: FenOutSchema.optional(),
      mostFen: FenOutSchema.optional(),
      multipleOfFen: FenOutSchema.optional(),
      endsIn: z.array(z.int()).optional(),
    }),
  ),
  expansionFen: FenOutSchema,
  balanceFen: FenOutSchema,
  thresholdBaseFen: FenOutSchema,
  couponUsable: z.boolean().optional(),
  allowanceUsable: z.boolean().optional(),
  dueFen: FenOutSchema,
  totalFen: FenOutSchema,
  depositGoesTo: z.enum(['member', 'shop']).optional(),
  refundFen: FenOutSchema.optional(),
  compensationFen: FenOutSchema.optional(),
})

/** What a presale's terms come to, what is not allowed of them, and what an outcome pays (PS-1 to PS-10). */
export const depositDecision = decision({
  name: 'deposit',
  summary: 'a presale deposit: its limits, the balance, and where it goes in the end',
  policy: 'deposit',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: ({ coupon, allowance, outcome, ...given }, context): z.input<typeof OutputSchema> => {
    const terms = given as PresaleTerms
    const refusals = refusalsOf(terms, policyOf(context, 'deposit'))
    const [first] = refusals
    const figures = figuresOf(
      terms,
      {
        ...(coupon === undefined ? {} : { coupon }),
        ...(allowance === undefined ? {} : { allowance }),
      },
      context.policies.pricing?.threshold ?? 'sequential',
    )
    const paid = { deposit: terms.deposit, total: asFen(figures.totalFen) }
    return {
      ok: first === undefined,
      ...(first === undefined ? {} : { refusal: first.refusal }),
      refusals: refusals.map(({ endsIn, ...each }) => {
        return { ...each, ...(endsIn === undefined ? {} : { endsIn: [...endsIn] }) }
      }),
      ...figures,
      ...(outcome === undefined ? {} : outcomeOf(outcome, paid, context.policies.late)),
    }
  },
})
