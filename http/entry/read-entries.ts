import { z } from 'zod'
import { entriesOfEvent, entriesPage, entriesTo, waitingBefore } from '#db/entry/entries.ts'
import { eventByName } from '#db/entry/events.ts'
import { memberById } from '#db/members.ts'
import { roles } from '#http/auth/caller.ts'
import { TitleTextSchema } from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import {
  EntryParamsSchema,
  EntryTextSchema,
  entryText,
  EventParamsSchema,
} from '#http/entry/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import {
  entryName,
  eventAt,
  eventsAt,
  rulesOf,
  type KnownEvent,
} from '#operations/entry/entry-book.ts'
import { readQuotas } from '#operations/issuing/quotas.ts'
import { entryStatuses } from '#rules/entry/entry.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20
const ofMember = { access: ['member', 'service', 'operator'] as const }

const WindowTextSchema = z.object({ from: InstantTextSchema, to: InstantTextSchema })

const EventTextSchema = z
  .object({
    event: z.string().meta({ examples: ['night-run'] }),
    policy: z.string().meta({ examples: ['entry:night-run@1'] }),
    title: TitleTextSchema,
    points: z.int(),
    register: WindowTextSchema,
    takesPlace: WindowTextSchema,
    capacity: z.int().nullable().meta({ description: '`null`: as many as come.' }),
    left: z.int().nullable().meta({ description: 'Places that nobody has.' }),
    waiting: z.int(),
    rules: z
      .string()
      .nullable()
      .meta({ description: 'What whoever registers has to accept: `points-event:x@1`.' }),
    calledOff: z.object({ at: InstantTextSchema, reason: z.string() }).nullable(),
    terms: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'EntryEvent', description: 'An event that members register for.' })

const listSchema = {
  operationId: 'listEntryEvents',
  summary: 'The events that members register for',
  tags: ['Event entry'],
  response: answers(
    { 200: { description: 'By name.', schema: z.object({ events: z.array(EventTextSchema) }) } },
    [],
  ),
}

const eventSchema = {
  operationId: 'getEntryEvent',
  summary: 'An event: when, at what price, how many places are left',
  tags: ['Event entry'],
  params: EventParamsSchema,
  response: answers({ 200: { description: 'The event.', schema: EventTextSchema } }, [
    'entry/unknown',
  ]),
}

const PageSchema = z.object({
  entries: z.array(EntryTextSchema),
  nextCursor: z.string().optional(),
})

const attendeesSchema = {
  operationId: 'listEntriesToEvent',
  summary: 'The entries to an event, in the order of registering',
  tags: ['Event entry'],
  params: EventParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
    status: z.enum(entryStatuses).optional(),
  }),
  response: answers({ 200: { description: 'A page.', schema: PageSchema } }, [
    'entry/unknown',
    'requests/bad-cursor',
  ]),
}

const ownSchema = {
  operationId: 'listEventEntries',
  summary: 'A member’s entries to events, the newest first',
  tags: ['Event entry'],
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers({ 200: { description: 'A page.', schema: PageSchema } }, [
    'members/unknown',
    'requests/bad-cursor',
  ]),
}

const entrySchema = {
  operationId: 'getEventEntry',
  summary: 'A member’s last entry to an event, and its place in the line',
  tags: ['Event entry'],
  params: EntryParamsSchema,
  response: answers(
    {
      200: {
        description: 'The entry.',
        schema: EntryTextSchema.extend({
          before: z.int().nullable().meta({ description: 'How many wait before him.' }),
        }),
      },
    },
    ['entry/unknown', 'entry/not-registered'],
  ),
}

/** Events with entry, and who has one. */
export function readEntriesToEventsRoutes(http: Http, context: HttpContext): void {
  eventsRoutes(http, context)
  ofMemberRoutes(http, context)
}

function eventsRoutes(http: Http, context: HttpContext): void {
  const { db, policies, market } = context
  const { zone } = market

  http.get(
    '/entry-events',
    { schema: listSchema, config: { access: roles } },
    async (request, reply) => {
      const known = eventsAt(policies, request.receivedAt)
      const events = await Promise.all(
        known.map((each) => eventText(context, each, request.receivedAt)),
      )
      return reply.send({ events })
    },
  )

  http.get(
    '/entry-events/:slug',
    { schema: eventSchema, config: { access: roles } },
    async (request, reply) => {
      const known = eventAt(policies, request.params.slug, request.receivedAt)
      if (known === undefined) return sendProblem(reply, { refusal: 'entry/unknown' })
      return reply.send(await eventText(context, known, request.receivedAt))
    },
  )

  http.get(
    '/entry-events/:slug/entries',
    { schema: attendeesSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { slug } = request.params
      const { cursor, status, limit = usualLimit } = request.query
      if (eventAt(policies, slug, request.receivedAt) === undefined) {
        return sendProblem(reply, { refusal: 'entry/unknown' })
      }
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const found = await entriesOfEvent(db, slug, { status, offset, limit: limit + 1 })
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const entries = found.slice(0, limit).map((each) => entryText(each, zone))
      return reply.send({ entries, ...next })
    },
  )
}

function ofMemberRoutes(http: Http, { db, policies, market }: HttpContext): void {
  const { zone } = market

  http.get(
    '/members/:memberId/event-entries',
    { schema: ownSchema, config: ofMember },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, limit = usualLimit } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const [member, found] = await Promise.all([
        memberById(db, memberId),
        entriesPage(db, memberId, { offset, limit: limit + 1 }),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const entries = found.slice(0, limit).map((each) => entryText(each, zone))
      return reply.send({ entries, ...next })
    },
  )

  http.get(
    '/members/:memberId/event-entries/:slug',
    { schema: entrySchema, config: ofMember },
    async (request, reply) => {
      const { memberId, slug } = request.params
      if (eventAt(policies, slug, request.receivedAt) === undefined) {
        return sendProblem(reply, { refusal: 'entry/unknown' })
      }
      const [entry] = await entriesTo(db, memberId, slug)
      if (entry === undefined) return sendProblem(reply, { refusal: 'entry/not-registered' })
      const isWaiting = entry.status === 'waiting'
      const before = isWaiting ? await waitingBefore(db, slug, entry.number) : null
      return reply.send({ ...entryText(entry, zone), before })
    },
  )
}

async function eventText(
  { db, policies, market: { zone } }: Pick<HttpContext, 'db' | 'policies' | 'market'>,
  known: KnownEvent,
  now: Temporal.Instant,
): Promise<z.input<typeof EventTextSchema>> {
  const { event, policy, terms } = known
  const [row, waiting, quotas] = await Promise.all([
    eventByName(db, event),
    waitingBefore(db, event),
    readQuotas(db, [entryName(event)], ''),
  ])
  const { title, points, register, event: takesPlace, capacity = null } = terms
  const used = quotas.get(entryName(event))?.used ?? 0
  const textOf = ({ from, to }: typeof register) => {
    return { from: instantToText(from, zone), to: instantToText(to, zone) }
  }
  const off = row?.calledOffAt ?? null
  return {
    event,
    policy,
    title,
    points,
    register: textOf(register),
    takesPlace: textOf(takesPlace),
    capacity,
    left: capacity === null ? null : Math.max(0, capacity - used),
    waiting,
    rules: rulesOf(policies, known, now) ?? null,
    calledOff: off === null ? null : { at: instantToText(off, zone), reason: row?.reason ?? '' },
    terms: policies.at(policy.slice(0, policy.lastIndexOf('@')), now)?.body as Record<
      string,
      unknown
    >,
  }
}
