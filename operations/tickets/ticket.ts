import type { Database, Writer } from '#db/connection.ts'
import {
  insertMessage,
  lockTicket,
  messageNamed,
  updateTicket,
  type TicketRow,
} from '#db/governance/tickets.ts'
import type { Market } from '#db/market.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { assert } from '#rules/assert.ts'
import type { Document } from '#rules/merchants/review/documents.ts'
import type { TicketsPolicy } from '#rules/tickets/policy.ts'
import {
  ticketLapsed,
  type Ticket,
  type TicketRules,
  type TicketTurned,
} from '#rules/tickets/ticket.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What tickets are decided in. */
export type TicketsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

export type TicketsRefused = {
  readonly ok: false
  readonly refusal:
    | 'tickets/no-policy'
    | 'tickets/unknown-category'
    | 'tickets/unknown'
    | 'tickets/wrong-status'
    | 'tickets/too-late'
    | 'tickets/judged-before'
    | 'merchants/unknown'
    | 'shops/unknown'
    | 'requests/key-reused'
}

export type TicketDone = { readonly ok: true; readonly ticket: TicketRow } | TicketsRefused

export function ticketsAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): { readonly version: number; readonly policy: TicketsPolicy } | undefined {
  const known = policies.at('tickets', at)
  if (known === undefined) return undefined
  return { version: known.version, policy: known.policy as TicketsPolicy }
}

/** The rules that a ticket goes by: those it was opened by. */
export function rulesOfTicket(
  { policies, market }: Pick<TicketsContext, 'policies' | 'market'>,
  { policyVersion, category }: TicketRow,
): TicketRules {
  const policy = policies.version('tickets', policyVersion)?.policy as TicketsPolicy | undefined
  const ofCategory = policy?.categories[category]
  assert(policy !== undefined && ofCategory !== undefined, 'a ticket is of a category')
  return { policy, category: ofCategory, zone: market.zone }
}

/** Locks a ticket with all that is due of it done, as of the instant it was due. */
export async function lockSettledTicket(
  tx: Writer,
  context: TicketsContext,
  ticketId: string,
  by: Temporal.Instant,
): Promise<TicketRow | undefined> {
  for (;;) {
    const ticket = await lockTicket(tx, ticketId)
    const at = ticket?.dueAt
    if (ticket === undefined || at === undefined || at === null || isBefore(by, at)) return ticket
    await lapse(tx, rulesOfTicket(context, ticket), ticket, at)
  }
}

async function lapse(
  tx: Writer,
  rules: TicketRules,
  ticket: TicketRow,
  at: Temporal.Instant,
): Promise<void> {
  const { isRaised, ...next } = ticketLapsed(rules, ticket, at)
  const kind = isRaised ? 'raised' : next.status === 'closed' ? 'closed' : 'overdue'
  const named = `${kind}/${at.epochMilliseconds}`
  const text = isRaised ? (rules.policy.levels[next.level]?.name ?? '') : ''
  const what = { side: 'jifen', kind, by: 'jifen', text, at, named } as const
  await insertMessage(tx, ticket.ticketId, { ...what, attachments: '[]', fingerprint: named })
  await keepTicket(tx, isRaised ? { ...ticket, assignee: null } : ticket, next, at)
}

/** What somebody writes into a ticket. */
export type Writing = {
  readonly ticketId: string
  readonly side: 'merchant' | 'market'
  readonly kind: string
  readonly text: string
  readonly attachments: readonly Document[]
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

/** Writes into a locked ticket, once under the key of the request, and turns it. */
export async function writeInto(
  tx: Writer,
  context: TicketsContext,
  { ticketId, side, kind, text, attachments, caller, key, at }: Writing,
  mayWrite: (ticket: TicketRow) => boolean,
  turn: (ticket: TicketRow) => TicketTurned,
): Promise<TicketDone> {
  const ticket = await lockSettledTicket(tx, context, ticketId, at)
  if (ticket === undefined || !mayWrite(ticket)) return { ok: false, refusal: 'tickets/unknown' }
  const named = digestOf([caller, key])
  const fingerprint = digestOf([kind, text, attachments])
  const before = await messageNamed(tx, ticketId, named)
  if (before !== undefined) {
    if (before.fingerprint !== fingerprint) return { ok: false, refusal: 'requests/key-reused' }
    return { ok: true, ticket }
  }
  const turned = turn(ticket)
  if (!turned.ok) return turned
  const files = JSON.stringify(attachments)
  const message = { side, kind, by: caller, text, attachments: files, at, named, fingerprint }
  await insertMessage(tx, ticketId, message)
  return { ok: true, ticket: await keepTicket(tx, ticket, turned.ticket, at) }
}

/** Records how far a ticket is, and tells its shop when that is elsewhere (TK-7). */
export async function keepTicket(
  tx: Writer,
  before: TicketRow,
  ticket: Ticket,
  at: Temporal.Instant,
): Promise<TicketRow> {
  const after: TicketRow = { ...before, ...ticket }
  await updateTicket(tx, after)
  const { ticketId, shopId, category, status } = after
  const isAnswer = before.firstAnsweredAt === null && after.firstAnsweredAt !== null
  if (shopId === null || (status === before.status && !isAnswer)) return after
  await announceToShops(tx, [
    {
      shopId,
      id: `ticket/${ticketId}/${status}/${at.epochMilliseconds}`,
      type: 'jifen.ticket.turned.v1',
      at,
      data: { ticketId, category, status, dueAt: after.dueAt?.toString() ?? null },
    },
  ])
  return after
}
