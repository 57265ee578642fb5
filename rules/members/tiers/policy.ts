import { z } from 'zod'
import { DurationSchema, nameOf, TitleSchema } from '#rules/fields.ts'

/** A rung of the ladder: a tier, and the score that reaches it (MT-1, MT-2). */
const RungSchema = z.strictObject({
  name: nameOf(40),
  title: TitleSchema.optional(),
  from: z.int().min(0).max(1_000_000_000),
  byInvitation: z.literal(true).optional().meta({
    description: 'The score only makes one a candidate: the tier is given by invitation.',
  }),
})

/** The ladder, from the lowest rung to the highest. */
export const LadderSchema = z
  .array(RungSchema)
  .min(1)
  .max(50)
  .refine((rungs) => rungs.every(({ from }, n) => n === 0 || from > (rungs[n - 1]?.from ?? 0)), {
    error: 'Each rung is reached by a higher score than the one before.',
  })
  .refine((rungs) => new Set(rungs.map((rung) => rung.name)).size === rungs.length, {
    error: 'A tier is on the ladder once.',
  })

/** What a rise of the score from one refresh to the next grants (MT-6, MT-7). */
export const RiseSchema = z.strictObject({
  points: z.int().min(1).max(1_000_000),
  tiers: z.array(nameOf(40)).min(1).max(50).optional().meta({
    description: 'Only to who has one of these tiers after the refresh; absent: to everybody.',
  }),
  months: z.array(z.int().min(1).max(12)).min(1).max(12).optional().meta({
    description: 'Only at the refreshes of these months of the year; absent: at all.',
  }),
  grants: z
    .array(
      z.strictObject({
        benefit: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
          error: 'A benefit is named as in the policy benefit:<name>.',
        }),
        for: DurationSchema.refine((period) => !period.blank, {
          error: 'What is granted does not lapse at once.',
        }),
      }),
    )
    .min(1)
    .max(50),
})

/** The levels there were on the ladders before: T of one, V of the other. */
export const legacyLevels = { t: 3, v: 6 } as const

/** What the levels of the ladders before the score promise, and for how long (MT-8, MT-9). */
export const LegacySchema = z.strictObject({
  grace: DurationSchema.refine((period) => !period.blank, {
    error: 'A period of grace does not end at once.',
  }),
  t: promisesOf(legacyLevels.t),
  v: promisesOf(legacyLevels.v),
})

function promisesOf(highest: number) {
  const promise = z.strictObject({ from: z.int().min(0).max(highest), tier: nameOf(40) })
  return z
    .array(promise)
    .max(highest + 1)
    .refine((all) => all.every(({ from }, n) => n === 0 || from > (all[n - 1]?.from ?? 0)), {
      error: 'Each promise is of a higher level than the one before.',
    })
}

/** What the policy `score` says of tiers. */
export const tierFields = {
  tiers: LadderSchema,
  rise: RiseSchema.optional(),
  legacy: LegacySchema.optional(),
} as const

const TierPolicySchema = z.strictObject(tierFields)

export type Ladder = z.output<typeof LadderSchema>
export type Rung = Ladder[number]
export type RisePolicy = z.output<typeof RiseSchema>
export type LegacyPolicy = z.output<typeof LegacySchema>
/** The part of the policy `score` that this folder reads. */
export type TierPolicy = z.output<typeof TierPolicySchema>
