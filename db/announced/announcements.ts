import { sql } from 'kysely'
import type { AnnouncedToAll, ToldOf } from '#db/announced/feed.ts'
import type { Reader, Writer } from '#db/connection.ts'

/** An announcement as recorded. */
export type Announced = AnnouncedToAll & { readonly readAt: Temporal.Instant | undefined }

/** Where announcements of members and of shops are, and the column that says of whom. */
const places = {
  member: { table: sql.table('jifen.announcement'), subject: sql.ref('member_id') },
  shop: { table: sql.table('jifen.shop_announcement'), subject: sql.ref('shop_id') },
} as const satisfies Record<ToldOf, object>

/** Writes announcements; one that is there already stays as it is. */
export async function insertAnnouncements(
  tx: Writer,
  of: ToldOf,
  rows: readonly Omit<AnnouncedToAll, 'of'>[],
): Promise<void> {
  const { table, subject } = places[of]
  await sql`
    insert into ${table} (${subject}, announcement_id, type, at, data)
    select * from unnest(
      ${rows.map((row) => row.subjectId)}::text[],
      ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.type)}::text[],
      ${rows.map((row) => row.at.toString())}::timestamptz[],
      ${rows.map((row) => JSON.stringify(row.data))}::json[]
    )
    on conflict (${subject}, announcement_id) do nothing
  `.execute(tx)
}

/** A place among the announcements of one member or shop: that of the last one of a page. */
export type AnnouncementPlace = { readonly at: Temporal.Instant; readonly id: string }

/** What a member or a shop was told, the newest first. */
export async function announcementsPage(
  db: Reader,
  of: ToldOf,
  subjectId: string,
  page: {
    readonly unread: boolean
    readonly after: AnnouncementPlace | undefined
    readonly limit: number
  },
): Promise<Announced[]> {
  const { table, subject } = places[of]
  const { unread, after, limit } = page
  const behind =
    after === undefined
      ? sql`true`
      : sql`(at, announcement_id) < (${after.at.toString()}::timestamptz, ${after.id})`
  const rows = await sql<AnnouncementRow>`
    select ${subject} as subject_id, announcement_id, type, at, data, read_at
    from ${table}
    where ${subject} = ${subjectId} and ${behind} and (read_at is null or not ${unread}::boolean)
    order by at desc, announcement_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => announcedOf(of, row))
}

/** How much of what a member or a shop was told is not read. */
export async function countUnread(db: Reader, of: ToldOf, subjectId: string): Promise<number> {
  const { table, subject } = places[of]
  const rows = await sql<{ count: number }>`
    select count(*) as count from ${table} where ${subject} = ${subjectId} and read_at is null
  `.execute(db)
  return rows.rows[0]?.count ?? 0
}

/** Records that an announcement was read; the first time counts. `undefined`: there is none. */
export async function markRead(
  tx: Writer,
  of: ToldOf,
  subjectId: string,
  read: { readonly id: string; readonly at: Temporal.Instant },
): Promise<Announced | undefined> {
  const { table, subject } = places[of]
  const rows = await sql<AnnouncementRow>`
    update ${table}
    set read_at = coalesce(read_at, ${read.at.toString()}::timestamptz)
    where ${subject} = ${subjectId} and announcement_id = ${read.id}
    returning ${subject} as subject_id, announcement_id, type, at, data, read_at
  `.execute(tx)
  const [row] = rows.rows
  return row === undefined ? undefined : announcedOf(of, row)
}

type AnnouncementRow = {
  readonly subject_id: string
  readonly announcement_id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: string
  readonly read_at: Temporal.Instant | null
}

function announcedOf(of: ToldOf, row: AnnouncementRow): Announced {
  return {
    of,
    subjectId: row.subject_id,
    id: row.announcement_id,
    type: row.type,
    at: row.at,
    data: JSON.parse(row.data) as Readonly<Record<string, unknown>>,
    readAt: row.read_at ?? undefined,
  }
}
