import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** A venue's places for one category, and who wants them. */
export type RoomKey = {
  readonly campaign: string
  readonly venue: string
  readonly category: string
}

/** How many places are taken, how many wait, and the last number that was given in the line. */
export type Room = RoomKey & {
  readonly taken: number
  readonly waiting: number
  readonly lastNumber: number
}

export type PlacementStatus = 'placed' | 'waiting' | 'removed'

/** What stands in a venue: a whole shop (`sku` empty) or one of its goods. */
export type Placement = {
  readonly campaign: string
  readonly venue: string
  readonly shopId: string
  readonly sku: string
  readonly category: string
  readonly status: PlacementStatus
  /** Its place in the line: lower numbers asked first. */
  readonly number: number
  readonly askedBy: string
  readonly askedAt: Temporal.Instant
  readonly changedAt: Temporal.Instant
  /** JSON. */
  readonly cause: string
}

/** Locks rooms in the order of their keys, making those that nobody asked for yet. */
export async function lockRooms(tx: Writer, keys: readonly RoomKey[]): Promise<Room[]> {
  if (keys.length === 0) return []
  const [campaigns, venues, categories] = [
    keys.map((key) => key.campaign),
    keys.map((key) => key.venue),
    keys.map((key) => key.category),
  ]
  await sql`
    insert into jifen.venue_room (campaign, venue, category)
    select distinct * from unnest(${campaigns}::text[], ${venues}::text[], ${categories}::text[])
      as k (campaign, venue, category)
    order by 1, 2, 3
    on conflict do nothing
  `.execute(tx)
  const rows = await sql<Room>`
    select r.campaign, r.venue, r.category, r.taken, r.waiting, r.last_number as "lastNumber"
    from jifen.venue_room r
    join (
      select distinct * from unnest(${campaigns}::text[], ${venues}::text[], ${categories}::text[])
        as k (campaign, venue, category)
    ) as k using (campaign, venue, category)
    order by r.campaign, r.venue, r.category
    for no key update of r
  `.execute(tx)
  return rows.rows
}

/** Writes what a locked room has come to. */
export async function writeRoom(tx: Writer, room: Room): Promise<void> {
  await sql`
    update jifen.venue_room
    set taken = ${room.taken}, waiting = ${room.waiting}, last_number = ${room.lastNumber}
    where campaign = ${room.campaign} and venue = ${room.venue} and category = ${room.category}
  `.execute(tx)
}

/** Rooms in which somebody waits. */
export async function awaitedRooms(db: Reader): Promise<Room[]> {
  const rows = await sql<Room>`
    select campaign, venue, category, taken, waiting, last_number as "lastNumber"
    from jifen.venue_room
    where waiting > 0
    order by campaign, venue, category
  `.execute(db)
  return rows.rows
}

/** The rooms of a campaign that somebody asked for, by venue and category. */
export async function roomsOf(db: Reader, campaign: string): Promise<Room[]> {
  const rows = await sql<Room>`
    select campaign, venue, category, taken, waiting, last_number as "lastNumber"
    from jifen.venue_room
    where campaign = ${campaign}
    order by venue, category
  `.execute(db)
  return rows.rows
}

export async function placementOf(
  db: Reader,
  of: Pick<Placement, 'campaign' | 'venue' | 'shopId' | 'sku'>,
): Promise<Placement | undefined> {
  const rows = await sql<Placement>`
    select ${columns} from jifen.placement
    where campaign = ${of.campaign} and venue = ${of.venue} and shop_id = ${of.shopId}
      and sku = ${of.sku}
  `.execute(db)
  return rows.rows[0]
}

/** What shops, or single goods of theirs, have or want in the venues of a campaign. */
export async function openPlacements(
  db: Reader,
  of: readonly {
    readonly campaign: string
    readonly shopId: string
    readonly sku?: string | undefined
  }[],
): Promise<Placement[]> {
  if (of.length === 0) return []
  const rows = await sql<Placement>`
    select ${columns} from jifen.placement p
    where status <> 'removed' and exists (
      select from unnest(
        ${of.map((each) => each.campaign)}::text[],
        ${of.map((each) => each.shopId)}::text[],
        ${of.map((each) => each.sku ?? null)}::text[]
      ) as k (campaign, shop_id, sku)
      where k.campaign = p.campaign and k.shop_id = p.shop_id and (k.sku is null or k.sku = p.sku)
    )
    order by campaign, venue, category, number
  `.execute(db)
  return rows.rows
}

