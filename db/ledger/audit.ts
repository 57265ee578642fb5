import { sql, type RawBuilder } from 'kysely'
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
  readonly last_lot_id: number
  readonly status: string
  readonly last_ms: number | null
  readonly next_ms: number | null
  /** The status of its member, where there is one. */
  readonly member_status: string | null
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
  readonly line: number
  readonly lot_id: number | null
  readonly to_lot_id: number | null
  readonly debit: Account
  readonly credit: Account
  readonly amount: number
}

export type AuditLot = KeyRow & {
  readonly lot_id: number
  readonly origin: string
  readonly ref: string
  readonly funder: string
  readonly target: string | null
  readonly amount: number
  readonly available: number
  readonly pending: number
  readonly held: number
  readonly expired: number
  readonly active_ms: number
  readonly expires_ms: number | null
  readonly mergeable: boolean
  readonly merged_into: number | null
  readonly open: boolean
}

export type AuditHold = KeyRow & {
  readonly ref: string
  readonly amount: number
  readonly remaining: number
  readonly expires_ms: number | null
  readonly open: boolean
}

/** What a hold pins of one lot. */
export type AuditPin = KeyRow & {
  readonly ref: string
  readonly lot_id: number
  readonly amount: number
  readonly remaining: number
}

/** A place in a wallet's books. */
export type Place = KeyRow & { readonly seq: number }

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
  const only = memberId === undefined ? sql`true` : sql`w.member_id = ${memberId}`
  const before =
    upTo === undefined
      ? sql`true`
      : sql`(w.member_id, w.program, w.unit) <= (${upTo.member_id}, ${upTo.program}, ${upTo.unit})`
  const rows = await sql<AuditWallet>`
    select w.member_id, w.program, w.unit, w.available, w.pending, w.held, w.debt, w.seq,
      w.head_hash, w.last_lot_id, w.status, m.status as member_status,
      ${inMs('w.last_at')} as last_ms, ${inMs('w.next_due')} as next_ms
    from jifen.wallet w
    left join jifen.member m on m.member_id = w.member_id
    where (w.member_id, w.program, w.unit) > (${after.member_id}, ${after.program}, ${after.unit})
      and ${before}
      and ${only}
    order by w.member_id, w.program, w.unit
  `.execute(db)
  return rows.rows
}

/** An instant in epoch milliseconds, with the fraction that somebody else may have put there. */
function inMs(column: string): RawBuilder<number> {
  return sql`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`
}

/** The next entries of the wallets from `first` to `last` in key order, after a place among them. */
export async function nextEntries(
  db: Reader,
  place: Place,
  last: KeyRow,
  limit: number,
): Promise<AuditEntry[]> {
  const rows = await sql<AuditEntry>`
    select e.member_id, e.program, e.unit, e.seq, e.kind, e.ref, e.of_ref, e.fingerprint, e.amount,
      e.outcome, e.answer, e.cause, e.actor, e.policies, e.prev_hash, e.hash,
      ${inMs('e.occurred_at')} as occurred_ms, ${inMs('e.booked_at')} as booked_ms
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
  first: Place,
  last: Place,
): Promise<AuditTransfer[]> {
  const rows = await sql<AuditTransfer>`
    select member_id, program, unit, seq, line, lot_id, to_lot_id, debit, credit, amount
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
export async function outboxBetween(db: Reader, first: Place, last: Place): Promise<Place[]> {
  const rows = await sql<Place>`
    select member_id, program, unit, seq
    from jifen.outbox
    where (member_id, program, unit, seq)
        >= (${first.member_id}, ${first.program}, ${first.unit}, ${first.seq})
      and (member_id, program, unit, seq)
        <= (${last.member_id}, ${last.program}, ${last.unit}, ${last.seq})
  `.execute(db)
  return rows.rows
}

/** The lots of the wallets from one key to another, open or not, in the order of their ids. */
export async function lotsBetween(db: Reader, first: KeyRow, last: KeyRow): Promise<AuditLot[]> {
  const rows = await sql<AuditLot>`
    select member_id, program, unit, lot_id, origin, ref, funder, target, amount, available, pending,
      held, expired, mergeable, merged_into, open,
      ${inMs('active_at')} as active_ms, ${inMs('expires_at')} as expires_ms
    from jifen.lot
    where ${isBetween(first, last)}
    order by member_id, program, unit, lot_id
  `.execute(db)
  return rows.rows
}

/** The holds of the wallets from one key to another, open or not. */
export async function holdsBetween(db: Reader, first: KeyRow, last: KeyRow): Promise<AuditHold[]> {
  const rows = await sql<AuditHold>`
    select member_id, program, unit, ref, amount, remaining, open,
      ${inMs('expires_at')} as expires_ms
    from jifen.hold
    where ${isBetween(first, last)}
  `.execute(db)
  return rows.rows
}

/** What the holds of the wallets from one key to another pin. */
export async function pinsBetween(db: Reader, first: KeyRow, last: KeyRow): Promise<AuditPin[]> {
  const rows = await sql<AuditPin>`
    select member_id, program, unit, ref, lot_id, amount, remaining
    from jifen.hold_lot
    where ${isBetween(first, last)}
  `.execute(db)
  return rows.rows
}

function isBetween(first: KeyRow, last: KeyRow): RawBuilder<boolean> {
  return sql`(member_id, program, unit) between
    (${first.member_id}, ${first.program}, ${first.unit})
    and (${last.member_id}, ${last.program}, ${last.unit})`
}

/** What belongs to something, by columns that both have; its own place, as far as it has one. */
const belongings = [
  ['entry', 'wallet', 'member_id, program, unit', 'seq'],
  ['transfer', 'entry', 'member_id, program, unit, seq', 'seq'],
  ['outbox', 'entry', 'member_id, program, unit, seq', 'seq'],
  ['lot', 'wallet', 'member_id, program, unit', '0'],
  ['hold', 'wallet', 'member_id, program, unit', '0'],
  ['hold_lot', 'hold', 'member_id, program, unit, ref', '0'],
] as const

/** The first row of the books, of one member or of all, that belongs to nothing. */
export async function firstOrphan(
  db: Reader,
  memberId: string | undefined,
): Promise<(Place & { readonly what: string }) | undefined> {
  const only = memberId === undefined ? sql`true` : sql`member_id = ${memberId}`
  const orphans = belongings.map(
    ([table, owner, columns, seq]) => sql`(
      select ${sql.lit(`${table} without ${owner}`)} as what, member_id, program, unit,
        ${sql.raw(seq)}::bigint as seq
      from jifen.${sql.raw(table)} c
      where ${only}
        and not exists (
          select from jifen.${sql.raw(owner)} o
          where (${sql.raw(ofTable('o', columns))}) = (${sql.raw(ofTable('c', columns))})
        )
      limit 1
    )`,
  )
  const rows = await sql<Place & { what: string }>`
    ${sql.join(orphans, sql` union all `)}
    limit 1
  `.execute(db)
  return rows.rows[0]
}

function ofTable(alias: string, columns: string): string {
  return columns.replace(/\w+/g, (column) => `${alias}.${column}`)
}

/** The hashes stored for entries named by wallet and seq; those that are gone are absent. */
export async function hashesAt(
  db: Reader,
  places: readonly Place[],
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
