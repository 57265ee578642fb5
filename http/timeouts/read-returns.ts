import { z } from 'zod'
import { disputes, requestsOfShop, type RequestPlace } from '#db/timeouts/request-lists.ts'
import { requestById, type KeptRequest } from '#db/timeouts/requests.ts'
import { stepsOf } from '#db/timeouts/steps.ts'
import { LongCursorSchema, textOf, textsOf } from '#http/announced/cursor.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import {
  requestText,
  RequestWithStepsSchema,
  ReturnRequestSchema,
  ShopRequestParamsSchema,
  stepText,
} from '#http/timeouts/schemas.ts'
import { instantFromText } from '#rules/time/instants.ts'
import { requestStatuses } from '#rules/timeouts/requested.ts'

const usualLimit = 20
const tags = ['Returns']
const config = { access: ['merchant', 'service', 'operator'] } as const

const PageSchema = z.object({
  requests: z.array(ReturnRequestSchema),
  nextCursor: z.string().optional(),
})
const page = {
  description: 'A page of requests. Without `nextCursor` it is the last.',
  schema: PageSchema,
}

const listSchema = {
  operationId: 'listReturnRequestsOfShop',
  summary: 'What a shop is asked for',
  description: 'Newest first, page by page.',
  tags,
  params: ShopParamsSchema,
  querystring: z.strictObject({
    status: z.enum(['open', ...requestStatuses]).optional(),
    limit: LimitSchema.optional(),
    cursor: LongCursorSchema.optional(),
  }),
  response: answers({ 200: page }, ['shops/unknown', 'requests/bad-cursor']),
}

const readSchema = {
  operationId: 'getReturnRequestOfShop',
  summary: 'A return request with its steps, for the shop',
  tags,
  params: ShopRequestParamsSchema,
  response: answers({ 200: { description: 'The request.', schema: RequestWithStepsSchema } }, [
    'shops/unknown',
    'return-requests/unknown',
  ]),
}

const disputesSchema = {
  operationId: 'listReturnDisputes',
  summary: 'Disputes about returns that wait for a decision',
  description:
    'What is due first before the others, page by page. A decision that is late lapses into nothing.',
  tags,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: LongCursorSchema.optional(),
  }),
  response: answers({ 200: page }, ['requests/bad-cursor']),
}

/** Return requests as shops and the platform see them. */
export function readReturnsRoutes(http: Http, { db, market: { zone } }: HttpContext): void {
  http.get(
    '/shops/:shopId/return-requests',
    { schema: listSchema, config },
    async (request, reply) => {
      const { cursor, status, limit = usualLimit } = request.query
      const below = cursor === undefined ? undefined : placeOf(cursor)
      if (cursor !== undefined && below === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const { shopId } = request.params
      const found = await requestsOfShop(db, shopId, { status, below, limit: limit + 1 })
      return reply.send(pageOf(found, limit, ({ askedAt }) => askedAt, request.receivedAt, zone))
    },
  )

  http.get(
    '/shops/:shopId/return-requests/:memberId/:returnId',
    { schema: readSchema, config },
    async (request, reply) => {
      const { shopId, ...key } = request.params
      const [known, steps] = await Promise.all([requestById(db, key), stepsOf(db, key)])
      if (known?.shopId !== shopId) {
        return sendProblem(reply, { refusal: 'return-requests/unknown' })
      }
      return reply.send({
        request: requestText(known, request.receivedAt, zone),
        steps: steps.map((step) => stepText(step, zone)),
      })
    },
  )

  http.get(
    '/return-disputes',
    { schema: disputesSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const { cursor, limit = usualLimit } = request.query
      const below = cursor === undefined ? undefined : placeOf(cursor)
      if (cursor !== undefined && below === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const found = await disputes(db, { below, limit: limit + 1 })
      return reply.send(
        pageOf(found, limit, ({ dueAt, askedAt }) => dueAt ?? askedAt, request.receivedAt, zone),
      )
    },
  )
}

function pageOf(
  found: readonly KeptRequest[],
  limit: number,
  atOf: (request: KeptRequest) => Temporal.Instant,
  now: Temporal.Instant,
  zone: string,
): z.input<typeof PageSchema> {
  const requests = found.slice(0, limit)
  const last = requests.at(-1)
  const hasMore = found.length > limit && last !== undefined
  return {
    requests: requests.map((each) => requestText(each, now, zone)),
    ...(hasMore
      ? { nextCursor: textOf([atOf(last).toString(), last.memberId, last.returnId]) }
      : {}),
  }
}

function placeOf(cursor: string): RequestPlace | undefined {
  const [text = '', memberId = '', returnId = ''] = textsOf(cursor, 3) ?? []
  const at = instantFromText(text)
  return at === undefined ? undefined : { at, memberId, returnId }
}
