import {
  enter,
  hasLapsed,
  lotOf,
  move,
  newLot,
  payDebt,
  putLot,
  type Book,
} from '#rules/ledger/book.ts'
import { refuse } from '#rules/ledger/refuse.ts'
import { mergeTarget } from '#rules/ledger/settle.ts'
import type { Answer, Command, Lot } from '#rules/ledger/wallet.ts'
import { asPoints, noPoints, type Points } from '#rules/money/points.ts'
import { isBefore } from '#rules/time/instants.ts'

/** Half of what a number can hold: what is given back later still fits. */
const mostInWallet = 2 ** 52

type Earn = Extract<Command, { kind: 'earn' }>

/** Books value into a lot: available now, or pending until `activeAt` (LE-4, LE-10, LE-14). */
export function earn(book: Book, command: Earn, now: Temporal.Instant): Answer {
  const activeAt = command.activeAt ?? command.meta.occurredAt
  const { amount, expiresAt } = command
  if (book.status === 'sealed') {
    return refuse(book, command, now, { refusal: 'ledger/wallet-sealed' })
  }
  if (expiresAt !== null && !isBefore(activeAt, expiresAt)) {
    return refuse(book, command, now, { refusal: 'ledger/expiry-before-activation' })
  }
  const { available, pending, held } = book.balance
  if (available + pending + held + amount > mostInWallet) {
    return refuse(book, command, now, { refusal: 'ledger/balance-too-large' })
  }

  const booked = put(book, command, activeAt, now)
  return enter(
    book,
    { kind: 'earn', ref: command.ref, of: null, amount, meta: command.meta, bookedAt: now },
    (seq, after) => ({
      ok: true,
      seq,
      amount,
      after,
      lots: booked.lotId === null ? [] : [{ lotId: booked.lotId, amount }],
      expiresAt: expiresAt?.toString() ?? null,
      ...(booked.expired > 0 ? { expired: booked.expired } : {}),
      ...(booked.debtPaid > 0 ? { debtPaid: booked.debtPaid } : {}),
    }),
  )
}

function put(
  book: Book,
  command: Earn,
  activeAt: Temporal.Instant,
  now: Temporal.Instant,
): { readonly lotId: number | null; readonly expired: Points; readonly debtPaid: Points } {
  const { amount } = command
  if (amount === 0) return { lotId: null, expired: noPoints, debtPaid: noPoints }

  const pending = isBefore(now, activeAt)
  const lot = lotFor(book, command, activeAt, pending ? undefined : now)
  putLot(book, { ...lot, amount: asPoints(lot.amount + amount) })
  if (hasLapsed(lot, now)) {
    move(book, amount, 'issued', 'expired', lot.lotId)
    return { lotId: lot.lotId, expired: amount, debtPaid: noPoints }
  }
  move(book, amount, 'issued', pending ? 'pending' : 'available', lot.lotId)
  const debtPaid = pending ? noPoints : payDebt(book, lot.lotId)
  return { lotId: lot.lotId, expired: noPoints, debtPaid }
}

/** A like lot that is active at `mergeAt` (LE-14), else a new one. */
function lotFor(
  book: Book,
  command: Earn,
  activeAt: Temporal.Instant,
  mergeAt: Temporal.Instant | undefined,
): Lot {
  const lot = {
    origin: 'earn',
    ref: command.ref,
    funder: command.funder,
    target: command.target ?? null,
    activeAt,
    expiresAt: command.expiresAt,
    mergeable: command.merge === true,
  } as const
  const like = mergeAt === undefined ? undefined : mergeTarget(book, lot, mergeAt)
  if (like !== undefined && !hasLapsed(like, mergeAt ?? activeAt)) return lotOf(book, like.lotId)
  return newLot(book, lot)
}
