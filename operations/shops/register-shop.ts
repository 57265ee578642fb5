import type { Database } from '#db/connection.ts'
import {
  lockShops,
  upsertMerchants,
  upsertShops,
  type Merchant,
  type Shop,
} from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'

export type ShopRegistered =
  | { readonly ok: true; readonly shop: Shop }
  | { readonly ok: false; readonly refusal: 'shops/of-another-merchant' }

/**
 * Registers a shop and its merchant as the commerce platform tells them, or tells what changed. Refused:
 * a shop that another merchant has.
 */
export async function registerShop(
  db: Database,
  told: { readonly merchant: Merchant; readonly shop: Shop; readonly at: Temporal.Instant },
): Promise<ShopRegistered> {
  const { merchant, shop, at } = told
  return await transact(db, async (tx) => {
    await upsertMerchants(tx, [merchant], at)
    const known = (await lockShops(tx, [shop.shopId])).get(shop.shopId)
    if (known !== undefined && known.merchantId !== shop.merchantId) {
      return { ok: false, refusal: 'shops/of-another-merchant' }
    }
    await upsertShops(tx, [shop], at)
    return { ok: true, shop }
  })
}
