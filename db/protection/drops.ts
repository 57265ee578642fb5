import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** A SKU of a shop in a campaign. */
export type DroppedSku = {
  readonly campaign: string
  readonly shopId: string
  readonly sku: string
}

/** A price lower than all before that a shop asked while its buyers' price was protected. */
export type PriceDrop = DroppedSku & {
  readonly number: number
  readonly priceFen: number
  readonly at: Temporal.Instant
  /** JSON. */
  readonly cause: string
}

/**
 * Keeps prices that are lower than all that are kept of their SKU, of locked shops; every SKU is named
 * once. What buyers are still owed of an earlier one is covered by the lower. Returns those kept.
 */
export async function insertDrops(
  tx: Writer,
  drops: readonly Omit<PriceDrop, 'number'>[],
  toldAt: Temporal.Instant,
): Promise<(DroppedSku & { readonly number: number })[]> {
  if (drops.length === 0) return []
  const kept = await overRows<DroppedSku & { number: number }>(
    tx,
    {
      campaign: ['text', drops.map((each) => each.campaign)],
      shop_id: ['text', drops.map((each) => each.shopId)],
      sku: ['text', drops.map((each) => each.sku)],
      price_fen: ['bigint', drops.map((each) => each.priceFen)],
      at: ['timestamptz', drops.map((each) => each.at)],
      cause: ['json', drops.map((each) => each.cause)],
      told_at: ['timestamptz', drops.map(() => toldAt)],
    },
    (rows, names) => `
    insert into jifen.price_drop (${names}, number)
    select k.*, coalesce(before.number, 0) + 1
    from (${rows}) as k (${names})
    left join lateral (
      select max(number) as number, min(price_fen) as price_fen
      from jifen.price_drop d
      where d.campaign = k.campaign and d.shop_id = k.shop_id and d.sku = k.sku
    ) as before on true
    where before.price_fen is null or k.price_fen < before.price_fen
    returning campaign, shop_id as "shopId", sku, number
  `,
  )
  await endEarlierDrops(tx, kept, toldAt)
  return kept
}

async function endEarlierDrops(
  tx: Writer,
  kept: readonly (DroppedSku & { readonly number: number })[],
  at: Temporal.Instant,
): Promise<void> {
  if (kept.length === 0) return
  await overRows(
    tx,
    {
      campaign: ['text', kept.map((each) => each.campaign)],
      shop_id: ['text', kept.map((each) => each.shopId)],
      sku: ['text', kept.map((each) => each.sku)],
      number: ['int', kept.map((each) => each.number)],
      done_at: ['timestamptz', kept.map(() => at)],
    },
    (rows, names) => `
    update jifen.price_drop d
    set done_at = k.done_at
    from (${rows}) as k (${names})
    where d.campaign = k.campaign and d.shop_id = k.shop_id and d.sku = k.sku
      and d.number < k.number and d.done_at is null
  `,
  )
}

/** The lowest price kept of each SKU; one that never fell is left out. */
export async function lowestDrops(
  db: Reader,
  skus: readonly DroppedSku[],
): Promise<Map<string, PriceDrop>> {
  if (skus.length === 0) return new Map()
  const rows = await overRows<PriceDrop>(
    db,
    {
      campaign: ['text', skus.map((each) => each.campaign)],
      shop_id: ['text', skus.map((each) => each.shopId)],
      sku: ['text', skus.map((each) => each.sku)],
    },
    (select, names) => `
    select distinct on (campaign, shop_id, sku) campaign, shop_id as "shopId", sku, number,
      price_fen as "priceFen", at, cause
    from (${select}) as k (${names})
    join jifen.price_drop d using (${names})
    order by campaign, shop_id, sku, number desc
  `,
  )
  return new Map(rows.map((row) => [dropKey(row), row]))
}

/** The name of a SKU of a shop in a campaign. */
export function dropKey({ campaign, shopId, sku }: DroppedSku): string {
  return `${campaign}\n${shopId}\n${sku}`
}

/** Whether a price ever fell. */
export async function isAnyDrop(db: Reader): Promise<boolean> {
  const rows = await sql`select 1 as found from jifen.price_drop limit 1`.execute(db)
  return rows.rows.length > 0
}

/** A drop, and how far its buyers are worked off. */
export type OpenDrop = DroppedSku & {
  readonly number: number
  readonly reachedMember: string
  readonly reachedUse: string
}

/** Drops whose buyers are not all worked off, the one told first before the others. */
export async function openDrops(db: Reader, limit: number): Promise<OpenDrop[]> {
  const rows = await sql<OpenDrop>`
    select campaign, shop_id as "shopId", sku, number, reached_member as "reachedMember",
      reached_use as "reachedUse"
    from jifen.price_drop
    where done_at is null
    order by told_at, campaign, shop_id, sku, number
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Locks a drop that is still open; `undefined`: it is done. */
export async function lockOpenDrop(
  tx: Writer,
  { campaign, shopId, sku, number }: OpenDrop,
): Promise<OpenDrop | undefined> {
  const rows = await sql<OpenDrop>`
    select campaign, shop_id as "shopId", sku, number, reached_member as "reachedMember",
      reached_use as "reachedUse"
    from jifen.price_drop
    where campaign = ${campaign} and shop_id = ${shopId} and sku = ${sku} and number = ${number}
      and done_at is null
    for no key update
  `.execute(tx)
  return rows.rows[0]
}

/** Keeps how far the buyers of a locked drop are worked off; `doneAt`: all of them. */
export async function keepReached(
  tx: Writer,
  { campaign, shopId, sku, number, reachedMember, reachedUse }: OpenDrop,
  doneAt: Temporal.Instant | null,
): Promise<void> {
  await sql`
    update jifen.price_drop
    set reached_member = ${reachedMember}, reached_use = ${reachedUse},
      done_at = ${doneAt?.toString() ?? null}::timestamptz
    where campaign = ${campaign} and shop_id = ${shopId} and sku = ${sku} and number = ${number}
  `.execute(tx)
}

/** A line that was bought of a SKU. */
export type BoughtUse = {
  readonly memberId: string
  readonly useId: string
  readonly tradeId: string | null
  readonly lineId: string | null
}

/** The next buyers of a SKU behind the place that its drop has reached. */
export async function buyersBehind(
  db: Reader,
  { campaign, shopId, sku, reachedMember, reachedUse }: OpenDrop,
  limit: number,
): Promise<BoughtUse[]> {
  const rows = await sql<BoughtUse>`
    select member_id as "memberId", use_id as "useId", trade_id as "tradeId", line_id as "lineId"
    from jifen.declared_use
    where campaign = ${campaign} and shop_id = ${shopId} and sku = ${sku}
      and (member_id, use_id) > (${reachedMember}, ${reachedUse})
    order by member_id, use_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}
