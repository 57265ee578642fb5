import { z } from 'zod'
import { memberById, optInsOf } from '#db/members.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { instantToText } from '#rules/time/instants.ts'

const MemberSchema = z
  .object({
    memberId: z.string(),
    status: z.enum(['active', 'sealed']),
    nickname: z.string().nullable(),
    joinedAt: InstantTextSchema,
    optIns: z.array(z.object({ event: z.string(), optedAt: InstantTextSchema })),
  })
  .meta({ id: 'Member', description: "A buyer's account." })

const schema = {
  operationId: 'getMember',
  summary: 'A member',
  tags: ['Members'],
  params: MemberParamsSchema,
  response: answers({ 200: { description: 'The member.', schema: MemberSchema } }, [
    'members/unknown',
  ]),
}

export function readMemberRoute(http: Http, { db, market }: HttpContext): void {
  http.get(
    '/members/:memberId',
    { schema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      const [member, optIns] = await Promise.all([
        memberById(db, memberId),
        optInsOf(db, [memberId]),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      return reply.send({
        ...member,
        joinedAt: instantToText(member.joinedAt, market.zone),
        optIns: optIns.map(({ event, optedAt }) => ({
          event,
          optedAt: instantToText(optedAt, market.zone),
        })),
      })
    },
  )
}
