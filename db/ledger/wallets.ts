import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows, type Columns, type Part } from '#db/rows.ts'
import type { Wallet, WalletKey, WalletStatus } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'

/** A wallet's row with its key and the head of its hash chain. */
export type WalletRow = {
  readonly key: WalletKey
  readonly wallet: Wallet
  readonly headHash: Buffer
}

/** A text that names one wallet, for maps. */
export function walletId(key: WalletKey): string {
  return `${key.memberId}/${key.program}/${key.unit}`
}

/**
 * Locks wallets in key order and returns them; those that do not exist are absent. What belongs to
 * them is read afterwards, in statements of their own, so that it is fresh.
 */
export async function lockWallets(
  tx: Writer,
  keys: readonly WalletKey[],
): Promise<Map<string, WalletRow>> {
  const locked = await overRows<WalletColumns>(
    tx,
    keyColumns(keys),
    (rows, names) => `
    select w.*
    from jifen.wallet w
    join (${rows}) as k (${names}) using (${names})
    order by w.member_id, w.program, w.unit
    for no key update of w
  `,
  )
  return new Map(locked.map((row) => rowEntry(row)))
}

/**
 * Locks every wallet of members in key order, for several postings to them in one transaction. The
 * members are locked before: nobody else makes wallets of theirs.
 */
export async function lockWalletsOf(tx: Writer, memberIds: readonly string[]): Promise<void> {
  await sql`
    select from jifen.wallet
    where member_id = any(${memberIds}::text[])
    order by member_id, program, unit
    for no key update
  `.execute(tx)
}

/** Which of the wallets exist, without locking any. */
export async function existingWallets(
  tx: Reader,
  keys: readonly WalletKey[],
): Promise<Set<string>> {
  const existing = await overRows<{ member_id: string; program: string; unit: string }>(
    tx,
    keyColumns(keys),
    (rows, names) => `
    select member_id, program, unit
    from jifen.wallet
    join (${rows}) as k (${names}) using (${names})
  `,
  )
  return new Set(existing.map((row) => walletId(keyOf(row))))
}

/** The members among these that are sealed; nobody seals or unseals any until the transaction ends. */
export async function sealedMembers(
  tx: Writer,
  memberIds: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<{ member_id: string; status: string }>`
    select member_id, status
    from jifen.member
    where member_id = any(${memberIds}::text[])
    order by member_id
    for share
  `.execute(tx)
  return new Set(rows.rows.filter((row) => row.status === 'sealed').map((row) => row.member_id))
}

/**
 * Makes wallets with what they hold from the first, in key order, and tells which it made; one that
 * somebody else makes at the same time is waited for, and left as he made it.
 */
export async function insertWallets(tx: Writer, rows: readonly WalletRow[]): Promise<Set<string>> {
  const made = await overRows<{ member_id: string; program: string; unit: string }>(
    tx,
    walletColumns(rows),
    (fresh, names) => `
    insert into jifen.wallet (${names})
    ${fresh}
    order by 1, 2, 3
    on conflict do nothing
    returning member_id, program, unit
  `,
  )
  return new Set(made.map((row) => walletId(keyOf(row))))
}

/** Writes locked wallets as they stand. */
export function walletsUpdate(rows: readonly WalletRow[]): Part {
  return {
    columns: walletColumns(rows),
    text: (fresh, names) => `
      update jifen.wallet w set
        available = n.available,
        pending = n.pending,
        held = n.held,
        debt = n.debt,
        seq = n.seq,
        last_lot_id = n.last_lot_id,
        status = n.status,
        last_at = n.last_at,
        next_due = n.next_due,
        head_hash = n.head_hash
      from (${fresh}) as n (${names})
      where w.member_id = n.member_id and w.program = n.program and w.unit = n.unit
    `,
  }
}

