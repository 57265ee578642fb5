import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/**
 * Whether one of some offers took something off a trade that the member placed from an instant on, and
 * neither a closing nor returns undid all of it.
 */
export async function isOfferUsed(
  db: Reader,
  memberId: string,
  offers: readonly string[],
  from: Temporal.Instant,
): Promise<boolean> {
  if (offers.length === 0) return false
  const rows = await sql`
    select from jifen.allocation a
    join jifen.trade t using (member_id, trade_id)
    where a.member_id = ${memberId} and a.instrument = any(${offers}::text[])
      and a.placed_at >= ${from.toString()}::timestamptz and t.status <> 'closed'
      and a.off_fen > (
        select coalesce(sum(r.off_fen), 0) from jifen.allocation_reversal r
        where r.member_id = a.member_id and r.trade_id = a.trade_id
          and r.line_id = a.line_id and r.n = a.n
      )
    limit 1
  `.execute(db)
  return rows.rows.length > 0
}
