import { z } from 'zod'
import { appealOf } from '#db/enrolment/appeals.ts'
import { countEnrolments, enrolmentOf, enrolmentsPage } from '#db/enrolment/enrolments.ts'
import { enrolmentEvents, lastDecision } from '#db/enrolment/records.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import { CampaignParamsSchema } from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  internalText,
  InternalTextSchema,
  recordText,
  RecordTextSchema,
} from '#http/enrolment/internal.ts'
import {
  AppealTextSchema,
  appealText,
  EnrolmentParamsSchema,
  EnrolmentStatusSchema,
} from '#http/enrolment/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema, ofBody } from '#http/route.ts'
import { decideAppeal } from '#operations/enrolment/appeal-enrolment.ts'
import { decideEnrolments } from '#operations/enrolment/decide-enrolments.ts'
import { reviewEnrolment } from '#operations/enrolment/review-enrolment.ts'
import { enrolmentTermsAt } from '#operations/enrolment/terms.ts'
import { IdSchema, nameOf } from '#rules/fields.ts'

const usualLimit = 20
const tags = ['Enrolment']
const config = { access: ['operator'] as const }
const ofCampaign = ['campaigns/unknown', 'enrolment/no-policy', 'enrolment/no-sign-up'] as const

const listSchema = {
  operationId: 'listEnrolments',
  summary: 'The applications to a campaign, by shop, and how many are of each status',
  tags,
  params: CampaignParamsSchema,
  querystring: z.strictObject({
    status: EnrolmentStatusSchema.optional(),
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          counts: z.partialRecord(EnrolmentStatusSchema, z.int()),
          enrolments: z.array(InternalTextSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    [...ofCampaign, 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'getEnrolment',
  summary: 'An application with all that was decided and done about it',
  tags,
  params: EnrolmentParamsSchema,
  response: answers({ 200: { description: 'As it stands.', schema: RecordTextSchema } }, [
    'shops/unknown',
    'enrolment/unknown',
  ]),
}

const decideSchema = {
  operationId: 'decideEnrolments',
  summary: 'Have the machine decide applications to a campaign',
  description:
    'At most `limit` of them: ask again while as many are decided. With `again` also those that it decided before, that nobody reviewed and that were not told. The job does the rest when sign-up closes. Nobody is told before the results are.',
  tags,
  params: CampaignParamsSchema,
  body: z.strictObject({
    again: z.boolean().default(false),
    limit: z.int().min(1).max(20_000).default(5_000),
  }),
  response: answers(
    {
      200: {
        description: 'How many were decided, and how many of them passed.',
        schema: z.object({ decided: z.int(), passed: z.int() }),
      },
    },
    [...ofBody, ...ofCampaign],
  ),
}

const reviewSchema = {
  operationId: 'reviewEnrolment',
  summary: 'Decide an application as a person',
  description:
    'Before the results are told. With the machine one person decides, against it a second one who says the same.',
  tags,
  params: EnrolmentParamsSchema,
  body: z.strictObject({
    outcome: z.enum(['passed', 'refused']),
    identity: nameOf(60).optional(),
    note: z.string().trim().min(1).max(2_000),
  }),
  response: answers({ 200: { description: 'As it stands.', schema: InternalTextSchema } }, [
    ...ofBody,
    ...ofCampaign,
    'shops/unknown',
    'enrolment/unknown',
    'enrolment/not-decided',
    'enrolment/told',
    'enrolment/second-person-needed',
    'enrolment/wrong-identity',
  ]),
}

const appealSchema = {
  operationId: 'decideEnrolmentAppeal',
  summary: 'Decide a shop’s appeal',
  description:
    'By nobody who had a part in the review. Granted against the machine it needs a second person who says the same.',
  tags,
  params: EnrolmentParamsSchema,
  body: z.strictObject({
    grant: z.boolean(),
    identity: nameOf(60).optional(),
    note: z.string().trim().min(1).max(2_000),
  }),
  response: answers(
    {
      200: {
        description: 'Decided, or proposed to a second person.',
        schema: z.object({ enrolment: InternalTextSchema, appeal: AppealTextSchema }),
      },
    },
    [
      ...ofBody,
      ...ofCampaign,
      'shops/unknown',
      'enrolment/unknown',
      'enrolment/no-open-appeal',
      'enrolment/another-person-needed',
      'enrolment/second-person-needed',
      'enrolment/wrong-identity',
    ],
  ),
}

/** What operators do with the applications to a campaign. */
export function reviewEnrolmentsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.get(
    '/campaigns/:campaign/enrolments',
    { schema: listSchema, config },
    async (request, reply) => {
      const { campaign } = request.params
      const { status, limit = usualLimit, cursor } = request.query
      const terms = enrolmentTermsAt(context, campaign, request.receivedAt)
      if (!terms.ok) return sendProblem(reply, terms)
      const after = cursor === undefined ? '' : shopOfCursor(cursor)
      if (after === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const page = { campaign, status, after, limit: limit + 1 }
      const [counts, found] = await Promise.all([
        countEnrolments(db, campaign),
        enrolmentsPage(db, page),
      ])
      const enrolments = found.slice(0, limit)
      const last = enrolments.at(-1)
      const isMore = found.length > limit && last !== undefined
      return reply.send({
        counts,
        enrolments: enrolments.map((each) => internalText(each, zone)),
        ...(isMore ? { nextCursor: cursorOfShop(last.shopId) } : {}),
      })
    },
  )

  http.get(
    '/campaigns/:campaign/enrolments/:shopId',
    { schema: readSchema, config },
    async (request, reply) => {
      const { campaign, shopId } = request.params
      const enrolment = await enrolmentOf(db, campaign, shopId)
      if (enrolment === undefined) return sendProblem(reply, { refusal: 'enrolment/unknown' })
      const [decision, appeal, events] = await Promise.all([
        lastDecision(db, enrolment),
        appealOf(db, enrolment),
        enrolmentEvents(db, campaign, shopId),
      ])
      return reply.send(recordText({ enrolment, decision, appeal, events }, zone))
    },
  )

  http.post(
    '/campaigns/:campaign/enrolment-decisions',
    { schema: decideSchema, config },
    async (request, reply) => {
      const asked = { ...request.params, ...request.body, at: request.receivedAt }
      const decided = await decideEnrolments(context, asked)
      if (!decided.ok) return sendProblem(reply, decided)
      return reply.send({ decided: decided.decided, passed: decided.passed })
    },
  )

  http.post(
    '/campaigns/:campaign/enrolments/:shopId/review',
    { schema: reviewSchema, config },
    async (request, reply) => {
      const actor = callerId(callerOf(request))
      const review = { ...request.params, ...request.body, actor, at: request.receivedAt }
      const reviewed = await reviewEnrolment(context, review)
      if (!reviewed.ok) return sendProblem(reply, reviewed)
      return reply.send(internalText(reviewed.enrolment, zone))
    },
  )

  http.post(
    '/campaigns/:campaign/enrolments/:shopId/appeal-decision',
    { schema: appealSchema, config },
    async (request, reply) => {
      const actor = callerId(callerOf(request))
      const decision = { ...request.params, ...request.body, actor, at: request.receivedAt }
      const decided = await decideAppeal(context, decision)
      if (!decided.ok) return sendProblem(reply, decided)
      const { enrolment, appeal } = decided
      return reply.send({
        enrolment: internalText(enrolment, zone),
        appeal: appealText(appeal, zone),
      })
    },
  )
}

function cursorOfShop(shopId: string): string {
  return Buffer.from(shopId).toString('base64url')
}

function shopOfCursor(cursor: string): string | undefined {
  const shopId = Buffer.from(cursor, 'base64url').toString('utf8')
  return IdSchema.safeParse(shopId).success ? shopId : undefined
}
