import { z } from 'zod'
import { memberById } from '#db/members.ts'
import { scoreOfMonth, scoresPage } from '#db/membership/scores.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import {
  ExplainedScoreSchema,
  explainedText,
  MonthSchema,
  ScoreSchema,
  scoreText,
} from '#http/score/schemas.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'

const usualLimit = 20

const listSchema = {
  operationId: 'listScores',
  summary: 'The scores of a member, the latest month first',
  tags: ['Membership'],
  params: MemberParamsSchema,
  querystring: z.strictObject({ limit: LimitSchema.optional(), cursor: CursorSchema.optional() }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ scores: z.array(ScoreSchema), nextCursor: z.string().optional() }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

const oneSchema = {
  operationId: 'getScore',
  summary: 'The score of a member for one month, line by line',
  description:
    'Every line comes from what was recorded with the score, by the policy version that it names: an old score explains itself as it was.',
  tags: ['Membership'],
  params: MemberParamsSchema.extend({ month: MonthSchema }),
  response: answers({ 200: { description: 'The score.', schema: ExplainedScoreSchema } }, [
    'members/unknown',
    'score/unknown-month',
  ]),
}

const config = { access: ['member', 'service', 'operator'] as const }

/** What a member's scores were, and why. */
export function readScoresRoutes(http: Http, context: HttpContext): void {
  const { db } = context
  http.get('/members/:memberId/scores', { schema: listSchema, config }, async (request, reply) => {
    const { memberId } = request.params
    const { cursor, limit = usualLimit } = request.query
    const offset = cursor === undefined ? 0 : placeOf(cursor)
    if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    const [member, found] = await Promise.all([
      memberById(db, memberId),
      scoresPage(db, memberId, { offset, limit: limit + 1 }),
    ])
    if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

    const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
    const scores = found.slice(0, limit).map((row) => scoreText(row, context))
    return reply.send({ scores, ...next })
  })

  http.get(
    '/members/:memberId/scores/:month',
    { schema: oneSchema, config },
    async (request, reply) => {
      const { memberId, month } = request.params
      const [member, row] = await Promise.all([
        memberById(db, memberId),
        scoreOfMonth(db, memberId, month),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      if (row === undefined) return sendProblem(reply, { refusal: 'score/unknown-month' })

      return reply.send(explainedText(row, context))
    },
  )
}
