import { z } from 'zod'
import { breachesPage, breachIdOf, type PriceBreach } from '#db/prices/breaches.ts'
import { freezeById } from '#db/prices/freeze.ts'
import { shopById } from '#db/shops/shops.ts'
import { CampaignParamsSchema } from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  placeIn,
  placeText,
  PriceCursorSchema,
  ShopCampaignParamsSchema,
} from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import { declaredKinds } from '#rules/prices/windows.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const BreachSchema = z
  .object({
    shopId: z.string(),
    sku: z.string(),
    kind: z.enum(declaredKinds),
    reason: z.enum(['tooHigh', 'soldLower']).meta({
      description:
        'After prices froze the declaration became too high; after the event it was sold for less.',
    }),
    declaredFen: z.int(),
    priceFen: z.int().meta({ description: 'The deal or price that shows it.' }),
    foundAt: InstantTextSchema,
    cause: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The deal or price, its time, and the days it lies in.' }),
    policies: z.string(),
  })
  .meta({ id: 'PriceBreach', description: 'A price that a shop may not ask beside a declaration.' })

const querystring = z.strictObject({
  limit: LimitSchema.optional(),
  cursor: PriceCursorSchema.optional(),
})

const page = {
  200: {
    description: 'A page, the latest first. Without `nextCursor` it is the last.',
    schema: z.object({ breaches: z.array(BreachSchema), nextCursor: z.string().optional() }),
  },
}

const ofShopSchema = {
  operationId: 'listShopPriceBreaches',
  summary: 'Prices of a shop that broke its word in a campaign',
  tags: ['Prices'],
  params: ShopCampaignParamsSchema,
  querystring,
  response: answers(page, ['shops/unknown', 'campaigns/unknown', 'requests/bad-cursor']),
}

const ofAllSchema = {
  operationId: 'listPriceBreaches',
  summary: 'Prices of all shops that broke their word in a campaign',
  tags: ['Prices'],
  params: CampaignParamsSchema,
  querystring,
  response: answers(page, ['campaigns/unknown', 'requests/bad-cursor']),
}

const freezeSchema = {
  operationId: 'getPriceFreeze',
  summary: 'How far the check of all declarations is, once the prices of a campaign are frozen',
  tags: ['Prices'],
  params: CampaignParamsSchema,
  response: answers(
    {
      200: {
        description: 'As it stands.',
        schema: z.object({
          status: z.enum(['notFrozen', 'underWay', 'finished']),
          frozenAt: InstantTextSchema.nullable(),
          checked: z.int(),
          suspended: z.int(),
          finishedAt: InstantTextSchema.nullable(),
        }),
      },
    },
    ['campaigns/unknown'],
  ),
}

/** What the watch over prices found. */
export function breachesRoutes(http: Http, { db, policies, market }: HttpContext): void {
  const { zone } = market
  const list = async (
    of: { readonly campaign: string; readonly shopId?: string },
    query: z.output<typeof querystring>,
  ) => {
    const { limit = usualLimit, cursor } = query
    const before = cursor === undefined ? undefined : placeIn(cursor)
    if (cursor !== undefined && before === undefined) return undefined
    const asked = { shopId: of.shopId, before, limit: limit + 1 }
    const found = await breachesPage(db, of.campaign, asked)
    const some = found.slice(0, limit)
    const last = found.length > limit ? some.at(-1) : undefined
    return {
      breaches: some.map((each) => breachText(each, zone)),
      ...(last === undefined
        ? {}
        : { nextCursor: placeText({ at: last.foundAt, id: breachIdOf(last) }) }),
    }
  }

  http.get(
    '/shops/:shopId/campaigns/:campaign/price-breaches',
    { schema: ofShopSchema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const { shopId, campaign } = request.params
      if ((await shopById(db, shopId)) === undefined) {
        return sendProblem(reply, { refusal: 'shops/unknown' })
      }
      if (campaignAt(policies, campaign, request.receivedAt) === undefined) {
        return sendProblem(reply, { refusal: 'campaigns/unknown' })
      }
      const found = await list({ campaign, shopId }, request.query)
      if (found === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      return reply.send(found)
    },
  )

  http.get(
    '/campaigns/:campaign/price-breaches',
    { schema: ofAllSchema, config: { access: ['operator', 'service'] } },
    async (request, reply) => {
      const { campaign } = request.params
      if (campaignAt(policies, campaign, request.receivedAt) === undefined) {
        return sendProblem(reply, { refusal: 'campaigns/unknown' })
      }
      const found = await list({ campaign }, request.query)
      if (found === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      return reply.send(found)
    },
  )

  http.get(
    '/campaigns/:campaign/price-freeze',
    { schema: freezeSchema, config: { access: ['operator', 'service'] } },
    async (request, reply) => {
      const { campaign } = request.params
      const known = campaignAt(policies, campaign, request.receivedAt)
      if (known === undefined) return sendProblem(reply, { refusal: 'campaigns/unknown' })
      const freeze = await freezeById(db, campaign)
      const textOf = (at: Temporal.Instant | null | undefined) =>
        at === null || at === undefined ? null : instantToText(at, zone)
      return reply.send({
        status:
          freeze === undefined ? 'notFrozen' : freeze.finishedAt === null ? 'underWay' : 'finished',
        frozenAt: textOf(freeze?.frozenAt ?? known.terms.price?.freezeAt),
        checked: freeze?.checked ?? 0,
        suspended: freeze?.suspended ?? 0,
        finishedAt: textOf(freeze?.finishedAt),
      })
    },
  )
}

function breachText(breach: PriceBreach, zone: string): z.input<typeof BreachSchema> {
  const { shopId, sku, kind, reason, declaredFen, priceFen, foundAt, cause, policies } = breach
  return {
    shopId,
    sku,
    kind,
    reason,
    declaredFen,
    priceFen,
    foundAt: instantToText(foundAt, zone),
    cause: JSON.parse(cause) as Record<string, unknown>,
    policies,
  }
}
