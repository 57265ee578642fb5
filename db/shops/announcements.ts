import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'

/** Writes what shops are told; what is there already stays as it is. */
export async function insertShopAnnouncements(
  tx: Writer,
  rows: readonly {
    readonly shopId: string
    readonly id: string
    readonly type: string
    readonly at: Temporal.Instant
    readonly data: Readonly<Record<string, unknown>>
  }[],
): Promise<void> {
  await sql`
    insert into jifen.shop_announcement (shop_id, announcement_id, type, at, data)
    select * from unnest(
      ${rows.map((row) => row.shopId)}::text[],
      ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.type)}::text[],
      ${rows.map((row) => row.at.toString())}::timestamptz[],
      ${rows.map((row) => JSON.stringify(row.data))}::json[]
    )
    on conflict (shop_id, announcement_id) do nothing
  `.execute(tx)
}
