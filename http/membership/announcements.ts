import { z } from 'zod'
import { memberById } from '#db/members.ts'
import {
  announcementsBehind,
  announcementsPage,
  countUnread,
  type Announced,
  type AnnouncementPlace,
  type FedAnnouncement,
  type FeedPlace,
} from '#db/membership/announcements.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { readAnnouncement } from '#operations/announcements/read-announcement.ts'
import { MemberIdSchema } from '#rules/fields.ts'
import { instantFromText, instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const LongCursorSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,800}$/, { error: 'A cursor is one that this list gave.' })
  .meta({ description: 'A cursor that this list gave.' })

const AnnouncementSchema = z
  .object({
    announcementId: z.string(),
    type: z.string().meta({ examples: ['jifen.tier.changed.v1'] }),
    at: InstantTextSchema,
    data: z.record(z.string(), z.unknown()),
    readAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'Announcement', description: 'What a member is told.' })

const listSchema = {
  operationId: 'listAnnouncements',
  summary: 'What a member was told, newest first',
  tags: ['Membership'],
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: LongCursorSchema.optional(),
    unread: z.enum(['true', 'false']).optional().meta({ description: 'Only what is not read.' }),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          announcements: z.array(AnnouncementSchema),
          unread: z.int().meta({ description: 'How many are not read, on all pages together.' }),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readAnnouncement',
  summary: 'Say that the member has read it',
  description: 'Again changes nothing: the first time counts.',
  tags: ['Membership'],
  params: MemberParamsSchema.extend({ announcementId: z.string().min(1).max(300) }),
  response: answers({ 200: { description: 'It is read.', schema: AnnouncementSchema } }, [
    'members/unknown',
    'announcements/unknown',
  ]),
}

const CloudEventSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'Unique for ever: the member and the announcement.' }),
    source: z.literal('jifen'),
    type: z.string().meta({ examples: ['jifen.tier.changed.v1'] }),
    time: InstantTextSchema,
    partitionkey: z.string().meta({ description: 'The member.' }),
    datacontenttype: z.literal('application/json'),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AnnouncedEvent', description: 'An announcement as a CloudEvent 1.0.' })

const feedSchema = {
  operationId: 'listAnnouncedEvents',
  summary: 'What all members were told, as CloudEvents, for other systems',
  description:
    'Keep `next` and ask with it again, at once while events come, else now and then. No event is ever passed over, and none comes twice behind one cursor. An event is held back while a transaction that began to write before it still runs.',
  tags: ['Events'],
  querystring: z.strictObject({
    after: LongCursorSchema.optional().meta({ description: 'The `next` of the page before.' }),
    limit: LimitSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'The events behind the cursor, in the order that never changes.',
        schema: z.object({
          events: z.array(CloudEventSchema),
          next: z.string().nullable().meta({
            description: 'The cursor behind these events; null while there never was one.',
          }),
        }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

/** What members are told, and of it other systems. */
export function announcementRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const access = ['member', 'service', 'operator'] as const

  http.get(
    '/members/:memberId/announcements',
    { schema: listSchema, config: { access } },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, unread, limit = usualLimit } = request.query
      const after = cursor === undefined ? undefined : placeOfPage(cursor)
      if (cursor !== undefined && after === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const [member, found, count] = await Promise.all([
        memberById(db, memberId),
        announcementsPage(db, memberId, { unread: unread === 'true', after, limit: limit + 1 }),
        countUnread(db, memberId),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const page = found.slice(0, limit)
      const last = page.at(-1)
      const next =
        found.length > limit && last !== undefined
          ? { nextCursor: textOf([last.at.toString(), last.id]) }
          : {}
      const announcements = page.map((each) => announcementText(each, market.zone))
      return reply.send({ announcements, unread: count, ...next })
    },
  )

  http.post(
    '/members/:memberId/announcements/:announcementId/read',
    { schema: readSchema, config: { access } },
    async (request, reply) => {
      const { memberId, announcementId: id } = request.params
      if ((await memberById(db, memberId)) === undefined) {
        return sendProblem(reply, { refusal: 'members/unknown' })
      }
      const read = await readAnnouncement(db, { memberId, id, at: request.receivedAt })
      if (!read.ok) return sendProblem(reply, read)

      return reply.send(announcementText(read.announced, market.zone))
    },
  )

  http.get(
    '/announcements',
    { schema: feedSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { after, limit = 100 } = request.query
      const place = after === undefined ? undefined : placeOfFeed(after)
      if (after !== undefined && place === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const found = await announcementsBehind(db, place, limit)

      const last = found.at(-1)?.place
      const next =
        last === undefined ? after : textOf([last.server, last.writtenIn, last.memberId, last.id])
      return reply.send({
        events: found.map((each) => eventOf(each, market.zone)),
        next: next ?? null,
      })
    },
  )
}

function announcementText(
  { id, type, at, data, readAt }: Announced,
  zone: string,
): z.input<typeof AnnouncementSchema> {
  return {
    announcementId: id,
    type,
    at: instantToText(at, zone),
    data,
    readAt: readAt === undefined ? null : instantToText(readAt, zone),
  }
}

function eventOf(
  { memberId, id, type, at, data }: FedAnnouncement,
  zone: string,
): z.input<typeof CloudEventSchema> {
  return {
    specversion: '1.0',
    id: `${memberId}/${id}`,
    source: 'jifen',
    type,
    time: instantToText(at, zone),
    partitionkey: memberId,
    datacontenttype: 'application/json',
    data,
  }
}

function textOf(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Reads a cursor back as so many texts; `undefined` when it is none. */
function textsOf(cursor: string, count: number): readonly string[] | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const isPlace = Array.isArray(read) && read.length === count
    if (!isPlace || !read.every((each) => typeof each === 'string')) return undefined
    return textOf(read) === cursor ? read : undefined
  } catch {
    return undefined
  }
}

function placeOfPage(cursor: string): AnnouncementPlace | undefined {
  const [text = '', id = ''] = textsOf(cursor, 2) ?? []
  const at = instantFromText(text)
  return at === undefined || id.includes('\0') ? undefined : { at, id }
}

function placeOfFeed(cursor: string): FeedPlace | undefined {
  const [server = '', writtenIn = '', memberId = '', id = ''] = textsOf(cursor, 4) ?? []
  const isPlace = [server, writtenIn].every((each) => /^[0-9]{1,19}$/.test(each))
  if (!isPlace || !MemberIdSchema.safeParse(memberId).success || id.includes('\0')) return undefined
  return { server, writtenIn, memberId, id }
}
