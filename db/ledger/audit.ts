import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { Account } from '#rules/ledger/wallet.ts'

/** The three columns that name a wallet, as they are stored. */
export type KeyRow = {
  readonly member_id: string
  readonly program: string
  readonly unit: string
}

export type AuditWallet = KeyRow & {
  readonly available: number
  readonly pending: number
  readonly held: number
  readonly debt: number
  readonly seq: number
  readonly head_hash: Buffer
}

export type AuditEntry = KeyRow & {
  readonly seq: number
  readonly kind: string
  readonly ref: string
  readonly of_ref: string | null
  readonly fingerprint: string
  readonly amount: number
  readonly outcome: string
  readonly answer: string
  readonly cause: string
  readonly actor: string
  readonly policies: string
  readonly occurred_ms: number
  readonly booked_ms: number
  readonly prev_hash: Buffer
  readonly hash: Buffer
}

export type AuditTransfer = KeyRow & {
  readonly seq: number
  readonly lot_id: number | null
  readonly to_lot_id: number | null
  readonly debit: Account
  readonly credit: Account
  readonly amount: number
}

export type AuditLot = KeyRow & {
  readonly lot_id: number
  readonly available: number
  readonly pending: number
  readonly held: number
  readonly expired: number
  /** What the open holds pin of it. */
  readonly pinned: number
}

export type AuditHold = KeyRow & {
  readonly ref: string
  readonly remaining: number
  /** The sum of what it pins, lot by lot. */
  readonly pinned: number
}

/** Every `step`-th wallet key in order: the borders of pieces of about that many wallets. */
export async function keyMarks(
  db: Reader,
  step: number,
  memberId: string | undefined,
): Promise<KeyRow[]> {
  const only = memberId === undefined ? sql`true` : sql`member_id = ${memberId}`
  const rows = await sql<KeyRow>`
    select member_id, program, unit
    from (
      select member_id, program, unit,
        row_number() over (order by member_id, program, unit) as place
      from jifen.wallet
      where ${only}
    ) as placed
    where place % ${step}::bigint = 0
    order by member_id, program, unit
  `.execute(db)
  return rows.rows
}

/** The wallets after one key up to and with another, in key order; only of `memberId` if given. */
export async function walletsBetween(
  db: Reader,
  after: KeyRow,
  upTo: KeyRow | undefined,
  memberId: string | undefined,
): Promise<AuditWallet[]> {
  const only = memberId === undefined ? sql`true` : sql`member_id = ${memberId}`
  const before =
    upTo === undefined
      ? sql`true`
      : sql`(member_id, program, unit) <= (${upTo.member_id}, ${upTo.program}, ${upTo.unit})`
  const rows = await sql<AuditWallet>`
    select member_id, program, unit, available, pending, held, debt, seq, head_hash
    from jifen.wallet
    where (member_id, program, unit) > (${after.member_id}, ${after.program}, ${after.unit})
      and ${before}
      and ${only}
    order by member_id, program, unit
  `.execute(db)
  return rows.rows
}

