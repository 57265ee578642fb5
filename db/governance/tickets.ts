import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { behindPlace, isAsked, type PageAsked } from '#db/governance/pages.ts'
import type { Ticket } from '#rules/tickets/ticket.ts'

/** What a merchant asked the market. */
export type TicketRow = Ticket & {
  readonly ticketId: string
  readonly merchantId: string
  readonly shopId: string | null
  readonly category: string
  readonly subject: string
  readonly policyVersion: number
  readonly assignee: string | null
  readonly satisfaction: number | null
  readonly judgedAt: Temporal.Instant | null
  readonly fingerprint: string
}

/** What was written or done in a ticket. */
export type TicketMessage = {
  readonly number: number
  readonly side: 'merchant' | 'market' | 'jifen'
  readonly kind: string
  readonly by: string
  readonly text: string
  /** JSON. */
  readonly attachments: string
  readonly at: Temporal.Instant
  /** The same is not written twice. */
  readonly named: string
  readonly fingerprint: string
}

const columns = sql`
  ticket_id as "ticketId", merchant_id as "merchantId", shop_id as "shopId", category, subject,
  policy_version as "policyVersion", status, level, assignee, opened_at as "openedAt",
  first_answer_due as "firstAnswerDue", first_answered_at as "firstAnsweredAt",
  is_first_answer_late as "isFirstAnswerLate", solution_due as "solutionDue",
  is_solution_late as "isSolutionLate", left_ms as "leftMs", solved_at as "solvedAt",
  closed_at as "closedAt", reopened, due_at as "dueAt", satisfaction, judged_at as "judgedAt",
  fingerprint
`

/** Writes a new ticket; `false`: it is there already. */
export async function insertTicket(tx: Writer, made: TicketRow): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into jifen.ticket (
      ticket_id, merchant_id, shop_id, category, subject, policy_version, status, level, opened_at,
      first_answer_due, solution_due, due_at, fingerprint
    )
    values (
      ${made.ticketId}, ${made.merchantId}, ${made.shopId}, ${made.category}, ${made.subject},
      ${made.policyVersion}, ${made.status}, ${made.level},
      ${made.openedAt.toString()}::timestamptz, ${made.firstAnswerDue.toString()}::timestamptz,
      ${made.solutionDue.toString()}::timestamptz, ${text(made.dueAt)}::timestamptz,
      ${made.fingerprint}
    )
    on conflict (ticket_id) do nothing
    returning ticket_id as id
  `.execute(tx)
  return rows.length > 0
}

/** Writes how far a locked ticket is. */
export async function updateTicket(tx: Writer, to: TicketRow): Promise<void> {
  await sql`
    update jifen.ticket set
      status = ${to.status},
      level = ${to.level},
      assignee = ${to.assignee},
      first_answered_at = ${text(to.firstAnsweredAt)}::timestamptz,
      is_first_answer_late = ${to.isFirstAnswerLate},
      solution_due = ${to.solutionDue.toString()}::timestamptz,
      is_solution_late = ${to.isSolutionLate},
      left_ms = ${to.leftMs},
      solved_at = ${text(to.solvedAt)}::timestamptz,
      closed_at = ${text(to.closedAt)}::timestamptz,
      reopened = ${to.reopened},
      due_at = ${text(to.dueAt)}::timestamptz,
      satisfaction = ${to.satisfaction},
      judged_at = ${text(to.judgedAt)}::timestamptz
    where ticket_id = ${to.ticketId}
  `.execute(tx)
}

export async function ticketById(db: Reader, ticketId: string): Promise<TicketRow | undefined> {
  const { rows } = await sql<TicketRow>`
    select ${columns} from jifen.ticket where ticket_id = ${ticketId}
  `.execute(db)
  return rows[0]
}

/** Locks a ticket: whoever writes into it takes turns. */
export async function lockTicket(tx: Writer, ticketId: string): Promise<TicketRow | undefined> {
  const { rows } = await sql<TicketRow>`
    select ${columns} from jifen.ticket where ticket_id = ${ticketId} for no key update
  `.execute(tx)
  return rows[0]
}

/** Appends to a locked ticket; one of its name that is there stays. */
export async function insertMessage(
  tx: Writer,
  ticketId: string,
  message: Omit<TicketMessage, 'number'>,
): Promise<void> {
  const { side, kind, by, attachments, at, named, fingerprint } = message
  await sql`
    insert into jifen.ticket_message (
      ticket_id, number, side, kind, by, text, attachments, at, named, fingerprint
    )
    select ${ticketId}, coalesce(max(number), 0) + 1, ${side}, ${kind}, ${by}, ${message.text},
      ${attachments}::json, ${at.toString()}::timestamptz, ${named}, ${fingerprint}
    from jifen.ticket_message
    where ticket_id = ${ticketId}
    on conflict (ticket_id, named) do nothing
  `.execute(tx)
}

export async function messageNamed(
  db: Reader,
  ticketId: string,
  named: string,
): Promise<{ readonly fingerprint: string } | undefined> {
  const { rows } = await sql<{ fingerprint: string }>`
    select fingerprint from jifen.ticket_message
    where ticket_id = ${ticketId} and named = ${named}
  `.execute(db)
  return rows[0]
}

/** The messages of a ticket behind a number, in order. */
export async function messagesOf(
  db: Reader,
  ticketId: string,
  behind: number,
  limit: number,
): Promise<TicketMessage[]> {
  const { rows } = await sql<TicketMessage>`
    select number, side, kind, by, text, attachments, at, named, fingerprint
    from jifen.ticket_message
    where ticket_id = ${ticketId} and number > ${behind}::integer
    order by number
    limit ${limit}
  `.execute(db)
  return rows
}

/** A page of tickets, the newest first. */
export async function ticketsPage(
  db: Reader,
  asked: PageAsked & {
    readonly merchantId?: string | undefined
    readonly status?: string | undefined
    readonly category?: string | undefined
    readonly assignee?: string | undefined
    readonly level?: number | undefined
    readonly overdue?: boolean | undefined
  },
): Promise<TicketRow[]> {
  const { level, overdue } = asked
  const isLate = sql`(is_first_answer_late or is_solution_late) and status in ('open', 'waiting')`
  const { rows } = await sql<TicketRow>`
    select ${columns} from jifen.ticket
    where ${behindPlace(asked, sql`opened_at`, sql`ticket_id`)}
      and ${isAsked(sql`merchant_id`, asked.merchantId)}
      and ${isAsked(sql`status`, asked.status)}
      and ${isAsked(sql`category`, asked.category)}
      and ${isAsked(sql`assignee`, asked.assignee)}
      and ${level === undefined ? sql`true` : sql`level = ${level}::integer`}
      and ${overdue === true ? isLate : sql`true`}
    order by opened_at desc, ticket_id desc
    limit ${asked.limit}
  `.execute(db)
  return rows
}

/** Tickets to which something happens by an instant, the longest due first. */
export async function dueTickets(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select ticket_id as id from jifen.ticket
    where due_at <= ${by.toString()}::timestamptz
    order by due_at, ticket_id
    limit ${limit}
  `.execute(db)
  return rows.map(({ id }) => id)
}

