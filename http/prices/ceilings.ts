import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { DaysTextSchema, ShopCampaignParamsSchema, SkuSchema } from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { shopCeilings, type SkuCeiling } from '#operations/prices/shop-ceilings.ts'
import { declaredKinds, daysText } from '#rules/prices/windows.ts'
import { instantToText } from '#rules/time/instants.ts'

const mostSkus = 100

const BoundSchema = z.object({
  by: z.enum(['deal', 'list', 'promo']),
  id: z.string().meta({ description: 'Of the deal, or of the marked price.' }),
  priceFen: z.int(),
  at: InstantTextSchema.meta({ description: 'Of ordering; of the beginning of a marked price.' }),
  window: DaysTextSchema,
  limitFen: z.int().meta({ description: 'The most that it allows.' }),
})

const CeilingSchema = z
  .object({
    sku: z.string(),
    kind: z.enum(declaredKinds),
    ceilingFen: z
      .int()
      .nullable()
      .meta({ description: 'The most that may be declared; `null`: nothing limits it.' }),
    floorFen: z
      .int()
      .nullable()
      .meta({ description: 'The presale price, below which a spot price may not be.' }),
    bounds: z.array(BoundSchema).meta({ description: 'What sets it, the strictest first.' }),
    windows: z.object({ deals: DaysTextSchema, promo: DaysTextSchema }),
  })
  .meta({ id: 'PriceCeiling', description: 'How high an SKU may be declared, and why.' })

const schema = {
  operationId: 'listPriceCeilings',
  summary: 'How high SKUs may be declared for a campaign, before anything is declared',
  description:
    'By what is recorded or scheduled now. A later deal or price in the windows may lower it: then a declaration that is too high is suspended.',
  tags: ['Prices'],
  params: ShopCampaignParamsSchema,
  querystring: z.strictObject({
    sku: z
      .union([SkuSchema, z.array(SkuSchema).min(1).max(mostSkus)], {
        error: `SKUs are 1 to ${mostSkus} ids.`,
      })
      .meta({ description: 'Of one SKU; given several times, of each.', examples: ['sku-1'] }),
    kind: z.enum(declaredKinds).optional().meta({ description: 'Absent: of both.' }),
  }),
  response: answers(
    {
      200: {
        description: 'By SKU in the order asked, presale before spot.',
        schema: z.object({ policies: z.string(), ceilings: z.array(CeilingSchema) }),
      },
    },
    ['shops/unknown', 'campaigns/unknown', 'prices/no-policy'],
  ),
}

/** The ceilings of a shop's SKUs. */
export function ceilingsRoute(http: Http, context: HttpContext): void {
  http.get(
    '/shops/:shopId/campaigns/:campaign/ceilings',
    { schema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const { sku, kind } = request.query
      const shown = await shopCeilings(context.db, context, {
        ...request.params,
        skus: typeof sku === 'string' ? [sku] : sku,
        kinds: kind === undefined ? undefined : [kind],
        at: request.receivedAt,
      })
      if (!shown.ok) return sendProblem(reply, shown)
      const { policies, ceilings } = shown
      const { zone } = context.market
      return reply.send({ policies, ceilings: ceilings.map((each) => ceilingText(each, zone)) })
    },
  )
}

function ceilingText(
  { sku, kind, ceiling, floorFen }: SkuCeiling,
  zone: string,
): z.input<typeof CeilingSchema> {
  const { lowestDeal, lowestMarked, byDealFen, byMarkedFen, days } = ceiling
  const bounds: z.input<typeof BoundSchema>[] = []
  if (lowestDeal !== null && byDealFen !== null) {
    bounds.push({
      by: 'deal',
      id: lowestDeal.dealId,
      priceFen: lowestDeal.priceFen,
      at: instantToText(lowestDeal.orderedAt, zone),
      window: daysText(days.deals),
      limitFen: byDealFen,
    })
  }
  if (lowestMarked !== null && byMarkedFen !== null) {
    bounds.push({
      by: lowestMarked.kind,
      id: lowestMarked.priceId,
      priceFen: lowestMarked.priceFen,
      at: instantToText(lowestMarked.from, zone),
      window: daysText(days.promo),
      limitFen: byMarkedFen,
    })
  }
  return {
    sku,
    kind,
    ceilingFen: ceiling.ceilingFen,
    floorFen,
    bounds: bounds.toSorted((a, b) => a.limitFen - b.limitFen),
    windows: { deals: daysText(days.deals), promo: daysText(days.promo) },
  }
}
