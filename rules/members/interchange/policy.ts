import { z } from 'zod'
import { DurationSchema, nameOf, TitleSchema } from '#rules/fields.ts'
import { WindowSchema } from '#rules/issuing/who-and-when.ts'

const TierNameSchema = nameOf(40)

const LastingSchema = DurationSchema.refine((duration) => !duration.blank, {
  error: 'This does not end at once.',
})

/** A tier of the partner, and which of ours it is worth; without `gives` it is worth none (IC-1). */
const PartnerTierSchema = z.strictObject({
  name: TierNameSchema,
  title: TitleSchema,
  gives: TierNameSchema.optional(),
})

/** Policy `interchange:<partner>`: which tiers of a partner's program and of ours recognise each other. */
export const InterchangePolicySchema = z
  .strictObject({
    title: TitleSchema,
    /** Matches are made, and last, inside it (IC-4). */
    window: WindowSchema,
    /** The partner's ladder, from the lowest. */
    tiers: z.array(PartnerTierSchema).min(1).max(50),
    /** What ours are worth there; the highest that a member has counts (IC-7). */
    ours: z
      .array(z.strictObject({ tier: TierNameSchema, gives: TierNameSchema }))
      .max(50)
      .default([]),
    lasts: LastingSchema,
    /** How long after a match the next may be made with this partner (IC-3). */
    again: LastingSchema.prefault('P1Y'),
    /** Kinds of evidence that are taken. */
    evidence: z.array(nameOf(40)).min(1).max(20),
    statementLasts: LastingSchema.prefault('P30D'),
    demonstration: z.boolean().optional(),
  })
  .refine(({ tiers }) => new Set(tiers.map((tier) => tier.name)).size === tiers.length, {
    path: ['tiers'],
    error: 'A tier is on the ladder once.',
  })
  .refine(({ ours }) => new Set(ours.map((each) => each.tier)).size === ours.length, {
    path: ['ours'],
    error: 'Each tier is worth one of theirs.',
  })
  .refine(({ tiers, ours }) => ours.every((own) => tiers.some(({ name }) => name === own.gives)), {
    path: ['ours'],
    error: 'What a tier gives is on the ladder of the partner.',
  })

export type InterchangePolicy = z.output<typeof InterchangePolicySchema>
