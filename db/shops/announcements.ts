import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

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

/** What a shop was told. */
export type ShopAnnounced = {
  readonly shopId: string
  readonly id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: Readonly<Record<string, unknown>>
  readonly readAt: Temporal.Instant | undefined
}

/** What a shop was told, the newest first. */
export async function shopAnnouncementsPage(
  db: Reader,
  shopId: string,
  page: {
    readonly unread: boolean
    readonly after: { readonly at: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<ShopAnnounced[]> {
  const { unread, after, limit } = page
  const behind =
    after === undefined
      ? sql`true`
      : sql`(at, announcement_id) < (${after.at.toString()}::timestamptz, ${after.id})`
  const rows = await sql<ShopAnnouncedRow>`
    select shop_id, announcement_id, type, at, data, read_at
    from jifen.shop_announcement
    where shop_id = ${shopId} and ${behind} and (read_at is null or not ${unread}::boolean)
    order by at desc, announcement_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(announcedOf)
}

/** How much of what a shop was told is not read. */
export async function countUnreadOfShop(db: Reader, shopId: string): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) as count from jifen.shop_announcement
    where shop_id = ${shopId} and read_at is null
  `.execute(db)
  return rows.rows[0]?.count ?? 0
}

/** Records that it was read; the first time counts. `undefined`: there is none. */
export async function markReadByShop(
  tx: Writer,
  shopId: string,
  id: string,
  at: Temporal.Instant,
): Promise<ShopAnnounced | undefined> {
  const rows = await sql<ShopAnnouncedRow>`
    update jifen.shop_announcement
    set read_at = coalesce(read_at, ${at.toString()}::timestamptz)
    where shop_id = ${shopId} and announcement_id = ${id}
    returning shop_id, announcement_id, type, at, data, read_at
  `.execute(tx)
  const [row] = rows.rows
  return row === undefined ? undefined : announcedOf(row)
}

type ShopAnnouncedRow = {
  readonly shop_id: string
  readonly announcement_id: string
  readonly type: string
  readonly at: Temporal.Instant
  readonly data: string
  readonly read_at: Temporal.Instant | null
}

function announcedOf(row: ShopAnnouncedRow): ShopAnnounced {
  return {
    shopId: row.shop_id,
    id: row.announcement_id,
    type: row.type,
    at: row.at,
    data: JSON.parse(row.data) as Readonly<Record<string, unknown>>,
    readAt: row.read_at ?? undefined,
  }
}
