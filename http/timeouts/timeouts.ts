import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, LimitSchema, ofBody } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { refusedReturnRequest } from '#http/timeouts/refused.ts'
import {
  OrderParamsSchema,
  ReceiptSchema,
  receiptText,
  TimeSchema,
  timeText,
} from '#http/timeouts/schemas.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { extendReceiptOf } from '#operations/timeouts/extend-receipt.ts'
import { readShopTimeouts, readTimeouts } from '#operations/timeouts/read-timeouts.ts'
import { IdSchema } from '#rules/fields.ts'

const tags = ['Time-outs']

const listSchema = {
  operationId: 'listTimeouts',
  summary: 'Every time-out in force for an order or a trade',
  description:
    'What is to be done, by whom and by when, and what happens when it is not. A member asks about its own orders and may leave out `memberId`.',
  tags,
  querystring: z
    .strictObject({
      memberId: MemberIdSchema.optional(),
      orderId: IdSchema.optional(),
      tradeId: IdSchema.optional(),
    })
    .refine(({ orderId, tradeId }) => (orderId === undefined) !== (tradeId === undefined), {
      error: 'Name an order (orderId) or a trade (tradeId).',
    }),
  response: answers(
    {
      200: {
        description: 'The orders with what runs for each, what is due first before the others.',
        schema: z.object({
          orders: z.array(
            z.object({
              orderId: z.string(),
              shopId: z.string(),
              policy: z.string(),
              receipt: ReceiptSchema.nullable(),
              timeouts: z.array(TimeSchema),
            }),
          ),
        }),
      },
    },
    ['members/unknown', 'trades/unknown-order', 'timeouts/no-policy'],
  ),
}

const shopListSchema = {
  operationId: 'listTimeoutsOfShop',
  summary: 'What runs for a shop',
  description: 'Receipts that are waited for and open return requests, the first due first.',
  tags,
  params: ShopParamsSchema,
  querystring: z.strictObject({ limit: LimitSchema.optional() }),
  response: answers(
    {
      200: {
        description: 'So many at most.',
        schema: z.object({
          timeouts: z.array(TimeSchema.extend({ memberId: z.string(), orderId: z.string() })),
        }),
      },
    },
    ['shops/unknown'],
  ),
}

const extendSchema = {
  operationId: 'extendReceipt',
  summary: 'Add days to the time to confirm that an order has come',
  description: 'Once, at most so many days as the policy says, before the time is over.',
  tags,
  params: OrderParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ days: z.int().min(1).max(365) }),
  response: answers({ 200: { description: 'The time as it is now.', schema: ReceiptSchema } }, [
    ...ofBody,
    'requests/key-reused',
    'members/unknown',
    'trades/unknown-order',
    'timeouts/not-running',
    'timeouts/over',
    'timeouts/already-extended',
    'timeouts/extension-too-long',
  ]),
}

/** Time-outs as everybody sees them, and the one that a buyer may make longer. */
export function timeoutsRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market
  const byMember = { access: ['member', 'service', 'operator'] } as const

  http.get('/timeouts', { schema: listSchema, config: byMember }, async (request, reply) => {
    const { memberId = callerOf(request).memberId, orderId, tradeId = '' } = request.query
    const own = callerOf(request).memberId ?? memberId
    if (memberId === undefined || memberId !== own) {
      return sendProblem(reply, { refusal: 'members/unknown' })
    }
    const now = request.receivedAt
    const of = orderId === undefined ? { memberId, tradeId } : { memberId, orderId }
    const read = await readTimeouts(context, of, now)
    if (!read.ok) return sendProblem(reply, read)
    return reply.send({
      orders: read.orders.map(({ times, receipt, ...order }) => ({
        ...order,
        receipt: receipt === undefined ? null : receiptText(receipt, zone),
        timeouts: times.map((time) => timeText(time, now, zone)),
      })),
    })
  })

  http.get(
    '/shops/:shopId/timeouts',
    { schema: shopListSchema, config: { access: ['merchant', 'service', 'operator'] } },
    async (request, reply) => {
      const { limit = 20 } = request.query
      const times = await readShopTimeouts(context, request.params.shopId, limit)
      const now = request.receivedAt
      return reply.send({
        timeouts: times.map(({ memberId, orderId, ...time }) => {
          return { memberId, orderId, ...timeText(time, now, zone) }
        }),
      })
    },
  )

  http.post(
    '/members/:memberId/orders/:orderId/receipt-extension',
    { schema: extendSchema, config: byMember },
    async (request, reply) => {
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const asked = { ...request.params, ...request.body }
      const done = await extendReceiptOf(eventContext(context, request), asked, key)
      if (!done.ok) return sendProblem(reply, refusedReturnRequest(done, zone))
      return reply.send(receiptText(done.receipt, zone))
    },
  )
}
