import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { SlugParamsSchema } from '#http/issuing/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { grantCoupons } from '#operations/issuing/grant-coupons.ts'
import { makeCodes } from '#operations/issuing/make-codes.ts'

const mostMembers = 1_000
const mostCodes = 10_000

const grantsSchema = {
  operationId: 'grantCoupons',
  summary: 'Give a coupon of a batch to each of many members',
  description: 'Once for each member under the name of the grant, however often it is repeated.',
  tags: ['Coupons'],
  params: SlugParamsSchema,
  body: z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: 'A grant has a name of up to 64 characters.' })
      .meta({ description: 'Names the grant.', examples: ['newcomers-week-47'] }),
    members: z.array(MemberIdSchema).min(1).max(mostMembers),
  }),
  response: answers(
    {
      200: {
        description: 'What became of each member: `granted`, `before`, or why not.',
        schema: z.object({ outcomes: z.record(z.string(), z.string()) }),
      },
    },
    [...ofBody, 'issuing/unknown-batch'],
  ),
}

const codesSchema = {
  operationId: 'makeCouponCodes',
  summary: 'Make codes that give a coupon of a batch',
  description: 'They are told this once: only their hashes are kept.',
  tags: ['Coupons'],
  params: SlugParamsSchema,
  body: z.strictObject({ count: z.int().min(1).max(mostCodes) }),
  response: answers(
    { 201: { description: 'The codes.', schema: z.object({ codes: z.array(z.string()) }) } },
    [...ofBody, 'issuing/unknown-batch', 'issuing/sold-out'],
  ),
}

/** What the platform does to bring coupons to members. */
export function issueCouponRoutes(http: Http, context: HttpContext): void {
  http.post(
    '/coupon-batches/:slug/grants',
    { schema: grantsSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const granted = await grantCoupons(context, {
        slug: request.params.slug,
        name: request.body.name,
        memberIds: request.body.members,
        at: request.receivedAt,
      })
      if (!granted.ok) return sendProblem(reply, granted)

      return reply.send({ outcomes: Object.fromEntries(granted.outcomes) })
    },
  )

  http.post(
    '/coupon-batches/:slug/codes',
    { schema: codesSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const made = await makeCodes(context, {
        slug: request.params.slug,
        count: request.body.count,
        actor: callerId(callerOf(request)),
        at: request.receivedAt,
      })
      if (!made.ok) return sendProblem(reply, made)

      return reply.code(201).send({ codes: [...made.codes] })
    },
  )
}
