import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { TierGrantParamsSchema, TierGrantSchema, tierGrantText } from '#http/membership/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { endByOperator, grantByOperator } from '#operations/membership/grant-by-operator.ts'
import { InstantSchema, nameOf } from '#rules/fields.ts'

const config = { access: ['operator'] as const }

const ReasonSchema = z
  .string()
  .min(1)
  .max(500)
  .meta({
    description: 'Why: it is recorded with who asked. No personal data.',
    examples: ['late delivery of the invitation card'],
  })

const grantSchema = {
  operationId: 'grantTier',
  summary: 'Grant a member a tier for a time',
  description:
    'The tier in force is the higher of this and what the score gives. Once for each key. Tiers by invitation are given by invitations alone.',
  tags: ['Membership'],
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    tier: nameOf(40).meta({ examples: ['super'] }),
    from: InstantSchema.optional().meta({ description: 'Absent: from now on.' }),
    to: InstantSchema.meta({ description: 'The first instant at which it is over.' }),
    reason: ReasonSchema,
  }),
  response: answers(
    {
      201: { description: 'Granted, now or by the same request before.', schema: TierGrantSchema },
    },
    [
      ...ofBody,
      'members/unknown',
      'members/sealed',
      'tiers/unknown-tier',
      'tiers/by-invitation',
      'tiers/bad-period',
      'requests/key-reused',
    ],
  ),
}

const endSchema = {
  operationId: 'endTierGrant',
  summary: 'End a granted tier before its time',
  description: 'A grant of any source. Once for each key.',
  tags: ['Membership'],
  params: TierGrantParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ reason: ReasonSchema }),
  response: answers(
    { 200: { description: 'Ended, now or by the same request before.', schema: TierGrantSchema } },
    [...ofBody, 'members/unknown', 'members/sealed', 'tiers/unknown-grant', 'tiers/grant-over'],
  ),
}

/** What operators do about the tier of one member. */
export function tierGrantRoutes(http: Http, context: HttpContext): void {
  const { market } = context

  http.post(
    '/members/:memberId/tier-grants',
    { schema: grantSchema, config },
    async (request, reply) => {
      const now = request.receivedAt
      const granted = await grantByOperator(
        { ...context, now },
        {
          ...request.body,
          memberId: request.params.memberId,
          actor: callerId(callerOf(request)),
          key: request.headers['idempotency-key'],
        },
      )
      if (!granted.ok) return sendProblem(reply, granted)

      return reply.code(201).send(tierGrantText(granted.grant, market.zone, now))
    },
  )

  http.post(
    '/members/:memberId/tier-grants/:grantId/end',
    { schema: endSchema, config },
    async (request, reply) => {
      const now = request.receivedAt
      const ended = await endByOperator(
        { ...context, now },
        {
          ...request.params,
          ...request.body,
          actor: callerId(callerOf(request)),
          key: request.headers['idempotency-key'],
        },
      )
      if (!ended.ok) return sendProblem(reply, ended)

      return reply.send(tierGrantText(ended.grant, market.zone, now))
    },
  )
}
