import {
  byExpiryThenLotId,
  drawable,
  enter,
  hasLapsed,
  lotOf,
  move,
  newLot,
  payDebt,
  putHold,
  putLot,
  type Book,
} from '#rules/ledger/book.ts'
import { refuse } from '#rules/ledger/refuse.ts'
import {
  postedKey,
  type Answer,
  type Command,
  type CommandKind,
  type Draw,
  type Lot,
  type Posted,
} from '#rules/ledger/wallet.ts'
import { asPoints, least, noPoints, type Points } from '#rules/money/points.ts'
import { isBefore } from '#rules/time/instants.ts'

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>

/** Gives a spend or capture back to the lots it came from (LE-8, LE-10 to LE-12). */
export function giveBack(book: Book, command: Of<'giveBack'>, now: Temporal.Instant): Answer {
  const found = undoable(book, command, ['spend', 'capture'])
  if (!found.ok) return refuse(book, command, now, found.why)

  let left = command.amount
  let expired = noPoints
  let debtPaid = noPoints
  const back: Draw[] = []
  const drawn = new Map(found.posted.drawn.map((draw) => [draw.lotId, draw.amount]))
  const lots = found.posted.drawn.map((draw) => lotOf(book, draw.lotId))
  for (const lot of lots.sort(byExpiryThenLotId).reverse()) {
    const amount = least(left, drawn.get(lot.lotId) ?? noPoints)
    if (amount === 0) continue
    const given = giveToLot(book, command, lot, amount, now)
    expired = asPoints(expired + given.expired)
    debtPaid = asPoints(debtPaid + given.debtPaid)
    drawn.set(lot.lotId, asPoints((drawn.get(lot.lotId) ?? noPoints) - amount))
    back.push({ lotId: given.lotId, amount })
    left = asPoints(left - amount)
  }
  markUndone(book, found.posted, command.amount, drawn)
  return record(book, command, now, command.amount, found.posted, back, {
    ...(expired > 0 ? { expired } : {}),
    ...(debtPaid > 0 ? { debtPaid } : {}),
  })
}

/** Takes an earn back, as far as there is something to take; the rest is owed (LE-9, LE-11). */
export function clawBack(book: Book, command: Of<'clawBack'>, now: Temporal.Instant): Answer {
  const found = undoable(book, command, ['earn'])
  if (!found.ok) return refuse(book, command, now, found.why)

  const taken: Draw[] = []
  let left = found.amount
  const take = (lot: Lot, from: 'pending' | 'available' | 'expired'): void => {
    const amount = least(left, lotOf(book, lot.lotId)[from])
    if (amount === 0) return
    move(book, amount, from, 'clawed', lot.lotId)
    taken.push({ lotId: lot.lotId, amount })
    left = asPoints(left - amount)
  }
  const own = ownLot(book, found.posted)
  if (own !== undefined) {
    take(own, 'pending')
    take(own, 'available')
    take(own, 'expired')
  }
  const others = drawable(book, command.order ?? 'soonestExpiry')
  const kept = (lot: Lot): boolean => lot.target !== null
  // What is kept for something comes last; left aside, it would be available beside a debt (LE-10).
  for (const lot of [...others.filter((each) => !kept(each)), ...others.filter(kept)]) {
    if (lot.lotId !== own?.lotId) take(lot, 'available')
  }
  const owed = command.shortfall === 'debt' ? left : noPoints
  move(book, owed, 'debt', 'clawed', null)
  markUndone(book, found.posted, found.amount, new Map())
  return record(book, command, now, found.amount, found.posted, taken, {
    ...(owed > 0 ? { debtMade: owed } : {}),
    ...(left > owed ? { forgiven: asPoints(left - owed) } : {}),
  })
}

/** Lets everything lapse, closes every hold and, if asked, seals the wallet (LE-12). */
export function forfeit(book: Book, command: Of<'forfeit'>, now: Temporal.Instant): Answer {
  const lots: Draw[] = []
  for (const lot of [...book.lots.values()].sort(byExpiryThenLotId)) {
    const amount = asPoints(lot.available + lot.pending + lot.held)
    if (amount === 0) continue
    move(book, lot.available, 'available', 'expired', lot.lotId)
    move(book, lot.pending, 'pending', 'expired', lot.lotId)
    move(book, lot.held, 'held', 'expired', lot.lotId)
    lots.push({ lotId: lot.lotId, amount })
  }
  for (const hold of [...book.holds.values()].filter((each) => each.left > 0)) {
    const emptied = hold.lots.map((each) => ({ ...each, left: noPoints }))
    putHold(book, { ...hold, left: noPoints, lots: emptied })
  }
  if (command.seal === true) book.status = 'sealed'
  const amount = asPoints(lots.reduce((sum, draw) => sum + draw.amount, 0))
  return record(book, command, now, amount, null, lots, amount > 0 ? { expired: amount } : {})
}

/**
 * Opens a sealed wallet again. What was forfeited stays so (LE-12), unless the forfeit is named: then
 * it comes back to its lots, once, as far as they have not lapsed (LE-16).
 */
