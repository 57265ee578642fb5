import { z } from 'zod'
import { memberById } from '#db/members.ts'
import {
  memberClaimsPage,
  shopClaimsPage,
  type LinePlace,
  type MemberClaimPlace,
  type ProtectionClaim,
} from '#db/protection/claims.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { PriceCursorSchema, ShopCampaignParamsSchema } from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema, ofBody } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { askProtection } from '#operations/protection/ask-protection.ts'
import { IdSchema, MemberIdSchema } from '#rules/fields.ts'
import { instantFromText, instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const ClaimSchema = z
  .object({
    memberId: z.string(),
    tradeId: z.string(),
    orderId: z.string(),
    lineId: z.string(),
    campaign: z.string(),
    shopId: z.string(),
    sku: z.string(),
    unitsFen: z.array(z.int()).meta({
      description: 'What each unit counts as paid, in the order in which units go back.',
    }),
    lowerPriceFen: z.int().meta({ description: 'The lowest price since.' }),
    fullFen: z.int().meta({ description: 'The difference without limits.' }),
    paidFen: z.int().meta({ description: 'What is due of it in all, now and before.' }),
    paidAs: z.enum(['money', 'points', 'redEnvelope']),
    limitedBy: z.enum(['member', 'order', 'item']).nullable(),
    openedBy: z.enum(['price', 'member']),
    policies: z.string(),
    openedAt: InstantTextSchema,
    changedAt: InstantTextSchema,
  })
  .meta({ id: 'PriceProtection', description: 'What a buyer has back because a price fell.' })

const pageQuery = z.strictObject({
  cursor: PriceCursorSchema.optional(),
  limit: LimitSchema.optional(),
})

const PageSchema = z.object({
  claims: z.array(ClaimSchema),
  nextCursor: z.string().optional(),
})

const askSchema = {
  operationId: 'askPriceProtection',
  summary: 'Ask for the difference, because the shop sells for less now',
  description:
    'Opens the claim of a line, or brings it to what is due now. Money is an item of the shop’s settlement; nothing is paid twice.',
  tags: ['Price protection'],
  params: MemberParamsSchema,
  body: z.strictObject({ tradeId: IdSchema, lineId: IdSchema }),
  response: answers(
    {
      200: {
        description: 'The claim, and what is due by this request.',
        schema: z.object({ claim: ClaimSchema, payFen: z.int() }),
      },
    },
    [
      ...ofBody,
      'protection/no-policy',
      'protection/unknown-line',
      'protection/not-paid',
      'protection/no-lower-price',
      'protection/nothing-due',
      'protection/too-late',
    ],
  ),
}

const memberSchema = {
  operationId: 'listPriceProtections',
  summary: 'What a member has back because prices fell',
  tags: ['Price protection'],
  params: MemberParamsSchema,
  querystring: pageQuery,
  response: answers({ 200: { description: 'The last opened first.', schema: PageSchema } }, [
    'members/unknown',
  ]),
}

const shopSchema = {
  operationId: 'listShopPriceProtections',
  summary: 'What buyers of a campaign have back from a shop',
  tags: ['Price protection'],
  params: ShopCampaignParamsSchema,
  querystring: pageQuery,
  response: answers(
    { 200: { description: 'In the order of members and trades.', schema: PageSchema } },
    [],
  ),
}

/** Claims of buyers, as members, shops and operators see them. */
export function priceProtectionRoutes(http: Http, context: HttpContext): void {
  const { db, policies, market } = context
  const { zone } = market

  http.post(
    '/members/:memberId/price-protections',
    { schema: askSchema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      const now = request.receivedAt
      const events = { db, policies, market, now, actor: callerId(callerOf(request)) }
      const asked = await askProtection(events, { memberId, ...request.body })
      if (!asked.ok) {
        const { refusal, until } = asked
        const more = until === undefined ? {} : { until: instantToText(until, zone) }
        return sendProblem(reply, { refusal, more })
      }
      return reply.send({ claim: claimText(asked.claim, zone), payFen: asked.payFen })
    },
  )

  http.get(
    '/members/:memberId/price-protections',
    { schema: memberSchema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId } = request.params
      if ((await memberById(db, memberId)) === undefined) {
        return sendProblem(reply, { refusal: 'members/unknown' })
      }
      const { cursor, limit = usualLimit } = request.query
      const behind = cursor === undefined ? undefined : memberPlaceOf(cursor)
      if (cursor !== undefined && behind === undefined) return sendProblem(reply, badCursor)
      const found = await memberClaimsPage(db, memberId, behind, limit + 1)
      const last = found.length > limit ? found[limit - 1] : undefined
      const next = last && cursorOf([last.openedAt.epochMilliseconds, last.tradeId, last.lineId])
      return reply.send(pageText(found.slice(0, limit), next, zone))
    },
  )

  http.get(
    '/shops/:shopId/campaigns/:campaign/price-protections',
    { schema: shopSchema, config: { access: ['merchant', 'service', 'operator'] } },
    async (request, reply) => {
      const { cursor, limit = usualLimit } = request.query
      const behind = cursor === undefined ? undefined : shopPlaceOf(cursor)
      if (cursor !== undefined && behind === undefined) return sendProblem(reply, badCursor)
      const found = await shopClaimsPage(db, request.params, behind, limit + 1)
      const last = found.length > limit ? found[limit - 1] : undefined
      const next = last && cursorOf([last.memberId, last.tradeId, last.lineId])
      return reply.send(pageText(found.slice(0, limit), next, zone))
    },
  )
}

const badCursor = {
  refusal: 'requests/invalid',
  problems: [{ path: 'query.cursor', message: 'There is no such place.' }],
} as const

function pageText(
  claims: readonly ProtectionClaim[],
  nextCursor: string | undefined,
  zone: string,
): z.input<typeof PageSchema> {
  const told = claims.map((each) => claimText(each, zone))
  return nextCursor === undefined ? { claims: told } : { claims: told, nextCursor }
}

function claimText(claim: ProtectionClaim, zone: string): z.input<typeof ClaimSchema> {
  const { priceFen, unitsFen, openedAt, changedAt, openedBy, payments: _, ...rest } = claim
  return {
    ...rest,
    unitsFen: [...unitsFen],
    lowerPriceFen: priceFen,
    openedBy: openedBy === 'member' ? 'member' : 'price',
    openedAt: instantToText(openedAt, zone),
    changedAt: instantToText(changedAt, zone),
  }
}

function cursorOf(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function memberPlaceOf(cursor: string): MemberClaimPlace | undefined {
  const read = z
    .tuple([z.int().min(0).max(253_402_300_799_000), IdSchema, IdSchema])
    .safeParse(jsonOf(cursor))
  if (!read.success) return undefined
  const [ms, tradeId, lineId] = read.data
  const at = instantFromText(Temporal.Instant.fromEpochMilliseconds(ms).toString())
  return at === undefined ? undefined : { at, tradeId, lineId }
}

function shopPlaceOf(cursor: string): LinePlace | undefined {
  const read = z.tuple([MemberIdSchema, IdSchema, IdSchema]).safeParse(jsonOf(cursor))
  if (!read.success) return undefined
  const [memberId, tradeId, lineId] = read.data
  return { memberId, tradeId, lineId }
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
