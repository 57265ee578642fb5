import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  EnrolmentParamsSchema,
  EnrolmentTextSchema,
  enrolmentText,
  stepsOf,
  SupplementBodySchema,
} from '#http/enrolment/schemas.ts'
import { sendProblem, type Refused } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { appealEnrolment } from '#operations/enrolment/appeal-enrolment.ts'
import { doSupplement, type SupplementDone } from '#operations/enrolment/do-supplement.ts'
import { viewEnrolment } from '#operations/enrolment/view-enrolment.ts'
import { nameOf } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Enrolment']
const config = { access: ['merchant', 'operator', 'service'] as const }

const supplementSchema = {
  operationId: 'doEnrolmentSupplement',
  summary: 'Do one of the supplements of an approved shop',
  description:
    'Inside its window alone. An agreement takes `version` and `hash` of the text as it was read; `allowanceSteps` the `steps`; `identity` the `identity`; a confirmation nothing. What was signed stays; steps and identity can be changed while the window is open.',
  tags,
  params: EnrolmentParamsSchema.extend({
    supplement: nameOf(60).meta({ examples: ['integrityAgreement'] }),
  }),
  headers: IdempotencyHeadersSchema,
  body: SupplementBodySchema,
  response: answers({ 200: { description: 'Done, now or before.', schema: EnrolmentTextSchema } }, [
    ...ofBody,
    'campaigns/unknown',
    'enrolment/no-policy',
    'enrolment/no-sign-up',
    'shops/unknown',
    'enrolment/unknown',
    'enrolment/unknown-supplement',
    'enrolment/not-approved',
    'enrolment/window-closed',
    'enrolment/supplement-does-not-fit',
    'enrolment/text-changed',
    'enrolment/wrong-steps',
    'enrolment/wrong-identity',
    'enrolment/no-place',
    'requests/key-reused',
  ]),
}

const appealSchema = {
  operationId: 'appealEnrolment',
  summary: 'Appeal against a refusal',
  description: 'Once, and until `appealUntil`. Somebody else than those who reviewed decides.',
  tags,
  params: EnrolmentParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ grounds: z.string().trim().min(1).max(5_000) }),
  response: answers({ 201: { description: 'It is open.', schema: EnrolmentTextSchema } }, [
    ...ofBody,
    'campaigns/unknown',
    'enrolment/no-policy',
    'enrolment/no-sign-up',
    'shops/unknown',
    'enrolment/unknown',
    'enrolment/not-refused',
    'enrolment/no-appeal',
    'enrolment/appeal-too-late',
    'enrolment/appealed-before',
    'requests/key-reused',
  ]),
}

/** What approved shops have to do, and what refused ones can. */
export function supplementRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context

  http.post(
    '/shops/:shopId/enrolments/:campaign/supplements/:supplement',
    { schema: supplementSchema, config },
    async (request, reply) => {
      const { steps, ...said } = request.body
      const done = await doSupplement(context, {
        ...request.params,
        said: { ...said, steps: stepsOf(steps) },
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!done.ok) return sendProblem(reply, refusedOf(done, market.zone))
      const view = await viewEnrolment(db, context, done.enrolment, request.receivedAt)
      return reply.send(enrolmentText(view, market.zone))
    },
  )

  http.post(
    '/shops/:shopId/enrolments/:campaign/appeal',
    { schema: appealSchema, config },
    async (request, reply) => {
      const appealed = await appealEnrolment(context, {
        ...request.params,
        ...request.body,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!appealed.ok) return sendProblem(reply, appealed)
      const view = await viewEnrolment(db, context, appealed.enrolment, request.receivedAt)
      return reply.code(201).send(enrolmentText(view, market.zone))
    },
  )
}

/** With the window that is closed, or what is wrong with the steps. */
function refusedOf(refused: Extract<SupplementDone, { ok: false }>, zone: string): Refused {
  switch (refused.refusal) {
    case 'enrolment/window-closed': {
      const [from, before] = [refused.from, refused.to].map((at) => instantToText(at, zone))
      return { refusal: refused.refusal, more: { from, before } }
    }
    case 'enrolment/wrong-steps': {
      const { refusal, wrong, category } = refused
      return { refusal, more: { wrong, category } }
    }
    default:
      return { refusal: refused.refusal }
  }
}
