import { z } from 'zod'
import { nameOf, RateSchema } from '#rules/fields.ts'
import { ppmToText, wholePpm } from '#rules/money/rate.ts'
import { overlay } from '#rules/policies/overlay.ts'

/** What may come off a price of ordering, besides what made the price itself. */
export const components = [
  'itemCoupon',
  'thirdPartyCoupon',
  'shopReduction',
  'shopCoupon',
  'platformCoupon',
  'allowance',
  'voucher',
  'points',
  'coins',
  'redEnvelope',
] as const

export type Component = (typeof components)[number]

/** The two kinds of price that a shop marks its goods with. */
export const markedKinds = ['promo', 'list'] as const

export type MarkedKind = (typeof markedKinds)[number]

/** Whether a component lowers the price that counts: always, never, or from a part of the price on. */
const CountsSchema = z.union(
  [
    z.boolean(),
    z.strictObject({
      from: RateSchema.refine((rate) => rate > 0 && rate <= wholePpm, {
        error: 'A part of the price is more than 0 and at most 1.',
      }),
    }),
  ],
  { error: 'A component counts: true, false, or { "from": "0.30" }.' },
)

const RatioSchema = RateSchema.refine((rate) => rate > 0 && rate <= 10 * wholePpm, {
  error: 'A ratio is more than 0 and at most 10.',
})

const DaysSchema = z.int().min(1).max(3_660)

/** Policy `price`: what counts as a price, and how high a declaration may be (PV-1 to PV-8). */
export const PricePolicySchema = z.strictObject({
  /** Of the lowest deal. */
  ratio: RatioSchema,
  /** Of the lowest marked price. */
  promoRatio: RatioSchema.prefault('1.00'),
  counts: z.strictObject({
    itemCoupon: CountsSchema.default(true),
    thirdPartyCoupon: CountsSchema.default(true),
    shopReduction: CountsSchema.default(true),
    shopCoupon: CountsSchema.default(false),
    platformCoupon: CountsSchema.default(false),
    allowance: CountsSchema.default(false),
    voucher: CountsSchema.default(false),
    points: CountsSchema.default(false),
    coins: CountsSchema.default(false),
    redEnvelope: CountsSchema.default(false),
  }),
  /** Deals of other events count only for the events named here. */
  countedEvents: z.array(nameOf(100)).max(1_000).default([]),
  /** Which marked prices are looked at. */
  marked: z.array(z.enum(markedKinds)).max(2).default(['promo', 'list']),
  /** Whether deals count of which only what was paid is known. */
  paidOnly: z.boolean().default(true),
  notBelowPresale: z.boolean().default(true),
  /** Without windows of a campaign: so many days, which end the day before. */
  lookBackDays: DaysSchema.default(30),
  /** Without a window of a campaign: so many days after the event. */
  protectDays: DaysSchema.default(15),
})

export type PricePolicy = z.output<typeof PricePolicySchema>

/** The policy with what a campaign lays over it (PO-6, CP-3): a form that fits the schema. */
export function priceLaidOver(policy: PricePolicy, patch: unknown): PricePolicy {
  if (patch === undefined) return policy
  const counts = Object.entries(policy.counts).map(([name, each]) => {
    return [name, typeof each === 'boolean' ? each : { from: ppmToText(each.from) }]
  })
  const form = {
    ...policy,
    ratio: ppmToText(policy.ratio),
    promoRatio: ppmToText(policy.promoRatio),
    counts: Object.fromEntries(counts) as object,
  }
  return PricePolicySchema.parse(overlay<unknown>(form, patch))
}
