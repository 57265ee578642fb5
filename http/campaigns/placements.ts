import { z } from 'zod'
import { placementsPage } from '#db/campaigns/placements.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import {
  CampaignParamsSchema,
  PlacementTextSchema,
  placementText,
} from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema, ofBody } from '#http/route.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import { placeInVenue, removeFromVenue } from '#operations/campaigns/place.ts'
import { IdSchema, nameOf } from '#rules/fields.ts'

const usualLimit = 20
const config = { access: ['operator'] as const }

const VenueParamsSchema = CampaignParamsSchema.extend({
  venue: nameOf(60).meta({ description: 'The name of the venue.', examples: ['main'] }),
})

const AskedSchema = z.strictObject({
  shopId: IdSchema.meta({ examples: ['shop-lily'] }),
  sku: IdSchema.optional().meta({ description: 'One of its declared goods; absent: the shop.' }),
})

const listSchema = {
  operationId: 'listPlacements',
  summary: 'What stands in a venue, and what waits for a place',
  tags: ['Campaigns'],
  params: VenueParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
    status: z.enum(['placed', 'waiting', 'removed']).optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page, by category and number. Without `nextCursor` it is the last.',
        schema: z.object({
          placements: z.array(PlacementTextSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['campaigns/unknown', 'campaigns/unknown-venue', 'requests/bad-cursor'],
  ),
}

const placeSchema = {
  operationId: 'placeInVenue',
  summary: 'Put a shortlisted shop, or one of its declared goods, into a venue',
  description:
    'Never more than there are places for its category: without a free one it waits in line. Asked again, it stays where it is.',
  tags: ['Campaigns'],
  params: VenueParamsSchema,
  body: AskedSchema,
  response: answers({ 200: { description: 'Placed, or waiting.', schema: PlacementTextSchema } }, [
    ...ofBody,
    'campaigns/unknown',
    'campaigns/unknown-venue',
    'campaigns/not-shortlisted',
    'campaigns/not-declared',
    'campaigns/wrong-identity',
    'campaigns/no-places',
    'shops/unknown',
  ]),
}

const removeSchema = {
  operationId: 'removeFromVenue',
  summary: 'Take a shop, or one of its goods, out of a venue',
  description: 'Whoever waits longest gets the place. Asked again, nothing changes.',
  tags: ['Campaigns'],
  params: VenueParamsSchema,
  body: AskedSchema,
  response: answers({ 200: { description: 'It is out.', schema: PlacementTextSchema } }, [
    ...ofBody,
    'campaigns/not-placed',
    'shops/unknown',
  ]),
}

/** Places in the venues of a campaign. */
export function placementRoutes(http: Http, context: HttpContext): void {
  const { db, policies, market } = context

  http.get(
    '/campaigns/:campaign/venues/:venue/placements',
    { schema: listSchema, config },
    async (request, reply) => {
      const { campaign, venue } = request.params
      const { cursor, status, limit = usualLimit } = request.query
      const known = campaignAt(policies, campaign, request.receivedAt)
      if (known === undefined) return sendProblem(reply, { refusal: 'campaigns/unknown' })
      if (!known.terms.venues.some(({ name }) => name === venue)) {
        return sendProblem(reply, { refusal: 'campaigns/unknown-venue' })
      }
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const found = await placementsPage(db, { campaign, venue, status, offset, limit: limit + 1 })
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const placements = found.slice(0, limit).map((each) => placementText(each, market.zone))
      return reply.send({ placements, ...next })
    },
  )

  http.post(
    '/campaigns/:campaign/venues/:venue/placements',
    { schema: placeSchema, config },
    async (request, reply) => {
      const { shopId, sku = '' } = request.body
      const askedBy = callerId(callerOf(request))
      const asked = { ...request.params, shopId, sku, askedBy, at: request.receivedAt }
      const placed = await placeInVenue(context, asked)
      if (!placed.ok) return sendProblem(reply, placed)

      return reply.send(placementText(placed.placement, market.zone))
    },
  )

  http.post(
    '/campaigns/:campaign/venues/:venue/removals',
    { schema: removeSchema, config },
    async (request, reply) => {
      const { shopId, sku = '' } = request.body
      const askedBy = callerId(callerOf(request))
      const asked = { ...request.params, shopId, sku, askedBy, at: request.receivedAt }
      const removed = await removeFromVenue(context, asked)
      if (!removed.ok) return sendProblem(reply, removed)

      return reply.send(placementText(removed.placement, market.zone))
    },
  )
}
