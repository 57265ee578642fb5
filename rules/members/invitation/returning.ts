import { indicator, type Indicator } from '#rules/members/invitation/indicator.ts'
import { medianOf, shareOf, sumOf, type Summary } from '#rules/members/invitation/summary.ts'

const received = 'received orders and their refunds'

/** How much comes back, and what is ordered and never paid. */
export const returning: readonly Indicator[] = [
  indicator(
    'returns.amount',
    ['退款金额', 'Refunded'],
    'fen',
    'refunded of what was received',
    received,
    (of) => of.refundedFen,
  ),
  indicator(
    'returns.amountRate',
    ['退款金额率', 'Share refunded'],
    'ppm',
    'refunded / paid; 0 without orders',
    received,
    (of) => shareOf(of.refundedFen, of.paidFen),
  ),
  indicator(
    'returns.orders',
    ['退款订单数', 'Orders with a refund'],
    'count',
    'received orders of which something was refunded',
    received,
    (of) => refunded(of).length,
  ),
  indicator(
    'returns.orderRate',
    ['退款订单率', 'Share of orders with a refund'],
    'ppm',
    'orders with a refund / received orders; 0 without orders',
    received,
    (of) => shareOf(refunded(of).length, of.received.length),
  ),
  indicator(
    'returns.wholeOrders',
    ['整单退款数', 'Orders wholly refunded'],
    'count',
    'received orders of which nothing stays',
    received,
    (of) => refunded(of).filter((each) => each.keptFen === 0).length,
  ),
  indicator(
    'returns.afterReceipt',
    ['收货后退货订单数', 'Orders returned after receipt'],
    'count',
    'received orders with a refund at or after the receipt',
    received,
    (of) => afterReceipt(of).length,
  ),
  indicator(
    'returns.afterReceiptRate',
    ['收货后退货率', 'Share of orders returned after receipt'],
    'ppm',
    'orders returned after receipt / received orders; 0 without orders',
    received,
    (of) => shareOf(afterReceipt(of).length, of.received.length),
  ),
  indicator(
    'returns.unitRate',
    ['退货件数率', 'Share of units returned'],
    'ppm',
    'units that came back / units; 0 without orders',
    'lines of received orders and their refunds',
    (of) =>
      shareOf(
        sumOf(of.lines.map((line) => line.refundedQuantity)),
        sumOf(of.lines.map((line) => line.quantity)),
      ),
  ),
  indicator(
    'returns.medianDays',
    ['退货天数中位数', 'Usual days until a return'],
    'days',
    'median of the days from receipt to the first return after it; 0 without any',
    received,
    (of) =>
      medianOf(
        afterReceipt(of).map((each) => Math.max(0, (each.order.returnedDay ?? 0) - each.day)),
      ),
  ),
  indicator(
    'returns.unpaidOrders',
    ['未付款关闭订单数', 'Orders closed unpaid'],
    'count',
    'orders placed in the window and closed before they were paid',
    'placed and closed orders',
    (of) => closed(of),
  ),
  indicator(
    'returns.unpaidRate',
    ['未付款关闭率', 'Share of orders closed unpaid'],
    'ppm',
    'orders closed unpaid / (orders closed unpaid + received orders); 0 without either',
    'placed, closed and received orders',
    (of) => shareOf(closed(of), closed(of) + of.received.length),
  ),
]

function refunded({ received: orders }: Summary): Summary['received'] {
  return orders.filter((each) => each.refundedFen > 0)
}

function afterReceipt({ received: orders }: Summary): Summary['received'] {
  return orders.filter((each) => each.order.isReturnedAfterReceipt)
}

function closed({ facts }: Summary): number {
  return facts.orders.filter((order) => order.isClosedUnpaid).length
}
