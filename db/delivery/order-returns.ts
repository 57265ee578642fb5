import type { Reader } from '#db/connection.ts'
import { keyColumns, type OrderKey } from '#db/delivery/shipments.ts'
import { overRows } from '#db/rows.ts'

/** Money that came back of one line of an order. */
export type LineBack = OrderKey & {
  readonly lineId: string
  readonly at: Temporal.Instant
  /** As facts write it, in JSON. */
  readonly amount: string
  readonly reason: string | null
}

export type Closing = OrderKey & { readonly reason: string | null }

/** What came back of the lines of orders and when: as returns of their trades, or as facts. */
export async function backOfLines(db: Reader, orders: readonly OrderKey[]): Promise<LineBack[]> {
  if (orders.length === 0) return []
  return await overRows<LineBack>(
    db,
    keyColumns(orders),
    (keys, names) => `
    with k (${names}) as (${keys})
    select o.member_id as "memberId", o.order_id as "orderId", l.line_id as "lineId", r.at,
      each.value as amount, null as reason
    from k
    join jifen.member_order o using (member_id, order_id)
    join jifen.trade_refund r using (member_id, trade_id)
    cross join lateral json_each_text(r.answer -> 'byLineFen') as each
    join jifen.member_order_line l
      on l.member_id = o.member_id and l.order_id = o.order_id and l.line_id = each.key
    union all
    select e.member_id, e.order_id, line ->> 'id', e.occurred_at,
      (line -> 'amount')::text,
      e.data ->> 'reason'
    from k
    join jifen.member_order o using (member_id, order_id)
    join jifen.member_event e using (member_id, order_id)
    cross join lateral json_array_elements(e.data -> 'lines') as line
    where e.type = 'jifen.refund.succeeded.v1' and e.status = 'applied'
      and not exists (
        select from jifen.trade t where t.member_id = o.member_id and t.trade_id = o.trade_id
      )
  `,
  )
}

/** Why orders were closed, as it was told. */
export async function closingsOf(db: Reader, orders: readonly OrderKey[]): Promise<Closing[]> {
  if (orders.length === 0) return []
  return await overRows<Closing>(
    db,
    keyColumns(orders),
    (keys, names) => `
    select e.member_id as "memberId", e.order_id as "orderId", e.data ->> 'reason' as reason
    from (${keys}) as k (${names})
    join jifen.member_event e using (member_id, order_id)
    where e.type = 'jifen.order.closed.v1' and e.status = 'applied'
  `,
  )
}
