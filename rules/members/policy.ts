import { z } from 'zod'
import { ScoreDimensionsSchema } from '#rules/members/score/policy.ts'
import { tierFields } from '#rules/members/tiers/policy.ts'

/** Policy `score`: what a score is made of, and what tiers it reaches (MS-1, MT-1). */
export const ScorePolicySchema = z.strictObject({ ...ScoreDimensionsSchema.shape, ...tierFields })

export type ScorePolicy = z.output<typeof ScorePolicySchema>
