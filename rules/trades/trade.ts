import type { Fen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import { isBefore } from '#rules/time/instants.ts'

/**
 * What a member buys at once, over many shops. Its orders, one for each shop, are kept apart. One that
 * is closed was never paid, or all of it came back (TR-13): then it has a `paidAt`.
 */
export type Trade = {
  readonly tradeId: string
  /** Priced here, or elsewhere and recorded with its allocations. */
  readonly kind: 'priced' | 'recorded'
  readonly status: 'placed' | 'paid' | 'closed'
  /** A digest of what was asked: the same id with other content is refused (TR-3). */
  readonly fingerprint: string
  readonly placedAt: Temporal.Instant
  /** The first instant at which it can no longer be paid (TR-6). */
  readonly payBy: Temporal.Instant
  readonly paidAt: Temporal.Instant | null
  /** What names the payment: the same again is answered alike (TR-5). */
  readonly paidRef: string | null
  readonly closedAt: Temporal.Instant | null
  readonly closeReason: string | null
  readonly goodsFen: Fen
  /** To pay now, without what was put down before. */
  readonly payFen: Fen
  readonly depositFen: Fen
  /** Of the figures of its quote. */
  readonly digest: string
  readonly policies: string
  readonly campaign: string | null
  /** What of the member's instruments it uses: held until it is paid or closed (TR-4). */
  readonly used: UsedOfTrade
}

/**
 * Coupons by id, fen of the allowance wallet, fen of each envelope, points, offers by id; and whether it
 * draws on what is declared for a campaign (DL-10).
 */
export type UsedOfTrade = Quote['used'] & { readonly declared?: true }

export type TradeRefusal =
  | 'trades/unknown'
  | 'trades/unknown-order'
  | 'trades/id-reused'
  | 'trades/already-placed'
  | 'trades/already-paid'
  | 'trades/closed'
  | 'trades/not-paid'
  | 'trades/refund-id-reused'
  | 'trades/exchange-id-reused'
  | 'trades/wrong-amount'
  | 'trades/quote-changed'
  | 'trades/does-not-add-up'

/** A trade with what became of its orders, or why nothing did. */
export type Turn =
  | {
      readonly ok: true
      readonly trade: Trade
      /** Only those that change. */
      readonly orders: readonly Order[]
      /** What was held for it is taken or let go; `null`: not yet, or before. */
      readonly held: 'captured' | 'released' | null
    }
  | {
      readonly ok: false
      readonly refusal: 'trades/closed' | 'trades/already-paid' | 'trades/wrong-amount'
    }

export type Payment = {
  readonly ref: string
  readonly at: Temporal.Instant
  /** Absent: what is to be paid. */
  readonly amount?: Fen | undefined
}

/**
 * Pays a trade with all its orders that are open (TR-5). The same payment again changes nothing;
 * refused: another one, a trade that is closed or whose time is over, another amount.
 */
export function payTrade(trade: Trade, orders: readonly Order[], payment: Payment): Turn {
  if (trade.paidAt !== null && trade.paidRef === payment.ref) return unchanged(trade)
  if (trade.paidAt !== null) return { ok: false, refusal: 'trades/already-paid' }
  if (!isOpenAt(trade, payment.at)) return { ok: false, refusal: 'trades/closed' }
  if (payment.amount !== undefined && payment.amount !== trade.payFen) {
    return { ok: false, refusal: 'trades/wrong-amount' }
  }

  const paid = orders.filter(isOpen).map((order) => ({ ...order, paidAt: payment.at }))
  return {
    ok: true,
    trade: { ...trade, status: 'paid', paidAt: payment.at, paidRef: payment.ref },
    orders: paid,
    held: 'captured',
  }
}

/**
 * Closes what of a trade is not paid (TR-7): all of it, or, when some of its orders were paid by
 * facts of their own, the rest, and it is paid. One that is closed stays as it is.
 */
export function closeTrade(
  trade: Trade,
  orders: readonly Order[],
  at: Temporal.Instant,
  reason: string,
): Turn {
  if (trade.status === 'closed') return unchanged(trade)
  if (trade.status === 'paid') return { ok: false, refusal: 'trades/already-paid' }

  const closed = orders.filter(isOpen).map((order) => ({ ...order, closedAt: at }))
  const after = orders.map(
    (order) => closed.find((each) => each.orderId === order.orderId) ?? order,
  )
  const settled = settleTrade(trade, after, at, reason)
  return { ok: true, ...settled, orders: closed }
}

/**
 * TR-8: a trade none of whose orders is open any more is paid when any of them was, else closed.
 * One with an open order stays as it is.
 */
export function settleTrade(
  trade: Trade,
  orders: readonly Order[],
  at: Temporal.Instant,
  reason: string,
): { readonly trade: Trade; readonly held: 'captured' | 'released' | null } {
  if (trade.status !== 'placed' || orders.some(isOpen)) return { trade, held: null }
  const [paid] = orders.filter((order) => order.paidAt !== null).sort(byPaidAt)
  if (paid !== undefined) {
    const ref = `order:${paid.orderId}`
    return {
      trade: { ...trade, status: 'paid', paidAt: paid.paidAt, paidRef: ref },
      held: 'captured',
    }
  }
  return {
    trade: { ...trade, status: 'closed', closedAt: at, closeReason: reason },
    held: 'released',
  }
}

/** Under which a fact about a trade waits for it, where others have their order. */
export function waitsForTrade(tradeId: string): string {
  return `trade:${tradeId}`
}

/** Whether a trade can be paid at an instant (TR-6). */
export function isOpenAt(trade: Trade, at: Temporal.Instant): boolean {
  return trade.status === 'placed' && isBefore(at, trade.payBy)
}

function isOpen(order: Order): boolean {
  return order.paidAt === null && order.closedAt === null
}

/** The last payment first: the trade is paid when its last order is. */
function byPaidAt(a: Order, b: Order): number {
  const [at, bt] = [a.paidAt?.epochMilliseconds ?? 0, b.paidAt?.epochMilliseconds ?? 0]
  if (at !== bt) return bt - at
  return a.orderId < b.orderId ? -1 : 1
}

function unchanged(trade: Trade): Turn {
  return { ok: true, trade, orders: [], held: null }
}
