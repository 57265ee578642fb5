import { insertAnnouncements } from '#db/announced/announcements.ts'
import type { Writer } from '#db/connection.ts'

/** What is told to a shop, and of it to others. */
export type ShopAnnouncement = {
  readonly shopId: string
  /** Unique among the shop's: what it is about, so that the same is told once. */
  readonly id: string
  /** As events are named: `jifen.declaration.suspended.v1`. */
  readonly type: `jifen.${string}.v1`
  readonly at: Temporal.Instant
  /** No personal field: ids, names of policies, amounts, instants. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Tells shops, in the transaction of what is told; what was told before under the same id stays. */
export async function announceToShops(
  tx: Writer,
  announcements: readonly ShopAnnouncement[],
): Promise<void> {
  if (announcements.length === 0) return
  const rows = announcements.map(({ shopId, ...rest }) => ({ ...rest, subjectId: shopId }))
  await insertAnnouncements(tx, 'shop', rows)
}
