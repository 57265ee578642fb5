import { isBefore, latest } from '#rules/time/instants.ts'
import {
  byExpiryThenLotId,
  enter,
  expectNext,
  hasLapsed,
  lotOf,
  move,
  payDebt,
  putHold,
  putLot,
  type Book,
} from '#rules/ledger/book.ts'
import {
  postedKey,
  type Answer,
  type Balance,
  type Draw,
  type Hold,
  type Lot,
  type Meta,
  type PostingKind,
} from '#rules/ledger/wallet.ts'
import { asPoints, least, noPoints, type Points } from '#rules/money/points.ts'

type Due = {
  readonly at: Temporal.Instant
  readonly what: 'activate' | 'timeOut' | 'expire'
  readonly id: number | string
}

const rank = { activate: 0, timeOut: 1, expire: 2 } as const

/** Books everything that is due by `now`, each at its own due instant, in a total order (LE-2). */
export function settle(book: Book, now: Temporal.Instant): void {
  if (now.epochMilliseconds < book.soonestMs) return
  for (const due of dueBy(book, now)) {
    if (due.what === 'activate') activate(book, due.id as number, due.at)
    else if (due.what === 'timeOut') timeOut(book, due.id as string, due.at)
    else expire(book, due.id as number, due.at)
  }
  expectNext(book)
}

/** Gives up to `amount` of a hold back to its lots, latest to expire first (LE-6). */
export function releaseLots(
  book: Book,
  hold: Hold,
  amount: Points,
  at: Temporal.Instant,
): { readonly lots: readonly Draw[]; readonly expired: Points; readonly debtPaid: Points } {
  let left = amount
  let expired = noPoints
  let debtPaid = noPoints
  const lots: Draw[] = []
  const rest = new Map(hold.lots.map((each) => [each.lotId, each]))
  for (const lot of pinned(book, hold).reverse()) {
    const pin = rest.get(lot.lotId)
    if (pin === undefined || left === 0) continue
    const back = least(left, pin.left)
    if (back === 0) continue
    const lapsed = hasLapsed(lot, at)
    move(book, back, 'held', lapsed ? 'expired' : 'available', lot.lotId)
    if (lapsed) expired = asPoints(expired + back)
    else debtPaid = asPoints(debtPaid + payDebt(book, lot.lotId))
    rest.set(lot.lotId, { ...pin, left: asPoints(pin.left - back) })
    lots.push({ lotId: lot.lotId, amount: back })
    left = asPoints(left - back)
  }
  putHold(book, { ...hold, left: asPoints(hold.left - amount), lots: [...rest.values()] })
  return { lots, expired, debtPaid }
}

/** The lots a hold still pins, soonest to expire first. */
export function pinned(book: Book, hold: Hold): Lot[] {
  const lots = hold.lots.filter((each) => each.left > 0).map((each) => lotOf(book, each.lotId))
  return lots.sort(byExpiryThenLotId)
}

function dueBy(book: Book, now: Temporal.Instant): Due[] {
  const dues: Due[] = []
  const addIfDue = (at: Temporal.Instant | null, what: Due['what'], id: Due['id']): void => {
    if (at !== null && !isBefore(now, at)) dues.push({ at, what, id })
  }
  for (const lot of book.lots.values()) {
    if (lot.pending > 0) addIfDue(lot.activeAt, 'activate', lot.lotId)
    if (lot.pending + lot.available + lot.held > 0) addIfDue(lot.expiresAt, 'expire', lot.lotId)
  }
  for (const hold of book.holds.values()) {
    if (hold.left > 0) addIfDue(hold.expiresAt, 'timeOut', hold.ref)
  }
  return dues.sort(byInstantThenRank)
}

function byInstantThenRank(a: Due, b: Due): number {
  const apart = a.at.epochMilliseconds - b.at.epochMilliseconds
  if (apart !== 0) return apart
  if (a.what !== b.what) return rank[a.what] - rank[b.what]
  return a.id < b.id ? -1 : 1
}

function activate(book: Book, lotId: number, at: Temporal.Instant): void {
  const lot = lotOf(book, lotId)
  if (lot.pending === 0) return
  const into = mergeTarget(book, lot, at)
  const home = into ?? lot
  const amount = lot.pending
  move(book, amount, 'pending', 'available', lotId, home.lotId)
  if (into !== undefined) {
    putLot(book, { ...lotOf(book, lotId), mergedInto: into.lotId })
    const grown = lotOf(book, into.lotId)
    putLot(book, { ...grown, amount: asPoints(grown.amount + amount) })
  }
  const debtPaid = payDebt(book, home.lotId)
  record(book, 'activate', String(lotId), amount, at, { lots: [{ lotId, amount }], debtPaid })
}

/**
 * The open lot that may take this one in (LE-14): alike in funder, expiry and target, and active; of
 * several the lowest, in whatever order they were loaded.
 */
export function mergeTarget(
  book: Book,
  lot: Pick<Lot, 'mergeable' | 'expiresAt' | 'funder' | 'target'> & { readonly lotId?: number },
  at: Temporal.Instant,
): Lot | undefined {
  if (!lot.mergeable || lot.target !== null) return undefined
  let target: Lot | undefined
  for (const other of book.lots.values()) {
    if (other.lotId === lot.lotId || !other.mergeable || other.target !== null) continue
    if (other.funder !== lot.funder || other.pending > 0) continue
    if (other.available + other.held === 0 || isBefore(at, other.activeAt)) continue
    if (other.expiresAt?.epochMilliseconds !== lot.expiresAt?.epochMilliseconds) continue
    if (target === undefined || other.lotId < target.lotId) target = other
  }
  return target
}

function timeOut(book: Book, ref: string, at: Temporal.Instant): void {
  const hold = book.holds.get(ref)
  if (hold === undefined || hold.left === 0) return
  const back = releaseLots(book, hold, hold.left, at)
  record(book, 'timeOut', ref, hold.left, at, back, postedKey('hold', ref))
}

function expire(book: Book, lotId: number, at: Temporal.Instant): void {
  const amount = lotOf(book, lotId).available
  if (amount === 0) return
  move(book, amount, 'available', 'expired', lotId)
  record(book, 'expire', String(lotId), amount, at, {
    lots: [{ lotId, amount }],
    expired: amount,
  })
}

function record(
  book: Book,
  kind: PostingKind,
  ref: string,
  amount: Points,
  at: Temporal.Instant,
  facts: {
    readonly lots: readonly Draw[]
    readonly expired?: Points
    readonly debtPaid?: Points
  },
  of: string | null = null,
): void {
  const bookedAt = book.lastAt === null ? at : latest(at, book.lastAt)
  const answer = (seq: number, after: Balance): Answer => ({
    ok: true,
    seq,
    amount,
    after,
    lots: facts.lots,
    ...(facts.expired ? { expired: facts.expired } : {}),
    ...(facts.debtPaid ? { debtPaid: facts.debtPaid } : {}),
  })
  enter(book, { kind, ref, of, amount, meta: clockwork(at), bookedAt }, answer)
}

/** What the ledger does by itself is done by the clock. */
function clockwork(at: Temporal.Instant): Meta {
  return { fingerprint: '', actor: 'clock', occurredAt: at, cause: '{}', policies: [] }
}
