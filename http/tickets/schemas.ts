import { z } from 'zod'
import type { TicketMessage, TicketRow } from '#db/governance/tickets.ts'
import { MerchantParamsSchema } from '#http/governance/merchant-params.ts'
import { OrNullSchema, orNull } from '#http/governance/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { DocumentSchema } from '#rules/merchants/review/documents.ts'
import { instantToText } from '#rules/time/instants.ts'
import { ticketStatuses } from '#rules/tickets/ticket.ts'

export const TicketParamsSchema = z.object({
  ticketId: z
    .string()
    .regex(/^tk-[0-9a-f]{24}$/, { error: 'A ticket is named like tk- and 24 digits of 0-9 a-f.' })
    .meta({ description: 'The ticket.', examples: [`tk-${'0'.repeat(24)}`] }),
})

export const TicketOfMerchantParamsSchema = MerchantParamsSchema.extend(TicketParamsSchema.shape)

export const TicketSchema = z
  .object({
    ticketId: z.string(),
    merchantId: z.string(),
    shopId: z.string().nullable(),
    category: z.string(),
    subject: z.string(),
    status: z.enum(ticketStatuses).meta({ description: '`waiting`: for the merchant.' }),
    level: z.int().meta({ description: 'How often it was raised.' }),
    isAssigned: z.boolean(),
    openedAt: InstantTextSchema,
    firstAnswerDue: InstantTextSchema,
    firstAnsweredAt: OrNullSchema,
    isFirstAnswerLate: z.boolean(),
    solutionDue: InstantTextSchema.meta({
      description: 'As it stood when it began to stand still.',
    }),
    isSolutionLate: z.boolean(),
    solvedAt: OrNullSchema,
    closedAt: OrNullSchema,
    reopened: z.int(),
    dueAt: OrNullSchema.meta({
      description: 'When something happens by itself: it is raised, or closed.',
    }),
    satisfaction: z.int().nullable(),
  })
  .meta({ id: 'Ticket', description: 'What a merchant asked the market.' })

export const TicketMessageSchema = z.object({
  number: z.int(),
  side: z.enum(['merchant', 'market', 'jifen']),
  kind: z.string().meta({ examples: ['question'] }),
  text: z.string(),
  attachments: z.array(DocumentSchema),
  at: InstantTextSchema,
})

export const AttachmentsSchema = z.array(DocumentSchema).max(20).default([]).meta({
  description: 'What is known of each; their bytes stay in your archive.',
})

export function ticketText(ticket: TicketRow, zone: string): z.input<typeof TicketSchema> {
  const told = (instant: Temporal.Instant | null) => orNull(instant, zone)
  return {
    ticketId: ticket.ticketId,
    merchantId: ticket.merchantId,
    shopId: ticket.shopId,
    category: ticket.category,
    subject: ticket.subject,
    status: ticket.status,
    level: ticket.level,
    isAssigned: ticket.assignee !== null,
    openedAt: instantToText(ticket.openedAt, zone),
    firstAnswerDue: instantToText(ticket.firstAnswerDue, zone),
    firstAnsweredAt: told(ticket.firstAnsweredAt),
    isFirstAnswerLate: ticket.isFirstAnswerLate,
    solutionDue: instantToText(ticket.solutionDue, zone),
    isSolutionLate: ticket.isSolutionLate,
    solvedAt: told(ticket.solvedAt),
    closedAt: told(ticket.closedAt),
    reopened: ticket.reopened,
    dueAt: told(ticket.dueAt),
    satisfaction: ticket.satisfaction,
  }
}

/** A message as it is told: to a merchant, without names of people, or of who has the ticket. */
export function messageText(
  { number, side, kind, text, attachments, at }: TicketMessage,
  zone: string,
  isStaff: boolean,
): z.input<typeof TicketMessageSchema> {
  return {
    number,
    side,
    kind,
    text: isStaff || side !== 'jifen' ? text : '',
    attachments: JSON.parse(attachments) as z.input<typeof DocumentSchema>[],
    at: instantToText(at, zone),
  }
}
