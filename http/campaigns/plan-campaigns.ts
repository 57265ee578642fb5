import { z } from 'zod'
import { policyVersions } from '#db/policies.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import {
  CampaignNameSchema,
  CampaignParamsSchema,
  FindingTextSchema,
  findingText,
} from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { BodySchema } from '#http/policies/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { checkCampaign } from '#operations/campaigns/check-campaign.ts'
import { copyCampaign } from '#operations/campaigns/copy-campaign.ts'

const config = { access: ['operator'] as const }

const FindingsSchema = z.object({
  findings: z.array(FindingTextSchema).meta({ description: 'Empty: nothing was found.' }),
})

const checkSchema = {
  operationId: 'checkCampaign',
  summary: 'Look whether a campaign would be plausible, without changing anything',
  description:
    'Phases that overlap wrongly, windows outside, policies that are missing or not known. What does not fit the schema is refused with the paths.',
  tags: ['Campaigns'],
  body: z.strictObject({ body: BodySchema }),
  response: answers({ 200: { description: 'What was found.', schema: FindingsSchema } }, [
    ...ofBody,
    'policies/invalid',
  ]),
}

const findingsSchema = {
  operationId: 'getCampaignFindings',
  summary: 'What is implausible about a campaign, the latest draft of it included',
  tags: ['Campaigns'],
  params: CampaignParamsSchema,
  response: answers({ 200: { description: 'What was found.', schema: FindingsSchema } }, [
    'campaigns/unknown',
    'policies/invalid',
  ]),
}

const copySchema = {
  operationId: 'copyCampaign',
  summary: 'Copy a campaign for another year',
  description:
    'Every day and instant is moved by the calendar of the market: the same day of the same month. The policies attached to it are copied too. All are drafts, which another operator approves.',
  tags: ['Campaigns'],
  params: CampaignParamsSchema,
  body: z.strictObject({
    campaign: CampaignNameSchema.meta({ description: 'What the copy is called.' }),
    year: z
      .int()
      .min(1970)
      .max(9000)
      .meta({ description: 'Of the day.', examples: [2018] }),
  }),
  response: answers(
    {
      201: {
        description: 'Drafted: the campaign first.',
        schema: FindingsSchema.extend({
          drafts: z.array(z.object({ name: z.string(), version: z.int() })),
          shared: z
            .array(z.string())
            .meta({ description: 'Attached policies without dates: attached as they are.' }),
        }),
      },
    },
    [
      ...ofBody,
      'campaigns/unknown',
      'campaigns/same-year',
      'campaigns/name-taken',
      'policies/invalid',
    ],
  ),
}

/** What operators do before a campaign is approved. */
export function planCampaignsRoutes(http: Http, context: HttpContext): void {
  http.post('/campaign-checks', { schema: checkSchema, config }, async (request, reply) => {
    const { body } = request.body
    const checked = await checkCampaign(context.db, context, body, request.receivedAt)
    if (!checked.ok) return sendProblem(reply, checked)

    return reply.send({ findings: checked.findings.map(findingText) })
  })

  http.get(
    '/campaigns/:campaign/findings',
    { schema: findingsSchema, config },
    async (request, reply) => {
      const { db } = context
      const versions = await policyVersions(db, { name: `campaign:${request.params.campaign}` })
      const last = versions.findLast(({ status }) => status !== 'withdrawn')
      if (last === undefined) return sendProblem(reply, { refusal: 'campaigns/unknown' })
      const body = JSON.parse(last.body) as unknown
      const checked = await checkCampaign(db, context, body, request.receivedAt)
      if (!checked.ok) return sendProblem(reply, checked)

      return reply.send({ findings: checked.findings.map(findingText) })
    },
  )

  http.post(
    '/campaigns/:campaign/copies',
    { schema: copySchema, config },
    async (request, reply) => {
      const copied = await copyCampaign(context, {
        campaign: request.params.campaign,
        as: request.body.campaign,
        year: request.body.year,
        author: callerOf(request).subject,
        at: request.receivedAt,
      })
      if (!copied.ok) {
        const { ok: _, ...refused } = copied
        const more = 'names' in refused ? { more: { names: refused.names } } : {}
        return sendProblem(reply, { ...refused, ...more })
      }
      const { drafts, shared, findings } = copied
      return reply
        .code(201)
        .send({ drafts: [...drafts], shared: [...shared], findings: findings.map(findingText) })
    },
  )
}
