import { z } from 'zod'
import { endingsOf, type MemberEnding } from '#db/membership/endings.ts'
import { memberById } from '#db/members.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { tellMembership } from '#operations/ending/tell-membership.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Members']
const config = { access: ['service', 'operator'] } as const

const EndingSchema = z
  .object({
    number: z.int(),
    kind: z.enum(['sealed', 'unsealed', 'erased']),
    at: InstantTextSchema,
    actor: z.string(),
    reason: z.string().nullable(),
    policy: z
      .string()
      .nullable()
      .meta({ examples: ['ending@1'] }),
    what: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What was forfeited, or what came back and why the rest did not.' }),
  })
  .meta({ id: 'MemberEnding', description: 'A sealing, unsealing or erasure of a member.' })

const ReasonBodySchema = z.strictObject({
  reason: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'Why; kept for people to read.', examples: ['fraud'] }),
})

const ofTurn: readonly ProblemCode[] = [
  ...ofBody,
  'members/unknown',
  'members/erased',
  'requests/key-reused',
]

const sealSchema = {
  operationId: 'sealMember',
  summary: 'Seal a member',
  description:
    'Forfeits points and all other value, open coupons, benefits, granted tiers and paid membership; open advances are owed. What was forfeited is told and recorded.',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: ReasonBodySchema,
  response: answers({ 200: { description: 'Sealed.', schema: EndingSchema } }, [
    ...ofTurn,
    'members/already-sealed',
  ]),
}

const unsealSchema = {
  operationId: 'unsealMember',
  summary: 'Unseal a member',
  description:
    'Gives back what the policy `ending` says, within its time, exactly as it was forfeited; the rest stays away.',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: ReasonBodySchema,
  response: answers({ 200: { description: 'Unsealed.', schema: EndingSchema } }, [
    ...ofTurn,
    'members/not-sealed',
  ]),
}

const listSchema = {
  operationId: 'listEndings',
  summary: 'Why a member was sealed, and what it cost',
  tags,
  params: MemberParamsSchema,
  response: answers(
    {
      200: {
        description: 'Every sealing, unsealing and erasure, in order.',
        schema: z.object({ endings: z.array(EndingSchema) }),
      },
    },
    ['members/unknown'],
  ),
}

/** Sealing, unsealing and the record of both. */
export function endingRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market

  http.post(
    '/members/:memberId/sealing',
    { schema: sealSchema, config },
    async (request, reply) => {
      const telling = { ...request.params, ...request.body, told: 'sealed' } as const
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const told = await tellMembership(eventContext(context, request), telling, key)
      return told.ok ? reply.send(endingText(told.ending, zone)) : sendProblem(reply, told)
    },
  )

  http.post(
    '/members/:memberId/unsealing',
    { schema: unsealSchema, config },
    async (request, reply) => {
      const telling = { ...request.params, ...request.body, told: 'unsealed' } as const
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const told = await tellMembership(eventContext(context, request), telling, key)
      return told.ok ? reply.send(endingText(told.ending, zone)) : sendProblem(reply, told)
    },
  )

  http.get('/members/:memberId/endings', { schema: listSchema, config }, async (request, reply) => {
    const { memberId } = request.params
    const [member, endings] = await Promise.all([
      memberById(context.db, memberId),
      endingsOf(context.db, memberId),
    ])
    if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
    return reply.send({ endings: endings.map((each) => endingText(each, zone)) })
  })
}

function endingText(ending: MemberEnding, zone: string): z.input<typeof EndingSchema> {
  const { number, kind, at, actor, reason, policy, what } = ending
  return {
    number,
    kind,
    at: instantToText(at, zone),
    actor,
    reason,
    policy,
    what: JSON.parse(what) as Record<string, unknown>,
  }
}
