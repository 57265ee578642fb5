import type pg from 'pg'
import type { Findings } from '#test/accept/support/findings.ts'
import type { Balance } from '#test/accept/support/postings.ts'

/** An entry as the database keeps it, with its transfers. */
export type BookEntry = {
  readonly seq: number
  readonly kind: string
  readonly ref: string
  readonly amount: number
  readonly outcome: string
  readonly answer: { readonly ok: boolean; readonly seq: number; readonly after: Balance }
  readonly bookedAtMs: number
  readonly transfers: readonly { debit: string; credit: string; amount: number }[]
}

/** Reads the entries of a member's points in the order of `seq`. */
export async function readBooks(database: pg.Client, memberId: string): Promise<BookEntry[]> {
  const found = await database.query<BookEntry>(
    `select e.seq, e.kind, e.ref, e.amount, e.outcome, e.answer,
       (extract(epoch from e.booked_at) * 1000)::bigint as "bookedAtMs",
       coalesce((
         select json_agg(json_build_object(
           'debit', t.debit, 'credit', t.credit, 'amount', t.amount
         ) order by t.line)
         from jifen.transfer t
         where (t.member_id, t.program, t.unit, t.seq) = (e.member_id, e.program, e.unit, e.seq)
       ), '[]') as transfers
     from jifen.entry e
     where e.member_id = $1 and e.program = 'platform' and e.unit = 'points'
     order by e.seq`,
    [memberId],
  )
  return found.rows
}

/**
 * Walks through a wallet's entries: `seq` dense and unique, time never back, and the transfers up to each
 * entry give the balance that its answer told.
 */
export function walkBooks(
  memberId: string,
  entries: readonly BookEntry[],
  findings: Findings,
): Balance {
  const balance = { available: 0, pending: 0, held: 0, debt: 0 }
  let lastMs = -Infinity
  for (const [index, entry] of entries.entries()) {
    const at = `${memberId} seq ${entry.seq}`
    if (entry.seq !== index + 1) findings.fault(`${at} stands in place ${index + 1}`)
    if (entry.bookedAtMs < lastMs) findings.fault(`${at} is booked before the entry before it`)
    lastMs = entry.bookedAtMs
    for (const { debit, credit, amount } of entry.transfers) {
      add(balance, debit, -amount)
      add(balance, credit, amount)
    }
    if (!sameBalance(balance, entry.answer.after)) {
      findings.fault(
        `${at} answered ${text(entry.answer.after)}, its transfers give ${text(balance)}`,
      )
    }
    if (Object.values(balance).some((amount) => amount < 0)) {
      findings.fault(`${at} leaves a balance below zero: ${text(balance)}`)
    }
  }
  return balance
}

export function sameBalance(a: Balance, b: Balance): boolean {
  return (
    a.available === b.available && a.pending === b.pending && a.held === b.held && a.debt === b.debt
  )
}

function add(balance: Record<keyof Balance, number>, account: string, amount: number): void {
  if (account === 'debt') balance.debt -= amount
  else if (account in balance) balance[account as keyof Balance] += amount
}

function text({ available, pending, held, debt }: Balance): string {
  return `${available}+${pending}p+${held}h-${debt}`
}
