import type { Reader } from '#db/connection.ts'
import { keyColumns, type OrderKey } from '#db/delivery/shipments.ts'
import { overRows } from '#db/rows.ts'

/** What was said of a line of an order besides what every line has. */
export type LineSaid = OrderKey & {
  readonly lineId: string
  readonly isPresale: boolean
  readonly isCustom: boolean
  /** Until when the page or the tool promised it. */
  readonly shipBy: Temporal.Instant | null
}

export type OrderCampaign = OrderKey & { readonly campaign: string }

/** What was said of lines when their orders were placed: in the basket of the trade, or in the fact. */
export async function saidOfLines(db: Reader, orders: readonly OrderKey[]): Promise<LineSaid[]> {
  if (orders.length === 0) return []
  const rows = await overRows<LineSaid>(
    db,
    keyColumns(orders),
    (keys, names) => `
    with k (${names}) as (${keys}),
    line as (
      select o.member_id, o.order_id, l.each
      from k
      join jifen.member_order o using (member_id, order_id)
      join jifen.trade t using (member_id, trade_id)
      cross join lateral json_array_elements(t.basket -> 'lines') as l (each)
      where l.each ->> 'shop' = o.shop_id
      union all
      select e.member_id, e.order_id, l.each
      from k
      join jifen.member_event e using (member_id, order_id)
      cross join lateral json_array_elements(e.data -> 'lines') as l (each)
      where e.type = 'jifen.order.placed.v1' and e.status = 'applied'
    )
    select member_id as "memberId", order_id as "orderId", each ->> 'id' as "lineId",
      coalesce(each ->> 'presale', 'false') <> 'false' as "isPresale",
      coalesce(each ->> 'custom', 'false') = 'true' as "isCustom",
      (each ->> 'shipBy')::timestamptz as "shipBy"
    from line
    where each ->> 'presale' is not null or each ->> 'custom' is not null
      or each ->> 'shipBy' is not null
  `,
  )
  return rows
}

/** The campaigns of the trades that orders belong to; those of none are left out. */
export async function campaignsOfOrders(
  db: Reader,
  orders: readonly OrderKey[],
): Promise<OrderCampaign[]> {
  if (orders.length === 0) return []
  return await overRows<OrderCampaign>(
    db,
    keyColumns(orders),
    (keys, names) => `
    select o.member_id as "memberId", o.order_id as "orderId", t.campaign
    from (${keys}) as k (${names})
    join jifen.member_order o using (member_id, order_id)
    join jifen.trade t using (member_id, trade_id)
    where t.campaign is not null
  `,
  )
}
