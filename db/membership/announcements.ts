import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** Writes announcements; one that is there already stays as it is. */
export async function insertAnnouncements(
  tx: Writer,
  rows: readonly {
    readonly memberId: string
    readonly id: string
    readonly type: string
    readonly at: Temporal.Instant
    readonly data: Readonly<Record<string, unknown>>
  }[],
): Promise<void> {
  await sql`
    insert into jifen.announcement (member_id, announcement_id, type, at, data)
    select * from unnest(
      ${rows.map((row) => row.memberId)}::text[],
      ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.type)}::text[],
      ${rows.map((row) => row.at.toString())}::timestamptz[],
      ${rows.map((row) => JSON.stringify(row.data))}::json[]
    )
    on conflict (member_id, announcement_id) do nothing
  `.execute(tx)
}

/** An announcement as recorded. */
export type Announced = {
  readonly memberId: string
  readonly id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: Readonly<Record<string, unknown>>
  readonly readAt: Temporal.Instant | undefined
}

/** A place among a member's announcements: that of the last one of a page. */
export type AnnouncementPlace = { readonly at: Temporal.Instant; readonly id: string }

/** A member's announcements, the newest first. */
export async function announcementsPage(
  db: Reader,
  memberId: string,
  page: {
    readonly unread: boolean
    readonly after: AnnouncementPlace | undefined
    readonly limit: number
  },
): Promise<Announced[]> {
  const { unread, after, limit } = page
  const behind =
    after === undefined
      ? sql`true`
      : sql`(at, announcement_id) < (${after.at.toString()}::timestamptz, ${after.id})`
  const rows = await sql<AnnouncementRow>`
    select member_id, announcement_id, type, at, data, read_at
    from jifen.announcement
    where member_id = ${memberId} and ${behind} and (read_at is null or not ${unread}::boolean)
    order by at desc, announcement_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(announcedOf)
}

/** How many of a member's announcements are not read. */
export async function countUnread(db: Reader, memberId: string): Promise<number> {
  const row = await sql<{ count: number }>`
    select count(*) as count from jifen.announcement
    where member_id = ${memberId} and read_at is null
  `.execute(db)
  return row.rows[0]?.count ?? 0
}

/** Records that an announcement was read; the first time counts. `undefined`: there is none. */
export async function markRead(
  tx: Writer,
  memberId: string,
  id: string,
  at: Temporal.Instant,
): Promise<Announced | undefined> {
  const rows = await sql<AnnouncementRow>`
    update jifen.announcement
    set read_at = coalesce(read_at, ${at.toString()}::timestamptz)
    where member_id = ${memberId} and announcement_id = ${id}
    returning member_id, announcement_id, type, at, data, read_at
  `.execute(tx)
  const [row] = rows.rows
  return row === undefined ? undefined : announcedOf(row)
}

type AnnouncementRow = {
  readonly member_id: string
  readonly announcement_id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: string
  readonly read_at: Temporal.Instant | null
}

function announcedOf(row: AnnouncementRow): Announced {
  return {
    memberId: row.member_id,
    id: row.announcement_id,
    type: row.type,
    at: row.at,
    data: JSON.parse(row.data) as Readonly<Record<string, unknown>>,
    readAt: row.read_at ?? undefined,
  }
}
