import { enter, type Book } from '#rules/ledger/book.ts'
import type { Answer, Command } from '#rules/ledger/wallet.ts'
import { noPoints } from '#rules/money/points.ts'

/** Refuses a command and keeps the refusal under its reference (LE-13). */
export function refuse(
  book: Book,
  command: Command,
  now: Temporal.Instant,
  refused: Omit<Extract<Answer, { ok: false }>, 'ok' | 'seq' | 'after'>,
): Answer {
  const amount = 'amount' in command ? (command.amount ?? noPoints) : noPoints
  return enter(
    book,
    { kind: command.kind, ref: command.ref, of: null, amount, meta: command.meta, bookedAt: now },
    (seq, after) => ({ ok: false, ...refused, seq, after }),
  )
}
