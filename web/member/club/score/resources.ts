import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const ScoreSchema = z.object({
  month: z.string(),
  score: z.int(),
  parts: z.object({ purchase: z.int(), reward: z.int(), base: z.int() }),
  /** Against the score before; nothing where there was none. */
  delta: maybe(z.int()),
  policy: z.string(),
  scoredAt: z.string(),
})

/** The score of the member for one month. */
export type Score = z.output<typeof ScoreSchema>

const held = z.record(z.string(), z.int()).optional()

const WhySchema = z.object({
  part: z.string(),
  rule: z.string(),
  saw: z.int().optional(),
  amountFen: z.int().optional(),
  counted: z.int().optional(),
  countedAmountFen: z.int().optional(),
  points: z.int().optional(),
  amountPerPointFen: z.int().optional(),
  gave: z.int(),
  limit: z.int().optional(),
  held,
  heldAmountFen: held,
  grade: z.string().optional(),
  gradeFrom: z.string().optional(),
})

/** One rule: what it saw, what of that counted, what each maximum held back, what it gave. */
export type Why = z.output<typeof WhySchema>

const ExplainedSchema = ScoreSchema.extend({
  window: z.tuple([z.string(), z.string()]),
  why: z.array(WhySchema),
})

/** A score, line by line. */
export type ExplainedScore = z.output<typeof ExplainedSchema>

/** The scores of the last year, the latest month first. */
export function scoresQuery(memberId: string) {
  const path = `${memberPath(memberId, 'scores')}?limit=12`
  return queryOptions({
    queryKey: ['scores', memberId],
    queryFn: async ({ signal }) => {
      const { scores } = await getJson(path, z.object({ scores: z.array(ScoreSchema) }), signal)
      return scores
    },
  })
}

export function scoreQuery(memberId: string, month: string) {
  return queryOptions({
    queryKey: ['score', memberId, month],
    queryFn: async ({ signal }) =>
      await getJson(memberPath(memberId, 'scores', month), ExplainedSchema, signal),
  })
}
