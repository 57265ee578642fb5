import { assert } from '#rules/assert.ts'
import { asPoints, noPoints, type Points } from '#rules/money/points.ts'
import { isBefore } from '#rules/time/instants.ts'
import type {
  Account,
  Answer,
  Balance,
  DrawOrder,
  Entry,
  Hold,
  Lot,
  Meta,
  Posted,
  PostingKind,
  Transfer,
  Wallet,
  WalletState,
} from '#rules/ledger/wallet.ts'

/**
 * The working copy in which one wallet's commands are folded. It lives inside one call of `postAll`
 * and is the only thing in the ledger's rules that changes in place.
 */
export type Book = {
  balance: Record<keyof Balance, number>
  seq: number
  lastLotId: number
  status: Wallet['status']
  lastAt: Temporal.Instant | null
  readonly lots: Map<number, Lot>
  readonly holds: Map<string, Hold>
  readonly posted: Map<string, Posted>
  readonly entries: Entry[]
  readonly touchedLots: Set<number>
  readonly touchedHolds: Set<string>
  transfers: Transfer[]
  /** Nothing is due before this instant (epoch milliseconds); something may be from then on. */
  soonestMs: number
}

/** Opens a working copy of a loaded wallet. */
export function openBook(state: WalletState): Book {
  const { available, pending, held, debt } = state.wallet
  return {
    balance: { available, pending, held, debt },
    seq: state.wallet.seq,
    lastLotId: state.wallet.lastLotId,
    status: state.wallet.status,
    lastAt: state.wallet.lastAt,
    lots: new Map(state.lots.map((lot) => [lot.lotId, lot])),
    holds: new Map(state.holds.map((hold) => [hold.ref, hold])),
    posted: new Map(state.posted),
    entries: [],
    touchedLots: new Set(),
    touchedHolds: new Set(),
    transfers: [],
    soonestMs: state.wallet.nextDue?.epochMilliseconds ?? Infinity,
  }
}

/** The wallet's row as it stands now. */
export function walletOf(book: Book): Wallet {
  return { ...balanceOf(book), ...positionOf(book), nextDue: nextDueOf(book) }
}

function positionOf(book: Book): Pick<Wallet, 'seq' | 'lastLotId' | 'status' | 'lastAt'> {
  return { seq: book.seq, lastLotId: book.lastLotId, status: book.status, lastAt: book.lastAt }
}

/** The four balances as they stand now. */
export function balanceOf(book: Book): Balance {
  const { available, pending, held, debt } = book.balance
  return {
    available: asPoints(available),
    pending: asPoints(pending),
    held: asPoints(held),
    debt: asPoints(debt),
  }
}

/** Moves an amount between two accounts; of a lot, or of two lots where `toLotId` is given (LE-1). */
export function move(
  book: Book,
  amount: Points,
  from: Account,
  to: Account,
  lotId: number | null,
  toLotId: number | null = lotId,
): void {
  if (amount === 0) return
  assert(amount > 0, 'a transfer moves a positive amount')
  book.transfers.push({ lotId, toLotId, debit: from, credit: to, amount })
  shift(book, from, lotId, -amount)
  shift(book, to, toLotId, amount)
}

/** The lot, which must have been loaded. */
export function lotOf(book: Book, lotId: number): Lot {
  const lot = book.lots.get(lotId)
  assert(lot !== undefined, `lot ${lotId} was loaded`)
  return lot
}

/** Puts a new or changed lot into the book. */
export function putLot(book: Book, lot: Lot): void {
  book.lots.set(lot.lotId, lot)
  book.touchedLots.add(lot.lotId)
  if (lot.pending > 0) expectAt(book, lot.activeAt)
  if (lot.available > 0) expectAt(book, lot.expiresAt)
}

/** Puts a new or changed hold into the book. */
export function putHold(book: Book, hold: Hold): void {
  book.holds.set(hold.ref, hold)
  book.touchedHolds.add(hold.ref)
  if (hold.left > 0) expectAt(book, hold.expiresAt)
}

/** Brings `soonestMs` up to date after what was due has been booked. */
export function expectNext(book: Book): void {
  book.soonestMs = nextDueOf(book)?.epochMilliseconds ?? Infinity
}

