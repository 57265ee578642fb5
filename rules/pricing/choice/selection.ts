import type { Envelope, Holdings, Ticket } from '#rules/pricing/choice/holdings.ts'

/** Which instruments are to be used; each in the order in which it is applied. */
export type Selection = {
  readonly tickets: readonly Ticket[]
  /** The most that the allowance may take; 0: not used. */
  readonly walletFen: number
  readonly envelopes: readonly Envelope[]
  readonly points: number
}

/**
 * How good a selection turned out: the more pinned ones, then the more off, then the fewer used
 * (PC-17).
 */
export type Score = {
  readonly pinned: number
  readonly offFen: number
  /** Ids of what took something off, sorted. */
  readonly ids: readonly string[]
}

/**
 * Positive when `a` is better: more pinned, more off, fewer instruments, ids that come first
 * (PC-17).
 */
export function compareScores(a: Score, b: Score): number {
  if (a.pinned !== b.pinned) return a.pinned - b.pinned
  if (a.offFen !== b.offFen) return a.offFen - b.offFen
  if (a.ids.length !== b.ids.length) return b.ids.length - a.ids.length
  for (let at = 0; at < a.ids.length; at += 1) {
    if (a.ids[at] !== b.ids[at]) return a.ids[at]! < b.ids[at]! ? 1 : -1
  }
  return 0
}

/**
 * Whether two coupons can never be used together: one slot, one line, or an exclusive one (PC-4).
 */
export function isEitherOr(a: Ticket, b: Ticket): boolean {
  if (a.layer !== b.layer) return false
  const stacking = a.coupon.stacks || b.coupon.stacks
  if (stacking && !a.coupon.exclusive && !b.coupon.exclusive) return false
  if (a.layer === 'platformCoupon') return true
  if (a.layer === 'coupon') return a.shops.some((shop) => b.shops.includes(shop))
  return a.lines.some((line) => b.lines.includes(line))
}

/** Whether the policy lets a coupon be used in one trade with the allowance (PC-5). */
export function combines(ticket: Ticket, policy: CombiningPolicy): boolean {
  if (ticket.layer === 'coupon') return true
  return ticket.layer === 'platformCoupon'
    ? policy.platformCoupon.combines
    : policy.categoryCoupon.combines
}

export type CombiningPolicy = {
  readonly platformCoupon: { readonly combines: boolean }
  readonly categoryCoupon: { readonly combines: boolean }
}

/** The same tickets in the order of the holdings. */
export function inHeldOrder(held: Holdings, tickets: readonly Ticket[]): readonly Ticket[] {
  if (tickets.length < 2) return tickets
  const wanted = new Set(tickets)
  return held.tickets.filter((ticket) => wanted.has(ticket))
}
