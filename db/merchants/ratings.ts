import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { ToldRating } from '#db/merchants/shop-orders.ts'
import { overRows } from '#db/rows.ts'
import type { RatingStatus } from '#rules/merchants/metrics/ratings.ts'

/** Stars that a member gave a shop, and whether they count. */
export type RatingRow = ToldRating & {
  readonly shopId: string
  readonly succeededAt: Temporal.Instant | null
  readonly closedAt: Temporal.Instant | null
  readonly status: RatingStatus
}

/** All ratings of members for shops, by pair. */
export async function ratingsOfPairs(
  db: Reader,
  pairs: readonly { readonly shopId: string; readonly memberId: string }[],
): Promise<RatingRow[]> {
  if (pairs.length === 0) return []
  const rows = await sql<RatingRow>`
    select ${columns} from unnest(
      ${pairs.map((each) => each.shopId)}::text[],
      ${pairs.map((each) => each.memberId)}::text[]
    ) as k (shop_id, member_id)
    join jifen.shop_rating r using (shop_id, member_id)
  `.execute(db)
  return rows.rows
}

export async function upsertRatings(tx: Writer, rows: readonly RatingRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      shop_id: ['text', rows.map((row) => row.shopId)],
      member_id: ['text', rows.map((row) => row.memberId)],
      source: ['text', rows.map((row) => row.source)],
      event_id: ['text', rows.map((row) => row.eventId)],
      order_id: ['text', rows.map((row) => row.orderId)],
      posted_at: ['timestamptz', rows.map((row) => row.postedAt)],
      succeeded_at: ['timestamptz', rows.map((row) => row.succeededAt)],
      closed_at: ['timestamptz', rows.map((row) => row.closedAt)],
      description: ['int', rows.map((row) => row.description)],
      service: ['int', rows.map((row) => row.service)],
      delivery: ['int', rows.map((row) => row.delivery)],
      status: ['text', rows.map((row) => row.status)],
    },
    (unnested, names) => `
      insert into jifen.shop_rating (${names})
      ${unnested}
      on conflict (shop_id, member_id, source, event_id) do update set
        succeeded_at = excluded.succeeded_at, closed_at = excluded.closed_at,
        status = excluded.status`,
  )
}

/** How many ratings of a shop posted in `[from, to)` count, and how many do not and why. */
export async function ratingCounts(
  db: Reader,
  shopId: string,
  { from, to }: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
): Promise<
  readonly {
    readonly status: RatingStatus
    readonly count: number
    readonly first: Temporal.Instant
    readonly last: Temporal.Instant
  }[]
> {
  const rows = await sql<{
    status: RatingStatus
    count: number
    first: Temporal.Instant
    last: Temporal.Instant
  }>`
    select status, count(*) as count, min(posted_at) as first, max(posted_at) as last
    from jifen.shop_rating
    where shop_id = ${shopId} and posted_at >= ${from.toString()}::timestamptz
      and posted_at < ${to.toString()}::timestamptz
    group by status
    order by status
  `.execute(db)
  return rows.rows
}

/** A page of the ratings of a shop, the last posted first. */
export async function ratingsPage(
  db: Reader,
  shopId: string,
  page: {
    readonly offset: number
    readonly limit: number
    readonly status?: RatingStatus | undefined
  },
): Promise<RatingRow[]> {
  const rows = await sql<RatingRow>`
    select ${columns} from jifen.shop_rating r
    where shop_id = ${shopId}
      and (${page.status ?? null}::text is null or status = ${page.status ?? null}::text)
    order by posted_at desc, member_id desc, source desc, event_id desc
    limit ${page.limit} offset ${page.offset}
  `.execute(db)
  return rows.rows
}

const columns = sql`r.shop_id as "shopId", r.member_id as "memberId", r.source,
  r.event_id as "eventId", r.order_id as "orderId", r.posted_at as "postedAt",
  r.succeeded_at as "succeededAt", r.closed_at as "closedAt", r.description, r.service,
  r.delivery, r.status`
