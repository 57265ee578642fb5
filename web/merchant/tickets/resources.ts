import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { pagesQuery } from '#web/kit/pages.ts'
import { orNothing } from '#web/member/club/or-nothing.ts'
import { maybe } from '#web/member/maybe.ts'

const TitleSchema = z.record(z.string(), z.string())

export const TicketSchema = z.object({
  ticketId: z.string(),
  shopId: maybe(z.string()),
  category: z.string(),
  subject: z.string(),
  status: z.string(),
  level: z.int(),
  openedAt: z.string(),
  firstAnswerDue: z.string(),
  firstAnsweredAt: maybe(z.string()),
  isFirstAnswerLate: z.boolean(),
  solutionDue: z.string(),
  isSolutionLate: z.boolean(),
  closedAt: maybe(z.string()),
  dueAt: maybe(z.string()),
  satisfaction: maybe(z.int()),
})

/** What the merchant asked the market. */
export type Ticket = z.output<typeof TicketSchema>

const MessageSchema = z.object({
  number: z.int(),
  side: z.string(),
  kind: z.string(),
  text: z.string(),
  at: z.string(),
})

export type TicketMessage = z.output<typeof MessageSchema>

const TicketsSchema = z.object({ tickets: z.array(TicketSchema), nextCursor: maybe(z.string()) })

/** The address of something of a merchant: `merchantPath('m-lily', 'tickets')`. */
export function merchantPath(merchantId: string, ...rest: readonly string[]): string {
  return `/v1/merchants/${[merchantId, ...rest].map(encodeURIComponent).join('/')}`
}

/** The tickets of the merchant, of all its shops, the newest first. */
export function ticketsQuery(merchantId: string) {
  const path = merchantPath(merchantId, 'tickets')
  return pagesQuery(['merchant', merchantId, 'tickets'], path, TicketsSchema)
}

const TicketWithMessagesSchema = z.object({
  ticket: TicketSchema,
  messages: z.array(MessageSchema),
  nextCursor: maybe(z.string()),
})

/** One ticket with its messages, in order, page by page. */
export function ticketQuery(merchantId: string, ticketId: string) {
  const path = merchantPath(merchantId, 'tickets', ticketId)
  return pagesQuery(['merchant', merchantId, 'tickets', ticketId], path, TicketWithMessagesSchema)
}

const CategoriesSchema = z.object({
  categories: z.array(
    z.object({
      category: z.string(),
      title: TitleSchema,
      subjects: z.array(TitleSchema),
      firstAnswerWithin: z.string(),
      solutionWithin: z.string(),
      time: z.string(),
    }),
  ),
})

export type TicketCategory = z.output<typeof CategoriesSchema>['categories'][number]

/** What can be asked, and how soon it is answered; `null`: the market takes no tickets. */
export function categoriesQuery(merchantId: string) {
  const path = merchantPath(merchantId, 'ticket-categories')
  return queryOptions({
    queryKey: ['merchant', merchantId, 'ticket-categories'],
    queryFn: async ({ signal }) => {
      const read = await orNothing(getJson(path, CategoriesSchema, signal))
      return read?.categories ?? null
    },
  })
}
