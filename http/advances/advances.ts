import { z } from 'zod'
import {
  AdvanceEntrySchema,
  AdvanceParamsSchema,
  AdvanceSchema,
  advanceText,
  AskBodySchema,
  entryText,
  LimitSchema,
  limitText,
} from '#http/advances/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOfMoment, momentOf } from '#http/cursor.ts'
import { sendProblem, type ProblemCode, type Refused } from '#http/problems.ts'
import {
  answers,
  CursorSchema,
  IdempotencyHeadersSchema,
  LimitSchema as PageLimitSchema,
  ofBody,
} from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { makeAdvance, type AskAdvance } from '#operations/advances/make-advance.ts'
import { readAdvance, readAdvances } from '#operations/advances/read-advances.ts'

const usualLimit = 20
const tags = ['Instant refund']
const config = { access: ['member', 'service', 'operator'] } as const

export const ofReturns: readonly ProblemCode[] = [
  'members/unknown',
  'trades/unknown',
  'trades/not-paid',
  'returns/unknown-line',
  'returns/more-than-bought',
  'returns/already-returned',
  'returns/more-than-left',
]

const askSchema = {
  operationId: 'askInstantRefund',
  summary: 'Have a return refunded before the goods are back',
  description:
    'Advances what the refund of the units comes to, if what is outstanding stays within the member’s limit. The refund settles it when the goods arrive. The same `returnId` again is answered with the advance as it is; with other content it is refused. Problems name `amountFen`, `limit` and what is left.',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: AskBodySchema,
  response: answers({ 201: { description: 'Advanced, now or before.', schema: AdvanceSchema } }, [
    ...ofBody,
    ...ofReturns,
    'trades/unknown-order',
    'members/sealed',
    'requests/key-reused',
    'advances/no-policy',
    'advances/none-for-member',
    'advances/nothing-to-advance',
    'advances/blocked-by-unpaid',
    'advances/over-case-limit',
    'advances/over-limit',
    'advances/return-id-reused',
  ]),
}

const listSchema = {
  operationId: 'listAdvances',
  summary: 'A member’s instant refunds, and the limit',
  description: 'Newest first, page by page. The limit is that of now on every page.',
  tags,
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: PageLimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description:
          'The limit as it is now, and a page of what was advanced. Without `nextCursor` it is the last.',
        schema: z.object({
          limit: LimitSchema,
          advances: z.array(AdvanceSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'getAdvance',
  summary: 'An instant refund with its entries',
  tags,
  params: AdvanceParamsSchema,
  response: answers(
    {
      200: {
        description: 'The advance.',
        schema: z.object({ advance: AdvanceSchema, entries: z.array(AdvanceEntrySchema) }),
      },
    },
    ['members/unknown', 'advances/unknown'],
  ),
}

/** What members ask of instant refunds. */
export function advancesRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market

  http.post(
    '/members/:memberId/advances',
    { schema: askSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const { returnId, returned, tradeId, orderId = '' } = request.body
      const asked: AskAdvance = {
        memberId,
        returnId,
        returned,
        ...(tradeId === undefined ? { orderId } : { tradeId }),
      }
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const made = await makeAdvance(eventContext(context, request), asked, key)
      if (made.ok) return reply.code(201).send(advanceText(made.advance, zone))
      return sendProblem(reply, refusedAdvance(made))
    },
  )

  http.get(
    '/members/:memberId/advances',
    { schema: listSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, limit = usualLimit } = request.query
      const below = cursor === undefined ? undefined : momentOf(cursor)
      if (cursor !== undefined && below === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const asked = { below, limit: limit + 1 }
      const known = await readAdvances(context, memberId, request.receivedAt, asked)
      if (known === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const page = known.advances.slice(0, limit)
      const last = page.at(-1)
      const hasMore = known.advances.length > limit && last !== undefined
      return reply.send({
        limit: limitText(known.limit),
        advances: page.map((each) => advanceText(each, zone)),
        ...(hasMore ? { nextCursor: cursorOfMoment({ at: last.madeAt, id: last.advanceId }) } : {}),
      })
    },
  )

  http.get(
    '/members/:memberId/advances/:returnId',
    { schema: readSchema, config },
    async (request, reply) => {
      const { memberId, returnId } = request.params
      const known = await readAdvance(context, memberId, returnId)
      if (known === undefined) return sendProblem(reply, { refusal: 'advances/unknown' })
      return reply.send({
        advance: advanceText(known.advance, zone),
        entries: known.entries.map((each) => entryText(each, zone)),
      })
    },
  )
}

/** A refused advance with the figures that explain it. */
export function refusedAdvance(refused: Pick<Refused, 'refusal'>): Refused {
  const {
    refusal,
    line,
    quantity,
    leftQuantity,
    amountFen,
    leftFen,
    mostPerCaseFen,
    owedFen,
    limit,
  } = refused as Refused & Readonly<Record<string, unknown>>
  return {
    refusal,
    more: { line, quantity, leftQuantity, amountFen, leftFen, mostPerCaseFen, owedFen, limit },
  }
}
