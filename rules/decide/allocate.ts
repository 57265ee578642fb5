import { z } from 'zod'
import { decision } from '#rules/decide/decision.ts'
import { FenOutSchema } from '#rules/decide/fields.ts'
import { allocate } from '#rules/money/allocate.ts'
import { MoneySchema } from '#rules/fields.ts'

const OutputSchema = z.union([
  z.strictObject({ ok: z.literal(true), sharesFen: z.array(FenOutSchema) }),
  z.strictObject({
    ok: z.literal(false),
    refusal: z.enum(['money/no-weights', 'money/negative-weight', 'money/zero-weights']),
  }),
])

/** Shares an amount over lines by their weights (MO-4 to MO-7). */
export const allocateDecision = decision({
  name: 'allocate',
  summary: 'shares an amount over lines in proportion to weights',
  policy: null,
  inputSchema: z.strictObject({
    amount: MoneySchema,
    weights: z.array(MoneySchema).max(100_000),
    remainder: z.enum(['largestFraction', 'lastLineTakesRest']).default('largestFraction'),
  }),
  outputSchema: OutputSchema,
  decide: ({ amount, weights, remainder }): z.input<typeof OutputSchema> => {
    const shared = allocate(amount, weights, remainder)
    if (!shared.ok) return shared
    return { ok: true, sharesFen: [...shared.shares] }
  },
})
