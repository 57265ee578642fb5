import { ordersByIds } from '#db/orders.ts'
import { receiptsOf, type KeptReceipt } from '#db/timeouts/receipts.ts'
import { askReturn, type AskReturn, type ReturnAsked } from '#operations/timeouts/ask-return.ts'
import { settleTimeouts } from '#operations/timeouts/settle-timeouts.ts'
import { turnReturn, type ReturnTurned, type TurnReturn } from '#operations/timeouts/turn-return.ts'
import { assert } from '#rules/assert.ts'
import type { Order } from '#rules/orders/order.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { newKey } from '#test/support/paid.ts'
import { contextOf } from '#test/support/trades.ts'

/** When orders of these tests were paid and shipped. */
export const paidAt = Temporal.Instant.from('2017-10-09T10:00:00+08:00')
export const shippedAt = Temporal.Instant.from('2017-10-10T09:00:00+08:00')

/** So many days of 24 hours after an instant. */
export function daysAfter(at: Temporal.Instant, days: number): Temporal.Instant {
  return at.add({ hours: days * 24 })
}

/** Tells an order `o-1` of three units for 100.01 and one of fresh goods, paid and (if so) shipped. */
export async function tellOrder(
  market: TestMarket,
  memberId: string,
  { isShipped = true, more = {} }: { readonly isShipped?: boolean; readonly more?: object } = {},
): Promise<void> {
  const at = paidAt.toString()
  const lines = [
    { id: '1', sku: 's', category: 'apparel', paid: '100.01', quantity: 3 },
    { id: '2', sku: 'f', category: 'fresh', paid: '20.00', quantity: 1 },
  ]
  const data = { orderId: 'o-1', shopId: 'A', paidAt: at, freight: '6.00', lines }
  const facts = [fact(memberId, `${memberId}-placed`, 'order.placed', at, data)]
  const shipped = { orderId: 'o-1', ...more }
  const then = shippedAt.toString()
  if (isShipped) facts.push(fact(memberId, `${memberId}-shipped`, 'order.shipped', then, shipped))
  await tell(market, facts, shippedAt)
}

/** Asks for a unit of the first line back, because it is damaged. */
export async function ask(
  market: TestMarket,
  memberId: string,
  returnId: string,
  now: Temporal.Instant,
  change: Partial<AskReturn> = {},
): Promise<ReturnAsked> {
  const asked: AskReturn = {
    memberId,
    returnId,
    orderId: 'o-1',
    kind: 'return',
    reason: 'damaged',
    condition: 'intact',
    lines: [{ line: '1', quantity: 1, sku: null }],
    note: undefined,
    ...change,
  }
  return await askReturn(contextOf(market, now), asked, newKey())
}

/** Does something about the request. */
export async function turn(
  market: TestMarket,
  memberId: string,
  returnId: string,
  what: TurnReturn['turn'],
  now: Temporal.Instant,
): Promise<ReturnTurned> {
  return await turnReturn(contextOf(market, now), { memberId, returnId, turn: what }, newKey())
}

/** Lets everything happen that is due by an instant. */
export async function settle(market: TestMarket, now: Temporal.Instant): Promise<number> {
  await untilOrdersAreRead(market.db)
  return await settleTimeouts({ ...contextOf(market, now), actor: 'jifen' })
}

export async function orderOf(market: TestMarket, memberId: string): Promise<Order> {
  const [found] = await ordersByIds(market.db, [{ memberId, orderId: 'o-1' }])
  assert(found !== undefined, 'the order was told')
  return found.order
}

export async function receiptOf(
  market: TestMarket,
  memberId: string,
): Promise<KeptReceipt | undefined> {
  return (await receiptsOf(market.db, [{ memberId, orderId: 'o-1' }])).get(`${memberId}/o-1`)
}

/** A request as its status or outcome and what was refunded, or why it was refused. */
export function stateOf(result: ReturnAsked | ReturnTurned): string {
  if (!result.ok) return result.refusal
  const { status, outcome, refundedFen } = result.request
  return `${outcome ?? status} ${refundedFen ?? '-'}`
}
