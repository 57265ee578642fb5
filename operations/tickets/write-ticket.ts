import { insertMessage, updateTicket } from '#db/governance/tickets.ts'
import { transact } from '#operations/_transact.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import {
  lockSettledTicket,
  rulesOfTicket,
  writeInto,
  type TicketDone,
  type TicketsContext,
  type Writing,
} from '#operations/tickets/ticket.ts'
import { answered, mayJudge, merchantWrote } from '#rules/tickets/ticket.ts'

/** Answers a ticket for the market, asks the merchant something, or solves it (TK-3, TK-5). */
export async function answerTicket(
  context: TicketsContext,
  said: Omit<Writing, 'side'> & { readonly kind: 'answer' | 'question' | 'solution' },
): Promise<TicketDone> {
  const { kind, at } = said
  return await transact(context.db, (tx) =>
    writeInto(
      tx,
      context,
      { ...said, side: 'market' },
      () => true,
      (ticket) => answered(rulesOfTicket(context, ticket), ticket, kind, at),
    ),
  )
}

/** What the merchant writes: a message, that it is solved, or that it is not (TK-3, TK-5). */
export async function writeAsMerchant(
  context: TicketsContext,
  said: Omit<Writing, 'side'> & {
    readonly kind: 'message' | 'solved' | 'reopen'
    readonly merchantId: string
  },
): Promise<TicketDone> {
  const { merchantId, ...written } = said
  const { kind, at } = said
  return await transact(context.db, (tx) =>
    writeInto(
      tx,
      context,
      { ...written, side: 'merchant' },
      (ticket) => ticket.merchantId === merchantId,
      (ticket) => merchantWrote(rulesOfTicket(context, ticket), ticket, kind, at),
    ),
  )
}

/** Gives a ticket that is not closed to somebody, or to nobody; again changes nothing. */
export async function assignTicket(
  context: TicketsContext,
  asked: {
    readonly ticketId: string
    readonly assignee: string | null
    readonly by: string
    readonly at: Temporal.Instant
  },
): Promise<TicketDone> {
  const { ticketId, assignee, by, at } = asked
  return await transact(context.db, async (tx): Promise<TicketDone> => {
    const ticket = await lockSettledTicket(tx, context, ticketId, at)
    if (ticket === undefined) return { ok: false, refusal: 'tickets/unknown' }
    if (ticket.assignee === assignee) return { ok: true, ticket }
    if (ticket.status === 'closed') return { ok: false, refusal: 'tickets/wrong-status' }
    const given = { ...ticket, assignee }
    await updateTicket(tx, given)
    const named = digestOf(['assigned', assignee, at.epochMilliseconds])
    const what = { side: 'jifen', kind: 'assigned', by, text: assignee ?? '', at, named } as const
    await insertMessage(tx, ticketId, { ...what, attachments: '[]', fingerprint: named })
    return { ok: true, ticket: given }
  })
}

/** Keeps how satisfied a merchant is with a closed ticket, once (TK-6); the same again changes nothing. */
export async function judgeTicket(
  context: TicketsContext,
  asked: {
    readonly merchantId: string
    readonly ticketId: string
    readonly satisfaction: number
    readonly at: Temporal.Instant
  },
): Promise<TicketDone> {
  const { merchantId, ticketId, satisfaction, at } = asked
  return await transact(context.db, async (tx): Promise<TicketDone> => {
    const ticket = await lockSettledTicket(tx, context, ticketId, at)
    if (ticket?.merchantId !== merchantId) return { ok: false, refusal: 'tickets/unknown' }
    if (ticket.satisfaction === satisfaction) return { ok: true, ticket }
    const { policy } = rulesOfTicket(context, ticket)
    const judged = mayJudge(policy, ticket, ticket.satisfaction, at)
    if (!judged.ok) return judged
    const after = { ...ticket, satisfaction, judgedAt: at }
    await updateTicket(tx, after)
    return { ok: true, ticket: after }
  })
}
