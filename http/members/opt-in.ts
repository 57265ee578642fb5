import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { optIn } from '#operations/members/opt-in.ts'
import { instantToText } from '#rules/time/instants.ts'

const schema = {
  operationId: 'optIn',
  summary: 'Have a member join an event',
  description:
    'The rules of the event then override for what is received inside its window. Joining twice changes nothing.',
  tags: ['Members'],
  params: MemberParamsSchema,
  body: z.strictObject({
    event: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'An event is named like singles-day.' })
      .meta({
        description: 'The name of the policy `points-event:<event>`.',
        examples: ['singles-day'],
      }),
  }),
  response: answers(
    {
      200: {
        description: 'Joined, now or before.',
        schema: z.object({ event: z.string(), optedAt: InstantTextSchema }),
      },
    },
    [...ofBody, 'members/unknown', 'members/sealed', 'points/unknown-event', 'points/event-over'],
  ),
}

export function optInRoute(http: Http, context: HttpContext): void {
  http.post(
    '/members/:memberId/opt-ins',
    { schema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      const { event } = request.body
      const joined = await optIn(context, { memberId, event, at: request.receivedAt })
      if (!joined.ok) return sendProblem(reply, joined)

      const optedAt = instantToText(joined.optIn.optedAt, context.market.zone)
      return reply.send({ event, optedAt })
    },
  )
}
