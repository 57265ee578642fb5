import { z } from 'zod'
import { couponsPage } from '#db/issuing/coupons.ts'
import { memberById } from '#db/members.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { CouponSchema, couponText } from '#http/issuing/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'

const usualLimit = 20

const schema = {
  operationId: 'listCoupons',
  summary: 'The coupons of a member, the oldest first',
  tags: ['Coupons'],
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
    status: z.enum(['open', 'held', 'used', 'returned', 'forfeited']).optional().meta({
      description: 'Only those; open ones that have lapsed are among the open.',
    }),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ coupons: z.array(CouponSchema), nextCursor: z.string().optional() }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

export function readCouponsRoute(http: Http, context: HttpContext): void {
  http.get(
    '/members/:memberId/coupons',
    { schema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, status, limit = usualLimit } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const [member, found] = await Promise.all([
        memberById(context.db, memberId),
        couponsPage(context.db, memberId, { status, offset, limit: limit + 1 }),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const coupons = found
        .slice(0, limit)
        .map((coupon) => couponText(coupon, context, request.receivedAt))
      return reply.send({ coupons, ...next })
    },
  )
}
