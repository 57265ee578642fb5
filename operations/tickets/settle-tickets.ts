import { dueTickets } from '#db/governance/tickets.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { lockSettledTicket, type TicketsContext } from '#operations/tickets/ticket.ts'

const atOnce = 500

/** Raises tickets whose deadline has lapsed, and closes those that nobody goes on with (TK-3 to TK-5). */
export async function settleTickets(
  context: TicketsContext,
  by: Temporal.Instant,
): Promise<number> {
  const { db } = context
  return await settleEach(
    { find: (limit) => dueTickets(db, by, limit), nameOf: (id) => id, atOnce },
    (id) => transact(db, (tx) => lockSettledTicket(tx, context, id, by)),
  )
}
