import { z } from 'zod'
import { messagesOf, ticketById, ticketsPage } from '#db/governance/tickets.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import { pageOf, pageQuery, shownOf } from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import {
  AttachmentsSchema,
  messageText,
  TicketMessageSchema,
  TicketOfMerchantParamsSchema,
  TicketSchema,
  ticketText,
} from '#http/tickets/schemas.ts'
import { ticketsAt } from '#operations/tickets/ticket.ts'
import { openTicket } from '#operations/tickets/open-ticket.ts'
import { judgeTicket, writeAsMerchant } from '#operations/tickets/write-ticket.ts'
import { IdSchema, nameOf } from '#rules/fields.ts'
import { SlugSchema } from '#rules/merchants/review/documents.ts'
import { ticketStatuses } from '#rules/tickets/ticket.ts'

const tags = ['Tickets']
const all = { access: ['merchant', 'operator', 'service'] as const }
const merchant = { access: ['merchant'] as const }
const messagesAtOnce = 100

const TextSchema = z.string().trim().min(1).max(10_000)

const TitleTextSchema = z.object({ zh: z.string(), en: z.string() })

const categoriesSchema = {
  operationId: 'listTicketCategories',
  summary: 'What merchants may ask, and how soon they are answered',
  tags,
  params: MerchantParamsSchema,
  response: answers(
    {
      200: {
        description: 'By category.',
        schema: z.object({
          categories: z.array(
            z.object({
              category: z.string(),
              title: TitleTextSchema,
              subjects: z.array(TitleTextSchema),
              firstAnswerWithin: z.string().meta({ examples: ['PT4H'] }),
              solutionWithin: z.string(),
              time: z.enum(['plain', 'working']),
            }),
          ),
        }),
      },
    },
    ['merchants/unknown', 'tickets/no-policy'],
  ),
}

const openSchema = {
  operationId: 'openTicket',
  summary: 'Ask the market something',
  description: 'The same key gives the same ticket. About a shop, when it is named.',
  tags,
  params: MerchantParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    category: SlugSchema.meta({ examples: ['settlement'] }),
    subject: nameOf(200),
    text: TextSchema,
    shopId: IdSchema.optional(),
    attachments: AttachmentsSchema,
  }),
  response: answers({ 201: { description: 'Opened.', schema: TicketSchema } }, [
    ...ofBody,
    'merchants/unknown',
    'shops/unknown',
    'tickets/no-policy',
    'tickets/unknown-category',
    'requests/key-reused',
  ]),
}

