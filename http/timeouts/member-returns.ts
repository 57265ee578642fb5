import { z } from 'zod'
import { requestsOfMember } from '#db/timeouts/request-lists.ts'
import { requestById } from '#db/timeouts/requests.ts'
import { stepsOf } from '#db/timeouts/steps.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOfMoment, momentOf } from '#http/cursor.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import {
  answers,
  CursorSchema,
  IdempotencyHeadersSchema,
  LimitSchema,
  ofBody,
} from '#http/route.ts'
import {
  AskReturnBodySchema,
  RequestParamsSchema,
  requestText,
  RequestWithStepsSchema,
  ReturnRequestSchema,
  stepText,
} from '#http/timeouts/schemas.ts'
import { refusedReturnRequest } from '#http/timeouts/refused.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { memberById } from '#db/members.ts'
import { askReturn, type AskReturn } from '#operations/timeouts/ask-return.ts'
import { requestStatuses } from '#rules/timeouts/requested.ts'

const usualLimit = 20
const tags = ['Returns']
const config = { access: ['member', 'service', 'operator'] } as const

const ofAsking: readonly ProblemCode[] = [
  ...ofBody,
  'requests/key-reused',
  'members/unknown',
  'trades/unknown-order',
  'trades/not-paid',
  'timeouts/no-policy',
  'returns/unknown-line',
  'returns/more-than-bought',
  'returns/already-returned',
  'returns/more-than-left',
  'return-requests/id-reused',
  'return-requests/not-shipped',
  'return-requests/goods-come-back',
  'return-requests/closed-for-now',
  'return-requests/category-excluded',
  'return-requests/not-in-condition',
  'return-requests/too-late',
]

const askSchema = {
  operationId: 'askReturn',
  summary: 'Ask a shop for a refund, a return or an exchange',
  description:
    'Of units of an order, or (of a refund) of money of its lines. Goods of most categories go back, or are exchanged, without a reason within 168 hours of the day after the signing. The same `returnId` again is answered with the request as it is; with other content it is refused. Problems name the line, what is left, `until` or `opensAt`.',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: AskReturnBodySchema,
  response: answers(
    { 201: { description: 'Asked, now or before.', schema: ReturnRequestSchema } },
    ofAsking,
  ),
}

const listSchema = {
  operationId: 'listReturnRequests',
  summary: 'A member’s return requests',
  description: 'Newest first, page by page.',
  tags,
  params: MemberParamsSchema,
  querystring: z.strictObject({
    status: z.enum(['open', ...requestStatuses]).optional(),
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page of requests. Without `nextCursor` it is the last.',
        schema: z.object({
          requests: z.array(ReturnRequestSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'getReturnRequest',
  summary: 'A return request with its steps',
  tags,
  params: RequestParamsSchema,
  response: answers({ 200: { description: 'The request.', schema: RequestWithStepsSchema } }, [
    'members/unknown',
    'return-requests/unknown',
  ]),
}

/** What members ask shops for, and how far it has come. */
export function memberReturnsRoutes(http: Http, context: HttpContext): void {
  const { db } = context
  const { zone } = context.market

  http.post(
    '/members/:memberId/return-requests',
    { schema: askSchema, config },
    async (request, reply) => {
      const { lines, note, condition, ...body } = request.body
      const asked: AskReturn = {
        ...request.params,
        ...body,
        condition,
        note,
        lines: lines.map((each) => {
          if ('amount' in each) return { line: each.line, amountFen: each.amount }
          return { line: each.line, quantity: each.quantity, sku: each.sku ?? null }
        }),
      }
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const done = await askReturn(eventContext(context, request), asked, key)
      if (!done.ok) return sendProblem(reply, refusedReturnRequest(done, zone))
      return reply.code(201).send(requestText(done.request, request.receivedAt, zone))
    },
  )

  http.get(
    '/members/:memberId/return-requests',
    { schema: listSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, status, limit = usualLimit } = request.query
      const place = cursor === undefined ? undefined : momentOf(cursor)
      if (cursor !== undefined && place === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      if ((await memberById(db, memberId)) === undefined) {
        return sendProblem(reply, { refusal: 'members/unknown' })
      }
      const below = place && { at: place.at, memberId, returnId: place.id }
      const found = await requestsOfMember(db, memberId, { status, below, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const more = found.length > limit && last !== undefined
      return reply.send({
        requests: page.map((each) => requestText(each, request.receivedAt, zone)),
        ...(more ? { nextCursor: cursorOfMoment({ at: last.askedAt, id: last.returnId }) } : {}),
      })
    },
  )

  http.get(
    '/members/:memberId/return-requests/:returnId',
    { schema: readSchema, config },
    async (request, reply) => {
      const [known, steps] = await Promise.all([
        requestById(db, request.params),
        stepsOf(db, request.params),
      ])
      if (known === undefined) return sendProblem(reply, { refusal: 'return-requests/unknown' })
      return reply.send({
        request: requestText(known, request.receivedAt, zone),
        steps: steps.map((step) => stepText(step, zone)),
      })
    },
  )
}