function expectAt(book: Book, at: Temporal.Instant | null): void {
  if (at !== null && at.epochMilliseconds < book.soonestMs) book.soonestMs = at.epochMilliseconds
}

/** An empty lot under the next id. */
export function newLot(
  book: Book,
  lot: Pick<Lot, 'origin' | 'ref' | 'funder' | 'target' | 'activeAt' | 'expiresAt' | 'mergeable'>,
): Lot {
  book.lastLotId += 1
  const empty: Lot = {
    ...lot,
    lotId: book.lastLotId,
    amount: noPoints,
    available: noPoints,
    pending: noPoints,
    held: noPoints,
    expired: noPoints,
    mergedInto: null,
  }
  putLot(book, empty)
  return empty
}

/** Records what was moved since the last entry as one posting, with the next seq (LE-15). */
export function enter(
  book: Book,
  entry: {
    readonly kind: PostingKind
    readonly ref: string
    readonly of: string | null
    readonly amount: Points
    readonly meta: Meta
    readonly bookedAt: Temporal.Instant
  },
  answer: (seq: number, after: Balance) => Answer,
): Answer {
  book.seq += 1
  book.lastAt = entry.bookedAt
  const told = answer(book.seq, balanceOf(book))
  book.entries.push({
    ...entry,
    seq: book.seq,
    outcome: told.ok ? 'done' : 'refused',
    answer: told,
    transfers: book.transfers,
  })
  book.transfers = []
  return told
}

/** Whether a lot has lapsed at an instant: it can be spent only before `expiresAt`. */
export function hasLapsed(lot: Lot, at: Temporal.Instant): boolean {
  return lot.expiresAt !== null && !isBefore(at, lot.expiresAt)
}

/** The lots with something available, in drawing order (LE-5). */
export function drawable(book: Book, order: DrawOrder): Lot[] {
  const lots = [...book.lots.values()].filter((lot) => lot.available > 0)
  return lots.sort(order === 'oldest' ? byLotId : byExpiryThenLotId)
}

/** Soonest to expire first, never-expiring last, then the lower id (LE-5). */
export function byExpiryThenLotId(a: Lot, b: Lot): number {
  const left = a.expiresAt?.epochMilliseconds ?? Infinity
  const right = b.expiresAt?.epochMilliseconds ?? Infinity
  if (left !== right) return left < right ? -1 : 1
  return byLotId(a, b)
}

function byLotId(a: Lot, b: Lot): number {
  return a.lotId - b.lotId
}

/** LE-10: pays an open debt from what just became available on a lot; tells how much. */
export function payDebt(book: Book, lotId: number): Points {
  const due = Math.min(book.balance.debt, lotOf(book, lotId).available)
  move(book, asPoints(due), 'available', 'debt', lotId, null)
  return asPoints(due)
}

/** Accounts with a balance of their own in a lot; the rest are counted by their transfers only. */
const lotAccounts = new Set<Account>(['available', 'pending', 'held', 'expired'])

function shift(book: Book, account: Account, lotId: number | null, by: number): void {
  if (account === 'debt') {
    book.balance.debt -= by
    assert(book.balance.debt >= 0, 'a debt is never below zero')
    return
  }
  if (account === 'available' || account === 'pending' || account === 'held') {
    book.balance[account] += by
    assert(book.balance[account] >= 0, `${account} is never below zero`)
  }
  if (lotId === null) return

  const lot = lotOf(book, lotId)
  if (lotAccounts.has(account)) {
    const left = lot[account as 'available' | 'pending' | 'held' | 'expired'] + by
    assert(left >= 0, `${account} of a lot is never below zero`)
    putLot(book, { ...lot, [account]: asPoints(left) })
  }
}

function nextDueOf(book: Book): Temporal.Instant | null {
  let next: Temporal.Instant | null = null
  for (const lot of book.lots.values()) {
    if (lot.pending > 0) next = sooner(next, lot.activeAt)
    if (lot.available > 0) next = sooner(next, lot.expiresAt)
  }
  for (const hold of book.holds.values()) {
    if (hold.left > 0) next = sooner(next, hold.expiresAt)
  }
  return next
}

function sooner(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (a === null) return b
  if (b === null) return a
  return isBefore(b, a) ? b : a
}
