import { z } from 'zod'
import { enrolmentOf, enrolmentsOfShop, type Enrolment } from '#db/enrolment/enrolments.ts'
import { shopById } from '#db/shops/shops.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import { CampaignNameSchema } from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  CriterionTextSchema,
  criterionText,
  EnrolmentParamsSchema,
  EnrolmentTextSchema,
  enrolmentText,
  type EnrolmentText,
} from '#http/enrolment/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { applyForCampaign } from '#operations/enrolment/apply-for-campaign.ts'
import { previewEnrolment } from '#operations/enrolment/decide-enrolments.ts'
import { leaveCampaign, withdrawEnrolment } from '#operations/enrolment/leave-campaign.ts'
import { viewEnrolment } from '#operations/enrolment/view-enrolment.ts'

const tags = ['Enrolment']
const config = { access: ['merchant', 'operator', 'service'] as const }

const given = (description: string) => ({ description, schema: EnrolmentTextSchema })
const ofCampaign = ['campaigns/unknown', 'enrolment/no-policy', 'enrolment/no-sign-up'] as const

const listSchema = {
  operationId: 'listShopEnrolments',
  summary: 'The applications of a shop, by campaign',
  tags,
  params: ShopParamsSchema,
  response: answers(
    {
      200: {
        description: 'As far as the shop was told.',
        schema: z.object({ enrolments: z.array(EnrolmentTextSchema) }),
      },
    },
    ['shops/unknown'],
  ),
}

const readSchema = {
  operationId: 'getShopEnrolment',
  summary: 'A shop’s application to a campaign',
  description: 'What was decided and by what is told from the results on, not before.',
  tags,
  params: EnrolmentParamsSchema,
  response: answers({ 200: given('As it stands.') }, ['shops/unknown', 'enrolment/unknown']),
}

const checkSchema = {
  operationId: 'checkShopEnrolment',
  summary: 'What the machine would decide of a shop now',
  description: 'By the figures of today. Nothing is kept, and nothing follows from it.',
  tags,
  params: EnrolmentParamsSchema,
  response: answers(
    {
      200: {
        description: 'What was seen, and what is needed.',
        schema: z.object({
          ok: z.boolean(),
          identity: z.string().optional(),
          identities: z.array(z.string()),
          policies: z.string(),
          criteria: z.array(CriterionTextSchema),
        }),
      },
    },
    ['shops/unknown', ...ofCampaign],
  ),
}

const applySchema = {
  operationId: 'applyForCampaign',
  summary: 'Apply to a campaign',
  description: 'While sign-up is open; once, and after withdrawing again.',
  tags,
  params: ShopParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ campaign: CampaignNameSchema }),
  response: answers({ 201: given('Applied, now or by the same request before.') }, [
    ...ofBody,
    ...ofCampaign,
    'shops/unknown',
    'shops/closed',
    'enrolment/sign-up-closed',
    'enrolment/applied-before',
    'enrolment/on-probation',
    'requests/key-reused',
  ]),
}

const withdrawSchema = {
  operationId: 'withdrawEnrolment',
  summary: 'Take an application back',
  description: 'Until it is approved, without harm.',
  tags,
  params: EnrolmentParamsSchema,
  headers: IdempotencyHeadersSchema,
  response: answers({ 200: given('Withdrawn, now or by the same request before.') }, [
    ...ofCampaign,
    'shops/unknown',
    'enrolment/unknown',
    'enrolment/approved',
    'enrolment/over',
    'requests/key-reused',
  ]),
}

const leaveSchema = {
  operationId: 'leaveCampaign',
  summary: 'Leave a campaign after approval',
  description:
    'A broken promise: it costs the violation points that the policy `violations` has for `leftAfterApproval`.',
  tags,
  params: EnrolmentParamsSchema,
  headers: IdempotencyHeadersSchema,
  response: answers({ 200: given('Left, now or by the same request before.') }, [
    ...ofCampaign,
    'shops/unknown',
    'enrolment/unknown',
    'enrolment/not-approved',
    'enrolment/over',
    'requests/key-reused',
  ]),
}

/** What shops do to take part in campaigns, or not to. */
export function shopEnrolmentsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const told = async (enrolment: Enrolment, at: Temporal.Instant): Promise<EnrolmentText> =>
    enrolmentText(await viewEnrolment(db, context, enrolment, at), market.zone)

  http.get('/shops/:shopId/enrolments', { schema: listSchema, config }, async (request, reply) => {
    const { shopId } = request.params
    if ((await shopById(db, shopId)) === undefined) {
      return sendProblem(reply, { refusal: 'shops/unknown' })
    }
    const enrolments: EnrolmentText[] = []
    for (const each of await enrolmentsOfShop(db, shopId)) {
      enrolments.push(await told(each, request.receivedAt))
    }
    return reply.send({ enrolments })
  })

  http.get(
    '/shops/:shopId/enrolments/:campaign',
    { schema: readSchema, config },
    async (request, reply) => {
      const { shopId, campaign } = request.params
      const enrolment = await enrolmentOf(db, campaign, shopId)
      if (enrolment === undefined) return sendProblem(reply, { refusal: 'enrolment/unknown' })
      return reply.send(await told(enrolment, request.receivedAt))
    },
  )

  http.get(
    '/shops/:shopId/enrolments/:campaign/check',
    { schema: checkSchema, config },
    async (request, reply) => {
      const checked = await previewEnrolment(context, { ...request.params, at: request.receivedAt })
      if (!checked.ok) return sendProblem(reply, checked)
      const { ok, identity, identities, criteria } = checked.decision
      return reply.send({
        ok,
        ...(identity === undefined ? {} : { identity }),
        identities: [...identities],
        policies: checked.policies,
        criteria: criteria.map(criterionText),
      })
    },
  )

  http.post(
    '/shops/:shopId/enrolments',
    { schema: applySchema, config },
    async (request, reply) => {
      const applied = await applyForCampaign(context, {
        ...request.params,
        ...request.body,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!applied.ok) return sendProblem(reply, applied)
      return reply.code(201).send(await told(applied.enrolment, request.receivedAt))
    },
  )

  for (const [verb, schema, end] of [
    ['withdraw', withdrawSchema, withdrawEnrolment],
    ['leave', leaveSchema, leaveCampaign],
  ] as const) {
    http.post(
      `/shops/:shopId/enrolments/:campaign/${verb}`,
      { schema, config },
      async (request, reply) => {
        const ended = await end(context, {
          ...request.params,
          caller: callerId(callerOf(request)),
          key: request.headers['idempotency-key'],
          at: request.receivedAt,
        })
        if (!ended.ok) return sendProblem(reply, ended)
        return reply.send(await told(ended.enrolment, request.receivedAt))
      },
    )
  }
}
