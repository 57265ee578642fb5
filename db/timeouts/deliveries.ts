import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { orderName, type OrderKey } from '#db/timeouts/receipts.ts'

/** A fact about how an order comes, as it was told; `data` is JSON text. */
export type DeliveryFact = OrderKey & {
  readonly type: 'jifen.order.shipped.v1' | 'jifen.order.signed.v1'
  readonly occurredAt: Temporal.Instant
  /** When it became known. */
  readonly receivedAt: Temporal.Instant
  readonly data: string
}

/** What was told of how orders come, by the name of each order, the earliest first. */
export async function deliveryFactsOf(
  db: Reader,
  orders: readonly OrderKey[],
): Promise<Map<string, DeliveryFact[]>> {
  if (orders.length === 0) return new Map()
  const rows = await sql<{
    member_id: string
    order_id: string
    type: DeliveryFact['type']
    occurred_at: Temporal.Instant
    received_at: Temporal.Instant
    data: string
  }>`
    select e.member_id, e.order_id, e.type, e.occurred_at, e.received_at, e.data
    from jifen.member_event e
    join unnest(
      ${orders.map((each) => each.memberId)}::text[], ${orders.map((each) => each.orderId)}::text[]
    ) as k (member_id, order_id) using (member_id, order_id)
    where e.type in ('jifen.order.shipped.v1', 'jifen.order.signed.v1') and e.status = 'applied'
    order by e.occurred_at, e.received_at, e.source, e.event_id
  `.execute(db)
  const facts = rows.rows.map((row): DeliveryFact => {
    const { member_id: memberId, order_id: orderId, type, data } = row
    const { occurred_at: occurredAt, received_at: receivedAt } = row
    return { memberId, orderId, type, occurredAt, receivedAt, data }
  })
  return Map.groupBy(facts, orderName)
}
