import { z } from 'zod'
import { nameOf, TitleSchema } from '#rules/fields.ts'
import { CheckSchema, OutsideCheckSchema } from '#rules/merchants/review/checks.ts'
import { DocumentNeedSchema, SlugSchema } from '#rules/merchants/review/documents.ts'
import {
  LastingSchema,
  ReviewTermsSchema,
  StagesSchema,
  type ReviewRules,
} from '#rules/merchants/review/review.ts'

export const recruitedTypes = ['flagship', 'franchise', 'specialty'] as const

export type RecruitedType = (typeof recruitedTypes)[number]

const TypeSchema = z.strictObject({
  criteria: z.array(CheckSchema).max(30),
  documents: z.array(DocumentNeedSchema).max(30),
})

const TextSchema = z.strictObject({
  zh: z.string().min(1).max(20_000),
  en: z.string().min(1).max(20_000),
})

/** Policy `recruiting`: whom the market invites, and how a shop comes of it. */
export const RecruitingPolicySchema = ReviewTermsSchema.extend({
  types: z.strictObject({
    flagship: TypeSchema.optional(),
    franchise: TypeSchema.optional(),
    specialty: TypeSchema.optional(),
  }),
  acceptWithin: LastingSchema,
  channels: z.record(SlugSchema, z.strictObject({ title: TitleSchema, stages: StagesSchema })),
  levels: z.record(SlugSchema, z.strictObject({ title: TitleSchema, channel: SlugSchema })),
  /** Of the company's other shops and of itself (RC-4). */
  checks: z.array(CheckSchema).max(30).default([]),
  outside: z.array(OutsideCheckSchema).max(10).default([]),
  contract: z.strictObject({ version: nameOf(40), text: TextSchema }),
  signWithin: LastingSchema,
  openWithin: LastingSchema,
}).refine(
  ({ channels, levels }) =>
    Object.values(levels).every(({ channel }) => Object.hasOwn(channels, channel)),
  { path: ['levels'], error: 'The channel of a level is one of `channels`.' },
)

export type RecruitingPolicy = z.output<typeof RecruitingPolicySchema>

/** What the review of a recruited shop goes by (RC-3); `undefined`: the policy knows no such shop. */
export function recruitingRulesOf(
  policy: RecruitingPolicy,
  type: RecruitedType,
  level: string,
): (ReviewRules & { readonly channel: string }) | undefined {
  const ofType = policy.types[type]
  const ofLevel = Object.hasOwn(policy.levels, level) ? policy.levels[level] : undefined
  const channel = ofLevel === undefined ? undefined : policy.channels[ofLevel.channel]
  if (ofType === undefined || ofLevel === undefined || channel === undefined) return undefined
  const { documents } = ofType
  return { ...policy, stages: channel.stages, documents, channel: ofLevel.channel }
}
