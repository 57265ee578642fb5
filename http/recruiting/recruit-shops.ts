import { z } from 'zod'
import { funnelOf, recruitsPage } from '#db/governance/recruiting.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { explained, pageOf, pageQuery, shownOf } from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { recruitRecordText } from '#http/recruiting/record-text.ts'
import {
  InvitationParamsSchema,
  RecruitRecordSchema,
  RecruitSchema,
  recruitText,
} from '#http/recruiting/schemas.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { inviteBrand, revokeInvitation } from '#operations/recruiting/invite.ts'
import { readRecruit } from '#operations/recruiting/read-recruit.ts'
import { IdSchema, InstantSchema, nameOf } from '#rules/fields.ts'
import { SlugSchema } from '#rules/merchants/review/documents.ts'
import { recruitedTypes } from '#rules/merchants/recruiting/policy.ts'
import { recruitingStatuses } from '#rules/merchants/recruiting/steps.ts'
import { endsBefore } from '#http/settlement/read-settlement.ts'
import { isBefore } from '#rules/time/instants.ts'

const tags = ['Recruiting']
const operator = { access: ['operator'] as const }
const staff = { access: ['operator', 'service'] as const }

const FigureSchema = z.union([
  z.int().min(0).max(1_000_000_000),
  z.string().regex(/^(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$/, {
    error: 'A figure is a decimal text with at most six digits after the point.',
  }),
])

const inviteSchema = {
  operationId: 'inviteBrand',
  summary: 'Invite a brand to open a shop',
  description:
    'Every criterion of the type is held against `figures`. The token is told once: hand it to the company, who accepts by it.',
  tags,
  headers: IdempotencyHeadersSchema,
  body: z
    .strictObject({
      brand: nameOf(100),
      level: SlugSchema.meta({ description: 'Of the brand: it decides the channel.' }),
      type: z.enum(recruitedTypes),
      mainCategory: IdSchema,
      categories: z.array(IdSchema).min(1).max(50),
      figures: z
        .record(nameOf(100), FigureSchema)
        .refine((figures) => Object.keys(figures).length <= 50, { error: 'At most 50 figures.' })
        .meta({ description: 'What is known of the brand, by the names of the criteria.' }),
    })
    .refine((invite) => invite.categories.includes(invite.mainCategory), {
      path: ['mainCategory'],
      error: 'The main category is one of the categories.',
    }),
  response: answers(
    {
      201: {
        description: 'Invited, now or by the same request before.',
        schema: z.object({
          invitation: RecruitSchema,
          token: z.string().nullable().meta({ description: '`null`: it was told before.' }),
        }),
      },
    },
    [
      ...ofBody,
      'recruiting/no-policy',
      'recruiting/not-offered',
      'recruiting/criteria-not-met',
      'requests/key-reused',
    ],
  ),
}

const listSchema = {
  operationId: 'listRecruiting',
  summary: 'Invitations, the newest first',
  description: 'A reviewer’s queue is `status=inReview` with the `channel` and `stage`.',
  tags,
  querystring: z.strictObject({
    ...pageQuery,
    status: z.enum(recruitingStatuses).optional(),
    channel: SlugSchema.optional(),
    stage: SlugSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          invitations: z.array(RecruitSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readRecruiting',
  summary: 'An invitation with all that was seen and decided',
  tags,
  params: InvitationParamsSchema,
  response: answers({ 200: { description: 'All of it.', schema: RecruitRecordSchema } }, [
    'recruiting/unknown',
  ]),
}

const revokeSchema = {
  operationId: 'revokeRecruiting',
  summary: 'Take an invitation back',
  description: 'Until it is approved. Again it changes nothing.',
  tags,
  params: InvitationParamsSchema,
  response: answers({ 200: { description: 'Revoked.', schema: RecruitSchema } }, [
    'recruiting/unknown',
    'recruiting/wrong-status',
  ]),
}

const Count = z.int()
const funnelSchema = {
  operationId: 'readRecruitingFunnel',
  summary: 'How far invitations of a time have come',
  tags,
  querystring: z.strictObject({ from: InstantSchema, to: InstantSchema }),
  response: answers(
    {
      200: {
        description: 'By channel and type.',
        schema: z.object({
          funnel: z.array(
            z.object({
              channel: z.string(),
              type: z.enum(recruitedTypes),
              invited: Count,
              accepted: Count,
              submitted: Count,
              approved: Count,
              signed: Count,
              opened: Count,
              rejected: Count,
              withdrawn: Count,
              lapsed: Count,
              revoked: Count,
              meanSecondsToOpen: Count.nullable(),
            }),
          ),
        }),
      },
    },
    [],
  ),
}

/** What recruiters and reviewers do (RC-1 to RC-8). */
export function recruitShopsRoutes(http: Http, context: HttpContext): void {
  const { db } = context
  const { zone } = context.market

  http.post(
    '/recruiting/invitations',
    { schema: inviteSchema, config: operator },
    async (request, reply) => {
      const caller = callerId(callerOf(request))
      const key = request.headers['idempotency-key']
      const invite = { ...request.body, caller, key, at: request.receivedAt }
      const invited = await inviteBrand(context, invite)
      if (!invited.ok) return sendProblem(reply, explained(invited, zone))
      const { recruit, token = null } = invited
      return reply.code(201).send({ invitation: recruitText(recruit, zone), token })
    },
  )

  http.get(
    '/recruiting/invitations',
    { schema: listSchema, config: staff },
    async (request, reply) => {
      const { status, channel, stage } = request.query
      const page = pageOf(request.query)
      if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const read = await recruitsPage(db, { ...page, status, channel, stage })
      const { shown, next } = shownOf(read, page.limit, ({ invitedAt: at, invitationId: id }) => ({
        at,
        id,
      }))
      return reply.send({ invitations: shown.map((each) => recruitText(each, zone)), ...next })
    },
  )

  http.get(
    '/recruiting/invitations/:invitationId',
    { schema: readSchema, config: staff },
    async (request, reply) => {
      const record = await readRecruit(context, request.params.invitationId, request.receivedAt)
      if (record === undefined) return sendProblem(reply, { refusal: 'recruiting/unknown' })
      return reply.send(recruitRecordText(record, zone, true))
    },
  )

  http.post(
    '/recruiting/invitations/:invitationId/revocation',
    { schema: revokeSchema, config: operator },
    async (request, reply) => {
      const { invitationId } = request.params
      const revoked = await revokeInvitation(context, { invitationId, at: request.receivedAt })
      if (!revoked.ok) return sendProblem(reply, explained(revoked, zone))
      return reply.send(recruitText(revoked.recruit, zone))
    },
  )

  http.get(
    '/recruiting/funnel',
    { schema: funnelSchema, config: staff },
    async (request, reply) => {
      const { from, to } = request.query
      if (!isBefore(from, to)) return sendProblem(reply, endsBefore)
      return reply.send({
        funnel: (await funnelOf(db, from, to)).map((row) => ({
          ...row,
          type: row.type as (typeof recruitedTypes)[number],
        })),
      })
    },
  )
}
