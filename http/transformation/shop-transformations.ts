import { z } from 'zod'
import { transformationsPage } from '#db/governance/transformations.ts'
import { shopById } from '#db/shops/shops.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  DocumentsBodySchema,
  DocumentsSchema,
  explained,
  pageOf,
  pageQuery,
  shownOf,
} from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { recordText } from '#http/transformation/record-text.ts'
import {
  OfShopParamsSchema,
  TransformationRecordSchema,
  TransformationSchema,
  transformationText,
} from '#http/transformation/schemas.ts'
import { applyForTransformation } from '#operations/transformation/apply.ts'
import {
  addTransformationDocuments,
  submitTransformation,
  withdrawTransformation,
} from '#operations/transformation/hand-in.ts'
import { readTransformation } from '#operations/transformation/read-transformation.ts'
import { ChangeSchema } from '#rules/merchants/transformation/change.ts'

const tags = ['Transformation']
const config = { access: ['merchant', 'operator', 'service'] as const }
const ofOne = ['shops/unknown', 'transformation/unknown', 'transformation/wrong-status'] as const
const onStates = [
  'transformation/nothing-changes',
  'transformation/not-a-step',
  'transformation/not-its-category',
  'transformation/other-shops',
] as const

const applySchema = {
  operationId: 'applyForTransformation',
  summary: 'Begin an application to go on as another shop',
  description:
    'Wider categories, another company, or another type. A draft, until it is submitted; a shop has one that is open. The same key gives the same application.',
  tags,
  params: ShopParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ change: ChangeSchema, documents: DocumentsSchema }),
  response: answers({ 201: { description: 'The draft.', schema: TransformationSchema } }, [
    ...ofBody,
    'shops/unknown',
    'shops/closed',
    'requests/key-reused',
    'transformation/no-policy',
    'transformation/not-offered',
    'transformation/open-already',
    'transformation/taker-unknown',
    ...onStates,
  ]),
}

const listSchema = {
  operationId: 'listTransformationsOfShop',
  summary: 'Applications of a shop, the newest first',
  tags,
  params: ShopParamsSchema,
  querystring: z.strictObject(pageQuery),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          transformations: z.array(TransformationSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['shops/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readTransformationOfShop',
  summary: 'An application with its documents, checks, decisions and statements',
  tags,
  params: OfShopParamsSchema,
  response: answers({ 200: { description: 'All of it.', schema: TransformationRecordSchema } }, [
    'shops/unknown',
    'transformation/unknown',
  ]),
}

const documentsSchema = {
  operationId: 'addTransformationDocuments',
  summary: 'Add documents to an application',
  description:
    'While it is a draft, was rejected, or more was asked for. Again it changes nothing.',
  tags,
  params: OfShopParamsSchema,
  body: DocumentsBodySchema,
  response: answers({ 200: { description: 'The application.', schema: TransformationSchema } }, [
    ...ofBody,
    ...ofOne,
  ]),
}

const submitSchema = {
  operationId: 'submitTransformation',
  summary: 'Hand an application in',
  description: 'The first time, with what was asked for, or again after a rejection.',
  tags,
  params: OfShopParamsSchema,
  response: answers({ 200: { description: 'In review.', schema: TransformationSchema } }, [
    ...ofOne,
    ...onStates,
    'transformation/no-policy',
    'transformation/not-offered',
    'transformation/open-already',
    'transformation/documents-missing',
    'transformation/consent-missing',
    'transformation/too-soon',
    'transformation/too-often',
  ]),
}

const withdrawSchema = {
  operationId: 'withdrawTransformation',
  summary: 'Take an application back',
  description: 'Until it takes effect. Again it changes nothing.',
  tags,
  params: OfShopParamsSchema,
  response: answers({ 200: { description: 'Withdrawn.', schema: TransformationSchema } }, [
    ...ofOne,
  ]),
}

/** What shops do to go on as others (TF-1 to TF-12). */
export function shopTransformationsRoutes(http: Http, context: HttpContext): void {
  applyAndRead(http, context)
  handIn(http, context)
}

function applyAndRead(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.post(
    '/shops/:shopId/transformations',
    { schema: applySchema, config },
    async (request, reply) => {
      const { change, documents } = request.body
      const applied = await applyForTransformation(context, {
        shopId: request.params.shopId,
        change,
        documents,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!applied.ok) return sendProblem(reply, explained(applied, zone))
      return reply.code(201).send(transformationText(applied.transformation, zone))
    },
  )

  http.get(
    '/shops/:shopId/transformations',
    { schema: listSchema, config },
    async (request, reply) => {
      const { shopId } = request.params
      const page = pageOf(request.query)
      if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      if ((await shopById(db, shopId)) === undefined)
        return sendProblem(reply, { refusal: 'shops/unknown' })
      const read = await transformationsPage(db, { ...page, shopId })
      const { shown, next } = shownOf(read, page.limit, placeOf)
      return reply.send({
        transformations: shown.map((each) => transformationText(each, zone)),
        ...next,
      })
    },
  )

  http.get(
    '/shops/:shopId/transformations/:transformationId',
    { schema: readSchema, config },
    async (request, reply) => {
      const { shopId, transformationId } = request.params
      const record = await readTransformation(context, transformationId, request.receivedAt)
      if (record?.transformation.shopId !== shopId) {
        return sendProblem(reply, { refusal: 'transformation/unknown' })
      }
      return reply.send(recordText(record, zone, callerOf(request).role !== 'merchant'))
    },
  )
}

function handIn(http: Http, context: HttpContext): void {
  const { market } = context
  const { zone } = market

  http.post(
    '/shops/:shopId/transformations/:transformationId/documents',
    { schema: documentsSchema, config },
    async (request, reply) => {
      const { documents } = request.body
      const caller = callerId(callerOf(request))
      const given = { ...request.params, documents, caller, at: request.receivedAt }
      const added = await addTransformationDocuments(context, given)
      if (!added.ok) return sendProblem(reply, explained(added, zone))
      return reply.send(transformationText(added.transformation, zone))
    },
  )

  http.post(
    '/shops/:shopId/transformations/:transformationId/submission',
    { schema: submitSchema, config },
    async (request, reply) => {
      const asked = { ...request.params, at: request.receivedAt }
      const submitted = await submitTransformation(context, asked)
      if (!submitted.ok) return sendProblem(reply, explained(submitted, zone))
      return reply.send(transformationText(submitted.transformation, zone))
    },
  )

  http.post(
    '/shops/:shopId/transformations/:transformationId/withdrawal',
    { schema: withdrawSchema, config },
    async (request, reply) => {
      const asked = { ...request.params, at: request.receivedAt }
      const taken = await withdrawTransformation(context, asked)
      if (!taken.ok) return sendProblem(reply, explained(taken, zone))
      return reply.send(transformationText(taken.transformation, zone))
    },
  )
}

function placeOf(each: {
  readonly appliedAt: Temporal.Instant
  readonly transformationId: string
}) {
  return { at: each.appliedAt, id: each.transformationId }
}