/** What became of the tickets of a category. */
export type TicketStatistics = {
  readonly category: string
  readonly opened: number
  readonly open: number
  readonly waiting: number
  readonly solved: number
  readonly closed: number
  readonly firstAnswersLate: number
  readonly solutionsLate: number
  readonly raised: number
  readonly reopened: number
  readonly judged: number
  readonly satisfactionSum: number
  /** Whole seconds, rounded down, of those answered or solved. */
  readonly meanSecondsToAnswer: number | null
  readonly meanSecondsToSolve: number | null
}

/** Statistics of the tickets opened in a time, by category (TK-8). */
export async function ticketStatistics(
  db: Reader,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<TicketStatistics[]> {
  const { rows } = await sql<TicketStatistics>`
    select category,
      count(*) as opened,
      count(*) filter (where status = 'open') as open,
      count(*) filter (where status = 'waiting') as waiting,
      count(*) filter (where status = 'solved') as solved,
      count(*) filter (where status = 'closed') as closed,
      count(*) filter (where is_first_answer_late) as "firstAnswersLate",
      count(*) filter (where is_solution_late) as "solutionsLate",
      count(*) filter (where level > 0) as raised,
      count(*) filter (where reopened > 0) as reopened,
      count(satisfaction) as judged,
      coalesce(sum(satisfaction), 0) as "satisfactionSum",
      floor(avg(extract(epoch from first_answered_at - opened_at)))::bigint as "meanSecondsToAnswer",
      floor(avg(extract(epoch from solved_at - opened_at)))::bigint as "meanSecondsToSolve"
    from jifen.ticket
    where opened_at >= ${from.toString()}::timestamptz
      and opened_at < ${to.toString()}::timestamptz
    group by category
    order by category
  `.execute(db)
  return rows
}

function text(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null
}
