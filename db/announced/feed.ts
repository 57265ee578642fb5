import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { serverOf } from '#db/server.ts'

/** Of whom is told: a member or a shop. */
export type ToldOf = 'member' | 'shop'

/** A place in the order in which all announcements are told to others. */
export type AnnouncedPlace = {
  /** Which server's transactions are counted: another one, after a restore, counts anew. */
  readonly server: string
  readonly writtenIn: string
  readonly of: ToldOf
  readonly subjectId: string
  readonly id: string
}

/** An announcement as others are told it. */
export type AnnouncedToAll = {
  readonly of: ToldOf
  /** The member or the shop. */
  readonly subjectId: string
  readonly id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: Readonly<Record<string, unknown>>
}

export type PlacedAnnouncement = AnnouncedToAll & { readonly place: AnnouncedPlace }

/**
 * Announcements of all members and shops behind a place, in an order that never grows in front of a
 * reader: only of transactions that began to write before every one that still runs. One that is not
 * over holds back whatever was written after it, and nothing is ever passed over. A place that another
 * server gave is before all.
 */
export async function announcedBehind(
  db: Reader,
  place: AnnouncedPlace | undefined,
  limit: number,
): Promise<PlacedAnnouncement[]> {
  const server = await serverOf(db)
  const behind = (of: ToldOf, subject: 'member_id' | 'shop_id') => {
    if (place?.server !== server) return sql`true`
    const { writtenIn, subjectId, id } = place
    // Members are told before shops of what one transaction wrote.
    if (of === place.of) {
      return sql`(written_in, ${sql.ref(subject)}, announcement_id)
        > (${writtenIn}::text::xid8, ${subjectId}, ${id})`
    }
    const isLater = of === 'shop'
    return isLater
      ? sql`written_in >= ${writtenIn}::text::xid8`
      : sql`written_in > ${writtenIn}::text::xid8`
  }
  const rows = await sql<AnnouncedRow>`
    select * from (
      (
        select 'member' as "of", member_id as subject_id, announcement_id, type, at, data, written_in
        from jifen.announcement
        where written_in < pg_snapshot_xmin(pg_current_snapshot()) and ${behind('member', 'member_id')}
        order by written_in, member_id, announcement_id
        limit ${limit}
      )
      union all
      (
        select 'shop' as "of", shop_id as subject_id, announcement_id, type, at, data, written_in
        from jifen.shop_announcement
        where written_in < pg_snapshot_xmin(pg_current_snapshot()) and ${behind('shop', 'shop_id')}
        order by written_in, shop_id, announcement_id
        limit ${limit}
      )
    ) as told
    order by written_in, "of", subject_id, announcement_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => {
    const announced = announcedOf(row)
    const { of, subjectId, id } = announced
    return { ...announced, place: { server, writtenIn: row.written_in, of, subjectId, id } }
  })
}

/** The place before whatever is not told yet: what was told earlier is behind it no more. */
export async function placeOfNow(db: Reader): Promise<AnnouncedPlace> {
  const rows = await sql<{ now: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as now
  `.execute(db)
  const writtenIn = rows.rows[0]?.now ?? '0'
  return { server: await serverOf(db), writtenIn, of: 'member', subjectId: '', id: '' }
}

/** Announcements by what they are named; one that is gone is left out. */
export async function announcedByIds(
  db: Reader,
  named: readonly Pick<AnnouncedToAll, 'of' | 'subjectId' | 'id'>[],
): Promise<AnnouncedToAll[]> {
  if (named.length === 0) return []
  const rows = await sql<AnnouncedRow>`
    with named as (
      select * from unnest(
        ${named.map((each) => each.of)}::text[],
        ${named.map((each) => each.subjectId)}::text[],
        ${named.map((each) => each.id)}::text[]
      ) as named ("of", subject_id, announcement_id)
    )
    select n."of", n.subject_id, a.announcement_id, a.type, a.at, a.data, a.written_in
    from named n
    join jifen.announcement a
      on a.member_id = n.subject_id and a.announcement_id = n.announcement_id
    where n."of" = 'member'
    union all
    select n."of", n.subject_id, a.announcement_id, a.type, a.at, a.data, a.written_in
    from named n
    join jifen.shop_announcement a
      on a.shop_id = n.subject_id and a.announcement_id = n.announcement_id
    where n."of" = 'shop'
  `.execute(db)
  return rows.rows.map(announcedOf)
}

type AnnouncedRow = {
  readonly of: ToldOf
  readonly subject_id: string
  readonly announcement_id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: string
  readonly written_in: string
}

function announcedOf(row: AnnouncedRow): AnnouncedToAll {
  return {
    of: row.of,
    subjectId: row.subject_id,
    id: row.announcement_id,
    type: row.type,
    at: row.at,
    data: JSON.parse(row.data) as Readonly<Record<string, unknown>>,
  }
}
