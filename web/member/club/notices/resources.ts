import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const text = z.string().optional().catch(undefined)
const number = z.int().optional().catch(undefined)

/** What the texts of notices name; every type of notice has some of it. */
const DataSchema = z.looseObject({
  from: text,
  to: text,
  direction: text,
  until: text,
  badge: text,
  step: text,
  because: text,
  benefit: text,
  claimId: text,
  round: text,
  tier: text,
  respondBy: text,
  lapsesAt: text,
  answer: text,
  returnId: text,
  status: text,
  amountFen: number,
  owedFen: number,
  pointsBack: number,
  partner: text,
  orderId: text,
  event: text,
  dueAt: text,
  compensationFen: number,
  fen: number,
})

export const NoticeSchema = z.object({
  announcementId: z.string(),
  type: z.string(),
  at: z.string(),
  data: DataSchema,
  readAt: maybe(z.string()),
})

/** What the member was told. */
export type MemberNotice = z.output<typeof NoticeSchema>

const PageSchema = z.object({
  announcements: z.array(NoticeSchema),
  unread: z.int(),
  nextCursor: maybe(z.string()),
})

/** All notices, newest first, page by page. */
export function noticesQuery(memberId: string) {
  const path = `${memberPath(memberId, 'announcements')}?limit=20`
  return infiniteQueryOptions({
    queryKey: ['notices', memberId],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return await getJson(path + cursor, PageSchema, signal)
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

/** How many are not read. */
export function unreadQuery(memberId: string) {
  const path = `${memberPath(memberId, 'announcements')}?limit=1`
  return queryOptions({
    queryKey: ['unread', memberId],
    queryFn: async ({ signal }) => (await getJson(path, PageSchema, signal)).unread,
  })
}
