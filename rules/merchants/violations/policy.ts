import { z } from 'zod'
import { nameOf, PositiveMoneySchema, TitleSchema } from '#rules/fields.ts'

/** General ones, severe ones, and selling fakes: counted apart (VI-1). */
export const violationKinds = ['general', 'severe', 'fake'] as const

export type ViolationKind = (typeof violationKinds)[number]

export const ViolationKindSchema = z.enum(violationKinds)

/** The most points of one violation; above it a shop is removed whatever it had. */
export const mostViolationPoints = 48

const points = z.int().min(1).max(10_000)

const ActSchema = z.strictObject({
  kind: ViolationKindSchema,
  points: points.max(mostViolationPoints),
  title: TitleSchema,
})

/** What becomes of a kind's points when the year ends (VI-3, VI-4). */
const ResetSchema = z
  .strictObject({
    /** A total of this or more is never reset. */
    neverFrom: points.optional(),
    /** What a year adds between these, both included, stays for the year after. */
    carriesOver: z
      .strictObject({ from: points, to: points })
      .refine(({ from, to }) => from <= to, { error: 'The lower number comes first.' })
      .optional(),
  })
  .prefault({})

const ConsequenceSchema = z
  .strictObject({
    kind: ViolationKindSchema,
    /** Reached by a total of so many points of the kind. */
    from: points,
    /** Whether it follows at every multiple of `from`. */
    repeats: z.boolean().default(false),
    barredDays: z.int().min(1).max(3_650).optional(),
    penalty: PositiveMoneySchema.optional(),
    removed: z.literal(true).optional(),
    title: TitleSchema,
  })
  .refine(({ barredDays, penalty, removed }) => (barredDays ?? penalty ?? removed) !== undefined, {
    error: 'A consequence bars, fines or removes.',
  })

/** Policy `violations`: points for what shops do wrong, their reset, and what follows from them. */
export const ViolationsPolicySchema = z.strictObject({
  acts: z
    .record(nameOf(64), ActSchema)
    .default({})
    .meta({ description: 'What shops do wrong, by name: kind and points.' }),
  reset: z
    .strictObject({ general: ResetSchema, severe: ResetSchema, fake: ResetSchema })
    .prefault({}),
  consequences: z.array(ConsequenceSchema).max(100).default([]),
  /** So long after it was recorded a violation may be appealed against. */
  appealDays: z.int().min(1).max(365).default(15),
})

export type ViolationsPolicy = z.output<typeof ViolationsPolicySchema>
export type Consequence = ViolationsPolicy['consequences'][number]
