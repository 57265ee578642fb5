import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'

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
