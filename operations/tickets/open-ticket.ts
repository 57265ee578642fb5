import { isRecruited } from '#db/governance/recruiting.ts'
import { insertMessage, insertTicket, ticketById, type TicketRow } from '#db/governance/tickets.ts'
import { merchantById, shopById } from '#db/shops/shops.ts'
import type { Reader } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'
import { keyedId } from '#operations/governance/keyed-id.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import {
  ticketsAt,
  type TicketDone,
  type TicketsContext,
  type TicketsRefused,
} from '#operations/tickets/ticket.ts'
import { assert } from '#rules/assert.ts'
import type { Document } from '#rules/merchants/review/documents.ts'
import { openedTicket } from '#rules/tickets/ticket.ts'

export type OpenTicket = {
  readonly merchantId: string
  readonly shopId: string | undefined
  readonly category: string
  readonly subject: string
  readonly text: string
  readonly attachments: readonly Document[]
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

/** Opens a merchant's ticket with its deadlines (TK-1), once under its key. */
export async function openTicket(
  { db, policies, market }: TicketsContext,
  asked: OpenTicket,
): Promise<TicketDone> {
  const { merchantId, shopId = null, category, subject, text, attachments, caller, at } = asked
  const known = ticketsAt(policies, at)
  if (known === undefined) return { ok: false, refusal: 'tickets/no-policy' }
  const { policy } = known
  const ofCategory = Object.hasOwn(policy.categories, category)
    ? policy.categories[category]
    : undefined
  if (ofCategory === undefined) return { ok: false, refusal: 'tickets/unknown-category' }
  const stranger = await strangerTo(db, asked)
  if (stranger !== undefined) return stranger

  const fingerprint = digestOf(['ticket', shopId, category, subject, text, attachments])
  const ticketId = keyedId('tk', [merchantId, caller, asked.key])
  const rules = { policy, category: ofCategory, zone: market.zone }
  const nobody = { assignee: null, satisfaction: null, judgedAt: null }
  const about = { ticketId, merchantId, shopId, category, subject, fingerprint }
  const policyVersion = known.version
  const ticket: TicketRow = { ...openedTicket(rules, at), ...nobody, ...about, policyVersion }
  return await transact(db, async (tx): Promise<TicketDone> => {
    if (await insertTicket(tx, ticket)) {
      const files = { attachments: JSON.stringify(attachments), named: 'opened', fingerprint }
      const first = { ...files, side: 'merchant', kind: 'opened', by: caller, text, at } as const
      await insertMessage(tx, ticketId, first)
      return { ok: true, ticket }
    }
    const before = await ticketById(tx, ticketId)
    assert(before !== undefined, 'a ticket stays')
    if (before.fingerprint === fingerprint) return { ok: true, ticket: before }
    return { ok: false, refusal: 'requests/key-reused' }
  })
}

/** Whoever asks is a merchant or about to be one, and the shop is its own. */
async function strangerTo(
  db: Reader,
  { merchantId, shopId }: OpenTicket,
): Promise<TicketsRefused | undefined> {
  if (shopId !== undefined) {
    const shop = await shopById(db, shopId)
    return shop?.merchantId === merchantId ? undefined : { ok: false, refusal: 'shops/unknown' }
  }
  const isKnown =
    (await merchantById(db, merchantId)) !== undefined || (await isRecruited(db, merchantId))
  return isKnown ? undefined : { ok: false, refusal: 'merchants/unknown' }
}
