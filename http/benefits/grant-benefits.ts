import { z } from 'zod'
import { BenefitSlugSchema } from '#http/benefits/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { MemberIdSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { endGrant, giveGrants } from '#operations/benefits/give-grants.ts'
import { InstantSchema } from '#rules/fields.ts'
import { isBefore } from '#rules/time/instants.ts'

const mostMembers = 1_000

const NameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: 'A grant has a name of up to 64 characters.' })
  .meta({ description: 'Names the grant.', examples: ['apology-2017-11'] })

const InstantInSchema = InstantSchema.meta({ format: 'date-time' })

const giveSchema = {
  operationId: 'grantBenefit',
  summary: 'Give each of many members a right to a benefit for a time',
  description:
    'Whatever their tier. Once for each member under the name of the grant, however often it is repeated.',
  tags: ['Benefits'],
  params: z.object({ slug: BenefitSlugSchema }),
  body: z
    .strictObject({
      name: NameSchema,
      members: z.array(MemberIdSchema).min(1).max(mostMembers),
      from: InstantInSchema.optional().meta({ description: 'Absent: from now on.' }),
      to: InstantInSchema,
    })
    .refine(({ from, to }) => from === undefined || isBefore(from, to), {
      path: ['to'],
      error: 'A grant ends after it begins.',
    }),
  response: answers(
    {
      200: {
        description: 'What became of each member: `granted`, `before`, or why not.',
        schema: z.object({ outcomes: z.record(z.string(), z.string()) }),
      },
    },
    [...ofBody, 'requests/invalid', 'benefits/unknown'],
  ),
}

const endSchema = {
  operationId: 'endBenefitGrant',
  summary: 'End a grant of a member',
  description: 'What was claimed by it stays.',
  tags: ['Benefits'],
  params: MemberParamsSchema.extend({ slug: BenefitSlugSchema }),
  body: z.strictObject({ name: NameSchema }),
  response: answers(
    { 200: { description: 'It has ended.', schema: z.object({ ended: z.literal(true) }) } },
    [...ofBody, 'members/unknown', 'benefits/unknown-grant'],
  ),
}

/** What the platform does to open benefits to members for a time. */
export function grantBenefitsRoutes(http: Http, context: HttpContext): void {
  http.post(
    '/benefits/:slug/grants',
    { schema: giveSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { name, members, from = request.receivedAt, to } = request.body
      if (!isBefore(from, to)) {
        const late = { path: 'body.to', message: 'A grant ends after it begins.' }
        return sendProblem(reply, { refusal: 'requests/invalid', problems: [late] })
      }
      const given = await giveGrants(context, {
        slug: request.params.slug,
        name,
        memberIds: members,
        from,
        to,
        at: request.receivedAt,
      })
      if (!given.ok) return sendProblem(reply, given)

      return reply.send({ outcomes: Object.fromEntries(given.outcomes) })
    },
  )

  http.post(
    '/members/:memberId/benefits/:slug/grants/end',
    { schema: endSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { memberId, slug } = request.params
      const { name } = request.body
      const ended = await endGrant(context, { memberId, slug, name, at: request.receivedAt })
      if (!ended.ok) return sendProblem(reply, ended)

      return reply.send({ ended: true })
    },
  )
}
