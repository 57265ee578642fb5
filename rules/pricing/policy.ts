import { z } from 'zod'
import { PositiveMoneySchema } from '#rules/fields.ts'

export const layers = [
  'presale',
  'item',
  'shop',
  'coupon',
  'platformCoupon',
  'allowance',
  'categoryCoupon',
  'redEnvelope',
  'points',
  'freight',
] as const

/** What applies by itself, before anything that is chosen among (PR-1). */
const automatic: readonly string[] = ['presale', 'item', 'shop']

function areOffersFirst(given: readonly string[]): boolean {
  const counted = given.filter((layer) => layer !== 'freight')
  const first = automatic.filter((layer) => counted.includes(layer))
  return first.every((layer, place) => counted[place] === layer)
}

const PaySchema = z.strictObject({
  /** Points that pay one yuan. */
  perYuan: z.int().min(1).max(1_000_000),
  /** The most of what is left that points may pay. */
  mostPercent: z.number().min(0).max(100).optional(),
  multipleOf: z.int().positive().optional(),
  least: z.int().nonnegative().optional(),
})

const StepSchema = z.strictObject({
  every: PositiveMoneySchema.refine((fen) => fen > 0, { error: 'A step is more than nothing.' }),
  off: PositiveMoneySchema,
  /** Lines of these categories alone; absent: all that no earlier step named. */
  categories: z.array(z.string().min(1).max(100)).optional(),
  shops: z.array(z.string().min(1).max(100)).optional(),
})

/** Policy `pricing`: the order of the layers and how each counts (PR-1 and what follows). */
export const PricingPolicySchema = z.strictObject({
  layers: z
    .array(z.enum(layers))
    .min(1)
    .refine((given) => new Set(given).size === given.length, {
      error: 'A layer is there once.',
    })
    .refine((given) => areOffersFirst(given), {
      error: 'The layers presale, item and shop, in this order, come before what the buyer holds.',
    }),
  threshold: z.enum(['sequential', 'parallel']).default('sequential'),
  splitBase: z.enum(['remaining', 'itemPrice']).default('remaining'),
  remainder: z.enum(['largestFraction', 'lastLineTakesRest']).default('largestFraction'),
  /** What a floor price cuts off a shared amount: lost, or carried by lines that still can. */
  floorPrice: z.enum(['clamp', 'respread']).default('clamp'),
  allowance: z
    .strictObject({
      automatic: z.boolean().default(false),
      overflow: z.enum(['block', 'clamp']).default('block'),
      return: z.enum(['allClosed', 'perSubOrder']).default('allClosed'),
      /** The step of a line that names none of its own, in a basket that names none. */
      steps: z.array(StepSchema).max(100).default([]),
    })
    .prefault({}),
  categoryCoupon: z.strictObject({ combines: z.boolean().default(false) }).prefault({}),
  platformCoupon: z.strictObject({ combines: z.boolean().default(false) }).prefault({}),
  returns: z
    .strictObject({
      coupon: z.enum(['fullOnly', 'never']).default('fullOnly'),
      redEnvelope: z.enum(['allClosed', 'perSubOrder', 'never']).default('perSubOrder'),
      points: z.enum(['perLine']).default('perLine'),
    })
    .prefault({}),
  points: z.strictObject({ pay: PaySchema.nullable().default(null) }).prefault({}),
})

export type PricingPolicy = z.output<typeof PricingPolicySchema>
