import type {
  AuditEntry,
  AuditHold,
  AuditLot,
  AuditPin,
  AuditTransfer,
  AuditWallet,
  KeyRow,
  Place,
} from '#db/ledger/audit.ts'
import { faultOfHolds, stepHolds, type HoldSums } from '#operations/ledger/_audit-holds.ts'
import { hashOf, openedBy, type HashedEntry } from '#operations/ledger/_chain.ts'
import type { Account, Balance } from '#rules/ledger/wallet.ts'

/** Something in the books that is not as it must be. */
export type Fault = Place & { readonly what: string }

/** What is kept of one wallet besides its entries. */
export type Kept = {
  readonly wallet: AuditWallet
  readonly lots: ReadonlyMap<number, AuditLot>
  readonly holds: ReadonlyMap<string, AuditHold>
  readonly pins: readonly AuditPin[]
}

type LotSum = Record<'amount' | 'available' | 'pending' | 'held' | 'expired', number> & {
  mergedInto: number | null
}

/** One wallet's books as they are walked through, entry by entry. */
export type Walk = {
  readonly kept: Kept
  seq: number
  head: Buffer
  lastBookedMs: number
  readonly balance: { available: number; pending: number; held: number; debt: number }
  readonly lots: Map<number, LotSum>
  readonly holds: HoldSums
}

const noHash = Buffer.alloc(32)

/** Begins at the front of a wallet's books. */
export function beginWalk(kept: Kept): Walk {
  return {
    kept,
    seq: 0,
    head: noHash,
    lastBookedMs: -Infinity,
    balance: { available: 0, pending: 0, held: 0, debt: 0 },
    lots: new Map(),
    holds: new Map(),
  }
}

/** Takes one entry with its transfers: number, chain, hash, balances, order of time, outbox. */
export function step(
  walk: Walk,
  entry: AuditEntry,
  transfers: readonly AuditTransfer[],
  inOutbox: boolean,
): Fault | undefined {
  const at = (what: string, seq = entry.seq): Fault => ({ ...keyOf(walk.kept.wallet), seq, what })
  if (entry.seq !== walk.seq + 1) return at('an entry is missing', walk.seq + 1)
  if (!entry.prev_hash.equals(walk.head)) return at('the chain is broken before this entry')
  if (transfers.some((each, line) => each.line !== line)) return at('a transfer is missing')
  const opened = openedOf(walk, entry, transfers)
  if (opened === undefined) return at('a lot or hold that this entry opened is missing')
  if (!entry.hash.equals(hashOfRow(entry, transfers, opened))) {
    return at('the entry was changed, or what it opened')
  }
  if (!inOutbox) return at('the entry has no outbox row')
  if (entry.booked_ms < walk.lastBookedMs) return at('time went back')
  if (entry.outcome === 'refused' && transfers.length > 0) return at('a refusal moved something')

  for (const transfer of transfers) applyTransfer(walk, transfer)
  if (isNegative(walk, transfers)) return at('a balance is below zero')
  const told = (JSON.parse(entry.answer) as { after?: Balance }).after
  if (told !== undefined && !sameBalance(told, walk.balance)) {
    return at('the answer told another balance')
  }
  stepHolds(walk.holds, entry, transfers)
  walk.seq = entry.seq
  walk.head = entry.hash
  walk.lastBookedMs = entry.booked_ms
  return undefined
}

/** Compares what the walk came to with the wallet's row, its lots and its holds. */
export function endWalk(walk: Walk): Fault | undefined {
  const { wallet, lots, holds, pins } = walk.kept
  const at = (what: string, seq = walk.seq): Fault => ({ ...keyOf(wallet), seq, what })
  if (wallet.seq !== walk.seq) return at('the tail was cut', walk.seq + 1)
  if (!wallet.head_hash.equals(walk.head)) return at("the wallet's head is not its last entry's")
  if (!sameBalance(wallet, walk.balance)) return at('the balance is not the sum of the transfers')

  for (const lot of lots.values()) {
    const sum = walk.lots.get(lot.lot_id)
    if (sum === undefined) return at(`lot ${lot.lot_id} was opened by no entry`)
    if (!sameLot(lot, sum)) return at(`lot ${lot.lot_id} is not the sum of its transfers`)
  }
  const faultyHold = faultOfHolds(walk.holds, [...holds.values()], pins)
  if (faultyHold !== undefined) return at(faultyHold)
  const faultyRow = faultOfRow(walk)
  return faultyRow === undefined ? undefined : at(faultyRow)
}

/** The key columns alone. */
export function keyOf(row: KeyRow): KeyRow {
  return { member_id: row.member_id, program: row.program, unit: row.unit }
}

