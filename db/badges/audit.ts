import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Members whose badges are counted and not to be counted again: of those named, or so many of all. */
export async function countedMembers(
  db: Reader,
  which: { readonly memberIds: readonly string[] } | { readonly most: number },
): Promise<readonly string[]> {
  const isWanted =
    'memberIds' in which ? sql`p.member_id = any(${which.memberIds}::text[])` : sql`true`
  const most = 'most' in which ? which.most : which.memberIds.length
  const rows = await sql<{ memberId: string }>`
    select p.member_id as "memberId"
    from jifen.badge_points p
    join jifen.member m using (member_id)
    where m.status = 'active' and ${isWanted}
      and not exists (select from jifen.badge_due d where d.member_id = p.member_id)
    order by md5(p.member_id), p.member_id
    limit ${most}
  `.execute(db)
  return rows.rows.map((row) => row.memberId)
}

/** Members of whom other facts are struck than those of the suspicions that are. */
export async function wronglyStruck(db: Reader): Promise<readonly string[]> {
  const rows = await sql<{ memberId: string }>`
    select distinct coalesce(s.member_id, f.member_id) as "memberId"
    from jifen.struck_fact s
    full join (
      select distinct f.member_id, f.source, f.event_id
      from jifen.suspect_fact f
      join jifen.suspicion c using (member_id, suspicion_id)
      where c.status = 'struck'
    ) as f using (member_id, source, event_id)
    where s.suspicion_id is null or f.event_id is null
    order by 1
  `.execute(db)
  return rows.rows.map((row) => row.memberId)
}
