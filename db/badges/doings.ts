import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** A line of an order that a member received; `day` counts from 1970-01-01 in the zone asked for. */
export type BoughtRow = {
  readonly memberId: string
  readonly orderId: string
  readonly shop: string
  readonly receivedAt: Temporal.Instant
  readonly day: number
  readonly sku: string
  readonly category: string
  /** Paid, less what went back; nothing of an order that was closed. */
  readonly keptFen: number
}

/** A review or an interaction that was told. */
export type ToldRow = {
  readonly memberId: string
  readonly source: string
  readonly eventId: string
  /** `null`: a review. */
  readonly kind: string | null
  readonly at: Temporal.Instant
  readonly day: number
  readonly highValue: boolean
  readonly orderId: string | null
  readonly sku: string | null
  readonly subject: string | null
  readonly device: string | null
}

/** What badges are counted from besides purchases. */
export const toldTypes = ['jifen.review.posted.v1', 'jifen.interaction.recorded.v1']

/** The lines of all orders that members received, by order. */
export async function boughtBy(
  db: Reader,
  memberIds: readonly string[],
  zone: string,
): Promise<readonly BoughtRow[]> {
  const rows = await sql<BoughtRow>`
    select o.member_id as "memberId", o.order_id as "orderId", o.shop_id as shop,
      o.received_at as "receivedAt",
      (o.received_at at time zone ${zone})::date - date '1970-01-01' as day,
      l.sku, l.category,
      case when o.closed_at is null then l.paid_fen - l.refunded_fen else 0::bigint end as "keptFen"
    from jifen.member_order o
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    join jifen.member_order_line l using (member_id, order_id)
    where o.received_at is not null
    order by o.member_id, o.order_id, l.position
  `.execute(db)
  return rows.rows
}

/** Reviews and interactions of members that were applied. */
export async function toldBy(
  db: Reader,
  memberIds: readonly string[],
  zone: string,
): Promise<readonly ToldRow[]> {
  const rows = await sql<ToldRow>`
    select e.member_id as "memberId", e.source, e.event_id as "eventId",
      e.data ->> 'kind' as kind,
      e.occurred_at as at,
      (e.occurred_at at time zone ${zone})::date - date '1970-01-01' as day,
      coalesce((e.data ->> 'highValue')::boolean, false) as "highValue",
      e.data ->> 'orderId' as "orderId", e.data ->> 'sku' as sku,
      e.data ->> 'subject' as subject, e.data ->> 'device' as device
    from jifen.member_event e
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    where e.type = any(${toldTypes}::text[]) and e.status = 'applied'
      and (e.type = 'jifen.review.posted.v1' or e.data ->> 'kind' is not null)
    order by e.member_id, e.source, e.event_id
  `.execute(db)
  return rows.rows
}