/** What of the wallet's row is neither balance nor chain, and follows from the rest. */
function faultOfRow({ kept, lots, lastBookedMs }: Walk): string | undefined {
  const { wallet } = kept
  if (wallet.last_lot_id !== Math.max(0, ...lots.keys())) return 'the number of lots is another'
  if ((wallet.last_ms ?? -Infinity) !== lastBookedMs) return 'the last posting was at another time'
  if (wallet.next_ms !== nextDueOf(kept)) return 'something else is due next'
  const { status, member_status } = wallet
  if (member_status === null) return undefined
  const asMember = member_status === 'sealed' ? 'sealed' : 'open'
  return status === asMember ? undefined : `it is ${status}, and its member ${member_status}`
}

function nextDueOf({ lots, holds }: Kept): number | null {
  let next = Infinity
  for (const lot of lots.values()) {
    if (lot.pending > 0) next = Math.min(next, lot.active_ms)
    if (lot.available > 0) next = Math.min(next, lot.expires_ms ?? Infinity)
  }
  for (const hold of holds.values()) {
    if (hold.remaining > 0) next = Math.min(next, hold.expires_ms ?? Infinity)
  }
  return next === Infinity ? null : next
}

/** What an entry opened, from what is kept of it; `undefined` when something of it is not there. */
function openedOf(
  walk: Walk,
  entry: AuditEntry,
  transfers: readonly AuditTransfer[],
): HashedEntry['opened'] | undefined {
  const fresh = new Set(transfers.map((each) => each.to_lot_id).filter((id) => id !== null))
  const ids = [...fresh].filter((id) => !walk.lots.has(id))
  const lots = ids.map((id) => walk.kept.lots.get(id)).filter((lot) => lot !== undefined)
  const isHold = entry.kind === 'hold' && entry.outcome === 'done'
  const hold = isHold ? walk.kept.holds.get(entry.ref) : undefined
  if (lots.length < ids.length || (isHold && hold === undefined)) return undefined
  const terms = lots.map((lot) => ({
    ...lot,
    lotId: lot.lot_id,
    activeAtMs: lot.active_ms,
    expiresAtMs: lot.expires_ms,
  }))
  return openedBy(terms, hold === undefined ? undefined : { expiresAtMs: hold.expires_ms })
}

function hashOfRow(
  entry: AuditEntry,
  transfers: readonly AuditTransfer[],
  opened: HashedEntry['opened'],
): Buffer {
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
    opened,
  }
  return hashOf(key, hashed, entry.prev_hash)
}

function applyTransfer(walk: Walk, transfer: AuditTransfer): void {
  const { debit, credit, lot_id, to_lot_id, amount } = transfer
  shift(walk, debit, lot_id, -amount)
  shift(walk, credit, to_lot_id, amount)
  if (to_lot_id === null) return
  if (debit === 'issued' || lot_id !== to_lot_id) lotOf(walk, to_lot_id).amount += amount
  if (debit === 'pending' && lot_id !== null && lot_id !== to_lot_id) {
    lotOf(walk, lot_id).mergedInto = to_lot_id
  }
}

function shift(walk: Walk, account: Account, lotId: number | null, by: number): void {
  if (account === 'debt') walk.balance.debt -= by
  if (account === 'available' || account === 'pending' || account === 'held') {
    walk.balance[account] += by
  }
  if (lotId === null) return
  const lot = lotOf(walk, lotId)
  if (account === 'expired') lot.expired += by
  if (account === 'available' || account === 'pending' || account === 'held') lot[account] += by
}

function lotOf(walk: Walk, lotId: number): LotSum {
  const none = { amount: 0, available: 0, pending: 0, held: 0, expired: 0, mergedInto: null }
  const lot = walk.lots.get(lotId) ?? none
  walk.lots.set(lotId, lot)
  return lot
}

function isNegative(walk: Walk, transfers: readonly AuditTransfer[]): boolean {
  if (Object.values(walk.balance).some((amount) => amount < 0)) return true
  return transfers.some(({ lot_id }) => {
    const lot = lot_id === null ? undefined : walk.lots.get(lot_id)
    return lot !== undefined && Math.min(lot.available, lot.pending, lot.held, lot.expired) < 0
  })
}

function sameBalance(a: Walk['balance'] | Balance, b: Walk['balance']): boolean {
  return (
    a.available === b.available && a.pending === b.pending && a.held === b.held && a.debt === b.debt
  )
}

function sameLot(lot: AuditLot, sum: LotSum): boolean {
  return (
    lot.amount === sum.amount &&
    lot.available === sum.available &&
    lot.pending === sum.pending &&
    lot.held === sum.held &&
    lot.expired === sum.expired &&
    lot.merged_into === sum.mergedInto &&
    lot.open === lot.available + lot.pending + lot.held > 0
  )
}
