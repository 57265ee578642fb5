import { z } from 'zod'
import { IdSchema } from '#rules/fields.ts'

/** The shop of a path. */
export const ShopParamsSchema = z.object({
  shopId: IdSchema.meta({ description: 'The shop.', examples: ['shop-lily'] }),
})

/** A business day as it is told. */
export const DayTextSchema = z.string().meta({ examples: ['2017-11-11'], format: 'date' })
