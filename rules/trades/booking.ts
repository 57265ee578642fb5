import { asFen, type Fen } from '#rules/money/fen.ts'
import { outcomeOf, type DepositOutcome } from '#rules/presale/outcome.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import type { BasketLine } from '#rules/pricing/basket.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'

/** What was booked: so many units of one SKU, with the figures of one of them. */
export type BookedLine = {
  readonly sku: string
  readonly shop: string
  readonly category: string
  readonly quantity: number
  readonly price: Fen
  readonly deposit: Fen
  readonly worth?: Fen | undefined
  readonly instantOff?: Fen | undefined
}

/** A presale that a member booked: the deposit first, the balance in a trade (TR-15 to TR-17). */
export type Booking = {
  readonly presaleId: string
  readonly fingerprint: string
  /** `bought`: in a trade that is placed; `settled`: its balance is paid. */
  readonly status: 'booked' | 'deposited' | 'bought' | 'settled' | 'defaulted' | 'closed'
  readonly line: BookedLine
  readonly depositFen: Fen
  readonly bookedAt: Temporal.Instant
  /** Between these the balance is paid, half-open. */
  readonly balanceFrom: Temporal.Instant
  readonly balanceTo: Temporal.Instant
  readonly depositPaidAt: Temporal.Instant | null
  readonly depositRef: string | null
  readonly tradeId: string | null
  readonly endedAt: Temporal.Instant | null
  readonly outcome: DepositOutcome | null
}

export type BookingRefusal =
  | 'presales/unknown'
  | 'presales/id-reused'
  | 'presales/terms-not-allowed'
  | 'presales/already-paid'
  | 'presales/closed'
  | 'presales/not-deposited'
  | 'presales/not-in-window'
  | 'presales/other-line'
  | 'presales/not-bought'

export type BookingTurn =
  | { readonly ok: true; readonly booking: Booking }
  | { readonly ok: false; readonly refusal: BookingRefusal }

/** TR-15: the deposit is paid once, before the time of the balance is over. */
export function payDeposit(booking: Booking, ref: string, at: Temporal.Instant): BookingTurn {
  if (booking.depositRef === ref) return { ok: true, booking }
  if (booking.depositRef !== null) return { ok: false, refusal: 'presales/already-paid' }
  if (booking.status !== 'booked' || !isBefore(at, booking.balanceTo)) {
    return { ok: false, refusal: 'presales/closed' }
  }
  const paid = { status: 'deposited' as const, depositPaidAt: at, depositRef: ref }
  return { ok: true, booking: { ...booking, ...paid } }
}

/** TR-16: a line of a trade pays the balance of what was booked, in its window and just that. */
export function buyBooked(
  booking: Booking,
  line: BasketLine,
  tradeId: string,
  at: Temporal.Instant,
): BookingTurn {
  if (booking.status !== 'deposited') return { ok: false, refusal: 'presales/not-deposited' }
  const window = { from: booking.balanceFrom, to: booking.balanceTo }
  if (!isInside(at, window)) return { ok: false, refusal: 'presales/not-in-window' }
  if (!isOf(line, booking.line)) return { ok: false, refusal: 'presales/other-line' }
  return { ok: true, booking: { ...booking, status: 'bought', tradeId } }
}

/** TR-17: what becomes of a booking whose balance was not paid in time; `undefined`: it is not over. */
export function lapse(booking: Booking, at: Temporal.Instant): Booking | undefined {
  if (isBefore(at, booking.balanceTo)) return undefined
  if (booking.status === 'booked') return { ...booking, status: 'closed', endedAt: at }
  if (booking.status !== 'deposited') return undefined
  const outcome = outcomeOf('buyerDefaults', paidOf(booking, booking.depositFen), undefined)
  return { ...booking, status: 'defaulted', endedAt: at, outcome }
}

/** What a line of a trade came to: deposit and balance, and what of them its return pays back. */
export type ReturnedLine = { readonly paidFen: Fen; readonly refundFen: Fen }

/**
 * TR-17: ends a booking by the fault of the shop: it does not sell (before the balance is paid), or
 * sent it too late (after). `line`: what the booking became, which comes back with a late ending.
 */
export function endByShop(
  booking: Booking,
  fault: 'shopDefaults' | 'shopLate',
  line: ReturnedLine | undefined,
  late: LatePolicy | undefined,
  at: Temporal.Instant,
): BookingTurn {
  if (booking.status === 'closed' || booking.status === 'defaulted') {
    return { ok: false, refusal: 'presales/closed' }
  }
  if (fault === 'shopDefaults' && booking.status !== 'deposited') {
    return { ok: false, refusal: 'presales/not-deposited' }
  }
  const closed = { ...booking, status: 'closed', endedAt: at } as const
  if (fault === 'shopDefaults') {
    const outcome = outcomeOf(fault, paidOf(booking, booking.depositFen), late)
    return { ok: true, booking: { ...closed, outcome } }
  }
  if (booking.status !== 'settled' || line === undefined) {
    return { ok: false, refusal: 'presales/not-bought' }
  }
  const { paidFen, refundFen } = line
  const outcome = { ...outcomeOf(fault, paidOf(booking, paidFen), late), refundFen }
  return { ok: true, booking: { ...closed, outcome } }
}

/** What is put down for all units of a line. */
export function depositOf({ deposit, quantity }: BookedLine): Fen {
  return asFen(deposit * quantity)
}

function paidOf({ depositFen }: Booking, total: Fen) {
  return { deposit: depositFen, total }
}

function isOf(line: BasketLine, booked: BookedLine): boolean {
  const { sku, shop, quantity, promoPrice, listPrice, presale } = line
  return (
    sku === booked.sku &&
    shop === booked.shop &&
    quantity === booked.quantity &&
    (promoPrice ?? listPrice) === booked.price &&
    presale?.deposit === booked.deposit &&
    presale.worth === booked.worth &&
    presale.instantOff === booked.instantOff
  )
}
