import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import type { Settle } from '#jobs/settle-regularly.ts'
import { fillVenues } from '#operations/campaigns/fill-venues.ts'
import { settleDeclarationFiles } from '#operations/declarations/declaration-files.ts'
import { settleShipments } from '#operations/delivery/settle-shipments.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import { settleEntries } from '#operations/entry/settle-entries.ts'
import { settleMetrics } from '#operations/merchants/metrics/settle-metrics.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { settlePriceFreezes } from '#operations/prices/freeze-prices.ts'
import { readDealsOfOrders } from '#operations/prices/read-orders.ts'
import { settlePriceWatch } from '#operations/prices/watch-prices.ts'
import { settleChangedTrades, settleDrops } from '#operations/protection/settle-protection.ts'
import { settleNotices } from '#operations/notices/settle-notices.ts'
import { settleRecruiting } from '#operations/recruiting/settle-recruiting.ts'
import { settleTickets } from '#operations/tickets/settle-tickets.ts'
import { settleTransformations } from '#operations/transformation/settle-transformations.ts'
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
    [(by) => fillVenues(context, by), (by) => settleEntries(context, by)],
    [(by) => settleTimeouts(byTime(by))],
    [
      (by) => settleTransformations(context, by),
      (by) => settleRecruiting(context, by),
      (by) => settleNotices(context, by),
      (by) => settleTickets(context, by),
    ],
    [(by) => settleEnrolments(context, by, stopping)],
    [(by) => settleShipments(byTime(by))],
    [(by) => settleMetrics(context, by, stopping)],
    // Deals that are read are looked at in the same beat; a freeze of many declarations takes a while.
    [
      (by) => readDealsOfOrders(context, by, stopping),
      (by) => settlePriceWatch(context, by),
      (by) => settlePriceFreezes(context, by, stopping),
    ],
    [(by) => settleDeclarationFiles(context, by, stopping)],
    // Orders are read before buyers: what is paid in between is seen by one of the two.
    [(by) => settleChangedTrades(byTime(by), stopping), (by) => settleDrops(byTime(by), stopping)],
  ]
}
