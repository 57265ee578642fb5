import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { ordersByIds, type MemberOrder } from '#db/orders.ts'
import { serverOf } from '#db/server.ts'

/** How far a reader of the changed orders has come. */
export type FeedPlace = {
  readonly server: string
  readonly changedIn: string
  readonly memberId: string
  readonly orderId: string
}

export type ChangedOrders = {
  readonly orders: readonly MemberOrder[]
  /** Behind the last of them; `undefined`: nothing has changed. */
  readonly place: FeedPlace | undefined
}

/**
 * Locks a reader's place, making it the first time: two processes that read for the same purpose take
 * turns. `undefined` inside: it has read nothing yet.
 */
export async function lockFeedPlace(tx: Writer, reader: string): Promise<FeedPlace | undefined> {
  await sql`
    insert into jifen.feed_place (reader, server, changed_in, member_id, order_id)
    values (${reader}, '', '0', '', '')
    on conflict do nothing
  `.execute(tx)
  const rows = await sql<{
    server: string
    changed_in: string
    member_id: string
    order_id: string
  }>`
    select server, changed_in::text, member_id, order_id from jifen.feed_place
    where reader = ${reader}
    for no key update
  `.execute(tx)
  const [row] = rows.rows
  if (row === undefined || row.server === '') return undefined
  return {
    server: row.server,
    changedIn: row.changed_in,
    memberId: row.member_id,
    orderId: row.order_id,
  }
}

/** Keeps how far a reader has come, in the transaction of what it did with what it read. */
export async function keepFeedPlace(tx: Writer, reader: string, place: FeedPlace): Promise<void> {
  await sql`
    update jifen.feed_place
    set server = ${place.server}, changed_in = ${place.changedIn}::text::xid8,
      member_id = ${place.memberId}, order_id = ${place.orderId}
    where reader = ${reader}
  `.execute(tx)
}

/**
 * Orders that were written behind a place, whole and as they are now, in an order that never grows in
 * front of a reader: only of transactions that began to write before every one that still runs. One
 * that is written again comes again. A place that another server gave is before all.
 */
export async function ordersChangedBehind(
  db: Reader,
  place: FeedPlace | undefined,
  limit: number,
): Promise<ChangedOrders> {
  const server = await serverOf(db)
  const behind =
    place?.server === server
      ? sql`(changed_in, member_id, order_id)
          > (${place.changedIn}::text::xid8, ${place.memberId}, ${place.orderId})`
      : sql`true`
  const rows = await sql<{ changed_in: string; member_id: string; order_id: string }>`
    select changed_in::text, member_id, order_id
    from jifen.member_order
    where member_order.changed_in < pg_snapshot_xmin(pg_current_snapshot()) and ${behind}
    order by member_order.changed_in, member_id, order_id
    limit ${limit}
  `.execute(db)
  const last = rows.rows.at(-1)
  if (last === undefined) return { orders: [], place: undefined }

  const keys = rows.rows.map((row) => ({ memberId: row.member_id, orderId: row.order_id }))
  return {
    orders: await ordersByIds(db, keys),
    place: {
      server,
      changedIn: last.changed_in,
      memberId: last.member_id,
      orderId: last.order_id,
    },
  }
}
