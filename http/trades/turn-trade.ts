import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import {
  eventContext,
  OrderSchema,
  orderText,
  TradeParamsSchema,
  tradeText,
  TradeWithOrdersSchema,
} from '#http/trades/schemas.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { closeTrade, payTrade } from '#operations/trades/pay-trade.ts'
import { tellOrder } from '#operations/trades/tell-order.ts'
import type { Turned } from '#operations/trades/turn-trade.ts'
import { IdSchema, InstantSchema } from '#rules/fields.ts'
import { deliveryMethods } from '#rules/timeouts/methods.ts'
import { CloseBodySchema, PayBodySchema } from '#rules/trades/body.ts'

const memberId = MemberIdSchema
const given = { description: 'The trade as it is now.', schema: TradeWithOrdersSchema }

const paySchema = {
  operationId: 'payTrade',
  summary: 'Pay a trade',
  description:
    'What was held is spent, its orders are paid. The same payment again, by its key or `paymentId`, is answered as before. Once the time to pay is over it is refused.',
  tags: ['Trades'],
  params: TradeParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: PayBodySchema.omit({ tradeId: true }).extend({ memberId }),
  response: answers({ 200: given }, [
    ...ofBody,
    'requests/key-reused',
    'trades/unknown',
    'trades/closed',
    'trades/already-paid',
    'trades/wrong-amount',
    'members/sealed',
    'ledger/hold-closed',
  ]),
}

const closeSchema = {
  operationId: 'closeTrade',
  summary: 'Close a trade that is not paid',
  description:
    'Everything that was held for it is let go. Orders that were paid one by one stay paid. One that is closed stays closed.',
  tags: ['Trades'],
  params: TradeParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: CloseBodySchema.omit({ tradeId: true }).extend({ memberId }),
  response: answers({ 200: given }, [
    ...ofBody,
    'requests/key-reused',
    'trades/unknown',
    'trades/already-paid',
  ]),
}

const OrderParamsSchema = TradeParamsSchema.extend({ orderId: IdSchema })
const orderGiven = { description: 'The order as it is now.', schema: OrderSchema }

const shipSchema = {
  operationId: 'shipOrder',
  summary: 'Tell that an order of a trade was shipped',
  tags: ['Trades'],
  params: OrderParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    memberId,
    collectedAt: InstantSchema.optional(),
    method: z.enum(deliveryMethods).optional(),
    freightInsured: z.boolean().optional(),
  }),
  response: answers({ 200: orderGiven }, [
    ...ofBody,
    'requests/key-reused',
    'trades/unknown-order',
    'orders/already-shipped',
    'orders/closed',
  ]),
}

const receiveSchema = {
  operationId: 'receiveOrder',
  summary: 'Tell that an order of a trade was received',
  description: 'This is what earns points, on what was not refunded by then.',
  tags: ['Trades'],
  params: OrderParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ memberId }),
  response: answers({ 200: orderGiven }, [
    ...ofBody,
    'requests/key-reused',
    'trades/unknown-order',
    'trades/not-paid',
    'orders/already-received',
    'orders/closed',
  ]),
}

const config = { access: ['service', 'operator'], endsFlow: true } as const

/** What follows the placing of a trade: each once under its key. */
export function turnTradeRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market
  const text = ({ trade, orders }: Extract<Turned, { ok: true }>) => ({
    ...tradeText(trade, zone),
    orders: orders.map((order) => orderText(order, zone)),
  })

  http.post('/trades/:tradeId/payments', { schema: paySchema, config }, async (request, reply) => {
    const { memberId: payer, ...rest } = request.body
    const paying = { memberId: payer, body: { ...request.params, ...rest } }
    const key = { idempotencyKey: request.headers['idempotency-key'] }
    const paid = await payTrade(eventContext(context, request), paying, key)
    return paid.ok ? reply.send(text(paid)) : sendProblem(reply, paid)
  })

  http.post(
    '/trades/:tradeId/closings',
    { schema: closeSchema, config },
    async (request, reply) => {
      const { memberId: buyer, ...rest } = request.body
      const closing = { memberId: buyer, body: { ...request.params, ...rest } }
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const closed = await closeTrade(eventContext(context, request), closing, key)
      return closed.ok ? reply.send(text(closed)) : sendProblem(reply, closed)
    },
  )

  http.post(
    '/trades/:tradeId/orders/:orderId/shipments',
    { schema: shipSchema, config },
    async (request, reply) => {
      const telling = { ...request.params, ...request.body, told: 'shipped' } as const
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const told = await tellOrder(eventContext(context, request), telling, key)
      return told.ok ? reply.send(orderText(told.order, zone)) : sendProblem(reply, told)
    },
  )

  http.post(
    '/trades/:tradeId/orders/:orderId/receipts',
    { schema: receiveSchema, config },
    async (request, reply) => {
      const telling = { ...request.params, ...request.body, told: 'received' } as const
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const told = await tellOrder(eventContext(context, request), telling, key)
      return told.ok ? reply.send(orderText(told.order, zone)) : sendProblem(reply, told)
    },
  )
}
