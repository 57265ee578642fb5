import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { RatingRow } from '#db/merchants/ratings.ts'
import type { CountedRow } from '#db/merchants/shop-orders.ts'
import type { FeedPlace } from '#db/shops/order-feed.ts'

type After = { readonly shopId: string; readonly memberId: string; readonly orderId: string }

/** What orders have added, by shop, member and order, after a place. */
export async function nextCounted(db: Reader, after: After, limit: number): Promise<CountedRow[]> {
  const rows = await sql<CountedRow>`
    select shop_id as "shopId", member_id as "memberId", order_id as "orderId",
      sold_day as "soldDay", counted
    from jifen.shop_order
    where (shop_id, member_id, order_id) > (${after.shopId}, ${after.memberId}, ${after.orderId})
    order by shop_id, member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** A counter of a shop over all days, as it is kept and as what was counted adds up to. */
export type CounterDifference = {
  readonly shopId: string
  readonly day: number
  readonly counter: string
  readonly kept: number
  readonly counted: number
}

/** Days of shops whose counters are not the sums of what orders and ratings add: at most a hundred. */
export async function differingDays(
  db: Reader,
  columns: readonly { readonly name: string; readonly column: string }[],
): Promise<CounterDifference[]> {
  const kept = columns.map(({ name, column }) => sql`(${sql.lit(name)}, d.${sql.ref(column)})`)
  const rows = await sql<CounterDifference>`
    with added as (
      select o.shop_id, days.key::int as day, counters.key as counter,
        counters.value::text::bigint as amount
      from jifen.shop_order o, json_each(o.counted) as days, json_each(days.value) as counters
      union all
      select r.shop_id, ((r.posted_at at time zone m.zone)::date - date '1970-01-01'), c.counter,
        c.amount
      from jifen.shop_rating r, jifen.market m, lateral (values
        ('ratings', 1::bigint), ('descriptionStars', r.description::bigint),
        ('serviceStars', r.service::bigint), ('deliveryStars', r.delivery::bigint)
      ) as c (counter, amount)
      where r.status = 'counted'
    ),
    counted as (
      select shop_id, day, counter, sum(amount)::bigint as amount
      from added group by shop_id, day, counter
    ),
    kept as (
      select d.shop_id, d.day, c.counter, c.amount
      from jifen.shop_day d, lateral (values ${sql.join(kept)}) as c (counter, amount)
      where c.amount <> 0
    )
    select shop_id as "shopId", day, counter, coalesce(k.amount, 0) as kept,
      coalesce(c.amount, 0) as counted
    from kept k full join counted c using (shop_id, day, counter)
    where coalesce(k.amount, 0) <> coalesce(c.amount, 0)
    order by shop_id, day, counter
    limit 100
  `.execute(db)
  return rows.rows
}

/** Orders that a reader has passed and that were not counted: at most a hundred. */
export async function ordersPassedOver(
  db: Reader,
  place: FeedPlace,
): Promise<{ readonly shopId: string; readonly orderId: string }[]> {
  const rows = await sql<{ shopId: string; orderId: string }>`
    select o.shop_id as "shopId", o.order_id as "orderId"
    from jifen.member_order o
    where ${isBehind(place)}
      and not exists (
        select from jifen.shop_order s
        where s.shop_id = o.shop_id and s.member_id = o.member_id and s.order_id = o.order_id
      )
    order by o.shop_id, o.order_id
    limit 100
  `.execute(db)
  return rows.rows
}

/** Which of some orders a reader has not passed since they were changed last. */
export async function ordersStillToRead(
  db: Reader,
  place: FeedPlace | undefined,
  orders: readonly { readonly memberId: string; readonly orderId: string }[],
): Promise<ReadonlySet<string>> {
  if (place === undefined) return new Set(orders.map(orderKey))
  const rows = await sql<{ memberId: string; orderId: string }>`
    select o.member_id as "memberId", o.order_id as "orderId"
    from unnest(
      ${orders.map((each) => each.memberId)}::text[],
      ${orders.map((each) => each.orderId)}::text[]
    ) as k (member_id, order_id)
    join jifen.member_order o using (member_id, order_id)
    where not ${isBehind(place)}
  `.execute(db)
  return new Set(rows.rows.map(orderKey))
}

/** Names an order among those of all members. */
export function orderKey(of: { readonly memberId: string; readonly orderId: string }): string {
  return `${of.memberId}\n${of.orderId}`
}

/** Where a reader is, without waiting for it. */
export async function feedPlaceOf(db: Reader, reader: string): Promise<FeedPlace | undefined> {
  const rows = await sql<FeedPlace>`
    select server, changed_in::text as "changedIn", member_id as "memberId",
      order_id as "orderId"
    from jifen.feed_place
    where reader = ${reader} and server <> ''
  `.execute(db)
  return rows.rows[0]
}

function isBehind(place: FeedPlace) {
  return sql`(o.changed_in, o.member_id, o.order_id)
    <= (${place.changedIn}::text::xid8, ${place.memberId}, ${place.orderId})`
}

/** Ratings by pair, after a pair. */
export async function nextRatings(
  db: Reader,
  after: { readonly shopId: string; readonly memberId: string },
  pairs: number,
): Promise<RatingRow[]> {
  const rows = await sql<RatingRow>`
    with pair as (
      select distinct shop_id, member_id
      from jifen.shop_rating
      where (shop_id, member_id) > (${after.shopId}, ${after.memberId})
      order by shop_id, member_id
      limit ${pairs}
    )
    select r.shop_id as "shopId", r.member_id as "memberId", r.source, r.event_id as "eventId",
      r.order_id as "orderId", r.posted_at as "postedAt", r.succeeded_at as "succeededAt",
      r.closed_at as "closedAt", r.description, r.service, r.delivery, r.status
    from pair join jifen.shop_rating r using (shop_id, member_id)
    order by r.shop_id, r.member_id, r.source, r.event_id
  `.execute(db)
  return rows.rows
}
