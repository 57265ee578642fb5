import { z } from 'zod'
import { DurationSchema, nameOf, TitleSchema } from '#rules/fields.ts'
import { indicators } from '#rules/members/invitation/indicators.ts'

const known: ReadonlySet<string> = new Set(indicators.map(({ id }) => id))

/** The most that bounds and limits are: as much as an amount of a fact. */
const FigureSchema = z.int().min(-1_000_000_000_000).max(1_000_000_000_000)

const LastingSchema = DurationSchema.refine((duration) => !duration.blank, {
  error: 'This does not end at once.',
})

/** How much an indicator weighs, and between which bounds (IV-4). */
const WeightSchema = z
  .strictObject({
    weight: z.int().min(1).max(1_000),
    from: FigureSchema.meta({ description: 'Counts nothing at this value, nor beyond it.' }),
    to: FigureSchema.meta({ description: 'Counts in full from this value on.' }),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    error: 'The bounds differ. Where less is better, `to` is below `from`.',
  })

/** Who is outside is no candidate for an invitation, whatever else speaks for him (IV-5). */
const HardLimitSchema = z
  .strictObject({ atLeast: FigureSchema.optional(), atMost: FigureSchema.optional() })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    error: 'A limit says `atLeast`, `atMost` or both.',
  })
  .refine(({ atLeast = -Infinity, atMost = Infinity }) => atLeast <= atMost, {
    path: ['atMost'],
    error: 'Nothing is at least and at most that.',
  })

/** Policy `invitation`: who may be invited to a tier, how many, and how they are chosen. */
export const InvitationPolicySchema = z.strictObject({
  title: TitleSchema,
  tier: nameOf(40),
  /** Places of a round: a number, or one for each so many active members (IV-6). */
  quota: z.union(
    [
      z.strictObject({ members: z.int().min(1).max(10_000_000) }),
      z.strictObject({ oneIn: z.int().min(1).max(1_000_000_000) }),
    ],
    { error: 'A quota is { "members": 100000 } or { "oneIn": 10000 }.' },
  ),
  scoreFrom: z.int().min(0).max(1_000_000_000),
  /** The least time from the opening of a round to that of the next. */
  every: LastingSchema,
  windowMonths: z.int().min(1).max(60).default(12),
  respondWithin: LastingSchema,
  lasts: LastingSchema,
  /** Whoever releases the invitations sends none that he accepted himself (IV-9). */
  secondPerson: z.boolean().default(true),
  weights: byIndicator(WeightSchema).refine((weights) => Object.keys(weights).length > 0, {
    error: 'At least one indicator has a weight.',
  }),
  limits: byIndicator(HardLimitSchema).default({}),
  /** The figures show how it works; they are nobody's real ones. */
  demonstration: z.boolean().optional(),
})

export type InvitationPolicy = z.output<typeof InvitationPolicySchema>

function byIndicator<Schema extends z.ZodType>(schema: Schema) {
  const id = z.string().refine((name) => known.has(name), { error: 'There is no such indicator.' })
  return z.record(id, schema)
}