/** The next entries of the wallets from `first` to `last` in key order, after a place among them. */
export async function nextEntries(
  db: Reader,
  place: KeyRow & { readonly seq: number },
  last: KeyRow,
  limit: number,
): Promise<AuditEntry[]> {
  const rows = await sql<AuditEntry>`
    select e.member_id, e.program, e.unit, e.seq, e.kind, e.ref, e.of_ref, e.fingerprint, e.amount,
      e.outcome, e.answer, e.cause, e.actor, e.policies, e.prev_hash, e.hash,
      (extract(epoch from e.occurred_at) * 1000)::bigint as occurred_ms,
      (extract(epoch from e.booked_at) * 1000)::bigint as booked_ms
    from jifen.entry e
    where (e.member_id, e.program, e.unit, e.seq)
        > (${place.member_id}, ${place.program}, ${place.unit}, ${place.seq})
      and (e.member_id, e.program, e.unit) <= (${last.member_id}, ${last.program}, ${last.unit})
    order by e.member_id, e.program, e.unit, e.seq
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** The transfers from one place in the books to another, both included, in order. */
export async function transfersBetween(
  db: Reader,
  first: KeyRow & { readonly seq: number },
  last: KeyRow & { readonly seq: number },
): Promise<AuditTransfer[]> {
  const rows = await sql<AuditTransfer>`
    select member_id, program, unit, seq, lot_id, to_lot_id, debit, credit, amount
    from jifen.transfer
    where (member_id, program, unit, seq)
        >= (${first.member_id}, ${first.program}, ${first.unit}, ${first.seq})
      and (member_id, program, unit, seq)
        <= (${last.member_id}, ${last.program}, ${last.unit}, ${last.seq})
    order by member_id, program, unit, seq, line
  `.execute(db)
  return rows.rows
}

/** The outbox rows from one place in the books to another, both included. */
export async function outboxBetween(
  db: Reader,
  first: KeyRow & { readonly seq: number },
  last: KeyRow & { readonly seq: number },
): Promise<(KeyRow & { readonly seq: number })[]> {
  const rows = await sql<KeyRow & { seq: number }>`
    select member_id, program, unit, seq
    from jifen.outbox
    where (member_id, program, unit, seq)
        >= (${first.member_id}, ${first.program}, ${first.unit}, ${first.seq})
      and (member_id, program, unit, seq)
        <= (${last.member_id}, ${last.program}, ${last.unit}, ${last.seq})
  `.execute(db)
  return rows.rows
}

/** The lots of the wallets from one key to another, each with what open holds pin of it. */
export async function lotsBetween(db: Reader, first: KeyRow, last: KeyRow): Promise<AuditLot[]> {
  const rows = await sql<AuditLot>`
    select l.member_id, l.program, l.unit, l.lot_id, l.available, l.pending, l.held, l.expired,
      case when l.held = 0 then 0 else (
        select coalesce(sum(p.remaining), 0)::bigint
        from jifen.hold_lot p
        where p.member_id = l.member_id and p.program = l.program and p.unit = l.unit
          and p.lot_id = l.lot_id
      ) end as pinned
    from jifen.lot l
    where (l.member_id, l.program, l.unit)
      between (${first.member_id}, ${first.program}, ${first.unit})
      and (${last.member_id}, ${last.program}, ${last.unit})
    order by l.member_id, l.program, l.unit, l.lot_id
  `.execute(db)
  return rows.rows
}

/** The open holds of the wallets from one key to another, each with the sum of what it pins. */
export async function holdsBetween(db: Reader, first: KeyRow, last: KeyRow): Promise<AuditHold[]> {
  const rows = await sql<AuditHold>`
    select h.member_id, h.program, h.unit, h.ref, h.remaining,
      (
        select coalesce(sum(p.remaining), 0)::bigint
        from jifen.hold_lot p
        where p.member_id = h.member_id and p.program = h.program and p.unit = h.unit
          and p.ref = h.ref
      ) as pinned
    from jifen.hold h
    where h.open
      and (h.member_id, h.program, h.unit)
      between (${first.member_id}, ${first.program}, ${first.unit})
      and (${last.member_id}, ${last.program}, ${last.unit})
    order by h.member_id, h.program, h.unit, h.ref
  `.execute(db)
  return rows.rows
}

/** The first row of the books that belongs to nothing: an entry, transfer, lot or outbox row. */
export async function firstOrphan(
  db: Reader,
): Promise<(KeyRow & { readonly seq: number; readonly what: string }) | undefined> {
  const rows = await sql<KeyRow & { seq: number; what: string }>`
    (
      select 'entry without wallet' as what, e.member_id, e.program, e.unit, e.seq
      from jifen.entry e
      where not exists (
        select from jifen.wallet w
        where w.member_id = e.member_id and w.program = e.program and w.unit = e.unit
      )
      limit 1
    )
    union all
    (
      select 'transfer without entry', t.member_id, t.program, t.unit, t.seq
      from jifen.transfer t
      where not exists (
        select from jifen.entry e
        where e.member_id = t.member_id and e.program = t.program and e.unit = t.unit
          and e.seq = t.seq
      )
      limit 1
    )
    union all
    (
      select 'outbox row without entry', o.member_id, o.program, o.unit, o.seq
      from jifen.outbox o
      where not exists (
        select from jifen.entry e
        where e.member_id = o.member_id and e.program = o.program and e.unit = o.unit
          and e.seq = o.seq
      )
      limit 1
    )
    limit 1
  `.execute(db)
  return rows.rows[0]
}

/** The hashes stored for entries named by wallet and seq; those that are gone are absent. */
export async function hashesAt(
  db: Reader,
  places: readonly (KeyRow & { readonly seq: number })[],
): Promise<(KeyRow & { readonly seq: number; readonly hash: Buffer })[]> {
  const rows = await sql<KeyRow & { seq: number; hash: Buffer }>`
    select e.member_id, e.program, e.unit, e.seq, e.hash
    from jifen.entry e
    join unnest(
      ${places.map((each) => each.member_id)}::text[],
      ${places.map((each) => each.program)}::text[],
      ${places.map((each) => each.unit)}::text[],
      ${places.map((each) => each.seq)}::bigint[]
    ) as k (member_id, program, unit, seq) using (member_id, program, unit, seq)
  `.execute(db)
  return rows.rows
}
