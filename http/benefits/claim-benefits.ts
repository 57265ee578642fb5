import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import {
  BenefitClaimSchema,
  BenefitSlugSchema,
  ClaimParamsSchema,
  claimText,
  unlockText,
} from '#http/benefits/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode, type Refused } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { claimBenefit, type BenefitClaimed } from '#operations/benefits/claim-benefit.ts'
import { returnBenefit } from '#operations/benefits/return-benefit.ts'
import { useBenefit } from '#operations/benefits/use-benefit.ts'
import type { Subject } from '#rules/benefits/periods.ts'
import { IdSchema, nameOf } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const config = { access: ['member', 'service', 'operator'] as const }

const ofMember: readonly ProblemCode[] = ['members/unknown', 'members/sealed']

const ClaimBodySchema = z
  .strictObject({
    purchase: IdSchema.optional().meta({ description: 'The order that it is for.' }),
    liveView: IdSchema.optional().meta({ description: 'The id of the event of the live view.' }),
    category: nameOf(100).optional().meta({ description: 'Of what it is used for.' }),
    channel: nameOf(100).optional(),
    word: z
      .string()
      .regex(/^[\x21-\x7E]{0,100}$/, { error: 'A word has up to 100 visible characters of ASCII.' })
      .optional()
      .meta({ description: 'Of a draw: goes into it, so that nobody else chooses the outcome.' }),
    payment: z
      .strictObject({ ref: nameOf(200), amountFen: z.int().min(1) })
      .optional()
      .meta({
        description: 'Of a price in money: the payment, as the service that took it tells.',
      }),
  })
  .refine((body) => body.purchase === undefined || body.liveView === undefined, {
    path: ['liveView'],
    error: 'A claim is for a purchase or for a live view.',
  })

const claimSchema = {
  operationId: 'claimBenefit',
  summary: 'Claim a benefit',
  description:
    'Once for each key. The points are spent, and what it gives is handed over, or becomes a right with a code. A refusal leaves nothing, and tells price, what is left and what unlocks it: the key may be tried again.',
  tags: ['Benefits'],
  params: MemberParamsSchema.extend({ slug: BenefitSlugSchema }),
  headers: IdempotencyHeadersSchema,
  body: ClaimBodySchema,
  response: answers(
    {
      201: {
        description: 'Claimed, now or by the same request before.',
        schema: BenefitClaimSchema,
      },
    },
    [
      ...ofBody,
      ...ofMember,
      'benefits/unknown',
      'benefits/not-claimed',
      'benefits/not-eligible',
      'benefits/not-in-window',
      'benefits/wrong-channel',
      'benefits/excluded-category',
      'benefits/quota-used-up',
      'benefits/sold-out',
      'benefits/insufficient-points',
      'benefits/subject-missing',
      'benefits/unknown-subject',
      'benefits/payment-missing',
      'benefits/wrong-amount',
      'benefits/payment-used',
      'issuing/unknown-batch',
      'issuing/member-limit-reached',
      'requests/key-reused',
    ],
  ),
}

const useSchema = {
  operationId: 'useBenefitClaim',
  summary: 'Say that a right was used',
  description: 'By whoever honours its code. Told again, it is as before.',
  tags: ['Benefits'],
  params: ClaimParamsSchema,
  response: answers({ 200: { description: 'It is used.', schema: BenefitClaimSchema } }, [
    ...ofMember,
    'benefits/unknown-claim',
    'benefits/not-open',
    'benefits/handed-over',
  ]),
}

const returnSchema = {
  operationId: 'returnBenefitClaim',
  summary: 'Give an unused claim back',
  description:
    'Points, quota and stock come back. Money is paid back by whoever took it: the event jifen.benefit.returned.v1 names the payment.',
  tags: ['Benefits'],
  params: ClaimParamsSchema,
  response: answers(
    { 200: { description: 'Given back, now or before.', schema: BenefitClaimSchema } },
    [
      ...ofMember,
      'benefits/unknown-claim',
      'benefits/not-open',
      'benefits/drawn',
      'benefits/partly-used',
    ],
  ),
}

/** What members do with benefits, and who honours them. */
export function claimBenefitsRoutes(http: Http, context: HttpContext): void {
  http.post(
    '/members/:memberId/benefits/:slug/claims',
    { schema: claimSchema, config },
    async (request, reply) => {
      const { memberId, slug } = request.params
      const { purchase, liveView, ...body } = request.body
      const caller = callerOf(request)
      if (caller.role === 'member' && body.payment !== undefined) {
        return sendProblem(reply, { refusal: 'requests/forbidden' })
      }
      const claimed = await claimBenefit(context, {
        memberId,
        slug,
        ...body,
        subject: subjectOf(purchase, liveView),
        caller: callerId(caller),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!claimed.ok) return sendProblem(reply, refusedOf(claimed, context))

      return reply.code(201).send(claimText(claimed.claim, context, request.receivedAt))
    },
  )

  http.post(
    '/members/:memberId/benefit-claims/:claimId/use',
    { schema: useSchema, config: { access: ['service', 'operator'], endsFlow: true } },
    async (request, reply) => {
      const used = await useBenefit(context, { ...request.params, at: request.receivedAt })
      if (!used.ok) return sendProblem(reply, used)

      return reply.send(claimText(used.claim, context, request.receivedAt))
    },
  )

  http.post(
    '/members/:memberId/benefit-claims/:claimId/return',
    { schema: returnSchema, config: { ...config, endsFlow: true } },
    async (request, reply) => {
      const named = { ...request.params, at: request.receivedAt }
      const returned = await returnBenefit(context, {
        ...named,
        actor: callerId(callerOf(request)),
      })
      if (!returned.ok) return sendProblem(reply, returned)

      return reply.send(claimText(returned.claim, context, request.receivedAt))
    },
  )
}

function subjectOf(
  purchase: string | undefined,
  liveView: string | undefined,
): Subject | undefined {
  if (purchase !== undefined) return { kind: 'purchase', id: purchase }
  return liveView === undefined ? undefined : { kind: 'liveView', id: liveView }
}

/** A refused claim with what explains it: `price`, `left`, `nextAt`, `unlockedBy`. */
function refusedOf(
  { refusal, ...facts }: Extract<BenefitClaimed, { ok: false }>,
  { market }: Pick<HttpContext, 'market'>,
): Refused {
  const { price, left, nextAt, short, unlockedBy } = facts
  return {
    refusal,
    ...(short === undefined ? {} : { short }),
    ...(typeof left === 'number' ? { left } : {}),
    more: {
      ...(price === undefined ? {} : { price }),
      ...(nextAt === undefined ? {} : { nextAt: instantToText(nextAt, market.zone) }),
      ...(unlockedBy === undefined ? {} : { unlockedBy: unlockText(unlockedBy) }),
    },
  }
}
