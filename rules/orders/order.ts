import type { Fen } from '#rules/money/fen.ts'
import type { Points } from '#rules/money/points.ts'
import type { Ppm } from '#rules/money/rate.ts'

/** One SKU in an order: what was paid for it, what came back, what it earned. */
export type OrderLine = {
  readonly lineId: string
  readonly sku: string
  readonly category: string
  readonly quantity: number
  readonly paidFen: Fen
  readonly multiplePpm: Ppm
  readonly refundedFen: Fen
  readonly refundedQuantity: number
  readonly pointsEarned: Points
  readonly pointsClawed: Points
}

/** One shop's part of a trade, as the facts told it so far. */
export type Order = {
  readonly orderId: string
  readonly tradeId: string
  readonly shopId: string
  readonly freightFen: Fen
  readonly placedAt: Temporal.Instant
  readonly paidAt: Temporal.Instant | null
  readonly shippedAt: Temporal.Instant | null
  /** The carrier's first record; the merchant's click is `shippedAt`. */
  readonly collectedAt: Temporal.Instant | null
  readonly receivedAt: Temporal.Instant | null
  readonly closedAt: Temporal.Instant | null
  /** The policy versions by which it earned (`points@1 ...`); empty until then. */
  readonly earnedBy: string
  readonly lines: readonly OrderLine[]
}

/** The ledger reference under which an order earns. */
export function earnRef(orderId: string): string {
  return `order:${orderId}`
}