function walletColumns(rows: readonly WalletRow[]): Columns {
  const wallets = rows.map((row) => row.wallet)
  return {
    ...keyColumns(rows.map((row) => row.key)),
    available: ['bigint', wallets.map((each) => each.available)],
    pending: ['bigint', wallets.map((each) => each.pending)],
    held: ['bigint', wallets.map((each) => each.held)],
    debt: ['bigint', wallets.map((each) => each.debt)],
    seq: ['bigint', wallets.map((each) => each.seq)],
    last_lot_id: ['bigint', wallets.map((each) => each.lastLotId)],
    status: ['text', wallets.map((each) => each.status)],
    last_at: ['timestamptz', wallets.map((each) => each.lastAt)],
    next_due: ['timestamptz', wallets.map((each) => each.nextDue)],
    head_hash: ['bytea', rows.map((row) => row.headHash)],
  }
}

/** The wallets of a member, by program and unit. */
export async function walletsOfMember(db: Reader, memberId: string): Promise<WalletRow[]> {
  const rows = await sql<WalletColumns>`
    select * from jifen.wallet where member_id = ${memberId} order by program, unit
  `.execute(db)
  return rows.rows.map((row) => rowEntry(row)[1])
}

/** The keys of the wallets that members have, in key order. */
export async function walletsOfMembers(
  db: Reader,
  memberIds: readonly string[],
): Promise<WalletKey[]> {
  const rows = await sql<{ member_id: string; program: string; unit: string }>`
    select member_id, program, unit
    from jifen.wallet
    where member_id = any(${memberIds}::text[])
    order by member_id, program, unit
  `.execute(db)
  return rows.rows.map(keyOf)
}

/** One wallet, without locking it. */
export async function walletByKey(db: Reader, key: WalletKey): Promise<WalletRow | undefined> {
  const rows = await sql<WalletColumns>`
    select * from jifen.wallet
    where member_id = ${key.memberId} and program = ${key.program} and unit = ${key.unit}
  `.execute(db)
  const [row] = rows.rows
  return row === undefined ? undefined : rowEntry(row)[1]
}

/** Keys of wallets in which something is due by an instant, soonest first. */
export async function dueWallets(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<WalletKey[]> {
  const rows = await sql<{ member_id: string; program: string; unit: string }>`
    select member_id, program, unit
    from jifen.wallet
    where next_due <= ${by.toString()}::timestamptz
    order by next_due, member_id, program, unit
    limit ${limit}
  `.execute(db)
  return rows.rows.map(keyOf)
}

/** The three columns that name a wallet. */
export type KeyColumns = { member_id: string; program: string; unit: string }

/** The three key columns of many wallets. */
export function keyColumns(keys: readonly WalletKey[]) {
  return {
    member_id: ['text', keys.map((key) => key.memberId)],
    program: ['text', keys.map((key) => key.program)],
    unit: ['text', keys.map((key) => key.unit)],
  } as const satisfies Columns
}

type WalletColumns = {
  member_id: string
  program: string
  unit: string
  available: number
  pending: number
  held: number
  debt: number
  seq: number
  last_lot_id: number
  status: string
  head_hash: Buffer
  last_at: Temporal.Instant | null
  next_due: Temporal.Instant | null
}

function rowEntry(row: WalletColumns): [string, WalletRow] {
  const key = keyOf(row)
  const wallet: Wallet = {
    available: asPoints(row.available),
    pending: asPoints(row.pending),
    held: asPoints(row.held),
    debt: asPoints(row.debt),
    seq: row.seq,
    lastLotId: row.last_lot_id,
    status: row.status as WalletStatus,
    lastAt: row.last_at,
    nextDue: row.next_due,
  }
  return [walletId(key), { key, wallet, headHash: row.head_hash }]
}

/** The key of a row that has its three columns. */
export function keyOf(row: { member_id: string; program: string; unit: string }): WalletKey {
  return { memberId: row.member_id, program: row.program, unit: row.unit }
}
