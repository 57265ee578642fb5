import type { Writer } from '#db/connection.ts'
import { keepShopKey } from '#db/shops/requests.ts'
import { lockShops, type Shop } from '#db/shops/shops.ts'
import type { KeyReused } from '#operations/requests/keyed.ts'

/** Who asks what of a shop, under which Idempotency-Key. */
export type ShopRequest = {
  readonly shopId: string
  readonly caller: string
  readonly key: string
  readonly at: Temporal.Instant
}

export type ShopBegun =
  | { readonly ok: true; readonly shop: Shop; readonly isAgain: boolean }
  | KeyReused
  | { readonly ok: false; readonly refusal: 'shops/unknown' }

/**
 * Locks the shop and keeps the key with a digest of what is asked: what every request of a shop that
 * has an effect begins with. A refusal of the request undoes both (`undoRefused`).
 */
export async function beginKeyedForShop(
  tx: Writer,
  { shopId, caller, key, at }: ShopRequest,
  fingerprint: string,
): Promise<ShopBegun> {
  const shop = (await lockShops(tx, [shopId])).get(shopId)
  if (shop === undefined) return { ok: false, refusal: 'shops/unknown' }

  const before = await keepShopKey(tx, { shopId, caller, key, fingerprint, at })
  if (before !== undefined && before !== fingerprint) {
    return { ok: false, refusal: 'requests/key-reused' }
  }
  return { ok: true, shop, isAgain: before !== undefined }
}
