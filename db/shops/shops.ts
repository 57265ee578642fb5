import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

export const shopTypes = ['flagship', 'franchise', 'specialty', 'marketplace'] as const

export type ShopType = (typeof shopTypes)[number]

/** A selling company. */
export type Merchant = {
  readonly merchantId: string
  readonly name: string
  readonly legalEntity: string
}

/** A store of a merchant. */
export type Shop = {
  readonly shopId: string
  readonly merchantId: string
  readonly title: string
  readonly type: ShopType
  readonly mainCategory: string
  readonly categories: readonly string[]
  readonly brand: string | null
  readonly openedOn: Temporal.PlainDate
  readonly status: 'open' | 'closed'
}

/** Shops by their ids; one that is not known is left out. */
export async function shopsByIds(
  db: Reader,
  shopIds: readonly string[],
): Promise<Map<string, Shop>> {
  if (shopIds.length === 0) return new Map()
  const rows = await sql<ShopRow>`
    select s.* from jifen.shop s join unnest(${shopIds}::text[]) as k (shop_id) using (shop_id)
  `.execute(db)
  return byId(rows.rows)
}

export async function shopById(db: Reader, shopId: string): Promise<Shop | undefined> {
  return (await shopsByIds(db, [shopId])).get(shopId)
}

/** Locks shops in the order of their ids; what belongs to them is read afterwards. */
export async function lockShops(
  tx: Writer,
  shopIds: readonly string[],
): Promise<Map<string, Shop>> {
  if (shopIds.length === 0) return new Map()
  const rows = await sql<ShopRow>`
    select s.* from jifen.shop s join unnest(${shopIds}::text[]) as k (shop_id) using (shop_id)
    order by s.shop_id
    for no key update of s
  `.execute(tx)
  return byId(rows.rows)
}

/** The shops of a merchant, by id. */
export async function shopsOfMerchant(db: Reader, merchantId: string): Promise<Shop[]> {
  const rows = await sql<ShopRow>`
    select * from jifen.shop where merchant_id = ${merchantId} order by shop_id
  `.execute(db)
  return [...byId(rows.rows).values()]
}

export async function merchantById(db: Reader, merchantId: string): Promise<Merchant | undefined> {
  const rows = await sql<{ merchant_id: string; name: string; legal_entity: string }>`
    select merchant_id, name, legal_entity from jifen.merchant where merchant_id = ${merchantId}
  `.execute(db)
  const [row] = rows.rows
  if (row === undefined) return undefined
  return { merchantId: row.merchant_id, name: row.name, legalEntity: row.legal_entity }
}

/** Writes merchants as they are now, in the order of their ids. */
export async function upsertMerchants(
  tx: Writer,
  merchants: readonly Merchant[],
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into jifen.merchant (merchant_id, name, legal_entity, created_at, changed_at)
    select merchant_id, name, legal_entity, ${at.toString()}::timestamptz, ${at.toString()}::timestamptz
    from unnest(
      ${merchants.map((each) => each.merchantId)}::text[],
      ${merchants.map((each) => each.name)}::text[],
      ${merchants.map((each) => each.legalEntity)}::text[]
    ) as fresh (merchant_id, name, legal_entity)
    order by merchant_id
    on conflict (merchant_id) do update set
      name = excluded.name, legal_entity = excluded.legal_entity, changed_at = excluded.changed_at
  `.execute(tx)
}

/** Writes shops as they are now, in the order of their ids. */
export async function upsertShops(
  tx: Writer,
  shops: readonly Shop[],
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into jifen.shop (
      shop_id, merchant_id, title, type, main_category, categories, brand, opened_on, status,
      created_at, changed_at
    )
    select shop_id, merchant_id, title, type, main_category,
      array(select json_array_elements_text(categories)), brand, opened_on, status,
      ${at.toString()}::timestamptz, ${at.toString()}::timestamptz
    from unnest(
      ${shops.map((each) => each.shopId)}::text[],
      ${shops.map((each) => each.merchantId)}::text[],
      ${shops.map((each) => each.title)}::text[],
      ${shops.map((each) => each.type)}::text[],
      ${shops.map((each) => each.mainCategory)}::text[],
      ${shops.map((each) => JSON.stringify(each.categories))}::json[],
      ${shops.map((each) => each.brand)}::text[],
      ${shops.map((each) => each.openedOn.toString())}::date[],
      ${shops.map((each) => each.status)}::text[]
    ) as fresh (
      shop_id, merchant_id, title, type, main_category, categories, brand, opened_on, status
    )
    order by shop_id
    on conflict (shop_id) do update set
      merchant_id = excluded.merchant_id,
      title = excluded.title,
      type = excluded.type,
      main_category = excluded.main_category,
      categories = excluded.categories,
      brand = excluded.brand,
      opened_on = excluded.opened_on,
      status = excluded.status,
      changed_at = excluded.changed_at
  `.execute(tx)
}

type ShopRow = {
  readonly shop_id: string
  readonly merchant_id: string
  readonly title: string
  readonly type: ShopType
  readonly main_category: string
  readonly categories: readonly string[]
  readonly brand: string | null
  readonly opened_on: Temporal.PlainDate
  readonly status: 'open' | 'closed'
}

function byId(rows: readonly ShopRow[]): Map<string, Shop> {
  return new Map(rows.map((row) => [row.shop_id, shopOf(row)]))
}

function shopOf(row: ShopRow): Shop {
  return {
    shopId: row.shop_id,
    merchantId: row.merchant_id,
    title: row.title,
    type: row.type,
    mainCategory: row.main_category,
    categories: row.categories,
    brand: row.brand,
    openedOn: row.opened_on,
    status: row.status,
  }
}
