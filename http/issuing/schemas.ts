import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { IssuedCoupon } from '#db/issuing/coupons.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import type { HttpContext } from '#http/context.ts'
import type { Refused } from '#http/problems.ts'
import { InstantTextSchema, MemberIdSchema } from '#http/wallets/schemas.ts'
import type { CouponBatch } from '#rules/issuing/coupon-batch.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

const SlugSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  error: 'A name is made of a-z, 0-9 and hyphens.',
})

export const BatchSlugSchema = SlugSchema.meta({
  description: 'The name of the policy, without its family: `coupon-batch:<slug>`.',
  examples: ['double-eleven'],
})

export const SlugParamsSchema = z.object({ slug: BatchSlugSchema })

/** Of requests that have no member in their path. */
export const ClaimerSchema = MemberIdSchema.optional().meta({
  description: 'For whom; a member asks for itself and leaves it out.',
})

export const CouponSchema = z
  .object({
    couponId: z.string().meta({ examples: ['double-eleven.1'] }),
    batch: z.string(),
    policy: z.string().meta({ examples: ['coupon-batch:double-eleven@1'] }),
    title: z.object({ zh: z.string(), en: z.string() }),
    status: z.enum(['open', 'held', 'used', 'returned', 'forfeited', 'lapsed']),
    issuedAt: InstantTextSchema,
    usableFrom: InstantTextSchema,
    expiresAt: InstantTextSchema.nullable(),
    tradeId: z.string().nullable().meta({ description: 'The trade that holds or used it.' }),
    terms: z.record(z.string(), z.unknown()).meta({ description: 'What it takes off, and when.' }),
  })
  .meta({ id: 'Coupon', description: 'A coupon that a member got.' })

/** A coupon as it is told, with the terms of the version it was issued by. */
export function couponText(
  coupon: IssuedCoupon,
  { policies, market }: Pick<HttpContext, 'policies' | 'market'>,
  now: Temporal.Instant,
): z.input<typeof CouponSchema> {
  const name = `coupon-batch:${coupon.batch}`
  const known = policies.version(name, coupon.version)
  const { terms = {} } = (known?.body ?? {}) as { readonly terms?: Record<string, unknown> }
  const { expiresAt, status } = coupon
  const hasLapsed = status === 'open' && expiresAt !== null && !isBefore(now, expiresAt)
  return {
    couponId: coupon.couponId,
    batch: coupon.batch,
    policy: `${name}@${coupon.version}`,
    title: (known?.policy as CouponBatch | undefined)?.title ?? { zh: '', en: '' },
    status: hasLapsed ? 'lapsed' : status,
    issuedAt: instantToText(coupon.issuedAt, market.zone),
    usableFrom: instantToText(coupon.activeAt, market.zone),
    expiresAt: expiresAt === null ? null : instantToText(expiresAt, market.zone),
    tradeId: coupon.tradeId,
    terms,
  }
}

/** For whom a request without a member in its path asks. A member may only ask for itself. */
export function claimerOf(
  request: FastifyRequest,
  memberId: string | undefined,
): { readonly ok: true; readonly memberId: string } | ({ readonly ok: false } & Refused) {
  const caller = callerOf(request)
  if (caller.role === 'member') {
    const own = caller.memberId ?? ''
    if (memberId !== undefined && memberId !== own) return { ok: false, refusal: 'members/unknown' }
    return { ok: true, memberId: own }
  }
  if (memberId !== undefined) return { ok: true, memberId }
  const missing = { path: 'body.memberId', code: 'missing', message: 'This is missing.' }
  return { ok: false, refusal: 'requests/invalid', problems: [missing] }
}
