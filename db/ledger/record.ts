import type { Writer } from '#db/connection.ts'
import { overRowsOfAll, type Columns, type Part } from '#db/rows.ts'
import { keyColumns, walletsUpdate } from '#db/ledger/wallets.ts'
import type { Entry, Hold, Lot, Wallet, WalletKey } from '#rules/ledger/wallet.ts'

/** An entry with its place in the chain and its answer as the text that was hashed. */
export type ChainedEntry = Entry & {
  readonly answerText: string
  readonly prevHash: Buffer
  readonly hash: Buffer
}

/** What one wallet's commands came to, ready to be written. */
export type Recording = {
  readonly key: WalletKey
  readonly wallet: Wallet
  readonly headHash: Buffer
  readonly entries: readonly ChainedEntry[]
  readonly lots: readonly Lot[]
  readonly holds: readonly Hold[]
  /** The highest lot id before: lots above it are new. */
  readonly lastLotId: number
  /** Whether the wallet was made with what it holds: then its own row is written already. */
  readonly made: boolean
}

/** Writes what many wallets' commands came to, all tables in one statement. */
export async function record(tx: Writer, recordings: readonly Recording[]): Promise<void> {
  if (recordings.length === 0) return
  const entries = recordings.flatMap((each) => each.entries.map((entry) => ({ ...each, entry })))
  const lots = recordings.flatMap(({ key, lots: touched, lastLotId }) =>
    touched.map((lot) => ({ key, lot, isNew: lot.lotId > lastLotId })),
  )
  const holds = recordings.flatMap((each) => each.holds.map((hold) => ({ key: each.key, hold })))
  const parts = [
    entriesInsert(entries),
    transfersInsert(entries),
    lotsInsert(lots.filter((each) => each.isNew)),
    lotsUpdate(lots.filter((each) => !each.isNew)),
    holdsUpsert(holds),
    pinsUpsert(holds),
    outboxInsert(entries),
    walletsUpdate(recordings.filter((each) => !each.made)),
  ]
  // A table that nothing is written to has no part: a statement is prepared for each that is usual.
  await overRowsOfAll(
    tx,
    parts.filter((part) => rowsOf(part) > 0),
  )
}

function rowsOf({ columns }: Part): number {
  return columns['member_id']?.[1].length ?? 0
}

type KeyedEntry = { readonly key: WalletKey; readonly entry: ChainedEntry }

function entriesInsert(rows: readonly KeyedEntry[]): Part {
  const entries = rows.map((row) => row.entry)
  const columns: Columns = {
    ...keyColumns(rows.map((row) => row.key)),
    seq: ['bigint', entries.map((each) => each.seq)],
    kind: ['text', entries.map((each) => each.kind)],
    ref: ['text', entries.map((each) => each.ref)],
    of_ref: ['text', entries.map((each) => each.of)],
    fingerprint: ['text', entries.map((each) => each.meta.fingerprint)],
    amount: ['bigint', entries.map((each) => each.amount)],
    outcome: ['text', entries.map((each) => each.outcome)],
    answer: ['json', entries.map((each) => each.answerText)],
    cause: ['json', entries.map((each) => each.meta.cause)],
    actor: ['text', entries.map((each) => each.meta.actor)],
    policies: ['text', entries.map((each) => each.meta.policies.join(' '))],
    occurred_at: ['timestamptz', entries.map((each) => each.meta.occurredAt)],
    booked_at: ['timestamptz', entries.map((each) => each.bookedAt)],
    prev_hash: ['bytea', entries.map((each) => each.prevHash)],
    hash: ['bytea', entries.map((each) => each.hash)],
  }
  return { columns, text: (rows, names) => `insert into jifen.entry (${names}) ${rows}` }
}

function transfersInsert(rows: readonly KeyedEntry[]): Part {
  const moves = rows.flatMap((row) =>
    row.entry.transfers.map((transfer, line) => ({ ...row, transfer, line })),
  )
  const columns: Columns = {
    ...keyColumns(moves.map((row) => row.key)),
    seq: ['bigint', moves.map((row) => row.entry.seq)],
    line: ['int', moves.map((row) => row.line)],
    lot_id: ['bigint', moves.map((row) => row.transfer.lotId)],
    to_lot_id: ['bigint', moves.map((row) => row.transfer.toLotId)],
    debit: ['text', moves.map((row) => row.transfer.debit)],
    credit: ['text', moves.map((row) => row.transfer.credit)],
    amount: ['bigint', moves.map((row) => row.transfer.amount)],
  }
  return { columns, text: (rows, names) => `insert into jifen.transfer (${names}) ${rows}` }
}

