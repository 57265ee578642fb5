import { z } from 'zod'
import { PositiveMoneySchema, RateSchema } from '#rules/fields.ts'

/** "10" is ten per cent: parts per million of one per cent. */
const PercentSchema = RateSchema.refine((percent) => percent <= 100_000_000, {
  error: 'A percentage is at most 100.',
}).meta({ description: 'Per cent: 10 or "10" is a tenth.' })

const StepSchema = PositiveMoneySchema.refine((fen) => fen > 0, {
  error: 'A step is more than nothing.',
})

const BandSchema = z.strictObject({
  /** The presale price from which the band holds, reached at equality. */
  from: PositiveMoneySchema,
  least: PositiveMoneySchema.optional(),
  leastPercent: PercentSchema.optional(),
  mostPercent: PercentSchema.optional(),
  multipleOf: StepSchema.optional(),
  /** Last digits of a deposit of whole yuan. */
  endsIn: z.array(z.int().min(0).max(9)).min(1).optional(),
  worthMultipleOf: StepSchema.optional(),
  instantOffMultipleOf: StepSchema.optional(),
  instantOffMostPercent: PercentSchema.optional(),
})

/** Policy `deposit`: the limits of a presale deposit by price (PS-1). */
export const DepositPolicySchema = z.strictObject({
  leastPrice: PositiveMoneySchema.optional(),
  bands: z
    .array(BandSchema)
    .max(100)
    .superRefine((bands, context) => {
      bands.forEach(({ from }, index) => {
        if (index === 0 || from > (bands[index - 1]?.from ?? 0)) return
        const message = 'Each band begins at a higher price than the one before.'
        context.addIssue({ code: 'custom', path: [index, 'from'], input: from, message })
      })
    }),
})

export type DepositPolicy = z.output<typeof DepositPolicySchema>
export type DepositBand = DepositPolicy['bands'][number]
