import { z } from 'zod'
import { ordersOfTrades } from '#db/orders.ts'
import { tradesPage } from '#db/trades/trades.ts'
import { memberById } from '#db/members.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOfMoment, momentOf } from '#http/cursor.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { titlesOf } from '#http/trades/instrument-titles.ts'
import { RefundedSchema, refundText } from '#http/trades/refunds-schemas.ts'
import {
  orderText,
  QuoteSchema,
  quoteText,
  TradeParamsSchema,
  TradeSchema,
  tradeText,
  TradeWithOrdersSchema,
} from '#http/trades/schemas.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { readTrade } from '#operations/trades/read-trades.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const AllocationSchema = z
  .object({
    lineId: z.string().meta({ description: 'The line, or `freight:<shop>`.' }),
    n: z.int(),
    orderId: z.string(),
    shopId: z.string(),
    layer: z.string(),
    instrument: z.string(),
    policy: z.string().nullable(),
    funder: z.string(),
    campaign: z.string().nullable(),
    offFen: z.int(),
  })
  .meta({ id: 'Allocation', description: 'What one instrument took off one line.' })

const PriceSchema = z
  .object({
    lineId: z.string(),
    listFen: z.int(),
    priceFen: z.int().meta({ description: 'What the layers begin with: the promo price.' }),
    depositFen: z.int().nullable().meta({ description: 'Of a presale: put down before.' }),
  })
  .meta({ id: 'LinePrice', description: 'What one unit of a line was offered at.' })

const ExchangeSchema = z
  .object({
    exchangeId: z.string(),
    at: InstantTextSchema,
    lineId: z.string(),
    sku: z.string(),
    quantity: z.int(),
  })
  .meta({ id: 'ExchangedUnits', description: 'Units that took the place of a line’s.' })

const ListedTradeSchema = TradeSchema.extend({
  shops: z.array(z.string()).meta({ description: 'Of its orders.' }),
}).meta({ id: 'ListedTrade', description: 'A trade and the shops that it is of.' })

const listSchema = {
  operationId: 'listTrades',
  summary: 'The trades of a member, newest first',
  tags: ['Trades'],
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          trades: z.array(ListedTradeSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

const tradeSchema = {
  operationId: 'getTrade',
  summary: 'A trade with its orders, its quote and its allocations',
  tags: ['Trades'],
  params: MemberParamsSchema.extend(TradeParamsSchema.shape),
  response: answers(
    {
      200: {
        description: 'The trade.',
        schema: TradeWithOrdersSchema.extend({
          quote: QuoteSchema,
          allocations: z.array(AllocationSchema),
          prices: z.array(PriceSchema),
          refunds: z
            .array(RefundedSchema)
            .meta({ description: 'What came back, in the order in which it did.' }),
          exchanges: z.array(ExchangeSchema),
          titles: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })).meta({
            description: 'What offers, coupons and red envelopes are called, by their ids.',
          }),
        }).meta({ id: 'TradeDetail', description: 'A trade with all that is kept of it.' }),
      },
    },
    ['trades/unknown'],
  ),
}

const config = { access: ['member', 'service', 'operator'] } as const

export function readTradesRoutes(http: Http, { db, market, policies }: HttpContext): void {
  const { zone } = market

  http.get('/members/:memberId/trades', { schema: listSchema, config }, async (request, reply) => {
    const { params, query } = request
    const below = query.cursor === undefined ? undefined : momentOf(query.cursor)
    if (query.cursor !== undefined && below === undefined) {
      return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    }
    const limit = query.limit ?? usualLimit
    const [member, found] = await Promise.all([
      memberById(db, params.memberId),
      tradesPage(db, params.memberId, { below, limit: limit + 1 }),
    ])
    if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

    const page = found.slice(0, limit)
    const last = page.at(-1)
    const hasMore = found.length > limit && last !== undefined
    const next = hasMore
      ? { nextCursor: cursorOfMoment({ at: last.placedAt, id: last.tradeId }) }
      : {}
    const places = page.map(({ tradeId }) => ({ memberId: params.memberId, tradeId }))
    const orders = await ordersOfTrades(db, places)
    const trades = page.map((trade) => {
      const own = orders.filter(({ order }) => order.tradeId === trade.tradeId)
      return { ...tradeText(trade, zone), shops: own.map(({ order }) => order.shopId) }
    })
    return reply.send({ trades, ...next })
  })

  http.get(
    '/members/:memberId/trades/:tradeId',
    { schema: tradeSchema, config },
    async (request, reply) => {
      const { memberId, tradeId } = request.params
      const view = await readTrade(db, memberId, tradeId)
      if (view === undefined) return sendProblem(reply, { refusal: 'trades/unknown' })

      const { trade, orders, allocations, basket, quote, refunds, exchanges } = view
      return reply.send({
        ...tradeText(trade, zone),
        orders: orders.map((order) => orderText(order, zone)),
        quote: quoteText(basket, quote),
        allocations: [...allocations],
        prices: basket.lines.map(({ id, listPrice, promoPrice, presale }) => ({
          lineId: id,
          listFen: listPrice,
          priceFen: promoPrice ?? listPrice,
          depositFen: presale?.deposit ?? null,
        })),
        refunds: refunds.map((refund) => refundText(refund, zone)),
        exchanges: exchanges.map(({ exchangeId, at, lineId, sku, quantity }) => {
          return { exchangeId, at: instantToText(at, zone), lineId, sku, quantity }
        }),
        titles: titlesOf(policies, view),
      })
    },
  )
}