type KeyedLot = { readonly key: WalletKey; readonly lot: Lot }

function lotsInsert(rows: readonly KeyedLot[]): Part {
  const lots = rows.map((row) => row.lot)
  const columns: Columns = {
    ...changingColumns(rows),
    origin: ['text', lots.map((lot) => lot.origin)],
    ref: ['text', lots.map((lot) => lot.ref)],
    funder: ['text', lots.map((lot) => lot.funder)],
    target: ['text', lots.map((lot) => lot.target)],
    active_at: ['timestamptz', lots.map((lot) => lot.activeAt)],
    expires_at: ['timestamptz', lots.map((lot) => lot.expiresAt)],
    mergeable: ['boolean', lots.map((lot) => lot.mergeable)],
  }
  return { columns, text: (rows, names) => `insert into jifen.lot (${names}) ${rows}` }
}

function lotsUpdate(rows: readonly KeyedLot[]): Part {
  return {
    columns: changingColumns(rows),
    text: (changed, names) => `
      update jifen.lot l set
        amount = n.amount,
        available = n.available,
        pending = n.pending,
        held = n.held,
        expired = n.expired,
        merged_into = n.merged_into,
        open = n.open
      from (${changed}) as n (${names})
      where l.member_id = n.member_id and l.program = n.program and l.unit = n.unit
        and l.lot_id = n.lot_id
    `,
  }
}

function changingColumns(rows: readonly KeyedLot[]): Columns {
  const lots = rows.map((row) => row.lot)
  return {
    ...keyColumns(rows.map((row) => row.key)),
    lot_id: ['bigint', lots.map((lot) => lot.lotId)],
    amount: ['bigint', lots.map((lot) => lot.amount)],
    available: ['bigint', lots.map((lot) => lot.available)],
    pending: ['bigint', lots.map((lot) => lot.pending)],
    held: ['bigint', lots.map((lot) => lot.held)],
    expired: ['bigint', lots.map((lot) => lot.expired)],
    merged_into: ['bigint', lots.map((lot) => lot.mergedInto)],
    open: ['boolean', lots.map((lot) => lot.available + lot.pending + lot.held > 0)],
  }
}

type KeyedHold = { readonly key: WalletKey; readonly hold: Hold }

function holdsUpsert(rows: readonly KeyedHold[]): Part {
  const holds = rows.map((row) => row.hold)
  const columns: Columns = {
    ...keyColumns(rows.map((row) => row.key)),
    ref: ['text', holds.map((hold) => hold.ref)],
    amount: ['bigint', holds.map((hold) => hold.amount)],
    remaining: ['bigint', holds.map((hold) => hold.left)],
    expires_at: ['timestamptz', holds.map((hold) => hold.expiresAt)],
    open: ['boolean', holds.map((hold) => hold.left > 0)],
  }
  return {
    columns,
    text: (fresh, names) => `
      insert into jifen.hold (${names}) ${fresh}
      on conflict (member_id, program, unit, ref) do update set
        remaining = excluded.remaining,
        open = excluded.open
    `,
  }
}

function pinsUpsert(rows: readonly KeyedHold[]): Part {
  const pins = rows.flatMap((row) => row.hold.lots.map((pin) => ({ ...row, pin })))
  const columns: Columns = {
    ...keyColumns(pins.map((row) => row.key)),
    ref: ['text', pins.map((row) => row.hold.ref)],
    lot_id: ['bigint', pins.map((row) => row.pin.lotId)],
    amount: ['bigint', pins.map((row) => row.pin.amount)],
    remaining: ['bigint', pins.map((row) => row.pin.left)],
  }
  return {
    columns,
    text: (fresh, names) => `
      insert into jifen.hold_lot (${names}) ${fresh}
      on conflict (member_id, program, unit, ref, lot_id) do update set
        remaining = excluded.remaining
    `,
  }
}

function outboxInsert(rows: readonly KeyedEntry[]): Part {
  const columns: Columns = {
    ...keyColumns(rows.map((row) => row.key)),
    seq: ['bigint', rows.map((row) => row.entry.seq)],
  }
  return { columns, text: (rows, names) => `insert into jifen.outbox (${names}) ${rows}` }
}
