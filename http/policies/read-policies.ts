import { z } from 'zod'
import { policyVersions, type PolicyRow } from '#db/policies.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { roles, type Caller } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { NameParamsSchema, VersionSchema } from '#http/policies/schemas.ts'
import { withoutOthers } from '#http/policies/without-others.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { policySchema } from '#rules/policies/catalogue.ts'
import { instantToText } from '#rules/time/instants.ts'

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
        description:
          'The oldest first. Drafts, and lists of members, are for operators and services alone.',
        schema: z.object({ versions: z.array(VersionSchema) }),
      },
    },
    ['policies/unknown-name'],
  ),
}

export function readPoliciesRoutes(http: Http, { db, policies, market }: HttpContext): void {
  const versionText = (
    row: PolicyRow,
    caller: Caller,
    now: Temporal.Instant,
  ): z.input<typeof VersionSchema> => ({
    name: row.name,
    version: row.version,
    status: row.status,
    inForce: policies.at(row.name, now)?.version === row.version,
    body: bodyFor(caller, JSON.parse(row.body) as Record<string, unknown>),
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
      const texts = rows.map((row) => versionText(row, callerOf(request), request.receivedAt))
      return reply.send({ policies: texts.filter((each) => each.inForce) })
    },
  )

  http.get(
    '/policies/:name',
    { schema: versionsSchema, config: { access: roles } },
    async (request, reply) => {
      const { name } = request.params
      const caller = callerOf(request)
      const all = await policyVersions(db, { name })
      const rows = isStaff(caller) ? all : all.filter((row) => row.status === 'approved')
      if (rows.length === 0 && policySchema(name) === undefined) {
        return sendProblem(reply, { refusal: 'policies/unknown-name' })
      }
      const versions = rows.map((row) => versionText(row, caller, request.receivedAt))
      return reply.send({ versions })
    },
  )
}

/** Whoever works for the market; members and merchants are told what was approved, without lists of members. */
function isStaff({ role }: Caller): boolean {
  return role === 'operator' || role === 'service'
}

function bodyFor(caller: Caller, body: Record<string, unknown>): Record<string, unknown> {
  return isStaff(caller) ? body : withoutOthers(body, caller.memberId)
}

function textOf(instant: Temporal.Instant | null, zone: string): string | null {
  return instant === null ? null : instantToText(instant, zone)
}

/** What a market was founded with holds for facts of any date. */
function isFromTheBeginning(row: PolicyRow): boolean {
  return row.effectiveAt !== null && row.effectiveAt.epochMilliseconds < 0
}
