import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  claimerOf,
  ClaimerSchema,
  CouponSchema,
  couponText,
  SlugParamsSchema,
} from '#http/issuing/schemas.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { claimCoupon } from '#operations/issuing/claim-coupon.ts'
import { redeemCode } from '#operations/issuing/redeem-code.ts'
import { returnCoupon } from '#operations/issuing/return-coupon.ts'

const config = { access: ['member', 'service', 'operator'] as const }

const ofMember: readonly ProblemCode[] = ['members/unknown', 'members/sealed']

const claimSchema = {
  operationId: 'claimCoupon',
  summary: 'Claim a coupon of a batch',
  description: 'Once for each key. A refusal leaves nothing: the key may be tried again.',
  tags: ['Coupons'],
  params: SlugParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ memberId: ClaimerSchema }),
  response: answers(
    { 201: { description: 'Claimed, now or by the same request before.', schema: CouponSchema } },
    [
      ...ofBody,
      ...ofMember,
      'issuing/unknown-batch',
      'issuing/not-open',
      'issuing/not-for-member',
      'issuing/member-limit-reached',
      'issuing/sold-out',
      'requests/key-reused',
    ],
  ),
}

const codeSchema = {
  operationId: 'redeemCouponCode',
  summary: 'Redeem a code for its coupon',
  description:
    'The same code again by the same member gives the same coupon. Every code that gives nothing is answered alike, and after ten of them in an hour none is tried any more.',
  tags: ['Coupons'],
  body: z.strictObject({
    code: z
      .string()
      .min(1)
      .max(64)
      .meta({ examples: ['7K3M-9QXA-2BCD-EFGH'] }),
    memberId: ClaimerSchema,
  }),
  response: answers(
    { 201: { description: 'The coupon, given now or before.', schema: CouponSchema } },
    [...ofBody, ...ofMember, 'issuing/code-not-valid', 'issuing/too-many-codes'],
  ),
}

const returnSchema = {
  operationId: 'returnCoupon',
  summary: 'Give an open coupon back to its batch',
  description: 'Another member can have it then. It counts towards the limit of this one.',
  tags: ['Coupons'],
  params: MemberParamsSchema.extend({
    couponId: z.string().regex(/^[a-z0-9-]{1,63}[.][0-9]{1,9}$/, {
      error: 'A coupon is named like double-eleven.1.',
    }),
  }),
  response: answers(
    {
      200: {
        description: 'Given back, now or before.',
        schema: z.object({ couponId: z.string(), status: z.literal('returned') }),
      },
    },
    ['members/unknown', 'issuing/unknown-coupon', 'issuing/coupon-not-open'],
  ),
}

/** What members do with coupons besides paying with them. */
export function claimCouponRoutes(http: Http, context: HttpContext): void {
  http.post(
    '/coupon-batches/:slug/claims',
    { schema: claimSchema, config },
    async (request, reply) => {
      const claimer = claimerOf(request, request.body.memberId)
      if (!claimer.ok) return sendProblem(reply, claimer)
      const claimed = await claimCoupon(context, {
        memberId: claimer.memberId,
        slug: request.params.slug,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!claimed.ok) return sendProblem(reply, claimed)

      return reply.code(201).send(couponText(claimed.coupon, context, request.receivedAt))
    },
  )

  http.post('/coupon-codes/claims', { schema: codeSchema, config }, async (request, reply) => {
    const claimer = claimerOf(request, request.body.memberId)
    if (!claimer.ok) return sendProblem(reply, claimer)
    const redeemed = await redeemCode(context, {
      memberId: claimer.memberId,
      code: request.body.code,
      at: request.receivedAt,
    })
    if (!redeemed.ok) {
      if (redeemed.refusal === 'issuing/too-many-codes') {
        reply.header('retry-after', String(secondsToNextHour(request.receivedAt)))
      }
      return sendProblem(reply, redeemed)
    }

    return reply.code(201).send(couponText(redeemed.coupon, context, request.receivedAt))
  })

  http.post(
    '/members/:memberId/coupons/:couponId/return',
    { schema: returnSchema, config: { ...config, endsFlow: true } },
    async (request, reply) => {
      const returned = await returnCoupon(context, request.params)
      if (!returned.ok) return sendProblem(reply, returned)

      return reply.send({ couponId: request.params.couponId, status: 'returned' })
    },
  )
}

function secondsToNextHour(now: Temporal.Instant): number {
  const next = now.add({ hours: 1 }).round({ smallestUnit: 'hour', roundingMode: 'floor' })
  return Math.ceil((next.epochMilliseconds - now.epochMilliseconds) / 1_000)
}
