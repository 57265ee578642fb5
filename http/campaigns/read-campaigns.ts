import { z } from 'zod'
import { roomsOf, type Room } from '#db/campaigns/placements.ts'
import { roles } from '#http/auth/caller.ts'
import {
  CampaignParamsSchema,
  TimelineTextSchema,
  timelineText,
  TitleTextSchema,
} from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { campaignAt, campaignsAt, type KnownCampaign } from '#operations/campaigns/campaign-book.ts'
import { audiences } from '#rules/campaigns/policy.ts'
import { timelineOf } from '#rules/campaigns/timeline.ts'
import { InstantSchema } from '#rules/fields.ts'

const config = { access: roles }

const ListedSchema = z
  .object({
    campaign: z.string().meta({ examples: ['double11-2017'] }),
    policy: z.string().meta({ examples: ['campaign:double11-2017@1'] }),
    title: TitleTextSchema,
    timeline: TimelineTextSchema,
  })
  .meta({ id: 'CampaignListed', description: 'A campaign and where it stands.' })

const VenueTextSchema = z.object({
  name: z.string(),
  title: TitleTextSchema,
  identities: z.array(z.string()).optional(),
  places: z.record(z.string(), z.object({ capacity: z.int(), taken: z.int(), waiting: z.int() })),
})

const CampaignTextSchema = ListedSchema.extend({
  identities: z.array(z.object({ name: z.string(), title: TitleTextSchema, goods: z.string() })),
  venues: z.array(VenueTextSchema),
  terms: z.record(z.string(), z.unknown()).meta({
    description: 'The policy as it is in force, with everything that it sets.',
  }),
}).meta({ id: 'Campaign', description: 'A sales event as one object.' })

const AtSchema = InstantSchema.optional().meta({ description: 'Absent: now.' })

const listSchema = {
  operationId: 'listCampaigns',
  summary: 'The campaigns there are, and where each stands',
  tags: ['Campaigns'],
  querystring: z.strictObject({ at: AtSchema }),
  response: answers(
    {
      200: { description: 'By name.', schema: z.object({ campaigns: z.array(ListedSchema) }) },
    },
    [],
  ),
}

const readSchema = {
  operationId: 'getCampaign',
  summary: 'A campaign: phases, identities, venues with their places, and all that it sets',
  tags: ['Campaigns'],
  params: CampaignParamsSchema,
  querystring: z.strictObject({ at: AtSchema }),
  response: answers({ 200: { description: 'The campaign.', schema: CampaignTextSchema } }, [
    'campaigns/unknown',
  ]),
}

const timelineSchema = {
  operationId: 'getCampaignTimeline',
  summary: 'What of a campaign is open at an instant, what is next and when, for whom',
  tags: ['Campaigns'],
  params: CampaignParamsSchema,
  querystring: z.strictObject({
    at: AtSchema,
    for: z.enum(audiences).optional().meta({ description: 'Only what is for these.' }),
  }),
  response: answers({ 200: { description: 'The timeline.', schema: TimelineTextSchema } }, [
    'campaigns/unknown',
  ]),
}

/** Campaigns as everybody sees them. */
export function readCampaignsRoutes(http: Http, { db, policies, market }: HttpContext): void {
  http.get('/campaigns', { schema: listSchema, config }, async (request, reply) => {
    const { receivedAt, query } = request
    const campaigns = campaignsAt(policies, receivedAt)
    return reply.send({
      campaigns: campaigns.map((each) => listed(each, query.at ?? receivedAt, market.zone)),
    })
  })

  http.get('/campaigns/:campaign', { schema: readSchema, config }, async (request, reply) => {
    const { receivedAt, query, params } = request
    const known = campaignAt(policies, params.campaign, receivedAt)
    if (known === undefined) return sendProblem(reply, { refusal: 'campaigns/unknown' })
    const rooms = await roomsOf(db, known.campaign)
    const body = policies.at(`campaign:${known.campaign}`, receivedAt)?.body
    return reply.send({
      ...listed(known, query.at ?? receivedAt, market.zone),
      identities: known.terms.identities,
      venues: known.terms.venues.map((venue) => venueText(venue, rooms)),
      terms: body as Record<string, unknown>,
    })
  })

  http.get(
    '/campaigns/:campaign/timeline',
    { schema: timelineSchema, config },
    async (request, reply) => {
      const { receivedAt, query, params } = request
      const known = campaignAt(policies, params.campaign, receivedAt)
      if (known === undefined) return sendProblem(reply, { refusal: 'campaigns/unknown' })
      const timeline = timelineOf(known.terms, query.at ?? receivedAt, query.for)
      return reply.send(timelineText(timeline, market.zone))
    },
  )
}

function listed(
  { campaign, version, terms }: KnownCampaign,
  at: Temporal.Instant,
  zone: string,
): z.input<typeof ListedSchema> {
  return {
    campaign,
    policy: `campaign:${campaign}@${version}`,
    title: terms.title,
    timeline: timelineText(timelineOf(terms, at), zone),
  }
}

function venueText(
  { name, title, identities, capacity }: KnownCampaign['terms']['venues'][number],
  rooms: readonly Room[],
): z.input<typeof VenueTextSchema> {
  const places = Object.entries(capacity).map(([category, most]) => {
    const room = rooms.find((each) => each.venue === name && each.category === category)
    return [category, { capacity: most, taken: room?.taken ?? 0, waiting: room?.waiting ?? 0 }]
  })
  return {
    name,
    title,
    ...(identities === undefined ? {} : { identities: [...identities] }),
    places: Object.fromEntries(places) as z.input<typeof VenueTextSchema>['places'],
  }
}
