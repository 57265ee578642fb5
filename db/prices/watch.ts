import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { SkuKey } from '#db/prices/deals.ts'
import { overRows, type Columns } from '#db/rows.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import type { DeclaredKind } from '#rules/prices/windows.ts'

/** An SKU that is looked at again from an instant on. */
export type WatchDue = SkuKey & { readonly dueAt: Temporal.Instant }

/** Has SKUs looked at again; each transaction writes rows of its own. */
export async function queueWatch(tx: Writer, due: readonly WatchDue[]): Promise<void> {
  if (due.length === 0) return
  const columns: Columns = {
    due_at: ['timestamptz', due.map((each) => each.dueAt)],
    shop_id: ['text', due.map((each) => each.shopId)],
    sku: ['text', due.map((each) => each.sku)],
  }
  await overRows(
    tx,
    columns,
    (selected, names) => `
      insert into jifen.price_watch (${names}) ${selected} order by 1, 2, 3 on conflict do nothing
    `,
  )
}

/** A row of the queue by its key. */
export type WatchRow = WatchDue & { readonly writtenIn: string }

/** SKUs that are due, the longest waiting first. */
export async function dueWatch(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<WatchRow[]> {
  const rows = await sql<{
    due_at: Temporal.Instant
    shop_id: string
    sku: string
    written_in: string
  }>`
    select due_at, shop_id, sku, written_in::text from jifen.price_watch
    where due_at <= ${by.toString()}::timestamptz
    order by due_at, shop_id, sku, price_watch.written_in
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => ({
    dueAt: row.due_at,
    shopId: row.shop_id,
    sku: row.sku,
    writtenIn: row.written_in,
  }))
}

/** Ends rows of the queue. */
export async function endWatch(tx: Writer, ended: readonly WatchRow[]): Promise<void> {
  const columns: Columns = {
    due_at: ['timestamptz', ended.map((each) => each.dueAt)],
    shop_id: ['text', ended.map((each) => each.shopId)],
    sku: ['text', ended.map((each) => each.sku)],
    written_in: ['text', ended.map((each) => each.writtenIn)],
  }
  await overRows(
    tx,
    columns,
    (selected, names) => `
      delete from jifen.price_watch w using (${selected}) as k (${names})
      where w.due_at = k.due_at and w.shop_id = k.shop_id and w.sku = k.sku
        and w.written_in = k.written_in::xid8
    `,
  )
}

/** A declaration that takes part: what its price is held against. */
export type DeclaredPrice = SkuKey & {
  readonly campaign: string
  readonly kind: DeclaredKind
  readonly priceFen: Fen
}

/** The declarations of SKUs that take part, in every campaign. */
export async function declaredOf(db: Reader, skus: readonly SkuKey[]): Promise<DeclaredPrice[]> {
  return await declarationsWhere(db, skus, `d.status = 'declared'`)
}

/** The declarations of SKUs that no longer take part, but that something was bought of. */
export async function soldBeforeItEnded(
  db: Reader,
  skus: readonly SkuKey[],
): Promise<DeclaredPrice[]> {
  if (skus.length === 0) return []
  const wereBoughtOf = `d.status <> 'declared' and exists (
    select from jifen.declared_use u
    where u.campaign = d.campaign and u.shop_id = d.shop_id and u.sku = d.sku and u.kind = d.kind
  )`
  return await declarationsWhere(db, skus, wereBoughtOf)
}

async function declarationsWhere(
  db: Reader,
  skus: readonly SkuKey[],
  condition: string,
): Promise<DeclaredPrice[]> {
  const columns: Columns = {
    shop_id: ['text', skus.map((each) => each.shopId)],
    sku: ['text', skus.map((each) => each.sku)],
  }
  const rows = await overRows<DeclaredColumns>(
    db,
    columns,
    (selected, names) => `
      select d.campaign, d.shop_id, d.sku, d.kind, d.price_fen
      from (select distinct * from (${selected}) as every (${names})) as k
      join jifen.declaration d using (shop_id, sku)
      where ${condition}
      order by d.campaign, d.shop_id, d.sku, d.kind
    `,
  )
  return rows.map(declaredPriceOf)
}

export type DeclaredColumns = {
  readonly campaign: string
  readonly shop_id: string
  readonly sku: string
  readonly kind: DeclaredKind
  readonly price_fen: number
}

export function declaredPriceOf(row: DeclaredColumns): DeclaredPrice {
  const { campaign, kind, sku } = row
  return { campaign, shopId: row.shop_id, sku, kind, priceFen: asFen(row.price_fen) }
}
