import { z } from 'zod'
import {
  announcementsPage,
  countUnread,
  type Announced,
  type AnnouncementPlace,
} from '#db/announced/announcements.ts'
import type { ToldOf } from '#db/announced/feed.ts'
import { memberById } from '#db/members.ts'
import { shopById } from '#db/shops/shops.ts'
import { LongCursorSchema, textOf, textsOf } from '#http/announced/cursor.ts'
import type { Role } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { readAnnouncement } from '#operations/announcements/read-announcement.ts'
import { instantFromText, instantToText } from '#rules/time/instants.ts'

/** Of whom is told: the same routes stand under each. */
type Subject = {
  readonly of: ToldOf
  /** In the middle of the names of operations. */
  readonly name: '' | 'Shop'
  readonly tag: 'Membership' | 'Shops'
  readonly path: '/members/:memberId' | '/shops/:shopId'
  readonly params: z.ZodObject
  readonly access: readonly Role[]
  readonly unknown: 'members/unknown' | 'shops/unknown'
  readonly isThere: (db: HttpContext['db'], subjectId: string) => Promise<boolean>
}

const subjects: readonly Subject[] = [
  {
    of: 'member',
    name: '',
    tag: 'Membership',
    path: '/members/:memberId',
    params: MemberParamsSchema,
    access: ['member', 'service', 'operator'],
    unknown: 'members/unknown',
    isThere: async (db, memberId) => (await memberById(db, memberId)) !== undefined,
  },
  {
    of: 'shop',
    name: 'Shop',
    tag: 'Shops',
    path: '/shops/:shopId',
    params: ShopParamsSchema,
    access: ['merchant', 'operator', 'service'],
    unknown: 'shops/unknown',
    isThere: async (db, shopId) => (await shopById(db, shopId)) !== undefined,
  },
]

const usualLimit = 20

const AnnouncementSchema = z
  .object({
    announcementId: z.string(),
    type: z.string().meta({ examples: ['jifen.tier.changed.v1'] }),
    at: InstantTextSchema,
    data: z.record(z.string(), z.unknown()),
    readAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'Announcement', description: 'What a member or a shop is told.' })

/** What members and shops are told. */
export function announcementRoutes(http: Http, context: HttpContext): void {
  for (const subject of subjects) {
    listRoute(http, context, subject)
    readRoute(http, context, subject)
  }
}

function listRoute(http: Http, { db, market }: HttpContext, subject: Subject): void {
  const { of, name, tag, path, params, access, unknown } = subject
  const schema = {
    operationId: `list${name}Announcements`,
    summary: `What a ${of} was told, newest first`,
    tags: [tag],
    params,
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
      [unknown, 'requests/bad-cursor'],
    ),
  }
  http.get(`${path}/announcements`, { schema, config: { access } }, async (request, reply) => {
    const subjectId = subjectOf(request.params)
    const { cursor, unread, limit = usualLimit } = request.query
    const after = cursor === undefined ? undefined : placeOf(cursor)
    if (cursor !== undefined && after === undefined) {
      return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    }
    const asked = { unread: unread === 'true', after, limit: limit + 1 }
    const [isThere, found, count] = await Promise.all([
      subject.isThere(db, subjectId),
      announcementsPage(db, of, subjectId, asked),
      countUnread(db, of, subjectId),
    ])
    if (!isThere) return sendProblem(reply, { refusal: unknown })

    const page = found.slice(0, limit)
    const last = page.at(-1)
    const next =
      found.length > limit && last !== undefined
        ? { nextCursor: textOf([last.at.toString(), last.id]) }
        : {}
    const announcements = page.map((each) => announcementText(each, market.zone))
    return reply.send({ announcements, unread: count, ...next })
  })
}

function readRoute(http: Http, { db, market }: HttpContext, subject: Subject): void {
  const { of, name, tag, path, params, access, unknown } = subject
  const schema = {
    operationId: `read${name}Announcement`,
    summary: `Say that the ${of} has read it`,
    description: 'Again changes nothing: the first time counts.',
    tags: [tag],
    params: params.extend({ announcementId: z.string().min(1).max(500) }),
    response: answers({ 200: { description: 'It is read.', schema: AnnouncementSchema } }, [
      unknown,
      'announcements/unknown',
    ]),
  }
  http.post(
    `${path}/announcements/:announcementId/read`,
    { schema, config: { access } },
    async (request, reply) => {
      const subjectId = subjectOf(request.params)
      const { announcementId: id } = request.params as { readonly announcementId: string }
      if (!(await subject.isThere(db, subjectId))) return sendProblem(reply, { refusal: unknown })

      const read = await readAnnouncement(db, of, { subjectId, id, at: request.receivedAt })
      if (!read.ok) return sendProblem(reply, read)
      return reply.send(announcementText(read.announced, market.zone))
    },
  )
}

function subjectOf(params: unknown): string {
  const { memberId, shopId } = params as { readonly memberId?: string; readonly shopId?: string }
  return memberId ?? shopId ?? ''
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

function placeOf(cursor: string): AnnouncementPlace | undefined {
  const [text = '', id = ''] = textsOf(cursor, 2) ?? []
  const at = instantFromText(text)
  return at === undefined ? undefined : { at, id }
}
