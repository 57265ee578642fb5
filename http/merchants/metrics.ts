import { z } from 'zod'
import { ratingsPage } from '#db/merchants/ratings.ts'
import { shopById } from '#db/shops/shops.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { ShopMetricsSchema, shopMetricsText } from '#http/merchants/metrics-text.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema, ofBody } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { readMetrics } from '#operations/merchants/metrics/read-metrics.ts'
import { tellFigures } from '#operations/merchants/metrics/tell-figures.ts'
import { DaySchema, nameOf } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const metricsSchema = {
  operationId: 'getShopMetrics',
  summary: 'What a shop is measured by, explained',
  description:
    'Every figure with its numerator and denominator, the days it is of, what was left out, its last twelve days or weeks, where it stands in the main category, and what the next level needs. Windows end with the day before.',
  tags: ['Merchant metrics'],
  params: ShopParamsSchema,
  querystring: z.object({ trend: z.enum(['day', 'week']).optional() }).strict(),
  response: answers({ 200: { description: 'The figures.', schema: ShopMetricsSchema } }, [
    'shops/unknown',
    'metrics/no-policy',
  ]),
}

const RatingStatusSchema = z.enum([
  'counted',
  'waiting',
  'tooEarly',
  'late',
  'again',
  'orderClosed',
  'beyondMost',
])

const stars = z.int().min(1).max(5)

const ratingsSchema = {
  operationId: 'listShopRatings',
  summary: 'The stars of a shop, and whether each counts',
  tags: ['Merchant metrics'],
  params: ShopParamsSchema,
  querystring: z
    .object({
      status: RatingStatusSchema.optional(),
      limit: LimitSchema.optional(),
      cursor: CursorSchema.optional(),
    })
    .strict(),
  response: answers(
    {
      200: {
        description: 'A page, the last posted first. Without `nextCursor` it is the last.',
        schema: z.object({
          ratings: z.array(
            z.object({
              orderId: z.string(),
              postedAt: InstantTextSchema,
              description: stars,
              service: stars,
              delivery: stars,
              status: RatingStatusSchema.meta({
                description:
                  '`counted`, or why not: the order is not received (`waiting`), posted before the receipt (`tooEarly`) or past the days of the policy (`late`), not the first of its order (`again`), of a closed order (`orderClosed`), or past the most of a month (`beyondMost`).',
              }),
              receivedAt: InstantTextSchema.nullable(),
            }),
          ),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['requests/bad-cursor', 'shops/unknown'],
  ),
}

const tellSchema = {
  operationId: 'tellShopFigures',
  summary: 'Tell figures of a shop that others measure',
  description:
    'Such as brand popularity or followers, each with its day and source. Appended; the last told of the latest day holds.',
  tags: ['Merchant metrics'],
  params: ShopParamsSchema,
  body: z.strictObject({
    figures: z
      .array(
        z.strictObject({
          name: nameOf(40),
          on: DaySchema,
          value: z.int().min(0).max(1_000_000_000_000),
          source: nameOf(100),
        }),
      )
      .min(1)
      .max(100),
  }),
  response: answers({ 200: { description: 'Kept.', schema: z.object({ figures: z.int() }) } }, [
    ...ofBody,
    'shops/unknown',
    'metrics/no-policy',
    'metrics/not-told',
    'metrics/in-the-future',
  ]),
}

/** What shops are measured by. */
export function metricsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const config = { access: ['merchant', 'operator', 'service'] as const }

  http.get('/shops/:shopId/metrics', { schema: metricsSchema, config }, async (request, reply) => {
    const { shopId } = request.params
    const { trend = 'week' } = request.query
    const read = await readMetrics(db, context, { shopId, at: request.receivedAt, trend })
    if (!read.ok) return sendProblem(reply, read)
    return reply.send({ shopId, ...shopMetricsText(read.shop, market.zone) })
  })

  http.get('/shops/:shopId/ratings', { schema: ratingsSchema, config }, async (request, reply) => {
    const { shopId } = request.params
    const { cursor, limit = usualLimit, status } = request.query
    const offset = cursor === undefined ? 0 : placeOf(cursor)
    if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    const shop = await shopById(db, shopId)
    if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })

    const found = await ratingsPage(db, shopId, { offset, limit: limit + 1, status })
    const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
    const ratings = found.slice(0, limit).map((row) => ({
      orderId: row.orderId,
      postedAt: instantToText(row.postedAt, market.zone),
      description: row.description,
      service: row.service,
      delivery: row.delivery,
      status: row.status,
      receivedAt: row.succeededAt === null ? null : instantToText(row.succeededAt, market.zone),
    }))
    return reply.send({ ratings, ...next })
  })

  http.put(
    '/shops/:shopId/told-figures',
    { schema: tellSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { figures } = request.body
      const told = await tellFigures(context, {
        shopId: request.params.shopId,
        figures,
        actor: callerId(callerOf(request)),
        at: request.receivedAt,
      })
      if (!told.ok) return sendProblem(reply, told)
      return reply.send({ figures: figures.length })
    },
  )
}
