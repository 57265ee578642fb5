import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { Settle } from '#jobs/settle-regularly.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'

/** What is due of shops and campaigns is decided in. */
export type ShopBeatsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** What is done by the clock of the business for shops and campaigns: lists that run apart. */
export function beatsOfShops(
  _context: ShopBeatsContext,
  _stopping: AbortSignal,
): readonly (readonly Settle[])[] {
  return []
}
