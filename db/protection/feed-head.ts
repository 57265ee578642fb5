import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { serverOf } from '#db/server.ts'
import type { FeedPlace } from '#db/shops/order-feed.ts'

/** The place behind the order that was written last; `undefined`: there is none yet. */
export async function headOfOrders(db: Reader): Promise<FeedPlace | undefined> {
  const server = await serverOf(db)
  const rows = await sql<{ changedIn: string; memberId: string; orderId: string }>`
    select changed_in::text as "changedIn", member_id as "memberId", order_id as "orderId"
    from jifen.member_order
    where member_order.changed_in < pg_snapshot_xmin(pg_current_snapshot())
    order by member_order.changed_in desc, member_id desc, order_id desc
    limit 1
  `.execute(db)
  const [row] = rows.rows
  return row === undefined ? undefined : { server, ...row }
}
