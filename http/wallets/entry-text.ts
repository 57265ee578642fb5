import type { z } from 'zod'
import type { EntryRow, lotsById, TransferRow } from '#db/ledger/entries.ts'
import type { EntryDetailSchema, EntrySchema } from '#http/wallets/schemas.ts'
import type { Answer, Balance, Draw } from '#rules/ledger/wallet.ts'
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
  lots: Awaited<ReturnType<typeof lotsById>>,
  zone: string,
): z.input<typeof EntryDetailSchema> {
  const answer = JSON.parse(row.answer) as Answer
  const change = transfers.reduce((sum, each) => sum + changeBy(each), 0)
  return {
    ...entryText(row, change, zone),
    of: row.of,
    actor: row.actor,
    policies: [...row.policies],
    cause: {
      ...(JSON.parse(row.cause) as Record<string, unknown>),
      ...(row.reason === null ? {} : { reason: row.reason }),
    },
    transfers: [...transfers],
    lots: drawsOf(answer).map((draw) => {
      const lot = lots.get(draw.lotId)
      if (lot === undefined) return draw
      return { ...draw, ref: lot.ref, expiresAt: textOf(lot.expiresAt, zone) }
    }),
    ...(answer.ok && answer.expiresAt !== undefined
      ? { expiresAt: textOf(answer.expiresAt, zone) }
      : {}),
    hash: row.hash.toString('hex'),
  }
}

/** The lots that an entry put into or drew on. */
export function drawsOf(answer: Answer): readonly Draw[] {
  return answer.ok ? answer.lots : []
}

function textOf(instant: Temporal.Instant | string | null, zone: string): string | null {
  return instant === null ? null : instantToText(Temporal.Instant.from(instant), zone)
}

const held = new Set(['available', 'pending', 'held'])

function changeBy({ debit, credit, amount }: TransferRow): number {
  return (held.has(credit) ? amount : 0) - (held.has(debit) ? amount : 0)
}
