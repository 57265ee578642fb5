import { z } from 'zod'
import { nameOf } from '#rules/fields.ts'
import { asPoints } from '#rules/money/points.ts'

/** What inputs and outputs of decisions are made of, besides the fields of policies. */
export const RefSchema = nameOf(200)

export const AmountSchema = z
  .int({ error: 'This is a whole number, zero or more.' })
  .nonnegative({ error: 'This is a whole number, zero or more.' })
  .transform((amount) => asPoints(amount + 0))

export const FenOutSchema = z.int()
export const PointsOutSchema = z.int()
export const InstantOutSchema = z.string().meta({ format: 'date-time' })
export const DayOutSchema = z.string().meta({ format: 'date' })
