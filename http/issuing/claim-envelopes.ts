import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { claimerOf, ClaimerSchema, SlugParamsSchema } from '#http/issuing/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { claimEnvelope } from '#operations/issuing/claim-envelope.ts'
import { instantToText } from '#rules/time/instants.ts'

const schema = {
  operationId: 'claimRedEnvelope',
  summary: 'Claim a red envelope',
  description:
    'Once for each key. What is in it is put into the wallet `platform/redEnvelope` as a lot of its own. A refusal leaves nothing: the key may be tried again.',
  tags: ['Coupons'],
  params: SlugParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ memberId: ClaimerSchema }),
  response: answers(
    {
      201: {
        description: 'Claimed, now or by the same request before.',
        schema: z.object({
          ref: z.string().meta({ description: 'The reference of its lot.' }),
          amount: z.int().meta({ description: 'What is in it, in fen.' }),
          expiresAt: InstantTextSchema.nullable(),
        }),
      },
    },
    [
      ...ofBody,
      'members/unknown',
      'members/sealed',
      'issuing/unknown-envelope',
      'issuing/not-open',
      'issuing/not-for-member',
      'issuing/member-limit-reached',
      'issuing/sold-out',
      'ledger/wallet-sealed',
      'ledger/balance-too-large',
      'requests/key-reused',
    ],
  ),
}

export function claimEnvelopesRoute(http: Http, context: HttpContext): void {
  http.post(
    '/red-envelopes/:slug/claims',
    { schema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const claimer = claimerOf(request, request.body.memberId)
      if (!claimer.ok) return sendProblem(reply, claimer)
      const claimed = await claimEnvelope(context, {
        memberId: claimer.memberId,
        slug: request.params.slug,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!claimed.ok) return sendProblem(reply, claimed)

      const { ref, amount, expiresAt } = claimed.envelope
      const expires = expiresAt === null ? null : instantToText(expiresAt, context.market.zone)
      return reply.code(201).send({ ref, amount, expiresAt: expires })
    },
  )
}
