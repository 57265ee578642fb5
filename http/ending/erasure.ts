import { z } from 'zod'
import type { Erasure } from '#db/membership/erasures.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { InstantTextSchema, MemberIdSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { approveErasure, requestErasure } from '#operations/ending/erase-member.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Members']
const config = { access: ['operator'] } as const

const ErasureSchema = z
  .object({
    memberId: z.string(),
    status: z.enum(['requested', 'done']),
    ground: z.enum(['request', 'law', 'retention', 'replay']),
    requestedBy: z.string(),
    requestedAt: InstantTextSchema,
    approvedBy: z.string().nullable(),
    erasedAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'Erasure', description: 'The removal of a person; the books stay under the id.' })

const requestSchema = {
  operationId: 'requestErasure',
  summary: 'Ask for the erasure of a member',
  description:
    'Removes what is personal and keeps the books. Where the policy `ending` wants a second person, it waits for one; else it is done at once. It cannot be undone. `confirm` repeats the member id.',
  tags,
  params: MemberParamsSchema,
  body: z.strictObject({
    ground: z.enum(['request', 'law', 'retention']).meta({
      description: 'The person asked; a law or court orders it; it was kept long enough.',
    }),
    confirm: MemberIdSchema,
  }),
  response: answers({ 200: { description: 'Asked for, or done.', schema: ErasureSchema } }, [
    ...ofBody,
    'members/unknown',
    'ending/open-trade',
    'ending/not-confirmed',
  ]),
}

const approveSchema = {
  operationId: 'approveErasure',
  summary: 'Erase a member, as another operator asked',
  tags,
  params: MemberParamsSchema,
  response: answers({ 200: { description: 'Done, now or before.', schema: ErasureSchema } }, [
    'members/unknown',
    'ending/open-trade',
    'ending/not-requested',
    'ending/approver-is-requester',
  ]),
}

/** The right to be forgotten. */
export function erasureRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market

  http.post(
    '/members/:memberId/erasure',
    { schema: requestSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const { ground, confirm } = request.body
      if (confirm !== memberId) return sendProblem(reply, { refusal: 'ending/not-confirmed' })
      const asked = await requestErasure(eventContext(context, request), { memberId, ground })
      return asked.ok ? reply.send(erasureText(asked.erasure, zone)) : sendProblem(reply, asked)
    },
  )

  http.post(
    '/members/:memberId/erasure/approval',
    { schema: approveSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const done = await approveErasure(eventContext(context, request), memberId)
      return done.ok ? reply.send(erasureText(done.erasure, zone)) : sendProblem(reply, done)
    },
  )
}

function erasureText(erasure: Erasure, zone: string): z.input<typeof ErasureSchema> {
  const { requestedAt, erasedAt, ...told } = erasure
  return {
    ...told,
    requestedAt: instantToText(requestedAt, zone),
    erasedAt: erasedAt === null ? null : instantToText(erasedAt, zone),
  }
}
