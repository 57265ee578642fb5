import { z } from 'zod'
import { memberById } from '#db/members.ts'
import {
  announcementsPage,
  countUnread,
  type Announced,
  type AnnouncementPlace,
} from '#db/membership/announcements.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { LongCursorSchema, textOf, textsOf } from '#http/announced/cursor.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { readAnnouncement } from '#operations/announcements/read-announcement.ts'
import { instantFromText, instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

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

/** What members are told. */
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

function placeOfPage(cursor: string): AnnouncementPlace | undefined {
  const [text = '', id = ''] = textsOf(cursor, 2) ?? []
  const at = instantFromText(text)
  return at === undefined || id.includes('\0') ? undefined : { at, id }
}
