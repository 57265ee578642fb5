import { z } from 'zod'
import { ticketStatistics, ticketsPage } from '#db/governance/tickets.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { pageOf, pageQuery, shownOf } from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import {
  AttachmentsSchema,
  TicketParamsSchema,
  TicketSchema,
  ticketText,
} from '#http/tickets/schemas.ts'
import { answerTicket, assignTicket } from '#operations/tickets/write-ticket.ts'
import { InstantSchema, nameOf } from '#rules/fields.ts'
import { SlugSchema } from '#rules/merchants/review/documents.ts'
import { ticketStatuses } from '#rules/tickets/ticket.ts'
import { endsBefore } from '#http/settlement/read-settlement.ts'
import { isBefore } from '#rules/time/instants.ts'

const tags = ['Tickets']
const operator = { access: ['operator'] as const }
const staff = { access: ['operator', 'service'] as const }

const StaffTicketSchema = TicketSchema.extend({ assignee: z.string().nullable() }).meta({
  id: 'TicketForOperators',
})

const listSchema = {
  operationId: 'listTickets',
  summary: 'Tickets of all merchants, the newest first',
  description: 'To read one: `GET /v1/merchants/{merchantId}/tickets/{ticketId}`.',
  tags,
  querystring: z.strictObject({
    ...pageQuery,
    status: z.enum(ticketStatuses).optional(),
    category: SlugSchema.optional(),
    assignee: nameOf(200).optional(),
    level: z
      .string()
      .regex(/^[0-9]$/, { error: 'A level is 0 to 9.' })
      .transform(Number)
      .optional(),
    overdue: z.enum(['true']).optional().meta({ description: 'Only late ones that are open.' }),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          tickets: z.array(StaffTicketSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

const answerSchema = {
  operationId: 'answerTicket',
  summary: 'Answer a ticket, ask the merchant something, or solve it',
  description: 'While a `question` waits for the merchant, the time for the solution stands still.',
  tags,
  params: TicketParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    kind: z.enum(['answer', 'question', 'solution']),
    text: z.string().trim().min(1).max(10_000),
    attachments: AttachmentsSchema,
  }),
  response: answers({ 201: { description: 'Answered.', schema: StaffTicketSchema } }, [
    ...ofBody,
    'tickets/unknown',
    'tickets/wrong-status',
    'requests/key-reused',
  ]),
}

const assignSchema = {
  operationId: 'assignTicket',
  summary: 'Give a ticket to somebody, or to nobody',
  tags,
  params: TicketParamsSchema,
  body: z.strictObject({ assignee: nameOf(200).nullable() }),
  response: answers({ 200: { description: 'Given.', schema: StaffTicketSchema } }, [
    ...ofBody,
    'tickets/unknown',
    'tickets/wrong-status',
  ]),
}

const Count = z.int()
const statisticsSchema = {
  operationId: 'readTicketStatistics',
  summary: 'What became of the tickets opened in a time, by category',
  tags,
  querystring: z.strictObject({ from: InstantSchema, to: InstantSchema }),
  response: answers(
    {
      200: {
        description: 'opened = open + waiting + solved + closed.',
        schema: z.object({
          categories: z.array(
            z.object({
              category: z.string(),
              opened: Count,
              open: Count,
              waiting: Count,
              solved: Count,
              closed: Count,
              firstAnswersLate: Count,
              solutionsLate: Count,
              raised: Count,
              reopened: Count,
              judged: Count,
              satisfactionSum: Count.meta({ description: 'By `judged` it is the mean.' }),
              meanSecondsToAnswer: Count.nullable(),
              meanSecondsToSolve: Count.nullable(),
            }),
          ),
        }),
      },
    },
    [],
  ),
}

/** What the market does with tickets (TK-3 to TK-8). */
export function answerTicketsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market
  const textOf = (ticket: Parameters<typeof ticketText>[0]) => {
    return { ...ticketText(ticket, zone), assignee: ticket.assignee }
  }

  http.get('/tickets', { schema: listSchema, config: staff }, async (request, reply) => {
    const { status, category, assignee, level, overdue } = request.query
    const page = pageOf(request.query)
    if (page === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    const asked = { ...page, status, category, assignee, level, overdue: overdue === 'true' }
    const read = await ticketsPage(db, asked)
    const { shown, next } = shownOf(read, page.limit, ({ openedAt: at, ticketId: id }) => ({
      at,
      id,
    }))
    return reply.send({ tickets: shown.map(textOf), ...next })
  })

  http.post(
    '/tickets/:ticketId/answers',
    { schema: answerSchema, config: operator },
    async (request, reply) => {
      const caller = callerId(callerOf(request))
      const key = request.headers['idempotency-key']
      const said = { ...request.params, ...request.body, caller, key, at: request.receivedAt }
      const answered = await answerTicket(context, said)
      if (!answered.ok) return sendProblem(reply, answered)
      return reply.code(201).send(textOf(answered.ticket))
    },
  )

  http.put(
    '/tickets/:ticketId/assignee',
    { schema: assignSchema, config: operator },
    async (request, reply) => {
      const by = callerId(callerOf(request))
      const asked = { ...request.params, ...request.body, by, at: request.receivedAt }
      const assigned = await assignTicket(context, asked)
      if (!assigned.ok) return sendProblem(reply, assigned)
      return reply.send(textOf(assigned.ticket))
    },
  )

  http.get(
    '/ticket-statistics',
    { schema: statisticsSchema, config: staff },
    async (request, reply) => {
      const { from, to } = request.query
      if (!isBefore(from, to)) return sendProblem(reply, endsBefore)
      return reply.send({ categories: await ticketStatistics(db, from, to) })
    },
  )
}
