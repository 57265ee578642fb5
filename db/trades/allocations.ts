import type { Reader, Writer } from '#db/connection.ts'
import { sql } from 'kysely'
import { overRows } from '#db/rows.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import type { Allocation } from '#rules/trades/freeze.ts'

/** Writes the allocations of a trade, once. */
export async function insertAllocations(
  tx: Writer,
  memberId: string,
  tradeId: string,
  placedAt: Temporal.Instant,
  allocations: readonly Allocation[],
): Promise<void> {
  if (allocations.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', allocations.map(() => memberId)],
      trade_id: ['text', allocations.map(() => tradeId)],
      line_id: ['text', allocations.map((each) => each.lineId)],
      n: ['int', allocations.map((each) => each.n)],
      order_id: ['text', allocations.map((each) => each.orderId)],
      shop_id: ['text', allocations.map((each) => each.shopId)],
      layer: ['text', allocations.map((each) => each.layer)],
      instrument: ['text', allocations.map((each) => each.instrument)],
      policy: ['text', allocations.map((each) => each.policy)],
      funder: ['text', allocations.map((each) => each.funder)],
      campaign: ['text', allocations.map((each) => each.campaign)],
      off_fen: ['bigint', allocations.map((each) => each.offFen)],
      placed_at: ['timestamptz', allocations.map(() => placedAt)],
    },
    (rows, names) => `insert into jifen.allocation (${names}) ${rows}`,
  )
}

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
