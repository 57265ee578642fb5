import { z } from 'zod'
import { nameOf, PositiveMoneySchema } from '#rules/fields.ts'

const PointsSchema = z.int().min(0).max(10_000)
const MostSchema = z.int().min(0).max(1_000_000_000)
const CategorySchema = nameOf(100)

/** The most that counts of an amount, each over what its name says; without one there is no maximum. */
const AmountMostSchema = z.strictObject({
  perOrder: PositiveMoneySchema.optional(),
  perDay: PositiveMoneySchema.optional(),
  perMonth: PositiveMoneySchema.optional(),
  perCategory: PositiveMoneySchema.optional(),
  perShop: PositiveMoneySchema.optional(),
  perWindow: PositiveMoneySchema.optional(),
})

const AmountSchema = z.strictObject({
  /** How much one point takes, floored once over all that counts. */
  amountPerPoint: PositiveMoneySchema.refine((fen) => fen > 0, {
    error: 'A point takes more than nothing.',
  }),
  most: AmountMostSchema.prefault({}),
})

/** Points for each of what is counted, and how many of them count. */
const CountSchema = z.strictObject({
  points: PointsSchema,
  perDay: MostSchema.optional(),
  perMonth: MostSchema.optional(),
  perWindow: MostSchema.optional(),
})

const nothing = { points: 0 }

const GradeSchema = z.strictObject({
  name: nameOf(64),
  points: MostSchema,
  /** Per cent of what purchases and rewards can reach: 100 as the policy says. */
  reach: z.int().min(0).max(1_000).default(100),
})

const BaseSchema = z
  .strictObject({
    most: MostSchema,
    /** The grade of a member of whom none is known. */
    usual: z.string(),
    /** From the lowest to the highest. */
    grades: z.array(GradeSchema).min(1).max(100),
    deductions: z
      .strictObject({
        unpaidAdvance: PointsSchema.default(0),
        maliciousReview: PointsSchema.default(0),
        brokenPromise: PointsSchema.default(0),
      })
      .prefault({}),
  })
  .superRefine(({ most, usual, grades }, context) => {
    const refuse = (path: (string | number)[], input: unknown, message: string): void => {
      context.addIssue({ code: 'custom', path, input, message })
    }
    const names = grades.map((grade) => grade.name)
    if (!names.includes(usual)) refuse(['usual'], usual, `There is no grade called "${usual}".`)
    grades.forEach(({ name, points }, index) => {
      if (names.indexOf(name) !== index)
        refuse(['grades', index, 'name'], name, 'It is there twice.')
      if (points > most) refuse(['grades', index, 'points'], points, 'This is above the most.')
    })
  })

/**
 * What a score is made of (MS-1): the part `score` of the policy that the tiers do not own. Weights
 * are whole points; amounts are money. `demonstration` says that no market published these values.
 */
export const ScoreDimensionsSchema = z.strictObject({
  demonstration: z.boolean().default(false),
  /** How many whole months count, up to the end of the month before. */
  months: z.int().min(1).max(60).default(12),
  /** The day of each month on which all scores are computed again. */
  refreshDay: z.int().min(1).max(28).default(8),
  virtualCategories: z.array(CategorySchema).max(10_000).default([]),
  purchase: z.strictObject({
    most: MostSchema,
    physical: AmountSchema,
    virtual: AmountSchema,
    orders: CountSchema.prefault(nothing),
  }),
  reward: z.strictObject({
    most: MostSchema,
    review: CountSchema.prefault(nothing),
    highValueReview: CountSchema.prefault(nothing),
    share: CountSchema.prefault(nothing),
    post: CountSchema.prefault(nothing),
    answer: CountSchema.prefault(nothing),
    liveView: CountSchema.prefault(nothing),
    categories: CountSchema.pick({ points: true, perWindow: true }).prefault(nothing),
    purchaseDays: CountSchema.omit({ perDay: true }).prefault(nothing),
    monthsInRow: CountSchema.pick({ points: true, perWindow: true }).prefault(nothing),
  }),
  base: BaseSchema,
})

export type ScoreDimensions = z.output<typeof ScoreDimensionsSchema>
export type AmountWeight = ScoreDimensions['purchase']['physical']
export type CountWeight = ScoreDimensions['reward']['review']
