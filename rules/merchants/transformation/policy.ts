import { z } from 'zod'
import { DurationSchema, IdSchema, RateSchema, TitleSchema } from '#rules/fields.ts'
import { CheckSchema, OutsideCheckSchema } from '#rules/merchants/review/checks.ts'
import { DocumentNeedSchema } from '#rules/merchants/review/documents.ts'
import {
  LastingSchema,
  ReviewTermsSchema,
  StagesSchema,
  type ReviewRules,
} from '#rules/merchants/review/review.ts'
import { wholePpm } from '#rules/money/rate.ts'

export const transformationKinds = ['widenCategories', 'legalEntity', 'shopType'] as const

export type TransformationKind = (typeof transformationKinds)[number]

export const shopTypes = ['flagship', 'franchise', 'specialty', 'marketplace'] as const

export type ShopType = (typeof shopTypes)[number]

const WholeSchema = z.strictObject({ how: z.literal('carried') })
const ResetSchema = z.strictObject({ how: z.literal('reset') })
const OnProbationSchema = z.strictObject({ how: z.literal('probation') })
const ShareSchema = z.strictObject({
  how: z.literal('share'),
  share: RateSchema.refine((share) => share <= wholePpm, { error: 'A share is 0 to 1.' }),
})

const NumberSchema = z.discriminatedUnion('how', [
  WholeSchema,
  ShareSchema,
  ResetSchema,
  OnProbationSchema,
])
const ThingSchema = z.discriminatedUnion('how', [WholeSchema, ResetSchema, OnProbationSchema])

/** What becomes of each subject (TF-4 to TF-6). */
const CarryOverSchema = z.strictObject({
  metrics: ThingSchema,
  violations: WholeSchema,
  points: WholeSchema,
  followers: NumberSchema,
  brandMembers: NumberSchema,
  deposits: NumberSchema,
  enrolments: ThingSchema,
  declarations: ThingSchema,
  campaigns: ThingSchema,
})

export type CarryOverRules = z.output<typeof CarryOverSchema>

/** What a shop may not do while it is on probation. */
const LimitsSchema = z.strictObject({
  /** Whether it may apply for campaigns. */
  enrols: z.boolean().default(true),
  /** How many SKUs it may have declared for a campaign. */
  declarationsAtMost: z.int().min(0).max(1_000_000).optional(),
})

const ProbationSchema = z.strictObject({
  lasts: LastingSchema,
  limits: LimitsSchema,
  /** What has to be met at its end. */
  checks: z.array(CheckSchema).min(1).max(20),
  endsEarlyAfter: LastingSchema.optional(),
  extendBy: LastingSchema,
  extensionsAtMost: z.int().min(0).max(20),
  onFail: z.enum(['undo', 'restrict']),
})

export type ProbationRules = z.output<typeof ProbationSchema>

const KindSchema = z
  .strictObject({
    title: TitleSchema,
    documents: z.array(DocumentNeedSchema).max(30),
    /** Kinds of documents that a category needs besides. */
    qualifications: z.record(IdSchema, z.array(DocumentNeedSchema).min(1).max(10)).default({}),
    checks: z.array(CheckSchema).max(30).default([]),
    outside: z.array(OutsideCheckSchema).max(10).default([]),
    /** Types that lead to others, as [from, to]; absent: each to each. */
    transitions: z
      .array(z.tuple([z.enum(shopTypes), z.enum(shopTypes)]))
      .max(20)
      .optional(),
    stages: StagesSchema,
    effectAfter: DurationSchema,
    effectAt: z.enum(['atOnce', 'dayStart']).default('dayStart'),
    carryOver: CarryOverSchema,
    probation: ProbationSchema.optional(),
  })
  .refine(
    ({ carryOver, probation }) =>
      probation !== undefined || Object.values(carryOver).every(({ how }) => how !== 'probation'),
    { path: ['probation'], error: 'What is on probation needs the terms of a probation.' },
  )

export type KindRules = z.output<typeof KindSchema>

/** Policy `transformation`: how a shop goes on as another. */
export const TransformationPolicySchema = ReviewTermsSchema.extend({
  kinds: z.strictObject({
    widenCategories: KindSchema.optional(),
    legalEntity: KindSchema.refine(({ probation }) => probation?.onFail !== 'undo', {
      path: ['probation', 'onFail'],
      error: 'A company that changed is not changed back.',
    }).optional(),
    shopType: KindSchema.optional(),
  }),
})

export type TransformationPolicy = z.output<typeof TransformationPolicySchema>

/** What the review of a kind goes by, with the qualifications of new categories (TF-2). */
export function reviewRulesOf(
  policy: TransformationPolicy,
  kind: KindRules,
  newCategories: readonly string[],
): ReviewRules {
  const byKind = new Map(kind.documents.map((need) => [need.kind, need]))
  for (const category of newCategories) {
    const needs = Object.hasOwn(kind.qualifications, category) ? kind.qualifications[category] : []
    for (const need of needs ?? []) {
      const before = byKind.get(need.kind)
      if (before === undefined || before.atLeast < need.atLeast) byKind.set(need.kind, need)
    }
  }
  return { ...policy, stages: kind.stages, documents: [...byKind.values()] }
}
