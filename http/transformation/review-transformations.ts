import { z } from 'zod'
import { transformationsPage, transformationStatuses } from '#db/governance/transformations.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  DecisionBodySchema,
  EvidenceBodySchema,
  explained,
  pageOf,
  pageQuery,
  shownOf,
} from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { recordText } from '#http/transformation/record-text.ts'
import {
  TransformationParamsSchema,
  TransformationRecordSchema,
  TransformationSchema,
  transformationText,
} from '#http/transformation/schemas.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import {
  decideTransformation,
  tellTransformationEvidence,
  tellTransformationFigures,
} from '#operations/transformation/decide.ts'
import { consentToTransformation } from '#operations/transformation/hand-in.ts'
import { readTransformation } from '#operations/transformation/read-transformation.ts'
import { SlugSchema } from '#rules/merchants/review/documents.ts'
import { transformationKinds } from '#rules/merchants/transformation/policy.ts'

const tags = ['Transformation']
const FigureSchema = z.int().min(0).max(1_000_000_000_000)

const PageSchema = z.object({
  transformations: z.array(TransformationSchema),
  nextCursor: z.string().optional(),
})

const listSchema = {
  operationId: 'listTransformations',
  summary: 'Applications of all shops, the newest first',
  tags,
  querystring: z.strictObject({
    ...pageQuery,
    status: z.enum(transformationStatuses).optional(),
    kind: z.enum(transformationKinds).optional(),
    stage: SlugSchema.optional(),
    overdue: z.enum(['true']).optional().meta({ description: 'Only those that were escalated.' }),
  }),
  response: answers(
    { 200: { description: 'A page. Without `nextCursor` it is the last.', schema: PageSchema } },
    ['requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readTransformation',
  summary: 'An application with all that was seen and decided',
  tags,
  params: TransformationParamsSchema,
  response: answers({ 200: { description: 'All of it.', schema: TransformationRecordSchema } }, [
    'transformation/unknown',
  ]),
}

const decideSchema = {
  operationId: 'decideTransformation',
  summary: 'Decide the stage of an application',
  description:
    'Approve, reject with a reason, or ask for documents. A decision names its stage, so that of two at once one decides. Nobody approves twice in a round where the policy asks for a second person.',
  tags,
  params: TransformationParamsSchema,
  body: DecisionBodySchema,
  response: answers({ 200: { description: 'Decided.', schema: TransformationSchema } }, [
    ...ofBody,
    'transformation/unknown',
    'transformation/wrong-status',
    'transformation/other-stage',
    'transformation/not-reviewer',
    'transformation/same-person',
    'transformation/check-failed',
    'transformation/reason-missing',
    'transformation/figures-missing',
  ]),
}

const evidenceSchema = {
  operationId: 'tellTransformationEvidence',
  summary: 'Record what an outside check answered',
  tags,
  params: TransformationParamsSchema,
  body: EvidenceBodySchema,
  response: answers({ 200: { description: 'Recorded.', schema: TransformationSchema } }, [
    ...ofBody,
    'transformation/unknown',
    'transformation/wrong-status',
  ]),
}

const figuresSchema = {
  operationId: 'tellTransformationFigures',
  summary: 'Tell what the shop has that is not kept here',
  description: 'Those told later stand for those before.',
  tags,
  params: TransformationParamsSchema,
  body: z.strictObject({
    points: FigureSchema.optional().meta({ description: 'Members’ points of the shop’s brand.' }),
    followers: FigureSchema.optional(),
    brandMembers: FigureSchema.optional(),
    deposits: FigureSchema.optional().meta({ description: 'The merchant’s deposit, in fen.' }),
  }),
  response: answers({ 200: { description: 'Recorded.', schema: TransformationSchema } }, [
    ...ofBody,
    'transformation/unknown',
    'transformation/wrong-status',
  ]),
}

const takingSchema = {
  operationId: 'listTransformationsToTake',
  summary: 'Applications by which a merchant would take a shop',
  tags,
  params: MerchantParamsSchema,
  querystring: z.strictObject(pageQuery),
  response: answers(
    { 200: { description: 'A page. Without `nextCursor` it is the last.', schema: PageSchema } },
    ['merchants/unknown', 'requests/bad-cursor'],
  ),
}

const consentSchema = {
  operationId: 'consentToTransformation',
  summary: 'Consent to take a shop',
  description: 'By the merchant that takes it, before the application is submitted.',
  tags,
  params: MerchantParamsSchema.extend(TransformationParamsSchema.shape),
  response: answers({ 200: { description: 'Consented.', schema: TransformationSchema } }, [
    'merchants/unknown',
    'transformation/unknown',
    'transformation/wrong-status',
  ]),
}

/** What reviewers, the commerce platform and the merchant that takes a shop do. */
export function reviewTransformationsRoutes(http: Http, context: HttpContext): void {
  review(http, context)
  tell(http, context)
  take(http, context)
}

function review(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market
  const staff = { access: ['operator', 'service'] as const }
  const operator = { access: ['operator'] as const }

  http.get('/transformations', { schema: listSchema, config: staff }, async (request, reply) => {
    const { status, kind, stage, overdue } = request.query
    const page = pageOf(request.query)
    if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    const asked = { ...page, status, kind, stage, overdue: overdue === 'true' }
    const { shown, next } = shownOf(await transformationsPage(db, asked), page.limit, placeOf)
    return reply.send({
      transformations: shown.map((each) => transformationText(each, zone)),
      ...next,
    })
  })

  http.get(
    '/transformations/:transformationId',
    { schema: readSchema, config: staff },
    async (request, reply) => {
      const { transformationId } = request.params
      const record = await readTransformation(context, transformationId, request.receivedAt)
      if (record === undefined) return sendProblem(reply, { refusal: 'transformation/unknown' })
      return reply.send(recordText(record, zone, true))
    },
  )

  http.post(
    '/transformations/:transformationId/decisions',
    { schema: decideSchema, config: operator },
    async (request, reply) => {
      const by = callerOf(request).subject
      const { transformationId } = request.params
      const asked = { ...request.body, transformationId, by, at: request.receivedAt }
      const decided = await decideTransformation(context, asked)
      if (!decided.ok) return sendProblem(reply, explained(decided, zone))
      return reply.send(transformationText(decided.transformation, zone))
    },
  )
}

function tell(http: Http, context: HttpContext): void {
  const { market } = context
  const { zone } = market
  const staff = { access: ['operator', 'service'] as const }

  http.post(
    '/transformations/:transformationId/evidence',
    { schema: evidenceSchema, config: staff },
    async (request, reply) => {
      const toldBy = callerId(callerOf(request))
      const { transformationId } = request.params
      const evidence = { ...request.body, transformationId, toldBy, at: request.receivedAt }
      const told = await tellTransformationEvidence(context, evidence)
      if (!told.ok) return sendProblem(reply, explained(told, zone))
      return reply.send(transformationText(told.transformation, zone))
    },
  )

  http.put(
    '/transformations/:transformationId/figures',
    { schema: figuresSchema, config: staff },
    async (request, reply) => {
      const { transformationId } = request.params
      const figures = toldOnly(request.body)
      const asked = { transformationId, figures, at: request.receivedAt }
      const told = await tellTransformationFigures(context, asked)
      if (!told.ok) return sendProblem(reply, explained(told, zone))
      return reply.send(transformationText(told.transformation, zone))
    },
  )
}

function take(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market
  const merchant = { access: ['merchant'] as const }

  http.get(
    '/merchants/:merchantId/transformations',
    { schema: takingSchema, config: { access: ['merchant', 'operator', 'service'] as const } },
    async (request, reply) => {
      const page = pageOf(request.query)
      if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const asked = { ...page, takerId: request.params.merchantId }
      const { shown, next } = shownOf(await transformationsPage(db, asked), page.limit, placeOf)
      return reply.send({
        transformations: shown.map((each) => transformationText(each, zone)),
        ...next,
      })
    },
  )

  http.post(
    '/merchants/:merchantId/transformations/:transformationId/consent',
    { schema: consentSchema, config: merchant },
    async (request, reply) => {
      const asked = { ...request.params, at: request.receivedAt }
      const consented = await consentToTransformation(context, asked)
      if (!consented.ok) return sendProblem(reply, explained(consented, zone))
      return reply.send(transformationText(consented.transformation, zone))
    },
  )
}

/** Without what was not told. */
function toldOnly(figures: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
}

function placeOf(each: {
  readonly appliedAt: Temporal.Instant
  readonly transformationId: string
}) {
  return { at: each.appliedAt, id: each.transformationId }
}
