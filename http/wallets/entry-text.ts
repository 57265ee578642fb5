import type { z } from 'zod'
import type { EntryRow, TransferRow } from '#db/ledger/entries.ts'
import type { EntryDetailSchema, EntrySchema } from '#http/wallets/schemas.ts'
import type { Answer, Balance } from '#rules/ledger/wallet.ts'
import { instantToText } from '#rules/time/instants.ts'

type EntryText = z.input<typeof EntrySchema>

/** An entry as a line of the list. */
export function entryText(row: EntryRow, change: number, zone: string): EntryText {
  const answer = JSON.parse(row.answer) as Answer
  const cause = JSON.parse(row.cause) as Readonly<Record<string, unknown>>
  const { orderId, shopId } = cause
  return {
    seq: row.seq,
    kind: row.kind,
    ref: row.ref,
    outcome: row.outcome,
    ...(answer.ok ? {} : { refusal: answer.refusal }),
    amount: row.amount,
    change,
    after: answer.after ?? nothing,
    occurredAt: instantToText(row.occurredAt, zone),
    bookedAt: instantToText(row.bookedAt, zone),
    ...(typeof orderId === 'string' ? { orderId } : {}),
    ...(typeof shopId === 'string' ? { shop: shopId } : {}),
  }
}

const nothing = { available: 0, pending: 0, held: 0, debt: 0 } as Balance

/** An entry with everything that explains it. */
export function entryDetailText(
  row: EntryRow,
  transfers: readonly TransferRow[],
  zone: string,
): z.input<typeof EntryDetailSchema> {
  const answer = JSON.parse(row.answer) as Answer
  const change = transfers.reduce((sum, each) => sum + changeBy(each), 0)
  return {
    ...entryText(row, change, zone),
    of: row.of,
    actor: row.actor,
    policies: [...row.policies],
    cause: JSON.parse(row.cause) as Record<string, unknown>,
    transfers: [...transfers],
    lots: answer.ok ? [...answer.lots] : [],
    ...(answer.ok && answer.expiresAt !== undefined ? { expiresAt: answer.expiresAt } : {}),
    hash: row.hash.toString('hex'),
  }
}

const held = new Set(['available', 'pending', 'held'])

function changeBy({ debit, credit, amount }: TransferRow): number {
  return (held.has(credit) ? amount : 0) - (held.has(debit) ? amount : 0)
}
