import type { Fact } from '#rules/orders/facts.ts'
import { fact } from '#test/support/market.ts'

/** A day of November 2017 at the market's midnight. */
export function november(day: number): string {
  return `2017-11-${String(day).padStart(2, '0')}T00:00:00+08:00`
}

/** When all of it has happened. */
export const afterAll = Temporal.Instant.from('2017-12-01T00:00:00+08:00')

/**
 * All that is told of one order of two lines, in the order in which it happened: 109.00 of ordinary
 * goods and 99.90 of virtual ones earn 54 + 9 points; 20.00 comes back before the receipt, 40.00 and
 * 9.90 in two refunds after it.
 */
export function factsOfOrder(memberId: string, orderId: string): Fact[] {
  const about = (type: string, day: number, data: Readonly<Record<string, unknown>> = {}): Fact =>
    fact(memberId, `${orderId}-${type}-${day}`, type, november(day), { orderId, ...data })
  const lines = [
    { id: '1', sku: 'shirt', paid: '109.00', quantity: 2 },
    { id: '2', sku: 'song', category: 'virtual', paid: '99.90' },
  ]
  return [
    about('order.placed', 1, { shopId: 's1', tradeId: `t-${orderId}`, lines }),
    about('order.paid', 2),
    about('order.shipped', 3, { collectedAt: november(4) }),
    about('refund.succeeded', 5, { lines: [{ id: '1', amount: '20.00' }] }),
    about('order.received', 6),
    about('refund.succeeded', 7, { lines: [{ id: '1', amount: '40.00', quantity: 1 }] }),
    about('review.posted', 8, { rating: 5 }),
    about('refund.succeeded', 9, {
      lines: [
        { id: '2', amount: '9.90' },
        { id: '1', amount: 1 },
      ],
    }),
  ]
}

/** The points of what stays of such an order: 48.99 at 0.5 and 90.00 at 0.1. */
export const pointsThatStay = 24 + 9
