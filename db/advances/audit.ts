import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Something in the books of advances that is not as it must be. */
export type AdvanceFault = { readonly of: string; readonly what: string }

/**
 * Compares advances with their entries (AD-9), their limits at the time (AD-2) and what was refunded of
 * their lines (AD-5, AD-6); of one member or of all. Reads live, in one snapshot of its own.
 */
export async function advanceFaults(db: Reader, memberId?: string): Promise<AdvanceFault[]> {
  const of = memberId ?? null
  const found = [
    await linesUnlikeEntries(db, of),
    await headsUnlikeLines(db, of),
    await gapsInNumbers(db, of),
    await limitsPassed(db, of),
    await refundsPassed(db, of),
  ]
  return found.flat()
}

async function linesUnlikeEntries(db: Reader, of: string | null): Promise<AdvanceFault[]> {
  const rows = await sql<AdvanceFault>`
    with moved as (
      select member_id, advance_id, order_id, line_id,
        coalesce(sum(amount_fen) filter (where kind = 'advanced'), 0) as amount_fen,
        coalesce(sum(amount_fen) filter (where credit = 'settled'), 0) as settled_fen,
        coalesce(sum(amount_fen) filter (where credit = 'owed'), 0)
          - coalesce(sum(amount_fen) filter (where debit = 'owed'), 0) as owed_fen,
        coalesce(sum(amount_fen) filter (where credit = 'repaid'), 0) as repaid_fen
      from jifen.advance_entry
      where ${of}::text is null or member_id = ${of}
      group by member_id, advance_id, order_id, line_id
    )
    select coalesce(l.member_id, e.member_id) || ' ' || coalesce(l.advance_id, e.advance_id) as of,
      'the parts of a line of an advance are not the sum of its entries' as what
    from (
      select * from jifen.advance_line where ${of}::text is null or member_id = ${of}
    ) l
    full join moved e using (member_id, advance_id, order_id, line_id)
    where (coalesce(l.amount_fen, 0), coalesce(l.settled_fen, 0), coalesce(l.owed_fen, 0),
        coalesce(l.repaid_fen, 0))
      is distinct from (coalesce(e.amount_fen, 0), coalesce(e.settled_fen, 0),
        coalesce(e.owed_fen, 0), coalesce(e.repaid_fen, 0))
    order by 1
  `.execute(db)
  return rows.rows
}

async function headsUnlikeLines(db: Reader, of: string | null): Promise<AdvanceFault[]> {
  const rows = await sql<AdvanceFault>`
    select a.member_id || ' ' || a.advance_id as of,
      'an advance is not the sum of its lines' as what
    from jifen.advance a
    left join jifen.advance_line l using (member_id, advance_id)
    where ${of}::text is null or a.member_id = ${of}
    group by a.member_id, a.advance_id
    having (a.amount_fen, a.settled_fen, a.owed_fen, a.repaid_fen) is distinct from
      (sum(l.amount_fen), sum(l.settled_fen), sum(l.owed_fen), sum(l.repaid_fen))
    order by 1
  `.execute(db)
  return rows.rows
}

async function gapsInNumbers(db: Reader, of: string | null): Promise<AdvanceFault[]> {
  const rows = await sql<AdvanceFault>`
    select member_id as of, 'an entry of an advance is missing' as what
    from jifen.advance_entry
    where ${of}::text is null or member_id = ${of}
    group by member_id
    having max(seq) <> count(*) or min(seq) <> 1
    order by 1
  `.execute(db)
  return rows.rows
}

async function limitsPassed(db: Reader, of: string | null): Promise<AdvanceFault[]> {
  const rows = await sql<AdvanceFault>`
    with running as (
      select member_id, advance_id, kind,
        sum(case kind when 'advanced' then amount_fen when 'recovered' then 0 else -amount_fen end)
          over (partition by member_id order by seq) as outstanding_fen
      from jifen.advance_entry
      where ${of}::text is null or member_id = ${of}
    )
    select r.member_id || ' ' || r.advance_id as of,
      'what was outstanding passed the limit of the time' as what
    from running r
    join jifen.advance a using (member_id, advance_id)
    where r.kind = 'advanced'
    group by r.member_id, r.advance_id, a.limit_fen
    having max(r.outstanding_fen) > a.limit_fen
    order by 1
  `.execute(db)
  return rows.rows
}

async function refundsPassed(db: Reader, of: string | null): Promise<AdvanceFault[]> {
  const rows = await sql<AdvanceFault>`
    select l.member_id || ' ' || l.order_id || ' ' || l.line_id as of,
      'more was advanced or settled of a line than was paid or refunded' as what
    from jifen.advance_line l
    join jifen.member_order_line o using (member_id, order_id, line_id)
    where ${of}::text is null or l.member_id = ${of}
    group by l.member_id, l.order_id, l.line_id, o.paid_fen, o.refunded_fen
    having sum(l.settled_fen) > o.refunded_fen
      or sum(l.amount_fen - l.settled_fen - l.repaid_fen) + o.refunded_fen > o.paid_fen
    order by 1
  `.execute(db)
  return rows.rows
}
