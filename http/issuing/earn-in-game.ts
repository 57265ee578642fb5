import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { BatchSlugSchema } from '#http/issuing/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { AnswerSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { earnInGame } from '#operations/issuing/earn-in-game.ts'
import { asFen } from '#rules/money/fen.ts'

const schema = {
  operationId: 'earnAllowanceInGame',
  summary: 'Put in the allowance that a member won in a game',
  description:
    'Up to the limit of the business day; what a game gives beyond it is refused, or cut, as the policy says: `amount` of the answer is what was put in. Once for each key.',
  tags: ['Coupons'],
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    allowance: BatchSlugSchema.meta({
      description: 'The name of the policy `allowance:<slug>`.',
      examples: ['double-eleven'],
    }),
    amount: z
      .int()
      .min(1)
      .max(1_000_000_000_000)
      .transform(asFen)
      .meta({ description: 'In fen.', examples: [500] }),
  }),
  response: answers(
    { 201: { description: 'Put in, now or by the same request before.', schema: AnswerSchema } },
    [
      ...ofBody,
      'members/unknown',
      'members/sealed',
      'issuing/unknown-allowance',
      'issuing/not-open',
      'issuing/amount-out-of-range',
      'issuing/no-games',
      'issuing/daily-limit-reached',
      'issuing/sold-out',
      'ledger/wallet-sealed',
      'ledger/balance-too-large',
      'requests/key-reused',
    ],
  ),
}

export function earnInGameRoute(http: Http, context: HttpContext): void {
  http.post(
    '/members/:memberId/allowance-games',
    { schema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const earned = await earnInGame(context, {
        memberId: request.params.memberId,
        slug: request.body.allowance,
        amount: request.body.amount,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!earned.ok) return sendProblem(reply, earned)

      return reply.code(201).send({ ref: earned.ref, ...earned.answer })
    },
  )
}
