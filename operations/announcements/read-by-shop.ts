import type { Database } from '#db/connection.ts'
import { markReadByShop, type ShopAnnounced } from '#db/shops/announcements.ts'
import { transact } from '#operations/_transact.ts'

export type ReadByShop =
  | { readonly ok: true; readonly announced: ShopAnnounced }
  | { readonly ok: false; readonly refusal: 'announcements/unknown' }

/** Records that a shop has read what it was told; again changes nothing. */
export async function readByShop(
  db: Database,
  read: { readonly shopId: string; readonly id: string; readonly at: Temporal.Instant },
): Promise<ReadByShop> {
  const announced = await transact(db, (tx) => markReadByShop(tx, read.shopId, read.id, read.at))
  if (announced === undefined) return { ok: false, refusal: 'announcements/unknown' }
  return { ok: true, announced }
}