export function unseal(book: Book, command: Of<'unseal'>, now: Temporal.Instant): Answer {
  book.status = 'open'
  const { of } = command
  const posted = of === undefined ? undefined : book.posted.get(postedKey('forfeit', of))
  if (posted?.outcome !== 'done' || posted.undone > 0) {
    return record(book, command, now, noPoints, null, [])
  }
  const back: Draw[] = []
  let debtPaid = noPoints
  for (const { lotId, amount: taken } of posted.drawn) {
    const lot = lotOf(book, lotId)
    // What was clawed back meanwhile was taken from what had been forfeited.
    const amount = hasLapsed(lot, now) ? noPoints : least(taken, lot.expired)
    if (amount === 0) continue
    const isPending = isBefore(now, lot.activeAt)
    move(book, amount, 'expired', isPending ? 'pending' : 'available', lotId)
    if (!isPending) debtPaid = asPoints(debtPaid + payDebt(book, lotId))
    back.push({ lotId, amount })
  }
  const amount = asPoints(back.reduce((sum, draw) => sum + draw.amount, 0))
  markUndone(book, posted, amount, new Map(posted.drawn.map((draw) => [draw.lotId, draw.amount])))
  return record(book, command, now, amount, posted, back, debtPaid > 0 ? { debtPaid } : {})
}

type Why = Omit<Extract<Answer, { ok: false }>, 'ok' | 'seq' | 'after'>

function undoable(
  book: Book,
  command: Of<'giveBack'> | Of<'clawBack'>,
  kinds: readonly CommandKind[],
): { readonly ok: true; posted: Posted; amount: Points } | { readonly ok: false; why: Why } {
  const posted = kinds
    .map((kind) => book.posted.get(postedKey(kind, command.of)))
    .find((each) => each?.outcome === 'done')
  if (posted === undefined) return { ok: false, why: { refusal: 'ledger/unknown-reference' } }

  const left = asPoints(posted.amount - posted.undone)
  const orLess = command.kind === 'clawBack' && command.orLess === true
  if (command.amount > left && !orLess) {
    return { ok: false, why: { refusal: 'ledger/more-than-left-to-undo', left } }
  }
  return { ok: true, posted, amount: least(command.amount, left) }
}

function giveToLot(
  book: Book,
  command: Of<'giveBack'>,
  lot: Lot,
  amount: Points,
  now: Temporal.Instant,
): { readonly lotId: number; readonly expired: Points; readonly debtPaid: Points } {
  const lapsed = hasLapsed(lot, now)
  const grace = command.graceUntil !== undefined && isBefore(now, command.graceUntil)
  if (book.status === 'sealed' || (lapsed && !grace)) {
    move(book, amount, 'spent', 'expired', lot.lotId)
    return { lotId: lot.lotId, expired: amount, debtPaid: noPoints }
  }
  const home = lapsed ? graceLot(book, command, lot, now) : lot
  move(book, amount, 'spent', 'available', lot.lotId, home.lotId)
  if (home !== lot) putLot(book, { ...lotOf(book, home.lotId), amount })
  return { lotId: home.lotId, expired: noPoints, debtPaid: payDebt(book, home.lotId) }
}

function graceLot(book: Book, command: Of<'giveBack'>, lot: Lot, now: Temporal.Instant): Lot {
  return newLot(book, {
    origin: 'grace',
    ref: command.ref,
    funder: lot.funder,
    target: lot.target,
    activeAt: now,
    expiresAt: command.graceUntil ?? null,
    mergeable: false,
  })
}

/** The lot an earn went to, or the one that took it in. */
function ownLot(book: Book, posted: Posted): Lot | undefined {
  if (posted.lotId === null) return undefined
  const lot = lotOf(book, posted.lotId)
  return lot.mergedInto === null ? lot : lotOf(book, lot.mergedInto)
}

function markUndone(
  book: Book,
  posted: Posted,
  amount: Points,
  drawn: ReadonlyMap<number, Points>,
): void {
  book.posted.set(postedKey(posted.kind, posted.ref), {
    ...posted,
    undone: asPoints(posted.undone + amount),
    drawn: [...drawn].map(([lotId, left]) => ({ lotId, amount: left })),
  })
}

function record(
  book: Book,
  command: Of<'giveBack'> | Of<'clawBack'> | Of<'forfeit'> | Of<'unseal'>,
  now: Temporal.Instant,
  amount: Points,
  undoes: Posted | null,
  lots: readonly Draw[],
  more: { readonly expired?: Points; debtPaid?: Points; debtMade?: Points; forgiven?: Points } = {},
): Answer {
  const of = undoes === null ? null : postedKey(undoes.kind, undoes.ref)
  const { kind, ref, meta } = command
  return enter(book, { kind, ref, of, amount, meta, bookedAt: now }, (seq, after) => ({
    ok: true,
    seq,
    amount,
    after,
    lots,
    ...more,
  }))
}
