import { z } from 'zod'
import { turnsOf } from '#db/merchants/violations.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  ViolationIdSchema,
  ViolationParamsSchema,
  ViolationSchema,
  violationText,
} from '#http/merchants/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import {
  appealViolation,
  decideViolation,
  type ViolationTurned,
} from '#operations/merchants/violations/decide-violation.ts'
import { recordViolation } from '#operations/merchants/violations/record-violation.ts'
import { InstantSchema, nameOf } from '#rules/fields.ts'
import { mostViolationPoints, ViolationKindSchema } from '#rules/merchants/violations/policy.ts'

const WordsSchema = z
  .string()
  .min(1)
  .max(2_000)
  .meta({ description: 'In words, without personal data.' })

const recordSchema = {
  operationId: 'recordShopViolation',
  summary: 'Record what a shop did wrong',
  description:
    'By an act of the policy `violations`, or with kind and points. What follows from the total follows at once.',
  tags: ['Merchant metrics'],
  params: ShopParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z
    .strictObject({
      violationId: ViolationIdSchema,
      act: nameOf(64).optional(),
      kind: ViolationKindSchema.optional(),
      points: z.int().min(1).max(mostViolationPoints).optional(),
      doneAt: InstantSchema.optional().meta({
        description: 'Absent: now.',
        format: 'date-time',
      }),
      words: WordsSchema,
    })
    .refine(
      ({ act, kind, points }) =>
        act === undefined
          ? kind !== undefined && points !== undefined
          : kind === undefined && points === undefined,
      { path: ['act'], error: 'Either an act of the policy, or kind and points.' },
    ),
  response: answers({ 201: { description: 'Recorded.', schema: ViolationSchema } }, [
    ...ofBody,
    'requests/key-reused',
    'shops/unknown',
    'violations/no-policy',
    'violations/unknown-act',
    'violations/id-reused',
    'violations/in-the-future',
  ]),
}

const turned = { 200: { description: 'The violation as it stands.', schema: ViolationSchema } }

const appealSchema = {
  operationId: 'appealViolation',
  summary: 'Appeal against a violation',
  description: 'Once, within the days of the policy.',
  tags: ['Merchant metrics'],
  params: ViolationParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ words: WordsSchema }),
  response: answers(turned, [
    ...ofBody,
    'requests/key-reused',
    'shops/unknown',
    'violations/unknown',
    'violations/appeal-too-late',
    'violations/already-appealed',
    'violations/struck',
  ]),
}

const decideSchema = {
  operationId: 'decideViolation',
  summary: 'Uphold a violation, or strike it',
  description:
    'Striking takes two: the first such decision proposes it, the same by another person does it, and lifts what rests on the points. Who recorded the violation decides neither.',
  tags: ['Merchant metrics'],
  params: ViolationParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ decision: z.enum(['strike', 'uphold']), words: WordsSchema }),
  response: answers(turned, [
    ...ofBody,
    'requests/key-reused',
    'shops/unknown',
    'violations/unknown',
    'violations/not-appealed',
    'violations/recorder-decides',
    'violations/needs-second-person',
    'violations/struck',
  ]),
}

/** What is recorded of violations, and decided about them. */
export function recordViolationsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const textOf = (done: Extract<ViolationTurned, { readonly ok: true }>) =>
    violationText(done.violation, done.turns, market.zone)

  http.post(
    '/shops/:shopId/violations',
    { schema: recordSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const { violationId, act, kind, points, doneAt, words } = request.body
      const worth = kind === undefined || points === undefined ? undefined : { kind, points }
      const recorded = await recordViolation(context, {
        shopId: request.params.shopId,
        violationId,
        as: worth ?? { act: act ?? '' },
        doneAt,
        words,
        actor: callerId(callerOf(request)),
        idempotencyKey: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!recorded.ok) return sendProblem(reply, recorded)
      const turns = await turnsOf(db, [recorded.violation])
      return reply.code(201).send(violationText(recorded.violation, turns, market.zone))
    },
  )

  http.post(
    '/shops/:shopId/violations/:violationId/appeal',
    { schema: appealSchema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const done = await appealViolation(context, {
        ...request.params,
        ...request.body,
        actor: callerId(callerOf(request)),
        idempotencyKey: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!done.ok) return sendProblem(reply, done)
      return reply.send(textOf(done))
    },
  )

  http.post(
    '/shops/:shopId/violations/:violationId/decisions',
    { schema: decideSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const done = await decideViolation(context, {
        ...request.params,
        ...request.body,
        actor: callerId(callerOf(request)),
        idempotencyKey: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!done.ok) return sendProblem(reply, done)
      return reply.send(textOf(done))
    },
  )
}
