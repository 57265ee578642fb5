import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import type { Allocation } from '#rules/trades/freeze.ts'

/** The allocations of a trade, by line and place. */
export async function allocationsOfTrade(
  db: Reader,
  memberId: string,
  tradeId: string,
): Promise<Allocation[]> {
  const rows = await sql<Omit<Allocation, 'layer'> & { layer: string }>`
    select line_id as "lineId", n, order_id as "orderId", shop_id as "shopId", layer, instrument,
      policy, funder, campaign, off_fen as "offFen"
    from jifen.allocation
    where member_id = ${memberId} and trade_id = ${tradeId}
    order by line_id, n
  `.execute(db)
  return rows.rows.map((row) => ({ ...row, layer: row.layer as Layer }))
}
