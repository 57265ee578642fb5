import { z } from 'zod'
import { policyVersions, type PolicyRow } from '#db/policies.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { roles } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { approvePolicy } from '#operations/policies/approve-policy.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import { withdrawPolicy } from '#operations/policies/withdraw-policy.ts'
import { policySchema } from '#rules/policies/catalogue.ts'
import { InstantSchema } from '#rules/policies/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const NameParamsSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-zA-Z]*(-[a-z]+)*(:[a-z0-9-]{1,63})?$/, {
      error: 'A policy is named like points or points-event:singles-day.',
    })
    .meta({ description: '`points`, `points-event:<event>` ...', examples: ['points'] }),
})

const VersionParamsSchema = NameParamsSchema.extend({
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/, { error: 'A version is a whole number, 1 or more.' })
    .transform(Number),
})

const BodySchema = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As the schema of its name says: `jifen decide` explains it.' })

const VersionSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    status: z.enum(['draft', 'approved', 'withdrawn']),
    inForce: z.boolean(),
    body: BodySchema,
    note: z.string(),
    author: z.string(),
    draftedAt: InstantTextSchema,
    approver: z.string().nullable(),
    approvedAt: InstantTextSchema.nullable(),
    effectiveAt: InstantTextSchema.nullable().meta({ description: '`null`: always was.' }),
  })
  .meta({ id: 'PolicyVersion', description: 'One version of a business rule set as data.' })

const listSchema = {
  operationId: 'listPolicies',
  summary: 'The policies in force',
  tags: ['Policies'],
  response: answers(
    {
      200: { description: 'By name.', schema: z.object({ policies: z.array(VersionSchema) }) },
    },
    [],
  ),
}

const versionsSchema = {
  operationId: 'listPolicyVersions',
  summary: 'All versions of a policy',
  tags: ['Policies'],
  params: NameParamsSchema,
  response: answers(
    {
      200: {
        description: 'The oldest first.',
        schema: z.object({ versions: z.array(VersionSchema) }),
      },
    },
    ['policies/unknown-name'],
  ),
}

export function readPoliciesRoutes(http: Http, { db, policies, market }: HttpContext): void {
  const versionText = (row: PolicyRow, now: Temporal.Instant): z.input<typeof VersionSchema> => ({
    name: row.name,
    version: row.version,
    status: row.status,
    inForce: policies.at(row.name, now)?.version === row.version,
    body: JSON.parse(row.body) as Record<string, unknown>,
    note: row.note,
    author: row.author,
    draftedAt: instantToText(row.draftedAt, market.zone),
    approver: row.approver,
    approvedAt: textOf(row.approvedAt, market.zone),
    effectiveAt: isFromTheBeginning(row) ? null : textOf(row.effectiveAt, market.zone),
  })

  http.get(
    '/policies',
    { schema: listSchema, config: { access: roles } },
    async (request, reply) => {
      const rows = await policyVersions(db, { status: 'approved' })
      const texts = rows.map((row) => versionText(row, request.receivedAt))
      return reply.send({ policies: texts.filter((each) => each.inForce) })
    },
  )

  http.get(
    '/policies/:name',
    { schema: versionsSchema, config: { access: roles } },
    async (request, reply) => {
      const { name } = request.params
      const rows = await policyVersions(db, { name })
      if (rows.length === 0 && policySchema(name) === undefined) {
        return sendProblem(reply, { refusal: 'policies/unknown-name' })
      }
      return reply.send({ versions: rows.map((row) => versionText(row, request.receivedAt)) })
    },
  )
}

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

  http.post(
    '/policies/:name/drafts',
    { schema: draftSchema, config },
    async (request, reply) => {
      const { name } = request.params
      const { body, note } = request.body
      const author = callerOf(request).subject
      const drafted = await draftPolicy(db, { name, body, note, author, at: request.receivedAt })
      if (!drafted.ok) return sendProblem(reply, drafted)

      return reply.code(201).send({ name, version: drafted.version })
    },
  )

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
      if (!approved.ok) return sendProblem(reply, { refusal: approved.refusal })

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

function textOf(instant: Temporal.Instant | null, zone: string): string | null {
  return instant === null ? null : instantToText(instant, zone)
}

/** What a market was founded with holds for facts of any date. */
function isFromTheBeginning(row: PolicyRow): boolean {
  return row.effectiveAt !== null && row.effectiveAt.epochMilliseconds < 0
}
