import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { DecisionBodySchema, EvidenceBodySchema, explained } from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { InvitationParamsSchema, RecruitSchema, recruitText } from '#http/recruiting/schemas.ts'
import { answers, ofBody } from '#http/route.ts'
import {
  decideRecruiting,
  openRecruitedShop,
  tellRecruitingEvidence,
} from '#operations/recruiting/decide-recruiting.ts'
import { IdSchema, nameOf } from '#rules/fields.ts'

const tags = ['Recruiting']
const operator = { access: ['operator'] as const }
const staff = { access: ['operator', 'service'] as const }

const decideSchema = {
  operationId: 'decideRecruiting',
  summary: 'Decide the stage of a recruited shop',
  tags,
  params: InvitationParamsSchema,
  body: DecisionBodySchema,
  response: answers({ 200: { description: 'Decided.', schema: RecruitSchema } }, [
    ...ofBody,
    'recruiting/unknown',
    'recruiting/wrong-status',
    'recruiting/other-stage',
    'recruiting/not-reviewer',
    'recruiting/same-person',
    'recruiting/check-failed',
    'recruiting/reason-missing',
  ]),
}

const evidenceSchema = {
  operationId: 'tellRecruitingEvidence',
  summary: 'Record what an outside check answered about an invited company',
  tags,
  params: InvitationParamsSchema,
  body: EvidenceBodySchema,
  response: answers({ 200: { description: 'Recorded.', schema: RecruitSchema } }, [
    ...ofBody,
    'recruiting/unknown',
    'recruiting/wrong-status',
  ]),
}

const openSchema = {
  operationId: 'openRecruitedShop',
  summary: 'Open the shop of a signed contract',
  description: 'Its merchant is registered where it is new. Again the same changes nothing.',
  tags,
  params: InvitationParamsSchema,
  body: z.strictObject({ shopId: IdSchema, title: nameOf(200) }),
  response: answers({ 200: { description: 'Open.', schema: RecruitSchema } }, [
    ...ofBody,
    'recruiting/unknown',
    'recruiting/wrong-status',
    'recruiting/shop-taken',
  ]),
}

/** What reviewers do, up to the open shop (RC-3 to RC-6). */
export function reviewRecruitingRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market

  http.post(
    '/recruiting/invitations/:invitationId/decisions',
    { schema: decideSchema, config: operator },
    async (request, reply) => {
      const { invitationId } = request.params
      const by = callerOf(request).subject
      const asked = { ...request.body, invitationId, by, at: request.receivedAt }
      const decided = await decideRecruiting(context, asked)
      if (!decided.ok) return sendProblem(reply, explained(decided, zone))
      return reply.send(recruitText(decided.recruit, zone))
    },
  )

  http.post(
    '/recruiting/invitations/:invitationId/evidence',
    { schema: evidenceSchema, config: staff },
    async (request, reply) => {
      const { invitationId } = request.params
      const toldBy = callerId(callerOf(request))
      const evidence = { ...request.body, invitationId, toldBy, at: request.receivedAt }
      const told = await tellRecruitingEvidence(context, evidence)
      if (!told.ok) return sendProblem(reply, explained(told, zone))
      return reply.send(recruitText(told.recruit, zone))
    },
  )

  http.post(
    '/recruiting/invitations/:invitationId/shop',
    { schema: openSchema, config: staff },
    async (request, reply) => {
      const { invitationId } = request.params
      const asked = { ...request.body, invitationId, at: request.receivedAt }
      const opened = await openRecruitedShop(context, asked)
      if (!opened.ok) return sendProblem(reply, explained(opened, zone))
      return reply.send(recruitText(opened.recruit, zone))
    },
  )
}
