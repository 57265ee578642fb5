import { z } from 'zod'
import { IdSchema, nameOf, PositiveMoneySchema, TitleSchema } from '#rules/fields.ts'
import { whoKeys } from '#rules/members/who.ts'
import type { Fen } from '#rules/money/fen.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'
import type { Coupon, Effect, Off, Offer, Window } from '#rules/pricing/basket.ts'
import { MemberCapSchema } from '#rules/pricing/member-cap.ts'
import { windowIn, WindowSchema, type WrittenWindow } from '#rules/pricing/window.ts'

/** No single amount is larger: sums over a thousand lines stay safe (PR-14). */
const mostFen = 100_000_000_000

export const PriceSchema = PositiveMoneySchema.refine((fen) => fen <= mostFen, {
  error: 'An amount is at most 1000000000.00 here.',
})

const MoreThanNothingSchema = PriceSchema.refine((fen) => fen > 0, {
  error: 'An amount is more than zero here.',
})

/** What is taken off, of 100: 12.5 or "12.5" is an eighth. At most four digits after the point. */
const PercentSchema = z
  .union([z.string(), z.number()], {
    error: ({ input }) => (input === undefined ? 'This is missing.' : notPercent()),
  })
  .transform((written, context): Ppm => {
    const hundredfold = ppmFromText(String(written))
    if (hundredfold !== undefined && hundredfold <= 100_000_000 && hundredfold % 100 === 0) {
      return (hundredfold / 100) as Ppm
    }
    context.addIssue({ code: 'custom', input: written, message: notPercent() })
    return z.NEVER
  })
  .meta({ description: 'The part taken off, 0 to 100: 12.5 or "12.5".' })

function notPercent(): string {
  return 'A percentage is from 0 to 100, with at most four digits after the point.'
}

const mostKeys = 10_000

const KeysSchema = z.array(nameOf(200)).max(mostKeys)

const targetKeys = {
  skus: KeysSchema.optional(),
  shops: KeysSchema.optional(),
  categories: KeysSchema.optional(),
  tags: KeysSchema.optional(),
  lines: KeysSchema.optional(),
}

export const TargetSchema = z.strictObject({
  ...targetKeys,
  exclude: z.strictObject(targetKeys).optional(),
})

const NameSchema = nameOf(100)

export const FunderSchema = z.union(
  [
    NameSchema,
    z
      .array(z.strictObject({ funder: NameSchema, perMille: z.int().min(1).max(1_000) }))
      .min(1)
      .max(20)
      .refine((parts) => parts.reduce((sum, part) => sum + part.perMille, 0) === 1_000, {
        error: 'The parts of the funders add up to 1000 per mille.',
      }),
  ],
  { error: 'A funder is a text, or parts in per mille that add up to 1000.' },
)

const CountSchema = z.int().min(1).max(10_000)
const UsesSchema = z.int().min(0).max(1_000_000_000_000)

const LimitSchema = z.strictObject({
  total: UsesSchema.optional(),
  perMember: UsesSchema.optional(),
  used: UsesSchema.default(0),
  usedByMember: UsesSchema.default(0),
  budget: PriceSchema.optional(),
  spent: PriceSchema.prefault(0),
})

const conditions = {
  target: TargetSchema.optional(),
  window: WindowSchema.optional(),
  threshold: PriceSchema.optional(),
  minUnits: z.int().min(1).max(1_000_000).optional(),
  maxOff: PriceSchema.optional(),
  exclusive: z.boolean().default(false),
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
  stacks: z.boolean().default(false),
  limit: LimitSchema.optional(),
  funder: FunderSchema.optional(),
  channel: NameSchema.optional(),
  ...whoKeys,
  benefit: NameSchema.optional().meta({
    description: 'Only for members who hold an open claim of this benefit.',
  }),
  campaign: NameSchema.optional(),
}

const offKeys = { off: PriceSchema.optional(), percent: PercentSchema.optional() }
const priceKeys = { ...offKeys, price: PriceSchema.optional() }
const PickSchema = z.enum(['cheapest', 'dearest']).default('dearest')
const units = { maxUnits: CountSchema.optional(), pick: PickSchema }

const OffStepSchema = z
  .strictObject({ from: PriceSchema, ...offKeys })
  .refine(hasOne, { error: 'A step says either off or percent.' })
const UnitStepSchema = z
  .strictObject({ from: CountSchema, ...priceKeys })
  .refine(hasOne, { error: 'A step says one of off, percent and price.' })

const WrittenEffectSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('percentOff'),
    percent: PercentSchema,
    ...units,
    cap: PriceSchema.optional(),
    roundTo: MoreThanNothingSchema.optional(),
    base: z.enum(['left', 'item', 'balance']).default('left'),
  }),
  z.strictObject({ type: z.literal('amountOffUnit'), off: PriceSchema, ...units }),
  z.strictObject({ type: z.literal('amountOffLine'), off: PriceSchema, ...units }),
  z.strictObject({ type: z.literal('amountOffTotal'), off: PriceSchema }),
  z.strictObject({ type: z.literal('fixedPrice'), price: PriceSchema }),
  z.strictObject({ type: z.literal('fixedTotal'), price: PriceSchema }),
  z.strictObject({
    type: z.literal('thresholdOff'),
    steps: stepsOf(OffStepSchema),
    cap: PriceSchema.optional(),
  }),
  z.strictObject({
    type: z.literal('everyXMinusY'),
    every: MoreThanNothingSchema,
    off: PriceSchema,
    cap: PriceSchema.optional(),
  }),
  z
    .strictObject({
      type: z.literal('nthUnit'),
      n: CountSchema,
      pick: PickSchema,
      per: z.enum(['group', 'all']).default('group'),
      maxUnits: CountSchema.optional(),
      ...priceKeys,
    })
    .refine(hasOne, { error: 'The n-th unit says one of off, percent and price.' }),
  z
    .strictObject({ type: z.literal('perGroup'), units: CountSchema, ...priceKeys })
    .refine(hasOne, { error: 'A group says one of off, percent and price.' }),
  z.strictObject({
    type: z.literal('buyXGetY'),
    buy: CountSchema,
    get: CountSchema,
    percent: PercentSchema.optional(),
    getTarget: TargetSchema.optional(),
    times: CountSchema.optional(),
    pick: z.enum(['cheapest', 'dearest']).default('cheapest'),
  }),
  z.strictObject({
    type: z.literal('gift'),
    every: z
      .union([CountSchema, z.string().transform(asMoney)], {
        error: 'A gift is for every so many units (a whole number) or so much (a text in yuan).',
      })
      .meta({ description: 'A whole number of units, or money as decimal text.' }),
    sku: IdSchema,
    quantity: CountSchema,
  }),
  z.strictObject({
    type: z.literal('tieredByQuantity'),
    steps: stepsOf(UnitStepSchema),
  }),
  z.strictObject({ type: z.literal('freeFreight') }),
  z
    .strictObject({ type: z.literal('freightOff'), ...offKeys })
    .refine(hasOne, { error: 'Freight off says either off or percent.' }),
])

/** The keys of an offer besides its id: what applies by itself, to which lines, when and how often. */
export const offerKeys = {
  layer: z.enum(['item', 'shop', 'freight']),
  ...conditions,
  memberCap: MemberCapSchema.optional(),
  effect: WrittenEffectSchema.transform(effectOf),
}

/** An offer without its id: the body of a policy `offer:<slug>`, which may say what buyers call it. */
export const OfferTermsSchema = z
  .strictObject({ title: TitleSchema.optional(), ...offerKeys })
  .superRefine(refuseMisplaced)
  .transform((terms): OfferTerms => {
    const { title: _, ...rest } = terms
    return rest as OfferTerms
  })

export type OfferTerms = Written<Omit<Offer, 'id' | 'policy'>>

/** The keys of a coupon besides its id. */
export const couponKeys = {
  kind: z.enum(['item', 'shop', 'category', 'platform']),
  ...conditions,
  ...offKeys,
}

export const oneOff = 'A coupon says either off or percent.'

/** A coupon without its id. */
export const CouponTermsSchema = z
  .strictObject(couponKeys)
  .refine(hasOne, { error: oneOff })
  .transform((terms) => terms as CouponTerms)

export type CouponTerms = Written<Omit<Coupon, 'id' | 'policy' | keyof Off>> & Off

/** With its window as it is written: before the zone tells when its days begin. */
type Written<Terms> = Omit<Terms, 'window'> & { readonly window?: WrittenWindow }

/** The same with its window as it is compared with, in the market's zone (PR-5). */
export function inZone<Terms extends { readonly window?: WrittenWindow | undefined }>(
  terms: Terms,
  zone: string,
): Omit<Terms, 'window'> & { readonly window?: Window } {
  const { window, ...rest } = terms
  return window === undefined ? rest : { ...rest, window: windowIn(window, zone) }
}

/**
 * Effects on freight are offers of the freight layer, and those alone; what takes nothing off goods has
 * no cap for a member.
 */
export function refuseMisplaced(
  terms: {
    readonly layer: string
    readonly effect: { readonly type: string }
    readonly memberCap?: unknown
  },
  context: z.RefinementCtx,
): void {
  if (
    terms.memberCap !== undefined &&
    (terms.layer === 'freight' || terms.effect.type === 'gift')
  ) {
    const message = 'A cap for each member is of offers that take something off goods.'
    context.addIssue({ code: 'custom', path: ['memberCap'], input: terms, message })
  }
  const isOfFreight = terms.effect.type === 'freeFreight' || terms.effect.type === 'freightOff'
  if (isOfFreight === (terms.layer === 'freight')) return
  const message = isOfFreight
    ? 'Only an offer of the layer freight takes something off freight.'
    : 'An offer of the layer freight is freeFreight or freightOff.'
  context.addIssue({ code: 'custom', path: ['effect', 'type'], input: terms, message })
}

function asMoney(text: string, context: z.RefinementCtx): { readonly fen: Fen } {
  const read = MoreThanNothingSchema.safeParse(text)
  if (read.success) return { fen: read.data }
  const message = read.error.issues[0]?.message ?? ''
  context.addIssue({ code: 'custom', input: text, message })
  return z.NEVER
}

/** A key that is absent is absent, not undefined: JSON knows no other way, so the types agree. */
function effectOf(written: z.output<typeof WrittenEffectSchema>): Effect {
  if (written.type !== 'gift') return written as Effect
  const { every, ...gift } = written
  if (typeof every === 'number') return { ...gift, every, counts: 'units' }
  return { ...gift, every: every.fen, counts: 'money' }
}

export function hasOne(of: {
  readonly off?: unknown
  readonly percent?: unknown
  readonly price?: unknown
}): boolean {
  return [of.off, of.percent, of.price].filter((each) => each !== undefined).length === 1
}

/** Steps in any order, read in that of where they begin. */
function stepsOf<Step extends z.ZodType<{ readonly from: number }>>(step: Step) {
  return z
    .array(step)
    .min(1)
    .max(50)
    .refine((steps) => new Set(steps.map(({ from }) => from)).size === steps.length, {
      error: 'No two steps begin at the same.',
    })
    .transform((steps) => steps.toSorted((a, b) => a.from - b.from))
}
