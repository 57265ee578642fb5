import type { Row } from '#cli/import/fields.ts'
import type { OrderFact } from '#cli/import/mapping.ts'
import type { Fen } from '#rules/money/fen.ts'

/** The row that a record is told by. */
export type Origin = Pick<Row, 'file' | 'line'>

/** One line of an order, with the line of the file it was read from. */
export type LineRecord = {
  readonly id: string
  readonly sku: string
  readonly category: string
  readonly quantity: number
  readonly paidFen: Fen
  readonly multiple?: string
  readonly line: number
}

/** One shop's order. Times are milliseconds since 1970. */
export type OrderRecord = {
  readonly kind: 'order'
  readonly memberId: string
  readonly orderId: string
  readonly tradeId?: string
  readonly shopId: string
  readonly currency?: string
  readonly freightFen: Fen
  readonly placed: number
  readonly times: Readonly<Partial<Record<OrderFact | 'collected', number>>>
  readonly lines: readonly LineRecord[]
  readonly origin: Origin
}

/** What came back of an order's lines. */
export type RefundRecord = {
  readonly kind: 'refund'
  readonly memberId: string
  readonly orderId: string
  readonly refundId: string
  readonly at: number
  readonly lines: readonly RefundLine[]
  readonly origin: Origin
}

export type RefundLine = {
  readonly id: string
  readonly amountFen: Fen
  readonly quantity: number
}

/** Units of a SKU that a member gave back, of whichever earlier orders. */
export type ReturnRecord = {
  readonly kind: 'return'
  readonly memberId: string
  readonly returnId: string
  readonly sku: string
  readonly units: number
  readonly at: number
  readonly row: Row
}

export type ReviewRecord = {
  readonly kind: 'review'
  readonly memberId: string
  readonly orderId: string
  readonly reviewId: string
  readonly sku?: string
  readonly rating?: number
  readonly at: number
  readonly origin: Origin
}

export type MemberRecord = {
  readonly kind: 'member'
  readonly memberId: string
  readonly nickname?: string
  readonly joined?: number
  readonly sealed?: number
  readonly origin: Origin
}

/** What rows come to once they are joined: everything about one member is read together. */
export type ImportRecord = OrderRecord | RefundRecord | ReturnRecord | ReviewRecord | MemberRecord
