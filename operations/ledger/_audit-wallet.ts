import type {
  AuditEntry,
  AuditHold,
  AuditLot,
  AuditTransfer,
  AuditWallet,
  KeyRow,
} from '#db/ledger/audit.ts'
import { hashOf } from '#operations/ledger/_chain.ts'
import type { Account, Balance } from '#rules/ledger/wallet.ts'

/** Something in the books that is not as it must be. */
export type Fault = KeyRow & { readonly seq: number; readonly what: string }

type LotBalance = Record<'available' | 'pending' | 'held' | 'expired', number>

/** One wallet's books as they are walked through, entry by entry. */
export type Walk = {
  readonly wallet: AuditWallet
  seq: number
  head: Buffer
  lastBookedMs: number
  readonly balance: { available: number; pending: number; held: number; debt: number }
  readonly lots: Map<number, LotBalance>
}

const noHash = Buffer.alloc(32)

/** Begins at the front of a wallet's books. */
export function beginWalk(wallet: AuditWallet): Walk {
  const balance = { available: 0, pending: 0, held: 0, debt: 0 }
  return { wallet, seq: 0, head: noHash, lastBookedMs: -Infinity, balance, lots: new Map() }
}

/** Takes one entry with its transfers: number, chain, hash, balances, order of time, outbox. */
export function step(
  walk: Walk,
  entry: AuditEntry,
  transfers: readonly AuditTransfer[],
  inOutbox: boolean,
): Fault | undefined {
  const at = (what: string, seq = entry.seq): Fault => ({ ...keyOf(walk.wallet), seq, what })
  if (entry.seq !== walk.seq + 1) return at('an entry is missing', walk.seq + 1)
  if (!entry.prev_hash.equals(walk.head)) return at('the chain is broken before this entry')
  if (!entry.hash.equals(hashOfRow(entry, transfers))) return at('the entry was changed')
  if (!inOutbox) return at('the entry has no outbox row')
  if (entry.booked_ms < walk.lastBookedMs) return at('time went back')
  if (entry.outcome === 'refused' && transfers.length > 0) return at('a refusal moved something')

  for (const transfer of transfers) applyTransfer(walk, transfer)
  if (isNegative(walk, transfers)) return at('a balance is below zero')
  const told = (JSON.parse(entry.answer) as { after?: Balance }).after
  if (told !== undefined && !sameBalance(told, walk.balance)) {
    return at('the answer told another balance')
  }
  walk.seq = entry.seq
  walk.head = entry.hash
  walk.lastBookedMs = entry.booked_ms
  return undefined
}

/** Compares what the walk came to with the wallet's row, its lots and its holds. */
export function endWalk(
  walk: Walk,
  lots: readonly AuditLot[],
  holds: readonly AuditHold[],
): Fault | undefined {
  const { wallet } = walk
  const at = (what: string, seq = walk.seq): Fault => ({ ...keyOf(wallet), seq, what })
  if (wallet.seq !== walk.seq) return at('the tail was cut', walk.seq + 1)
  if (!wallet.head_hash.equals(walk.head)) return at("the wallet's head is not its last entry's")
  if (!sameBalance(wallet, walk.balance)) return at('the balance is not the sum of the transfers')

  const unseen = new Set(walk.lots.keys())
  for (const lot of lots) {
    unseen.delete(lot.lot_id)
    const sum = walk.lots.get(lot.lot_id) ?? emptyLot()
    if (!sameLot(lot, sum)) return at(`lot ${lot.lot_id} is not the sum of its transfers`)
    if (lot.pinned !== lot.held) return at(`lot ${lot.lot_id} holds other than its holds pin`)
  }
  if (unseen.size > 0) return at(`lot ${[...unseen][0]} is missing`)
  const held = holds.reduce((sum, hold) => sum + hold.remaining, 0)
  if (held !== wallet.held) return at('the holds are not what is held')
  const odd = holds.find((hold) => hold.pinned !== hold.remaining)
  if (odd !== undefined) return at(`hold ${odd.ref} is not the sum of what it pins`)
  return undefined
}

/** The key columns alone. */
export function keyOf(row: KeyRow): KeyRow {
  return { member_id: row.member_id, program: row.program, unit: row.unit }
}

function hashOfRow(entry: AuditEntry, transfers: readonly AuditTransfer[]): Buffer {
  const key = { memberId: entry.member_id, program: entry.program, unit: entry.unit }
  const hashed = {
    seq: entry.seq,
    kind: entry.kind,
    ref: entry.ref,
    of: entry.of_ref,
    fingerprint: entry.fingerprint,
    amount: entry.amount,
    outcome: entry.outcome,
    answerText: entry.answer,
    cause: entry.cause,
    actor: entry.actor,
    policies: entry.policies,
    occurredAtMs: entry.occurred_ms,
    bookedAtMs: entry.booked_ms,
    transfers: transfers.map(
      (each) => [each.lot_id, each.to_lot_id, each.debit, each.credit, each.amount] as const,
    ),
  }
  return hashOf(key, hashed, entry.prev_hash)
}

function applyTransfer(walk: Walk, transfer: AuditTransfer): void {
  shift(walk, transfer.debit, transfer.lot_id, -transfer.amount)
  shift(walk, transfer.credit, transfer.to_lot_id, transfer.amount)
}

function shift(walk: Walk, account: Account, lotId: number | null, by: number): void {
  if (account === 'debt') walk.balance.debt -= by
  if (account === 'available' || account === 'pending' || account === 'held') {
    walk.balance[account] += by
  }
  if (lotId === null) return
  const lot = walk.lots.get(lotId) ?? emptyLot()
  if (account in lot) lot[account as keyof LotBalance] += by
  walk.lots.set(lotId, lot)
}

function isNegative(walk: Walk, transfers: readonly AuditTransfer[]): boolean {
  if (Object.values(walk.balance).some((amount) => amount < 0)) return true
  return transfers.some((transfer) => {
    const lot = transfer.lot_id === null ? undefined : walk.lots.get(transfer.lot_id)
    return lot !== undefined && Object.values(lot).some((amount) => amount < 0)
  })
}

function emptyLot(): LotBalance {
  return { available: 0, pending: 0, held: 0, expired: 0 }
}

function sameBalance(a: Walk['balance'] | Balance, b: Walk['balance']): boolean {
  return (
    a.available === b.available && a.pending === b.pending && a.held === b.held && a.debt === b.debt
  )
}

function sameLot(a: AuditLot, b: LotBalance): boolean {
  return (
    a.available === b.available &&
    a.pending === b.pending &&
    a.held === b.held &&
    a.expired === b.expired
  )
}
