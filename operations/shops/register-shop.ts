import type { Database, Writer } from '#db/connection.ts'
import { removedAmong } from '#db/merchants/sanctions.ts'
import {
  lockShops,
  shopById,
  upsertMerchants,
  upsertShops,
  type Merchant,
  type Shop,
} from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'

/** A shop and its merchant, as the commerce platform tells them. */
export type ShopTold = { readonly merchant: Merchant; readonly shop: Shop }

export type ShopRegistered =
  | { readonly ok: true; readonly shop: Shop }
  | { readonly ok: false; readonly refusal: 'shops/of-another-merchant' }

/**
 * Registers a shop and its merchant as the commerce platform tells them, or tells what changed. Refused:
 * a shop that another merchant has. One that was removed for what it did stays closed, whatever is told.
 */
export async function registerShop(
  db: Database,
  { at, ...told }: ShopTold & { readonly at: Temporal.Instant },
): Promise<ShopRegistered> {
  const { shopId } = told.shop
  return await transact(db, async (tx) => {
    const refused = await register(tx, [told], at)
    if (refused.size > 0) return { ok: false, refusal: 'shops/of-another-merchant' }
    return { ok: true, shop: (await shopById(tx, shopId)) ?? told.shop }
  })
}

/** Registers many shops, each once; returns the ids of those that another merchant has. */
export async function registerShops(
  db: Database,
  told: readonly ShopTold[],
  at: Temporal.Instant,
): Promise<ReadonlySet<string>> {
  return await transact(db, (tx) => register(tx, told, at))
}

async function register(
  tx: Writer,
  told: readonly ShopTold[],
  at: Temporal.Instant,
): Promise<ReadonlySet<string>> {
  const shopIds = told.map(({ shop }) => shop.shopId)
  const known = await lockShops(tx, shopIds)
  const removed = await removedAmong(tx, shopIds)
  const isOthers = ({ shop }: ShopTold): boolean => {
    const merchantId = known.get(shop.shopId)?.merchantId
    return merchantId !== undefined && merchantId !== shop.merchantId
  }
  const own = told.filter((each) => !isOthers(each))
  const merchants = new Map(own.map(({ merchant }) => [merchant.merchantId, merchant]))
  if (own.length > 0) {
    await upsertMerchants(tx, [...merchants.values()], at)
    await upsertShops(
      tx,
      own.map(({ shop }) => (removed.has(shop.shopId) ? { ...shop, status: 'closed' } : shop)),
      at,
    )
  }
  return new Set(told.filter(isOthers).map(({ shop }) => shop.shopId))
}
