import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { DeclarationKey } from '#db/declarations/declarations.ts'
import { shards } from '#db/issuing/shards.ts'
import { overRows, type Columns } from '#db/rows.ts'

/** So many units of a declared SKU. */
export type StockMove = DeclarationKey & { readonly units: number }

/** Locks what is left of SKUs of a shop, in the order of their names, and returns it by SKU and kind. */
export async function lockStock(
  tx: Writer,
  keys: readonly DeclarationKey[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const rows = await overRows<StockRow>(
    tx,
    stockColumns(keys),
    (select, names) => `
    select s.sku, s.kind, s.available
    from (${select}) as k (${names})
    join jifen.declared_stock s using (${names})
    order by s.member_id, s.campaign, s.shop_id, s.sku, s.kind
    for no key update of s
  `,
  )
  return new Map(rows.map((row) => [stockKey(row), row.available]))
}

/** What is left of SKUs, by campaign, shop, SKU and kind. */
export async function stockOf(
  db: Reader,
  keys: readonly DeclarationKey[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const rows = await overRows<StockRow & { shopId: string; campaign: string }>(
    db,
    stockColumns(keys),
    (select, names) => `
    select s.campaign, s.shop_id as "shopId", s.sku, s.kind, s.available
    from (${select}) as k (${names})
    join jifen.declared_stock s using (${names})
  `,
  )
  return new Map(
    rows.map((row) => [`${row.campaign}\n${row.shopId}\n${stockKey(row)}`, row.available]),
  )
}

/** The name of a SKU's stock inside a shop's campaign. */
export function stockKey({ sku, kind }: { readonly sku: string; readonly kind: string }): string {
  return `${kind}\n${sku}`
}

/** Adds units to what is left; what is not there yet is made. */
export async function addStock(tx: Writer, moves: readonly StockMove[]): Promise<void> {
  if (moves.length === 0) return
  await overRows(
    tx,
    { ...stockColumns(moves), available: ['bigint', moves.map((each) => each.units)] },
    (rows, names) => `
    insert into jifen.declared_stock as s (${names})
    ${rows}
    order by 1, 2, 3, 4, 5
    on conflict (member_id, campaign, shop_id, sku, kind)
      do update set available = s.available + excluded.available
  `,
  )
}

/** Takes units of what is locked and has as many. */
export async function lowerStock(tx: Writer, moves: readonly StockMove[]): Promise<void> {
  if (moves.length === 0) return
  await overRows(
    tx,
    { ...stockColumns(moves), units: ['bigint', moves.map((each) => each.units)] },
    (rows, names) => `
    update jifen.declared_stock s
    set available = s.available - k.units
    from (${rows}) as k (${names})
    where s.member_id = k.member_id and s.campaign = k.campaign and s.shop_id = k.shop_id
      and s.sku = k.sku and s.kind = k.kind
  `,
  )
}

/**
 * Takes units of each SKU, waiting for whoever has just taken of it; all SKUs are different and locked in
 * the order of their names. Returns those that were taken: one is missing when it had too little.
 */
export async function takeStock(tx: Writer, moves: readonly StockMove[]): Promise<Set<string>> {
  const taken = await overRows<StockRow & { shopId: string; campaign: string }>(
    tx,
    { ...stockColumns(moves), units: ['bigint', moves.map((each) => each.units)] },
    (select, names) => `
    with asked (${names}) as (${select}),
    locked as (
      select member_id, campaign, shop_id, sku, kind, a.units
      from asked a
      join jifen.declared_stock s using (member_id, campaign, shop_id, sku, kind)
      order by member_id, campaign, shop_id, sku, kind
      for no key update of s
    )
    update jifen.declared_stock s
    set available = s.available - l.units
    from locked l
    where s.member_id = l.member_id and s.campaign = l.campaign and s.shop_id = l.shop_id
      and s.sku = l.sku and s.kind = l.kind and s.available >= l.units
    returning s.campaign, s.shop_id as "shopId", s.sku, s.kind, s.available
  `,
  )
  return new Set(taken.map((row) => `${row.campaign}\n${row.shopId}\n${stockKey(row)}`))
}

/** Declarations whose stock is not what is declared less what is drawn: what `verify` asks. */
export async function wrongStocks(
  db: Reader,
): Promise<(DeclarationKey & { available: number; expected: number })[]> {
  const rows = await sql<{
    campaign: string
    shopId: string
    sku: string
    kind: DeclarationKey['kind']
    available: number
    expected: number
  }>`
    select d.campaign, d.shop_id as "shopId", d.sku, d.kind,
      coalesce(s.available, 0) as available, d.quantity - coalesce(u.units, 0) as expected
    from jifen.declaration d
    left join (
      select campaign, shop_id, sku, kind, sum(available)::bigint as available
      from jifen.declared_stock group by 1, 2, 3, 4
    ) as s using (campaign, shop_id, sku, kind)
    left join (
      select campaign, shop_id, sku, kind, sum(quantity)::bigint as units
      from jifen.declared_use where drawn group by 1, 2, 3, 4
    ) as u using (campaign, shop_id, sku, kind)
    where coalesce(s.available, 0) <> d.quantity - coalesce(u.units, 0)
    order by 1, 2, 3, 4
    limit 100
  `.execute(db)
  return rows.rows
}

type StockRow = { sku: string; kind: string; available: number }

function stockColumns(keys: readonly DeclarationKey[]): Columns {
  return {
    member_id: ['text', keys.map(() => shards[0] ?? '')],
    campaign: ['text', keys.map((each) => each.campaign)],
    shop_id: ['text', keys.map((each) => each.shopId)],
    sku: ['text', keys.map((each) => each.sku)],
    kind: ['text', keys.map((each) => each.kind)],
  }
}
