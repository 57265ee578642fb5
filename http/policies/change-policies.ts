import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { BodySchema, NameParamsSchema, VersionParamsSchema } from '#http/policies/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { approvePolicy } from '#operations/policies/approve-policy.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import { withdrawPolicy } from '#operations/policies/withdraw-policy.ts'
import { InstantSchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const draftSchema = {
  operationId: 'draftPolicy',
  summary: 'Draft a new version of a policy',
  tags: ['Policies'],
  params: NameParamsSchema,
  body: z.strictObject({
    body: BodySchema,
    note: z.string().max(1_000).default('').meta({ description: 'Why, for the approver.' }),
  }),
  response: answers(
    {
      201: {
        description: 'Drafted. Another operator has to approve it.',
        schema: z.object({ name: z.string(), version: z.int() }),
      },
    },
    [...ofBody, 'policies/unknown-name', 'policies/invalid'],
  ),
}

const approvalSchema = {
  operationId: 'approvePolicy',
  summary: 'Approve a draft that somebody else wrote',
  tags: ['Policies'],
  params: VersionParamsSchema,
  body: z
    .strictObject({
      effectiveAt: InstantSchema.optional().meta({
        description: 'From when it counts: in five seconds at the earliest, which is usual.',
      }),
    })
    .optional(),
  response: answers(
    {
      200: {
        description: 'Approved. It does not change any more.',
        schema: z.object({
          name: z.string(),
          version: z.int(),
          effectiveAt: InstantTextSchema,
        }),
      },
    },
    [
      ...ofBody,
      'policies/unknown-version',
      'policies/not-a-draft',
      'policies/approver-is-author',
      'policies/too-soon',
      'policies/invalid',
      'notices/needed',
      'notices/not-over',
      'notices/not-answered',
    ],
  ),
}

const withdrawalSchema = {
  operationId: 'withdrawPolicy',
  summary: 'Withdraw a draft',
  tags: ['Policies'],
  params: VersionParamsSchema,
  response: answers(
    {
      200: {
        description: 'Withdrawn.',
        schema: z.object({ name: z.string(), version: z.int() }),
      },
    },
    ['policies/unknown-version', 'policies/not-a-draft'],
  ),
}

export function changePoliciesRoutes(http: Http, { db, market }: HttpContext): void {
  const config = { access: ['operator'] as const }

  http.post('/policies/:name/drafts', { schema: draftSchema, config }, async (request, reply) => {
    const { name } = request.params
    const { body, note } = request.body
    const author = callerOf(request).subject
    const drafted = await draftPolicy(db, { name, body, note, author, at: request.receivedAt })
    if (!drafted.ok) return sendProblem(reply, drafted)

    return reply.code(201).send({ name, version: drafted.version })
  })

  http.post(
    '/policies/:name/versions/:version/approval',
    { schema: approvalSchema, config },
    async (request, reply) => {
      const { name, version } = request.params
      const approved = await approvePolicy(db, {
        name,
        version,
        approver: callerOf(request).subject,
        effectiveAt: request.body?.effectiveAt,
        at: request.receivedAt,
      })
      if (!approved.ok) {
        const problems = 'problems' in approved ? { problems: approved.problems } : {}
        const earliest =
          'earliest' in approved
            ? { detail: `Not before ${instantToText(approved.earliest, market.zone)}.` }
            : {}
        return sendProblem(reply, { refusal: approved.refusal, ...problems, ...earliest })
      }

      const effectiveAt = instantToText(approved.effectiveAt, market.zone)
      return reply.send({ name, version, effectiveAt })
    },
  )

  http.delete(
    '/policies/:name/versions/:version',
    { schema: withdrawalSchema, config },
    async (request, reply) => {
      const { name, version } = request.params
      const withdrawn = await withdrawPolicy(db, { name, version })
      if (!withdrawn.ok) return sendProblem(reply, withdrawn)

      return reply.send({ name, version })
    },
  )
}
