import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/**
 * Has the badges of members counted again, in the transaction of what changes them. The members are
 * locked: so whoever counts them either sees the change or is told of it anew.
 */
export async function markBadgesDue(tx: Writer, memberIds: readonly string[]): Promise<void> {
  if (memberIds.length === 0) return
  await sql`
    insert into jifen.badge_due (member_id, because)
    select distinct k.member_id, 'facts'
    from unnest(${memberIds}::text[]) as k (member_id)
    where not exists (
      select from jifen.badge_due d where d.member_id = k.member_id and d.because = 'facts'
    )
    order by k.member_id
    on conflict do nothing
  `.execute(tx)
}

/** The same because of a ring, for members that are not locked: who counts one now is waited for. */
export async function demandRecount(tx: Writer, memberIds: readonly string[]): Promise<void> {
  if (memberIds.length === 0) return
  await sql`
    insert into jifen.badge_due (member_id, because)
    select distinct k.member_id, 'ring' from unnest(${memberIds}::text[]) as k (member_id)
    order by k.member_id
    on conflict (member_id, because) do update set member_id = excluded.member_id
  `.execute(tx)
}

/** Members to count again: those that are due, and those counted by another version of the policy. */
export async function membersDue(
  db: Reader,
  version: number,
  limit: number,
): Promise<readonly string[]> {
  const rows = await sql<{ member_id: string }>`
    (select member_id from jifen.badge_due order by member_id limit ${limit})
    union
    (select member_id from jifen.badge_points where policy < ${version} limit ${limit})
    union
    (select member_id from jifen.badge_points where policy > ${version} limit ${limit})
    order by member_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => row.member_id)
}

/** Takes members off the list before anything of theirs is read, so that nothing is missed. */
export async function takeDue(tx: Writer, memberIds: readonly string[]): Promise<void> {
  await sql`
    delete from jifen.badge_due d
    using unnest(${memberIds}::text[]) as k (member_id)
    where d.member_id = k.member_id
  `.execute(tx)
}
