import { z } from 'zod'
import type { ScoreRow } from '#db/membership/scores.ts'
import type { HttpContext } from '#http/context.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { explainRecord } from '#operations/score/explain-score.ts'
import { instantToText } from '#rules/time/instants.ts'

/** `2017-06`, as its first day. */
export const MonthSchema = z
  .string()
  .regex(/^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$/, { error: 'A month is written 2017-06.' })
  .transform((text) => Temporal.PlainDate.from(`${text}-01`))
  .meta({ description: 'The month of the refresh.', examples: ['2017-06'] })

const parts = z
  .object({ purchase: z.int(), reward: z.int(), base: z.int() })
  .meta({ description: 'What the score is the sum of.' })

const scoreFields = {
  month: z.string().meta({ examples: ['2017-06'] }),
  score: z.int(),
  parts,
  delta: z
    .int()
    .nullable()
    .meta({ description: 'Against the score before; null where there was none.' }),
  policy: z
    .string()
    .meta({ description: 'The version it was computed by.', examples: ['score@1'] }),
  scoredAt: InstantTextSchema,
}

export const ScoreSchema = z
  .object(scoreFields)
  .meta({ id: 'Score', description: 'The score of a member for one month.' })

const held = z.record(z.string(), z.int())

const WhySchema = z
  .object({
    part: z.enum(['purchase', 'reward', 'base', 'window']),
    rule: z.string(),
    saw: z.int().optional(),
    amountFen: z.int().optional(),
    counted: z.int().optional(),
    countedAmountFen: z.int().optional(),
    points: z.int().optional(),
    amountPerPointFen: z.int().optional(),
    gave: z.int(),
    limit: z.int().optional(),
    held: held.optional(),
    heldAmountFen: held.optional(),
    grade: z.string().optional(),
    gradeFrom: z.enum(['told', 'usual', 'unknown']).optional(),
  })
  .meta({
    id: 'ScoreWhy',
    description:
      'One rule: what it saw, what of that counted, what each maximum held back, what it gave. What all rules of a part gave adds up to the part.',
  })

export const ExplainedScoreSchema = z
  .object({
    ...scoreFields,
    window: z
      .tuple([z.string(), z.string()])
      .meta({ description: 'The first and the last day that count.' }),
    why: z.array(WhySchema),
  })
  .meta({ id: 'ExplainedScore', description: 'A score, line by line, from its record alone.' })

export function scoreText(row: ScoreRow, { market }: Pick<HttpContext, 'market'>) {
  const { month, score, purchase, reward, base, delta, policy, scoredAt } = row
  return {
    month: monthText(month),
    score,
    parts: { purchase, reward, base },
    delta,
    policy,
    scoredAt: instantToText(scoredAt, market.zone),
  }
}

export function explainedText(
  row: ScoreRow,
  context: Pick<HttpContext, 'market' | 'policies'>,
): z.input<typeof ExplainedScoreSchema> {
  const { window, why } = explainRecord(context.policies, row)
  const [from, to] = window
  return {
    ...scoreText(row, context),
    window: [from.toString(), to.toString()],
    why: why.map((line) => ({ ...line })),
  }
}

export function monthText(month: Temporal.PlainDate): string {
  return month.toString().slice(0, 7)
}
