import type { Database } from '#db/connection.ts'
import { shopById } from '#db/shops/shops.ts'

/** Whether a shop is one of a merchant. */
export type OwnsShop = (merchantId: string, shopId: string) => Promise<boolean>

/** A row is read anew after this long, so that a shop that changed hands is out of reach at once. */
const believedMs = 500
const mostKept = 20_000

/** Makes what tells whether a shop is a merchant's. */
export function ownerOfShops(db: Database): OwnsShop {
  const kept = new Map<
    string,
    { readonly owner: Promise<string | undefined>; readonly untilMs: number }
  >()

  const ownerOf = (shopId: string): Promise<string | undefined> => {
    const known = kept.get(shopId)
    if (known !== undefined && performance.now() < known.untilMs) return known.owner
    if (kept.size >= mostKept) kept.clear()
    const owner = shopById(db, shopId).then((shop) => shop?.merchantId)
    kept.set(shopId, { owner, untilMs: performance.now() + believedMs })
    owner.catch(() => kept.delete(shopId))
    return owner
  }

  return async (merchantId, shopId) => (await ownerOf(shopId)) === merchantId
}
