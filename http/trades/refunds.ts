import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode, type Refused } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import {
  ExchangedSchema,
  PreviewSchema,
  RefundedSchema,
  refundText,
} from '#http/trades/refunds-schemas.ts'
import { eventContext, TradeParamsSchema } from '#http/trades/schemas.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { exchangeInTrade } from '#operations/trades/exchange-units.ts'
import { previewRefund } from '#operations/trades/preview-refund.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import type { ReturnRefused } from '#rules/returns/taken.ts'
import { instantToText } from '#rules/time/instants.ts'
import { ExchangeBodySchema, RefundBodySchema } from '#rules/trades/refund-body.ts'

const memberId = MemberIdSchema

const ofUnits: readonly ProblemCode[] = [
  ...ofBody,
  'trades/unknown',
  'trades/not-paid',
  'returns/unknown-line',
  'returns/more-than-bought',
  'returns/already-returned',
]

const ofReturning: readonly ProblemCode[] = [
  ...ofUnits,
  'returns/unknown-charge',
  'returns/more-than-left',
  'events/in-the-future',
]

const refundSchema = {
  operationId: 'refundTrade',
  summary: 'Refund units, money, freight or extras of a trade',
  description:
    'Decided from the trade as it was frozen: the refund of a unit is what it cost, the last one takes what is left of its line, and other lines keep their discounts. What comes back of wallets and coupons keeps its expiry. Points that were earned are taken back for what is refunded. The same `refundId` again is answered as it was; with other content it is refused.',
  tags: ['Trades'],
  params: TradeParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: RefundBodySchema.omit({ tradeId: true }).extend({ memberId }),
  response: answers({ 201: { description: 'Refunded, now or before.', schema: RefundedSchema } }, [
    ...ofReturning,
    'requests/key-reused',
    'trades/refund-id-reused',
  ]),
}

const previewSchema = {
  operationId: 'previewRefund',
  summary: 'What a refund would come to',
  description: 'The decision of the refund itself; nothing is written.',
  tags: ['Trades'],
  params: TradeParamsSchema,
  body: RefundBodySchema.omit({ tradeId: true, refundId: true }).extend({ memberId }),
  response: answers(
    { 200: { description: 'What it would be.', schema: PreviewSchema } },
    ofReturning,
  ),
}

const exchangeSchema = {
  operationId: 'exchangeUnits',
  summary: 'Exchange units of a line',
  description:
    'Units of another SKU take the place of as many of the line, with what those cost and their part of every allocation. No money moves.',
  tags: ['Trades'],
  params: TradeParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: ExchangeBodySchema.omit({ tradeId: true }).extend({ memberId }),
  response: answers(
    { 201: { description: 'Exchanged, now or before.', schema: ExchangedSchema } },
    [...ofUnits, 'requests/key-reused', 'trades/exchange-id-reused'],
  ),
}

/** What comes back of a trade that was paid. */
export function refundRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market
  const config = { access: ['service', 'operator'] } as const
  const ends = { ...config, endsFlow: true } as const

  http.post(
    '/trades/:tradeId/refunds',
    { schema: refundSchema, config: ends },
    async (request, reply) => {
      const { memberId: buyer, ...rest } = request.body
      const refunding = { memberId: buyer, body: { ...request.params, ...rest } }
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const refunded = await refundTrade(eventContext(context, request), refunding, key)
      if (refunded.ok) {
        const { ok: _, ...told } = refunded
        return reply.code(201).send(refundText(told, zone))
      }
      return sendProblem(reply, refusedReturn(refunded))
    },
  )

  http.post(
    '/trades/:tradeId/refunds/preview',
    { schema: previewSchema, config },
    async (request, reply) => {
      const { memberId: buyer, ...rest } = request.body
      const asked = { memberId: buyer, body: { ...request.params, ...rest } }
      const preview = await previewRefund(eventContext(context, request), asked)
      if (preview.ok) {
        const { ok: _, ...told } = preview
        return reply.send(refundText(told, zone))
      }
      return sendProblem(reply, refusedReturn(preview))
    },
  )

  http.post(
    '/trades/:tradeId/exchanges',
    { schema: exchangeSchema, config: ends },
    async (request, reply) => {
      const { memberId: buyer, ...rest } = request.body
      const exchanging = { memberId: buyer, body: { ...request.params, ...rest } }
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const exchanged = await exchangeInTrade(eventContext(context, request), exchanging, key)
      if (exchanged.ok) {
        const { ok: _, at, ...told } = exchanged
        return reply.code(201).send({ ...told, at: instantToText(at, zone) })
      }
      return sendProblem(reply, refusedReturn(exchanged))
    },
  )
}

/** A refused return with what was asked for and what is left. */
function refusedReturn(
  refused: Omit<Partial<ReturnRefused>, 'ok' | 'refusal'> & Pick<Refused, 'refusal'>,
): Refused {
  const { refusal, line, shop, quantity, leftQuantity, amountFen, leftFen } = refused
  return { refusal, more: { line, shop, quantity, leftQuantity, amountFen, leftFen } }
}
