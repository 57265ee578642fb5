import { z } from 'zod'
import { placementsOfShop } from '#db/campaigns/placements.ts'
import {
  CampaignParamsSchema,
  PlacementTextSchema,
  placementText,
  TimelineTextSchema,
  timelineText,
  TitleTextSchema,
} from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { campaignsAt } from '#operations/campaigns/campaign-book.ts'
import { shopInCampaigns, type ShopInCampaign } from '#operations/campaigns/shop-in-campaign.ts'
import type { ToDo } from '#rules/campaigns/to-do.ts'
import { instantToText } from '#rules/time/instants.ts'

const config = { access: ['merchant', 'operator', 'service'] as const }

const ToDoTextSchema = z
  .object({
    task: z.enum(['apply', 'awaitResult', 'supplement', 'declare', 'keepPrice', 'settle']),
    supplement: z.string().optional(),
    title: TitleTextSchema,
    phase: z.string(),
    from: InstantTextSchema,
    before: InstantTextSchema.meta({ description: 'The first instant at which it is too late.' }),
    state: z.enum(['coming', 'now', 'done', 'missed']),
    doneAt: InstantTextSchema.optional(),
  })
  .meta({ id: 'CampaignToDo', description: 'What a shop has to do in a campaign, and by when.' })

const OwnCampaignSchema = z
  .object({
    campaign: z.string().meta({ examples: ['double11-2017'] }),
    policy: z.string(),
    title: TitleTextSchema,
    status: z.string().meta({
      description: '`none`, or how far its enrolment has come as far as the shop was told.',
    }),
    identity: z.string().nullable(),
    toDo: z.array(ToDoTextSchema).meta({ description: 'What is to be done now first.' }),
    placements: z.array(PlacementTextSchema),
    timeline: TimelineTextSchema,
  })
  .meta({ id: 'ShopCampaign', description: 'A campaign as it stands for a shop.' })

const listSchema = {
  operationId: 'listShopCampaigns',
  summary: 'The campaigns, as each stands for a shop',
  tags: ['Campaigns'],
  params: ShopParamsSchema,
  response: answers(
    {
      200: {
        description: 'By name.',
        schema: z.object({ campaigns: z.array(OwnCampaignSchema) }),
      },
    },
    ['shops/unknown'],
  ),
}

const readSchema = {
  operationId: 'getShopCampaign',
  summary: 'What a shop has to do in a campaign now, with deadlines',
  tags: ['Campaigns'],
  params: ShopParamsSchema.extend(CampaignParamsSchema.shape),
  response: answers({ 200: { description: 'As it stands.', schema: OwnCampaignSchema } }, [
    'shops/unknown',
    'campaigns/unknown',
  ]),
}

/** Campaigns as a shop sees them. */
export function shopCampaignsRoutes(http: Http, context: HttpContext): void {
  http.get('/shops/:shopId/campaigns', { schema: listSchema, config }, async (request, reply) => {
    const { receivedAt, params } = request
    const known = campaignsAt(context.policies, receivedAt)
    const found = await shopInCampaigns(context, params.shopId, known, receivedAt)
    if (found === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })
    const campaigns = await Promise.all(found.map((each) => told(each, params.shopId, context)))
    return reply.send({ campaigns })
  })

  http.get(
    '/shops/:shopId/campaigns/:campaign',
    { schema: readSchema, config },
    async (request, reply) => {
      const { receivedAt, params } = request
      const known = campaignsAt(context.policies, receivedAt).filter(
        ({ campaign }) => campaign === params.campaign,
      )
      const found = await shopInCampaigns(context, params.shopId, known, receivedAt)
      if (found === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })
      const [own] = found
      if (own === undefined) return sendProblem(reply, { refusal: 'campaigns/unknown' })
      return reply.send(await told(own, params.shopId, context))
    },
  )
}

async function told(
  { known, status, identity, toDo, timeline }: ShopInCampaign,
  shopId: string,
  { db, market: { zone } }: Pick<HttpContext, 'db' | 'market'>,
): Promise<z.input<typeof OwnCampaignSchema>> {
  const { campaign, version, terms } = known
  const placements = await placementsOfShop(db, campaign, shopId)
  return {
    campaign,
    policy: `campaign:${campaign}@${version}`,
    title: terms.title,
    status,
    identity: identity ?? null,
    toDo: toDo.map((each) => toDoText(each, zone)),
    placements: placements.map((each) => placementText(each, zone)),
    timeline: timelineText(timeline, zone),
  }
}

function toDoText({ from, before, doneAt, ...rest }: ToDo, zone: string) {
  return {
    ...rest,
    from: instantToText(from, zone),
    before: instantToText(before, zone),
    ...(doneAt === undefined ? {} : { doneAt: instantToText(doneAt, zone) }),
  }
}
