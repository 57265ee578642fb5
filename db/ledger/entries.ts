import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { Account, WalletKey } from '#rules/ledger/wallet.ts'

/** An entry as it is stored; `answer` and `cause` are JSON texts. */
export type EntryRow = {
  readonly seq: number
  readonly kind: string
  readonly ref: string
  readonly of: string | null
  readonly amount: number
  readonly outcome: 'done' | 'refused'
  readonly answer: string
  readonly cause: string
  readonly actor: string
  /** `name@version` each. */
  readonly policies: readonly string[]
  readonly occurredAt: Temporal.Instant
  readonly bookedAt: Temporal.Instant
  readonly hash: Buffer
  /** What a person wrote about it; kept apart from it. */
  readonly reason: string | null
}

export type TransferRow = {
  readonly lotId: number | null
  readonly toLotId: number | null
  readonly debit: Account
  readonly credit: Account
  readonly amount: number
}

/** Entries of a wallet, newest first, below a seq (`undefined`: from the newest), at most `limit`. */
export async function entriesPage(
  db: Reader,
  key: WalletKey,
  page: {
    readonly belowSeq?: number | undefined
    readonly kind?: string | undefined
    readonly limit: number
  },
): Promise<EntryRow[]> {
  let query = db
    .selectFrom('jifen.entry')
    .selectAll()
    .where('member_id', '=', key.memberId)
    .where('program', '=', key.program)
    .where('unit', '=', key.unit)
    .orderBy('seq', 'desc')
    .limit(page.limit)
  if (page.belowSeq !== undefined) query = query.where('seq', '<', page.belowSeq)
  if (page.kind !== undefined) query = query.where('kind', '=', page.kind)
  return (await query.execute()).map(entryOf)
}

/** One entry with its transfers in order, or `undefined`. */
export async function entryBySeq(
  db: Reader,
  key: WalletKey,
  seq: number,
): Promise<{ readonly entry: EntryRow; readonly transfers: readonly TransferRow[] } | undefined> {
  const found = await sql<EntryColumns>`
    select e.*, r.reason
    from jifen.entry e
    left join jifen.entry_reason r
      on r.member_id = e.member_id and r.program = e.program and r.unit = e.unit
      and r.kind = e.kind and r.ref = e.ref
    where e.member_id = ${key.memberId} and e.program = ${key.program} and e.unit = ${key.unit}
      and e.seq = ${seq}
  `.execute(db)
  const [row] = found.rows
  if (row === undefined) return undefined

  const transfers = await sql<TransferRow>`
    select lot_id as "lotId", to_lot_id as "toLotId", debit, credit, amount
    from jifen.transfer
    where member_id = ${key.memberId} and program = ${key.program} and unit = ${key.unit}
      and seq = ${seq}
    order by line
  `.execute(db)
  return { entry: entryOf(row), transfers: transfers.rows }
}

/** Where lots come from and until when they can be spent, by lot id. */
export async function lotsById(
  db: Reader,
  key: WalletKey,
  lotIds: readonly number[],
): Promise<Map<number, { readonly ref: string; readonly expiresAt: Temporal.Instant | null }>> {
  if (lotIds.length === 0) return new Map()
  const rows = await sql<{ lot_id: number; ref: string; expires_at: Temporal.Instant | null }>`
    select lot_id, ref, expires_at
    from jifen.lot
    where member_id = ${key.memberId} and program = ${key.program} and unit = ${key.unit}
      and lot_id = any(${lotIds}::bigint[])
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.lot_id, { ref: row.ref, expiresAt: row.expires_at }]))
}

type EntryColumns = {
  seq: number
  kind: string
  ref: string
  of_ref: string | null
  amount: number
  outcome: string
  answer: string
  cause: string
  actor: string
  policies: string
  occurred_at: Temporal.Instant
  booked_at: Temporal.Instant
  hash: Buffer
  reason?: string | null
}

function entryOf(row: EntryColumns): EntryRow {
  return {
    seq: row.seq,
    kind: row.kind,
    ref: row.ref,
    of: row.of_ref,
    amount: row.amount,
    outcome: row.outcome as EntryRow['outcome'],
    answer: row.answer,
    cause: row.cause,
    actor: row.actor,
    policies: row.policies === '' ? [] : row.policies.split(' '),
    occurredAt: row.occurred_at,
    bookedAt: row.booked_at,
    hash: row.hash,
    reason: row.reason ?? null,
  }
}
