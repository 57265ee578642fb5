import type { Fact } from '#rules/orders/facts.ts'
import { fact } from '#test/support/market.ts'

/** An order of one shirt for so many yuan, placed and paid on the first of a month, received on the second. */
export function bought(memberId: string, month: string, yuan: number): Fact[] {
  const orderId = `o-${month}`
  const lines = [{ id: '1', sku: 'shirt', category: 'apparel', paid: `${yuan}.00` }]
  const about = (type: string, day: number, data: Readonly<Record<string, unknown>> = {}): Fact =>
    fact(memberId, `${orderId}-${type}`, `order.${type}`, `${month}-0${day}T12:00:00+08:00`, {
      orderId,
      ...data,
    })
  return [about('placed', 1, { shopId: 's1', lines }), about('paid', 1), about('received', 2)]
}
