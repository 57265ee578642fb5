import { z } from 'zod'
import {
  countUnreadOfShop,
  shopAnnouncementsPage,
  type ShopAnnounced,
} from '#db/shops/announcements.ts'
import { shopById } from '#db/shops/shops.ts'
import { LongCursorSchema, textOf, textsOf } from '#http/announced/cursor.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { readByShop } from '#operations/announcements/read-by-shop.ts'
import { instantFromText, instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const AnnouncementSchema = z
  .object({
    announcementId: z.string(),
    type: z.string().meta({ examples: ['jifen.enrolment.decided.v1'] }),
    at: InstantTextSchema,
    data: z.record(z.string(), z.unknown()),
    readAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'ShopAnnouncement', description: 'What a shop is told.' })

const listSchema = {
  operationId: 'listShopAnnouncements',
  summary: 'What a shop was told, newest first',
  tags: ['Shops'],
  params: ShopParamsSchema,
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
    ['shops/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readShopAnnouncement',
  summary: 'Say that the shop has read it',
  description: 'Again changes nothing: the first time counts.',
  tags: ['Shops'],
  params: ShopParamsSchema.extend({ announcementId: z.string().min(1).max(500) }),
  response: answers({ 200: { description: 'It is read.', schema: AnnouncementSchema } }, [
    'shops/unknown',
    'announcements/unknown',
  ]),
}

/** What shops are told. */
export function shopAnnouncementRoutes(http: Http, { db, market }: HttpContext): void {
  const access = ['merchant', 'operator', 'service'] as const

  http.get(
    '/shops/:shopId/announcements',
    { schema: listSchema, config: { access } },
    async (request, reply) => {
      const { shopId } = request.params
      const { cursor, unread, limit = usualLimit } = request.query
      const after = cursor === undefined ? undefined : placeOf(cursor)
      if (cursor !== undefined && after === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const [shop, found, count] = await Promise.all([
        shopById(db, shopId),
        shopAnnouncementsPage(db, shopId, { unread: unread === 'true', after, limit: limit + 1 }),
        countUnreadOfShop(db, shopId),
      ])
      if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })

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
    '/shops/:shopId/announcements/:announcementId/read',
    { schema: readSchema, config: { access } },
    async (request, reply) => {
      const { shopId, announcementId: id } = request.params
      if ((await shopById(db, shopId)) === undefined) {
        return sendProblem(reply, { refusal: 'shops/unknown' })
      }
      const read = await readByShop(db, { shopId, id, at: request.receivedAt })
      if (!read.ok) return sendProblem(reply, read)
      return reply.send(announcementText(read.announced, market.zone))
    },
  )
}

function announcementText(
  { id, type, at, data, readAt }: ShopAnnounced,
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

function placeOf(
  cursor: string,
): { readonly at: Temporal.Instant; readonly id: string } | undefined {
  const [text = '', id = ''] = textsOf(cursor, 2) ?? []
  const at = instantFromText(text)
  return at === undefined ? undefined : { at, id }
}
