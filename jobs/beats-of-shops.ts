import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { Settle } from '#jobs/settle-regularly.ts'
import { settleShipments } from '#operations/delivery/settle-shipments.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { settlePriceFreezes } from '#operations/prices/freeze-prices.ts'
import { readDealsOfOrders } from '#operations/prices/read-orders.ts'
import { settlePriceWatch } from '#operations/prices/watch-prices.ts'
import { settleTimeouts } from '#operations/timeouts/settle-timeouts.ts'

/** What is due of shops and campaigns is decided in. */
export type ShopBeatsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** What is done by the clock of the business for shops and campaigns: lists that run apart. */
export function beatsOfShops(
  context: ShopBeatsContext,
  stopping: AbortSignal,
): readonly (readonly Settle[])[] {
  const byTime = (now: Temporal.Instant) => ({ ...context, now, actor: 'jifen' })
  return [
    [(by) => settleTimeouts(byTime(by))],
    [(by) => settleEnrolments(context, by, stopping)],
    [(by) => settleShipments(byTime(by))],
    // Deals that are read are looked at in the same beat; a freeze of many declarations takes a while.
    [
      (by) => readDealsOfOrders(context, by, stopping),
      (by) => settlePriceWatch(context, by),
      (by) => settlePriceFreezes(context, by, stopping),
    ],
  ]
}
