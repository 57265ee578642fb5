import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { ExplainedScoreSchema, explainedText, MonthSchema } from '#http/score/schemas.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { refreshMember } from '#operations/score/refresh-member.ts'

const schema = {
  operationId: 'refreshScore',
  summary: 'Compute the score of a member again',
  description:
    'From what is known now, by the policy of the refresh day of the month; the record of the month is replaced, and the tier follows where it is the latest. The same again gives the same.',
  tags: ['Membership'],
  params: MemberParamsSchema,
  body: z.strictObject({
    month: MonthSchema.optional().meta({
      description: 'Absent: the latest month whose refresh day has come.',
      examples: ['2017-06'],
    }),
    fromFacts: z.boolean().optional().meta({
      description:
        'Reads the recorded orders and events themselves instead of what is kept ready: for a check.',
    }),
  }),
  response: answers({ 200: { description: 'The score.', schema: ExplainedScoreSchema } }, [
    ...ofBody,
    'members/unknown',
    'members/sealed',
    'score/no-policy',
    'score/month-not-due',
  ]),
}

export function refreshMemberRoute(http: Http, context: HttpContext): void {
  http.post(
    '/members/:memberId/scores',
    { schema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      const refreshed = await refreshMember(
        { ...context, now: request.receivedAt },
        { memberId, ...request.body },
      )
      if (!refreshed.ok) return sendProblem(reply, refreshed)

      return reply.send(explainedText(refreshed.score, context))
    },
  )
}