/** The first of the line of a locked room. */
export async function firstInLine(tx: Writer, room: RoomKey, count: number): Promise<Placement[]> {
  const rows = await sql<Placement>`
    select ${columns} from jifen.placement
    where campaign = ${room.campaign} and venue = ${room.venue} and category = ${room.category}
      and status = 'waiting'
    order by number
    limit ${count}
  `.execute(tx)
  return rows.rows
}

/** A page of a venue, in the order of numbers. */
export async function placementsPage(
  db: Reader,
  of: {
    readonly campaign: string
    readonly venue: string
    readonly status?: PlacementStatus | undefined
    readonly offset: number
    readonly limit: number
  },
): Promise<Placement[]> {
  const rows = await sql<Placement>`
    select ${columns} from jifen.placement
    where campaign = ${of.campaign} and venue = ${of.venue}
      and (${of.status ?? null}::text is null or status = ${of.status ?? null})
    order by category, number, shop_id, sku
    offset ${of.offset} limit ${of.limit}
  `.execute(db)
  return rows.rows
}

/** What a shop has or wants in the venues of a campaign, or had. */
export async function placementsOfShop(
  db: Reader,
  campaign: string,
  shopId: string,
): Promise<Placement[]> {
  const rows = await sql<Placement>`
    select ${columns} from jifen.placement
    where campaign = ${campaign} and shop_id = ${shopId}
    order by venue, sku
  `.execute(db)
  return rows.rows
}

/** Writes placements as they are now, in locked rooms. */
export async function upsertPlacements(tx: Writer, rows: readonly Placement[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into jifen.placement (
      campaign, venue, shop_id, sku, category, status, number, asked_by, asked_at, changed_at, cause
    )
    select * from unnest(
      ${rows.map((row) => row.campaign)}::text[],
      ${rows.map((row) => row.venue)}::text[],
      ${rows.map((row) => row.shopId)}::text[],
      ${rows.map((row) => row.sku)}::text[],
      ${rows.map((row) => row.category)}::text[],
      ${rows.map((row) => row.status)}::text[],
      ${rows.map((row) => row.number)}::bigint[],
      ${rows.map((row) => row.askedBy)}::text[],
      ${rows.map((row) => row.askedAt.toString())}::timestamptz[],
      ${rows.map((row) => row.changedAt.toString())}::timestamptz[],
      ${rows.map((row) => row.cause)}::json[]
    )
    on conflict (campaign, venue, shop_id, sku) do update set
      category = excluded.category,
      status = excluded.status,
      number = excluded.number,
      asked_by = excluded.asked_by,
      asked_at = excluded.asked_at,
      changed_at = excluded.changed_at,
      cause = excluded.cause
  `.execute(tx)
}

/** The category of a declared item; `undefined`: it is not declared. */
export async function declaredCategory(
  db: Reader,
  of: { readonly campaign: string; readonly shopId: string; readonly sku: string },
): Promise<string | undefined> {
  const rows = await sql<{ category: string }>`
    select category from jifen.declaration
    where campaign = ${of.campaign} and shop_id = ${of.shopId} and sku = ${of.sku}
      and status = 'declared'
    order by kind
    limit 1
  `.execute(db)
  return rows.rows[0]?.category
}

/** Rooms whose figures are not what their placements come to. */
export async function roomsMiscounted(
  db: Reader,
): Promise<{ readonly of: string; readonly what: string }[]> {
  const rows = await sql<{ of: string; what: string }>`
    select r.campaign || '/' || r.venue || '/' || r.category as of,
      'taken ' || r.taken || ' and waiting ' || r.waiting || ', but its placements are '
        || count(p.*) filter (where p.status = 'placed') || ' and '
        || count(p.*) filter (where p.status = 'waiting') as what
    from jifen.venue_room r
    left join jifen.placement p using (campaign, venue, category)
    group by r.campaign, r.venue, r.category, r.taken, r.waiting
    having r.taken <> count(p.*) filter (where p.status = 'placed')
      or r.waiting <> count(p.*) filter (where p.status = 'waiting')
    order by 1
    limit 100
  `.execute(db)
  return rows.rows
}

const columns = sql`
  campaign, venue, shop_id as "shopId", sku, category, status, number, asked_by as "askedBy",
  asked_at as "askedAt", changed_at as "changedAt", cause::text as cause
`
