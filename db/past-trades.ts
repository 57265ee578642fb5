import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { TradePlace } from '#db/trade-books.ts'

/** A trade as it was frozen: its basket and quote are JSON texts. */
export type PastTrade = TradePlace & {
  readonly kind: 'priced' | 'recorded'
  readonly placedAt: Temporal.Instant
  readonly basket: string
  readonly quote: string
}

export type PlacedPeriod = { readonly from: Temporal.Instant; readonly to: Temporal.Instant }

/** How many trades were placed in a period and not closed unpaid. */
export async function countPastTrades(db: Reader, { from, to }: PlacedPeriod): Promise<number> {
  const rows = await sql<{ trades: number }>`
    select count(*) as trades
    from jifen.trade
    where placed_at >= ${from.toString()}::timestamptz and placed_at < ${to.toString()}::timestamptz
      and (status <> 'closed' or paid_at is not null)
  `.execute(db)
  return rows.rows[0]?.trades ?? 0
}

/** The next of them after a place, by member and trade. */
export async function nextPastTrades(
  db: Reader,
  { from, to }: PlacedPeriod,
  after: TradePlace,
  limit: number,
): Promise<PastTrade[]> {
  const rows = await sql<PastTrade>`
    select member_id as "memberId", trade_id as "tradeId", kind, placed_at as "placedAt", basket, quote
    from jifen.trade
    where (member_id, trade_id) > (${after.memberId}, ${after.tradeId})
      and placed_at >= ${from.toString()}::timestamptz and placed_at < ${to.toString()}::timestamptz
      and (status <> 'closed' or paid_at is not null)
    order by member_id, trade_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}
