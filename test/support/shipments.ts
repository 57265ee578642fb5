import { compensationsOf, type LateCompensation } from '#db/delivery/compensations.ts'
import { shipmentsOf, type Shipment } from '#db/delivery/shipments.ts'
import { settleShipments } from '#operations/delivery/settle-shipments.ts'
import type { Fact } from '#rules/orders/facts.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'

/** An instant of November 2017 in China: `11T10:00` is ten o'clock of the 11th. */
export function november(text: string): string {
  return `2017-11-${text.length === 8 ? `${text}:00` : text}+08:00`
}

type Placing = {
  readonly memberId?: string
  readonly shopId?: string
  readonly paid?: string
  readonly category?: string
  readonly line?: Readonly<Record<string, unknown>>
}

/** An order that is placed and paid at once. */
export function paidOrder(
  orderId: string,
  paidAt: string,
  { memberId = 'lin', shopId = 'A', paid = '100.00', category, line }: Placing = {},
): Fact {
  const one = { id: '1', sku: 'a1', paid, ...(category === undefined ? {} : { category }), ...line }
  const at = november(paidAt)
  const data = { orderId, shopId, paidAt: at, lines: [one] }
  return fact(memberId, `${orderId}/placed`, 'order.placed', at, data)
}

/** A fact about an order, `shipped`, `closed` and so on. */
export function about(
  orderId: string,
  what: string,
  at: string,
  data: Readonly<Record<string, unknown>> = {},
  memberId = 'lin',
): Fact {
  return fact(memberId, `${orderId}/${what}`, what, november(at), { orderId, ...data })
}

/** Does what is due of shipments by an instant. */
export async function settleAt(market: TestMarket, at: string): Promise<number> {
  const now = Temporal.Instant.from(november(at))
  await untilOrdersAreRead(market.db)
  return await settleShipments({ ...market, now, actor: 'jifen' })
}

/** Tells facts at an instant, then does what is due by it. */
export async function toldAt(
  market: TestMarket,
  at: string,
  facts: readonly Fact[],
): Promise<void> {
  await tell(market, facts, Temporal.Instant.from(november(at)))
  await settleAt(market, at)
}

/** A shipment and what was paid for it. */
export async function shipmentOf(
  { db }: TestMarket,
  orderId: string,
  memberId = 'lin',
): Promise<{ readonly shipment?: Shipment; readonly paid?: LateCompensation }> {
  const [[shipment], [paid]] = await Promise.all([
    shipmentsOf(db, [{ memberId, orderId }]),
    compensationsOf(db, [{ memberId, orderId }]),
  ])
  return { ...(shipment && { shipment }), ...(paid && { paid }) }
}