const listSchema = {
  operationId: 'listTicketsOfMerchant',
  summary: 'Tickets of a merchant, the newest first',
  tags,
  params: MerchantParamsSchema,
  querystring: z.strictObject({ ...pageQuery, status: z.enum(ticketStatuses).optional() }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ tickets: z.array(TicketSchema), nextCursor: z.string().optional() }),
      },
    },
    ['merchants/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readTicketOfMerchant',
  summary: 'A ticket with its messages, in order',
  tags,
  params: TicketOfMerchantParamsSchema,
  querystring: z.strictObject({ cursor: CursorSchema.optional() }),
  response: answers(
    {
      200: {
        description: 'The ticket and a page of messages.',
        schema: z.object({
          ticket: TicketSchema,
          messages: z.array(TicketMessageSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['merchants/unknown', 'tickets/unknown', 'requests/bad-cursor'],
  ),
}

const writeSchema = {
  operationId: 'writeIntoTicket',
  summary: 'Write into a ticket',
  description:
    '`message` answers the market; `solved` closes it; `reopen` goes on with one that was said to be solved.',
  tags,
  params: TicketOfMerchantParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    kind: z.enum(['message', 'solved', 'reopen']).default('message'),
    text: TextSchema,
    attachments: AttachmentsSchema,
  }),
  response: answers({ 201: { description: 'Written.', schema: TicketSchema } }, [
    ...ofBody,
    'merchants/unknown',
    'tickets/unknown',
    'tickets/wrong-status',
    'tickets/too-late',
    'requests/key-reused',
  ]),
}

const judgeSchema = {
  operationId: 'judgeTicket',
  summary: 'Say how satisfied you are, once it is closed',
  tags,
  params: TicketOfMerchantParamsSchema,
  body: z.strictObject({ satisfaction: z.int().min(1).max(5) }),
  response: answers({ 200: { description: 'Kept.', schema: TicketSchema } }, [
    ...ofBody,
    'merchants/unknown',
    'tickets/unknown',
    'tickets/wrong-status',
    'tickets/too-late',
    'tickets/judged-before',
  ]),
}

/** What merchants do with tickets (TK-1 to TK-7). */
export function merchantTicketsRoutes(http: Http, context: HttpContext): void {
  openAndList(http, context)
  readAndWrite(http, context)
}

function openAndList(http: Http, context: HttpContext): void {
  const { db, policies, market } = context
  const { zone } = market

  http.get(
    '/merchants/:merchantId/ticket-categories',
    { schema: categoriesSchema, config: all },
    async (request, reply) => {
      const known = ticketsAt(policies, request.receivedAt)
      if (known === undefined) return sendProblem(reply, { refusal: 'tickets/no-policy' })
      const categories = Object.entries(known.policy.categories)
      return reply.send({
        categories: categories.map(
          ([category, { firstAnswerWithin, solutionWithin, ...rest }]) => ({
            category,
            ...rest,
            firstAnswerWithin: firstAnswerWithin.toString(),
            solutionWithin: solutionWithin.toString(),
          }),
        ),
      })
    },
  )

  http.post(
    '/merchants/:merchantId/tickets',
    { schema: openSchema, config: merchant },
    async (request, reply) => {
      const opened = await openTicket(context, {
        ...request.body,
        shopId: request.body.shopId,
        merchantId: request.params.merchantId,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!opened.ok) return sendProblem(reply, opened)
      return reply.code(201).send(ticketText(opened.ticket, zone))
    },
  )

  http.get(
    '/merchants/:merchantId/tickets',
    { schema: listSchema, config: all },
    async (request, reply) => {
      const page = pageOf(request.query)
      if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const { merchantId } = request.params
      const read = await ticketsPage(db, { ...page, merchantId, status: request.query.status })
      const { shown, next } = shownOf(read, page.limit, ({ openedAt: at, ticketId: id }) => ({
        at,
        id,
      }))
      return reply.send({ tickets: shown.map((each) => ticketText(each, zone)), ...next })
    },
  )
}

function readAndWrite(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.get(
    '/merchants/:merchantId/tickets/:ticketId',
    { schema: readSchema, config: all },
    async (request, reply) => {
      const { merchantId, ticketId } = request.params
      const { cursor } = request.query
      const behind = cursor === undefined ? 0 : placeOf(cursor)
      if (behind === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const ticket = await ticketById(db, ticketId)
      if (ticket?.merchantId !== merchantId)
        return sendProblem(reply, { refusal: 'tickets/unknown' })
      const read = await messagesOf(db, ticketId, behind, messagesAtOnce + 1)
      const messages = read.slice(0, messagesAtOnce)
      const place = read.length > messagesAtOnce ? messages.at(-1)?.number : undefined
      const isStaff = callerOf(request).role !== 'merchant'
      return reply.send({
        ticket: ticketText(ticket, zone),
        messages: messages.map((each) => messageText(each, zone, isStaff)),
        ...(place === undefined ? {} : { nextCursor: cursorOf(place) }),
      })
    },
  )

  http.post(
    '/merchants/:merchantId/tickets/:ticketId/messages',
    { schema: writeSchema, config: merchant },
    async (request, reply) => {
      const caller = callerId(callerOf(request))
      const key = request.headers['idempotency-key']
      const said = { ...request.params, ...request.body, caller, key, at: request.receivedAt }
      const written = await writeAsMerchant(context, said)
      if (!written.ok) return sendProblem(reply, written)
      return reply.code(201).send(ticketText(written.ticket, zone))
    },
  )

  http.put(
    '/merchants/:merchantId/tickets/:ticketId/satisfaction',
    { schema: judgeSchema, config: merchant },
    async (request, reply) => {
      const asked = { ...request.params, ...request.body, at: request.receivedAt }
      const judged = await judgeTicket(context, asked)
      if (!judged.ok) return sendProblem(reply, judged)
      return reply.send(ticketText(judged.ticket, zone))
    },
  )
}
