import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Entries of which the wallets do not hold, have taken or given back what they say. */
export async function entriesWithoutPosting(
  db: Reader,
  memberId: string | undefined,
): Promise<{ readonly memberId: string; readonly what: string }[]> {
  const rows = await sql<{ memberId: string; what: string }>`
    select e.member_id as "memberId",
      'the wallet does not have what the entry ' || e.event || '.' || e.nth
        || ' holds, took or gave back' as what
    from jifen.event_entry e
    left join jifen.hold h
      on h.member_id = e.member_id and h.program = 'platform' and h.unit = 'points'
      and h.ref = 'entry:' || e.event || '.' || e.nth and h.open
    left join jifen.entry taken
      on taken.member_id = e.member_id and taken.program = 'platform' and taken.unit = 'points'
      and taken.kind = 'capture' and taken.ref = 'entry:' || e.event || '.' || e.nth
      and taken.outcome = 'done'
    left join lateral (
      select coalesce(sum(b.amount), 0) as amount from jifen.entry b
      where b.member_id = e.member_id and b.program = 'platform' and b.unit = 'points'
        and b.kind = 'giveBack' and b.outcome = 'done' and b.ref in (
          'entry:' || e.event || '.' || e.nth || '/attended',
          'entry:' || e.event || '.' || e.nth || '/calledOff'
        )
    ) as back on true
    where (${memberId ?? null}::text is null or e.member_id = ${memberId ?? null})
      and (
        coalesce(h.remaining, 0)
          <> case when e.status = 'admitted' and e.captured_at is null then e.points else 0 end
        or coalesce(taken.amount, 0) <> e.captured
        or back.amount <> e.given_back
      )
    order by e.member_id, e.event, e.nth
    limit 100
  `.execute(db)
  return rows.rows
}
