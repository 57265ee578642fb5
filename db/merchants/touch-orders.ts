import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'

/**
 * Moves orders to the end of the feed of changed orders, because something about them was written
 * elsewhere: what is keyed by shop reads them again. Their member is locked.
 */
export async function touchOrders(
  tx: Writer,
  orders: readonly { readonly memberId: string; readonly orderId: string }[],
): Promise<void> {
  if (orders.length === 0) return
  await sql`
    update jifen.member_order o
    set changed_in = pg_current_xact_id()
    from unnest(
      ${orders.map((each) => each.memberId)}::text[],
      ${orders.map((each) => each.orderId)}::text[]
    ) as k (member_id, order_id)
    where o.member_id = k.member_id and o.order_id = k.order_id
  `.execute(tx)
}
