import { asFen } from '#rules/money/fen.ts'
import { asPoints } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'
import type { RequestedReturn, RequestKind } from '#rules/timeouts/requested.ts'
import { beginRequest } from '#rules/timeouts/turn.ts'

/** When requests of these tests are asked. */
export const asked = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

/** A request that was just asked. */
export function fresh(kind: RequestKind = 'return'): RequestedReturn {
  return beginRequest({
    returnId: 'r',
    orderId: 'o',
    shopId: 'A',
    kind,
    reason: 'damaged',
    condition: null,
    freightBy: null,
    lines: [],
    withFreight: false,
    terms: {
      answer: 'P5D',
      escalate: 'P7D',
      sendBack: 'P7D',
      confirm: 'P15D',
      replace: 'P4D',
      receive: 'P10D',
      decide: 'P15D',
      remindBefore: 'P1D',
    },
    askedAt: asked,
    answeredAt: null,
    answeredBy: null,
    sentAt: null,
    arrivedAt: null,
    disputedAt: null,
    disputeOutcome: null,
    decidedAt: null,
    closedAt: null,
    outcome: null,
  })
}

/** Three units for 100.01. */
export function line(lineId: string, change: Partial<OrderLine> = {}): OrderLine {
  return {
    lineId,
    sku: 's',
    category: 'apparel',
    quantity: 3,
    paidFen: asFen(10_001),
    multiplePpm: wholePpm as Ppm,
    refundedFen: asFen(0),
    refundedQuantity: 0,
    pointsEarned: asPoints(0),
    pointsClawed: asPoints(0),
    ...change,
  }
}

/** An order of two lines that was shipped. */
export function order(change: Partial<Order> = {}): Order {
  return {
    orderId: 'o',
    tradeId: 'o',
    shopId: 'A',
    freightFen: asFen(600),
    placedAt: asked,
    paidAt: asked,
    shippedAt: asked,
    collectedAt: null,
    receivedAt: null,
    closedAt: null,
    earnedBy: '',
    lines: [line('1'), line('2', { category: 'fresh' })],
    ...change,
  }
}
