import { z } from 'zod'
import { pagesQuery } from '#web/kit/pages.ts'
import { maybe } from '#web/member/maybe.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'

const text = z.string().optional().catch(undefined)
const number = z.int().optional().catch(undefined)

/** What the texts of notices name; every type of notice has some of it. */
const DataSchema = z.looseObject({
  campaign: text,
  sku: text,
  orderId: text,
  returnId: text,
  ticketId: text,
  venue: text,
  policy: text,
  kind: text,
  status: text,
  outcome: text,
  turn: text,
  what: text,
  toDo: text,
  decision: text,
  by: text,
  until: text,
  dueAt: text,
  deadline: text,
  barredTo: text,
  appealUntil: text,
  opinionsUntil: text,
  endsAt: text,
  points: number,
  threshold: number,
  compensationFen: number,
  refundedFen: number,
  priceFen: number,
  penaltyFen: number,
  fen: number,
})

export const NoticeSchema = z.object({
  announcementId: z.string(),
  type: z.string(),
  at: z.string(),
  data: DataSchema,
  readAt: maybe(z.string()),
})

/** What the shop was told. */
export type ShopNotice = z.output<typeof NoticeSchema>

const PageSchema = z.object({
  announcements: z.array(NoticeSchema),
  unread: z.int(),
  nextCursor: maybe(z.string()),
})

/** Which notices: all, or those that are not read. */
export type Which = 'all' | 'unread'

/** What the shop was told, the newest first. */
export function noticesQuery(shopId: string, which: Which) {
  const path = shopPath(shopId, 'announcements') + (which === 'unread' ? '?unread=true' : '')
  return pagesQuery(['shop', shopId, 'notices', which], path, PageSchema)
}
