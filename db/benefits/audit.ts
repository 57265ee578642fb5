import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Claims whose points were not spent or given back as they say, or whose voucher is not in the wallet. */
export async function claimsWithoutEntry(
  db: Reader,
): Promise<{ readonly memberId: string; readonly what: string }[]> {
  const rows = await sql<{ memberId: string; what: string }>`
    select c.member_id as "memberId",
      'the wallets do not have what ' || c.claim_id || ' cost or gave' as what
    from jifen.benefit_claim c
    left join jifen.entry spent
      on spent.member_id = c.member_id and spent.program = 'platform' and spent.unit = 'points'
      and spent.kind = 'spend' and spent.ref = 'benefit:' || c.claim_id and spent.outcome = 'done'
    left join jifen.entry back
      on back.member_id = c.member_id and back.program = 'platform' and back.unit = 'points'
      and back.kind = 'giveBack' and back.ref = 'benefit:' || c.claim_id and back.outcome = 'done'
    left join jifen.entry given
      on given.member_id = c.member_id and given.program = 'platform'
      and given.unit = 'redEnvelope' and given.kind = 'earn'
      and given.ref = 'benefit:' || c.claim_id and given.outcome = 'done'
    where coalesce(spent.amount, 0) <> c.points
      or coalesce(back.amount, 0) <> case c.status when 'returned' then c.points else 0 end
      or coalesce(given.amount, 0) <> case
        when c.given ->> 'kind' in ('voucher', 'draw') then (c.given ->> 'amountFen')::bigint
        else 0
      end
    order by c.member_id, c.claim_id
    limit 100
  `.execute(db)
  return rows.rows
}
