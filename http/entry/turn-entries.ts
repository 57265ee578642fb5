import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  EntryParamsSchema,
  EntryTextSchema,
  entryText,
  EventParamsSchema,
} from '#http/entry/schemas.ts'
import { sendProblem, type Refused } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { callOff } from '#operations/entry/call-off.ts'
import { cancelEntry } from '#operations/entry/cancel-entry.ts'
import { checkIn } from '#operations/entry/check-in.ts'
import { registerForEvent, type Registered } from '#operations/entry/register.ts'
import { instantToText } from '#rules/time/instants.ts'

const ofMember = { access: ['member', 'service', 'operator'] as const }

const registerSchema = {
  operationId: 'registerForEvent',
  summary: 'Register a member for an event',
  description:
    'The points are held, and taken when the event begins. Without a free place the member waits in line, with nothing held. Once for each key; a refusal leaves nothing, so the key may be tried again.',
  tags: ['Event entry'],
  params: EntryParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    accepts: z
      .string()
      .max(200)
      .optional()
      .meta({
        description: 'The version of the temporary rules that the member accepts.',
        examples: ['points-event:night-run@1'],
      }),
  }),
  response: answers(
    { 201: { description: '`admitted`, or `waiting`.', schema: EntryTextSchema } },
    [
      ...ofBody,
      'members/unknown',
      'members/sealed',
      'entry/unknown',
      'entry/called-off',
      'entry/not-open',
      'entry/not-eligible',
      'entry/barred',
      'entry/already-registered',
      'entry/rules-not-accepted',
      'entry/full',
      'ledger/insufficient',
      'requests/key-reused',
    ],
  ),
}

const cancelSchema = {
  operationId: 'cancelEventEntry',
  summary: 'Cancel a member’s entry to an event',
  description:
    'Free until some time before the event; then it costs the part that the policy says. The place goes to the next of the line.',
  tags: ['Event entry'],
  params: EntryParamsSchema,
  response: answers(
    { 200: { description: 'Cancelled, now or before.', schema: EntryTextSchema } },
    [
      'members/unknown',
      'entry/unknown',
      'entry/not-registered',
      'entry/not-open-entry',
      'entry/begun',
    ],
  ),
}

const checkInSchema = {
  operationId: 'checkInToEvent',
  summary: 'Let a member in',
  description: 'By whoever stands at the door. Told again, it is as before.',
  tags: ['Event entry'],
  params: EntryParamsSchema,
  response: answers({ 200: { description: 'The member is in.', schema: EntryTextSchema } }, [
    'members/unknown',
    'members/sealed',
    'entry/unknown',
    'entry/called-off',
    'entry/doors-closed',
    'entry/not-registered',
    'entry/not-open-entry',
  ]),
}

const callOffSchema = {
  operationId: 'callEventOff',
  summary: 'Call an event off: everybody gets everything back',
  tags: ['Event entry'],
  params: EventParamsSchema,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  response: answers(
    {
      200: {
        description: 'It is off.',
        schema: z.object({ event: z.string(), calledOffAt: InstantTextSchema }),
      },
    },
    [...ofBody, 'entry/unknown', 'entry/over'],
  ),
}

/** What members and those who run an event do with entries. */
export function turnEntriesRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market

  http.post(
    '/members/:memberId/event-entries/:slug',
    { schema: registerSchema, config: ofMember },
    async (request, reply) => {
      const registered = await registerForEvent(context, {
        ...request.params,
        accepts: request.body.accepts,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!registered.ok) return sendProblem(reply, refusedOf(registered, zone))

      return reply.code(201).send(entryText(registered.entry, zone))
    },
  )

  http.post(
    '/members/:memberId/event-entries/:slug/cancellation',
    { schema: cancelSchema, config: { ...ofMember, endsFlow: true } },
    async (request, reply) => {
      const actor = callerId(callerOf(request))
      const named = { ...request.params, actor, at: request.receivedAt }
      const cancelled = await cancelEntry(context, named)
      if (!cancelled.ok) return sendProblem(reply, cancelled)

      return reply.send(entryText(cancelled.entry, zone))
    },
  )

  http.post(
    '/members/:memberId/event-entries/:slug/check-in',
    { schema: checkInSchema, config: { access: ['service', 'operator'], endsFlow: true } },
    async (request, reply) => {
      const actor = callerId(callerOf(request))
      const named = { ...request.params, actor, at: request.receivedAt }
      const checked = await checkIn(context, named)
      if (!checked.ok) return sendProblem(reply, checked)

      return reply.send(entryText(checked.entry, zone))
    },
  )

  http.post(
    '/entry-events/:slug/calling-off',
    { schema: callOffSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const { slug } = request.params
      const { reason } = request.body
      const by = callerId(callerOf(request))
      const off = await callOff(context, { slug, reason, by, at: request.receivedAt })
      if (!off.ok) return sendProblem(reply, off)

      const { calledOffAt } = off.event
      const at = calledOffAt ?? request.receivedAt
      return reply.send({ event: slug, calledOffAt: instantToText(at, zone) })
    },
  )
}

/** A refused registration with what explains it. */
function refusedOf(refused: Extract<Registered, { ok: false }>, zone: string): Refused {
  const { refusal } = refused
  const { short, unlockedBy, until, rules } = refused as {
    readonly short?: number
    readonly unlockedBy?: object
    readonly until?: Temporal.Instant
    readonly rules?: string
  }
  return {
    refusal,
    ...(short === undefined ? {} : { short }),
    ...(unlockedBy === undefined ? {} : { unlockedBy }),
    more: {
      ...(until === undefined ? {} : { until: instantToText(until, zone) }),
      ...(rules === undefined ? {} : { rules }),
    },
  }
}
