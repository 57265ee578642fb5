import { z } from 'zod'
import { GivesSchema } from '#rules/benefits/gives.ts'
import { periodKinds } from '#rules/benefits/periods.ts'
import {
  DurationSchema,
  MemberIdSchema,
  nameOf,
  PositiveMoneySchema,
  TitleSchema,
} from '#rules/fields.ts'
import { ValiditySchema } from '#rules/issuing/who-and-when.ts'
import { whoKeys } from '#rules/members/who.ts'
import { WindowSchema } from '#rules/pricing/window.ts'

const NameSchema = nameOf(100)

/** Who may have it: all that is said here must hold (BF-1). */
const WhoSchema = z.strictObject({
  ...whoKeys,
  /** A tier in the program of a brand. */
  brandTier: z
    .strictObject({ program: NameSchema, tiers: z.array(NameSchema).min(1).max(100) })
    .optional(),
  /** The members of a list. */
  audience: z.strictObject({ members: z.array(MemberIdSchema).min(1).max(10_000) }).optional(),
  /** Only by a grant that runs. */
  grant: z.literal(true).optional(),
})

const PriceSchema = z.strictObject({
  ...whoKeys,
  points: z.int().min(0).max(1_000_000_000).default(0),
  money: PositiveMoneySchema.refine((fen) => fen <= 100_000_000_000, {
    error: 'A price is at most 1000000000.00.',
  }).prefault(0),
})

const QuotaSchema = z.strictObject({
  count: z.int().min(0).max(1_000_000),
  per: z.union(
    [
      z.enum(periodKinds),
      z
        .array(z.enum(['purchase', 'liveView']))
        .min(1)
        .max(2),
    ],
    {
      error: `A quota is per ${periodKinds.join(', ')}, or a list of purchase and liveView.`,
    },
  ),
})

/** What a benefit is, whether it is a policy or an input of a decision. */
const benefitKeys = {
  who: WhoSchema.prefault({}),
  /** How often a member may have it in one period; absent: as often as it likes. */
  quota: QuotaSchema.optional(),
  /** How often on one business day besides. */
  dailyMost: z.int().min(1).max(1_000_000).optional(),
  /** How many there are for all members together. */
  stock: z.int().min(0).max(1_000_000_000).optional(),
  /** What it is for: a request for another category is refused. */
  category: NameSchema.optional(),
  excludedCategories: z.array(NameSchema).max(1_000).default([]),
  channel: NameSchema.optional(),
  window: WindowSchema.optional(),
  /** The first that fits the member counts (BF-6). */
  prices: z.array(PriceSchema).min(1).max(100).prefault([{}]),
  gives: GivesSchema.optional(),
  /** How long what it gives can be used; absent: for ever. */
  validity: ValiditySchema.optional(),
}

/** Policy `benefit:<slug>`: who may have it, how often, at what price, and what it gives. */
export const BenefitSchema = z.strictObject({ title: TitleSchema, ...benefitKeys })

/** The same as an input of a decision, with an id instead of a name. */
export const DefinitionSchema = z.strictObject({
  id: nameOf(200),
  title: TitleSchema.optional(),
  ...benefitKeys,
})

/** Policy `benefits`: what is said of all benefits together. */
export const BenefitsPolicySchema = z.strictObject({
  /** Goods that points are not exchanged for, whatever a benefit says (BF-8). */
  excludedCategories: z.array(NameSchema).max(1_000).default([]),
  /** How long before something lapses its member is told. */
  tellBefore: DurationSchema.prefault('P7D'),
  /** After how long the secret of draws is told, and another used (BF-14). */
  drawEpoch: z.enum(['day', 'week', 'month']).default('week'),
})

export type Benefit = z.output<typeof BenefitSchema>
/** What decides, without what it is called. */
export type BenefitTerms = Omit<Benefit, 'title'>
export type BenefitsPolicy = z.output<typeof BenefitsPolicySchema>
export type BenefitPrice = Benefit['prices'][number]
