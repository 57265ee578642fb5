import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { AskedReturn, Dispute } from '#rules/merchants/metrics/counters.ts'

type OrderKey = { readonly memberId: string; readonly orderId: string }

/** What an order has added to the counters of its shop; `counted` is JSON. */
export type CountedRow = OrderKey & {
  readonly shopId: string
  readonly soldDay: number | null
  /** By day since 1970-01-01, what it adds to each counter. */
  readonly counted: string
}

/** What orders have added so far, by shop, member and order. */
export async function countedOrders(
  db: Reader,
  orders: readonly (OrderKey & { readonly shopId: string })[],
): Promise<CountedRow[]> {
  if (orders.length === 0) return []
  const rows = await sql<CountedRow>`
    select o.shop_id as "shopId", o.member_id as "memberId", o.order_id as "orderId",
      o.sold_day as "soldDay", o.counted
    from unnest(
      ${orders.map((each) => each.shopId)}::text[],
      ${orders.map((each) => each.memberId)}::text[],
      ${orders.map((each) => each.orderId)}::text[]
    ) as k (shop_id, member_id, order_id)
    join jifen.shop_order o using (shop_id, member_id, order_id)
  `.execute(db)
  return rows.rows
}

export async function upsertCountedOrders(tx: Writer, rows: readonly CountedRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      shop_id: ['text', rows.map((row) => row.shopId)],
      member_id: ['text', rows.map((row) => row.memberId)],
      order_id: ['text', rows.map((row) => row.orderId)],
      sold_day: ['int', rows.map((row) => row.soldDay)],
      counted: ['json', rows.map((row) => row.counted)],
    },
    (unnested, names) => `
      insert into jifen.shop_order (${names})
      ${unnested}
      on conflict (shop_id, member_id, order_id) do update set
        sold_day = excluded.sold_day, counted = excluded.counted`,
  )
}

/** A dispute of an order. */
export type OrderDispute = OrderKey & Dispute

/** What was told of disputes about orders: one for each name, whenever its parts were told. */
export async function disputesOf(db: Reader, orders: readonly OrderKey[]): Promise<OrderDispute[]> {
  if (orders.length === 0) return []
  const rows = await sql<{
    memberId: string
    orderId: string
    openedAt: Temporal.Instant
    decidedAt: Temporal.Instant | null
    isAgainstShop: boolean
  }>`
    select member_id as "memberId", order_id as "orderId", opened_at as "openedAt",
      decided_at as "decidedAt", coalesce(against = 'shop', false) as "isAgainstShop"
    from (
      select e.member_id, e.order_id, e.data ->> 'disputeId' as dispute_id,
        min(e.occurred_at) as opened_at,
        min(e.occurred_at) filter (where e.type = 'jifen.dispute.decided.v1') as decided_at,
        (array_agg(e.data ->> 'against' order by e.occurred_at, e.source, e.event_id)
          filter (where e.type = 'jifen.dispute.decided.v1'))[1] as against
      from ${keysOf(orders)}
      join jifen.member_event e using (member_id, order_id)
      where e.status = 'applied'
        and e.type in ('jifen.dispute.opened.v1', 'jifen.dispute.decided.v1')
      group by 1, 2, 3
    ) as told
    union all
    select r.member_id, r.order_id, r.disputed_at, r.decided_at,
      coalesce(r.dispute_outcome = 'forMember', false)
    from ${keysOf(orders)}
    join jifen.return_request r using (member_id, order_id)
    where r.disputed_at is not null
  `.execute(db)
  return rows.rows
}

/** A return that was asked for of an order. */
export type OrderReturn = OrderKey & AskedReturn

/** Returns and refunds that were asked for of orders; exchanges are none. */
export async function returnsOf(db: Reader, orders: readonly OrderKey[]): Promise<OrderReturn[]> {
  if (orders.length === 0) return []
  const rows = await sql<OrderReturn>`
    select r.member_id as "memberId", r.order_id as "orderId", r.kind, r.asked_at as "askedAt",
      case when r.outcome = 'refunded' then r.closed_at end as "refundedAt"
    from ${keysOf(orders)}
    join jifen.return_request r using (member_id, order_id)
    where r.kind in ('refund', 'return')
  `.execute(db)
  return rows.rows
}

/** Stars of an order, as they were told. */
export type ToldRating = OrderKey & {
  readonly source: string
  readonly eventId: string
  readonly postedAt: Temporal.Instant
  readonly description: number
  readonly service: number
  readonly delivery: number
}

/** The ratings that were told of orders. */
export async function ratingsTold(db: Reader, orders: readonly OrderKey[]): Promise<ToldRating[]> {
  if (orders.length === 0) return []
  const rows = await sql<ToldRating>`
    select e.member_id as "memberId", e.order_id as "orderId", e.source, e.event_id as "eventId",
      e.occurred_at as "postedAt",
      (e.data -> 'ratings' ->> 'description')::int as description,
      (e.data -> 'ratings' ->> 'service')::int as service,
      (e.data -> 'ratings' ->> 'delivery')::int as delivery
    from ${keysOf(orders)}
    join jifen.member_event e using (member_id, order_id)
    where e.status = 'applied' and e.type = 'jifen.review.posted.v1'
      and e.data -> 'ratings' is not null
  `.execute(db)
  return rows.rows
}

function keysOf(orders: readonly OrderKey[]) {
  return sql`unnest(
    ${orders.map((each) => each.memberId)}::text[],
    ${orders.map((each) => each.orderId)}::text[]
  ) as k (member_id, order_id)`
}
