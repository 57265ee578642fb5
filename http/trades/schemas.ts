import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { HttpContext } from '#http/context.ts'
import type { Refused } from '#http/problems.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import type { PlacedTrade } from '#operations/trades/place-trade.ts'
import { QuoteOutputSchema } from '#rules/decide/quote-output.ts'
import { toldQuote } from '#rules/decide/quote.ts'
import { IdSchema } from '#rules/fields.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import type { Order } from '#rules/orders/order.ts'
import { instantToText } from '#rules/time/instants.ts'
import type { Trade } from '#rules/trades/trade.ts'

export const TradeParamsSchema = z.object({
  tradeId: IdSchema.meta({ description: 'The id that the trade was placed under.' }),
})

export const QuoteSchema = QuoteOutputSchema.meta({
  id: 'Quote',
  description: 'A basket priced through all layers, explained. Amounts in minor units.',
})

const AmountsSchema = z.record(z.string(), z.int())

export const ExpectSchema = z
  .object({
    digest: z.string(),
    payFen: z.int(),
    byLine: AmountsSchema.meta({ description: 'What each line costs, and freight by shop.' }),
    instruments: AmountsSchema.meta({ description: 'What each instrument takes off.' }),
  })
  .meta({ id: 'Expect', description: 'The figures of a quote: sent back when placing.' })

/** What a basket costs, and the figures to place it by. */
export const QuotedSchema = z.object({ quote: QuoteSchema, expect: ExpectSchema })

export const PlacedSchema = z
  .object({
    tradeId: z.string(),
    memberId: z.string(),
    placedAt: InstantTextSchema,
    payBy: InstantTextSchema,
    orders: z.array(z.object({ shop: z.string(), orderId: z.string() })),
    digest: z.string(),
    quote: QuoteSchema,
  })
  .meta({ id: 'PlacedTrade', description: 'A trade as it was placed.' })

export const OrderSchema = z
  .object({
    orderId: z.string(),
    shop: z.string(),
    freightFen: z.int(),
    paidAt: InstantTextSchema.nullable(),
    shippedAt: InstantTextSchema.nullable(),
    receivedAt: InstantTextSchema.nullable(),
    closedAt: InstantTextSchema.nullable(),
    lines: z.array(
      z.object({
        id: z.string(),
        sku: z.string(),
        quantity: z.int(),
        paidFen: z.int(),
        refundedFen: z.int(),
        pointsEarned: z.int(),
      }),
    ),
  })
  .meta({ id: 'Order', description: 'One shop’s part of a trade.' })

export const TradeSchema = z
  .object({
    tradeId: z.string(),
    kind: z.enum(['priced', 'recorded']),
    status: z.enum(['placed', 'paid', 'closed']),
    placedAt: InstantTextSchema,
    payBy: InstantTextSchema,
    paidAt: InstantTextSchema.nullable(),
    closedAt: InstantTextSchema.nullable(),
    closeReason: z.string().nullable(),
    goodsFen: z.int(),
    payFen: z.int(),
    depositFen: z.int(),
    digest: z.string(),
    campaign: z.string().nullable(),
  })
  .meta({ id: 'Trade', description: 'What a member buys at once, over many shops.' })

export const TradeWithOrdersSchema = TradeSchema.extend({ orders: z.array(OrderSchema) }).meta({
  id: 'TradeWithOrders',
  description: 'A trade and what became of its orders.',
})

export function placedText(placed: PlacedTrade, zone: string): z.input<typeof PlacedSchema> {
  const { tradeId, memberId, placedAt, payBy, orders, digest, basket, quote } = placed
  return {
    tradeId,
    memberId,
    placedAt: instantToText(placedAt, zone),
    payBy: instantToText(payBy, zone),
    orders: [...orders],
    digest,
    quote: quoteText(basket, quote),
  }
}

/**
 * Sends an answer that holds a quote, as text: it passes by its schema, which would take as long to
 * read through it as pricing took. The tests of the routes read answers by their schemas.
 */
export function sendAsText<Schema extends z.ZodType>(
  reply: FastifyReply,
  answer: z.input<Schema>,
): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
}

/** A quote as `jifen decide quote` tells it. */
export function quoteText(
  basket: Pick<Basket, 'lines' | 'extras'>,
  quote: Quote,
): z.input<typeof QuoteSchema> {
  return toldQuote(basket, quote)
}

export function tradeText(trade: Trade, zone: string): z.input<typeof TradeSchema> {
  const { fingerprint: _f, paidRef: _p, policies: _n, used: _u, ...told } = trade
  return {
    ...told,
    placedAt: instantToText(trade.placedAt, zone),
    payBy: instantToText(trade.payBy, zone),
    paidAt: textOf(trade.paidAt, zone),
    closedAt: textOf(trade.closedAt, zone),
  }
}

export function orderText(order: Order, zone: string): z.input<typeof OrderSchema> {
  return {
    orderId: order.orderId,
    shop: order.shopId,
    freightFen: order.freightFen,
    paidAt: textOf(order.paidAt, zone),
    shippedAt: textOf(order.shippedAt, zone),
    receivedAt: textOf(order.receivedAt, zone),
    closedAt: textOf(order.closedAt, zone),
    lines: order.lines.map(({ lineId, sku, quantity, paidFen, refundedFen, pointsEarned }) => ({
      id: lineId,
      sku,
      quantity,
      paidFen,
      refundedFen,
      pointsEarned,
    })),
  }
}

/** A refusal of a basket, with the lines that it is about where it names some. */
export function withLines<Given extends Refused>(refused: Given): Refused {
  if ('sku' in refused) {
    const { refusal, ...more } = refused
    return { refusal, more: { ...more, ok: undefined } }
  }
  return 'lines' in refused ? { ...refused, more: { lines: refused.lines } } : refused
}

/** What the operations on trades take, for one request. */
export function eventContext(context: HttpContext, request: FastifyRequest): EventContext {
  const { db, policies, market } = context
  return { db, policies, market, now: request.receivedAt, actor: callerId(callerOf(request)) }
}

function textOf(instant: Temporal.Instant | null, zone: string): string | null {
  return instant === null ? null : instantToText(instant, zone)
}
