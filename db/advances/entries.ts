import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { AdvanceMove } from '#rules/advances/advance.ts'

/** Who moved parts of advances, when and why; `ref` names the move within its line, once. */
export type MoveMeta = {
  readonly ref: string
  readonly at: Temporal.Instant
  readonly actor: string
  /** JSON text. */
  readonly cause: string
}

export type AdvanceEntry = AdvanceMove & MoveMeta & { readonly seq: number }

/** Appends entries, numbered on within each member, who is locked. */
export async function insertAdvanceEntries(
  tx: Writer,
  entries: readonly (AdvanceMove & MoveMeta & { readonly memberId: string })[],
): Promise<void> {
  if (entries.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', entries.map((each) => each.memberId)],
      n: ['int', entries.map((_, index) => index)],
      advance_id: ['text', entries.map((each) => each.advanceId)],
      order_id: ['text', entries.map((each) => each.orderId)],
      line_id: ['text', entries.map((each) => each.lineId)],
      kind: ['text', entries.map((each) => each.kind)],
      ref: ['text', entries.map((each) => each.ref)],
      debit: ['text', entries.map((each) => each.debit)],
      credit: ['text', entries.map((each) => each.credit)],
      amount_fen: ['bigint', entries.map((each) => each.amountFen)],
      at: ['timestamptz', entries.map((each) => each.at)],
      actor: ['text', entries.map((each) => each.actor)],
      cause: ['json', entries.map((each) => each.cause)],
    },
    (rows, names) => `
    insert into jifen.advance_entry (
      member_id, seq, advance_id, order_id, line_id, kind, ref, debit, credit, amount_fen, at,
      actor, cause
    )
    select k.member_id,
      coalesce((select max(e.seq) from jifen.advance_entry e where e.member_id = k.member_id), 0)
        + row_number() over (partition by k.member_id order by k.n),
      k.advance_id, k.order_id, k.line_id, k.kind, k.ref, k.debit, k.credit, k.amount_fen, k.at,
      k.actor, k.cause
    from (${rows}) as k (${names})
  `,
  )
}

/** The entries of an advance in their order. */
export async function advanceEntries(
  db: Reader,
  memberId: string,
  advanceId: string,
): Promise<AdvanceEntry[]> {
  const rows = await sql<AdvanceEntry>`
    select seq, advance_id as "advanceId", order_id as "orderId", line_id as "lineId", kind, ref,
      debit, credit, amount_fen as "amountFen", at, actor, cause
    from jifen.advance_entry
    where member_id = ${memberId} and advance_id = ${advanceId}
    order by seq
  `.execute(db)
  return rows.rows
}
