import type { Trade } from '#web/member/trades/resources.ts'

/** What the price of a trade is to its buyer: paid, to be paid, or not to be paid any more. */
export function payLabel({ paidAt, status }: Trade): 'didPay' | 'toPay' | 'wouldPay' {
  if (paidAt !== undefined) return 'didPay'
  return status === 'placed' ? 'toPay' : 'wouldPay'
}
