import { z } from 'zod'
import { dealsPage, type DealRow } from '#db/prices/deals.ts'
import { pricesOf, pricesPage, type PriceRow } from '#db/prices/price-records.ts'
import { shopById } from '#db/shops/shops.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { placeIn, placeText, PriceCursorSchema, SkuSchema } from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { standingsOf } from '#rules/prices/marked.ts'
import { components, markedKinds } from '#rules/prices/policy.ts'
import { instantToText } from '#rules/time/instants.ts'

const config = { access: ['merchant', 'operator', 'service'] as const }
const usualLimit = 20

const querystring = z.strictObject({
  sku: SkuSchema,
  limit: LimitSchema.optional(),
  cursor: PriceCursorSchema.optional(),
})

const PriceSchema = z
  .object({
    priceId: z.string(),
    sku: z.string(),
    kind: z.enum(markedKinds),
    priceFen: z.int(),
    from: InstantTextSchema,
    to: InstantTextSchema.nullable().meta({ description: 'As it was told.' }),
    inForceTo: InstantTextSchema.nullable().optional().meta({
      description:
        'Until when it is in force in the light of the others; `null`: without end; absent: it never was.',
    }),
    campaign: z.string().nullable(),
    corrects: z.string().nullable(),
    voids: z.boolean(),
    recordedAt: InstantTextSchema,
    recordedBy: z.string(),
  })
  .meta({ id: 'MarkedPrice', description: 'A list or promo price as it was recorded.' })

const pricesSchema = {
  operationId: 'listPrices',
  summary: 'The list and promo prices of an SKU, those recorded last first',
  tags: ['Prices'],
  params: ShopParamsSchema,
  querystring,
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ prices: z.array(PriceSchema), nextCursor: z.string().optional() }),
      },
    },
    ['shops/unknown', 'requests/bad-cursor'],
  ),
}

const DealSchema = z
  .object({
    dealId: z.string(),
    sku: z.string(),
    orderedAt: InstantTextSchema,
    units: z.int(),
    priceFen: z.int(),
    offFen: z
      .partialRecord(z.enum(components), z.int())
      .meta({ description: 'What came off, by component.' }),
    event: z.string().nullable(),
    paidOnly: z.boolean(),
    recordedAt: InstantTextSchema,
    source: z.enum(['trade', 'order', 'told']),
  })
  .meta({ id: 'Deal', description: 'Units of an SKU that were bought at one price.' })

const dealsSchema = {
  operationId: 'listDeals',
  summary: 'What an SKU was bought for, the latest first',
  tags: ['Prices'],
  params: ShopParamsSchema,
  querystring,
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ deals: z.array(DealSchema), nextCursor: z.string().optional() }),
      },
    },
    ['shops/unknown', 'requests/bad-cursor'],
  ),
}

/** The history of an SKU. */
export function readPricesRoutes(http: Http, { db, market }: HttpContext): void {
  const { zone } = market
  http.get('/shops/:shopId/prices', { schema: pricesSchema, config }, async (request, reply) => {
    const { shopId } = request.params
    const { sku, limit = usualLimit, cursor } = request.query
    const before = cursor === undefined ? undefined : placeIn(cursor)
    if (cursor !== undefined && before === undefined) {
      return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    }
    const [shop, found, [all = []]] = await Promise.all([
      shopById(db, shopId),
      pricesPage(db, { shopId, sku }, { before, limit: limit + 1 }),
      pricesOf(db, [{ shopId, sku }]),
    ])
    if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })

    const ends = new Map(standingsOf(all).map((each) => [each.price.priceId, each.window.toMs]))
    const page = found.slice(0, limit)
    const last = found.length > limit ? page.at(-1) : undefined
    return reply.send({
      prices: page.map((price) => priceText(price, ends, zone)),
      ...(last === undefined
        ? {}
        : { nextCursor: placeText({ at: instantOf(last.recordedMs), id: last.priceId }) }),
    })
  })

  http.get('/shops/:shopId/deals', { schema: dealsSchema, config }, async (request, reply) => {
    const { shopId } = request.params
    const { sku, limit = usualLimit, cursor } = request.query
    const before = cursor === undefined ? undefined : placeIn(cursor)
    if (cursor !== undefined && before === undefined) {
      return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    }
    const [shop, found] = await Promise.all([
      shopById(db, shopId),
      dealsPage(db, { shopId, sku }, { before, limit: limit + 1 }),
    ])
    if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })

    const page = found.slice(0, limit)
    const last = found.length > limit ? page.at(-1) : undefined
    return reply.send({
      deals: page.map((deal) => dealText(deal, zone)),
      ...(last === undefined
        ? {}
        : { nextCursor: placeText({ at: last.orderedAt, id: last.dealId }) }),
    })
  })
}

function priceText(
  price: PriceRow,
  ends: ReadonlyMap<string, number>,
  zone: string,
): z.input<typeof PriceSchema> {
  const { priceId, sku, kind, priceFen, fromMs, toMs, campaign, corrects, voids } = price
  const endMs = ends.get(priceId)
  return {
    priceId,
    sku,
    kind,
    priceFen,
    from: textOf(fromMs, zone),
    to: toMs === null ? null : textOf(toMs, zone),
    ...(endMs === undefined
      ? {}
      : { inForceTo: Number.isFinite(endMs) ? textOf(endMs, zone) : null }),
    campaign,
    corrects,
    voids,
    recordedAt: textOf(price.recordedMs, zone),
    recordedBy: price.recordedBy,
  }
}

function dealText(deal: DealRow, zone: string): z.input<typeof DealSchema> {
  const { dealId, sku, orderedAt, units, priceFen, off, event, paidOnly, source } = deal
  return {
    dealId,
    sku,
    orderedAt: instantToText(orderedAt, zone),
    units,
    priceFen,
    offFen: Object.fromEntries(
      components.flatMap((name) => (off[name] === undefined ? [] : [[name, off[name]]])),
    ),
    event,
    paidOnly,
    recordedAt: instantToText(deal.recordedAt, zone),
    source,
  }
}

function textOf(ms: number, zone: string): string {
  return instantToText(instantOf(ms), zone)
}

function instantOf(ms: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(ms)
}
