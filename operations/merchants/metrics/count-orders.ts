import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { markRunStale } from '#db/merchants/figures.ts'
import { upsertRatings } from '#db/merchants/ratings.ts'
import { addToShopDays } from '#db/merchants/shop-days.ts'
import { upsertCountedOrders } from '#db/merchants/shop-orders.ts'
import { keepFeedPlace, lockFeedPlace, ordersChangedBehind } from '#db/shops/order-feed.ts'
import { countOf } from '#operations/merchants/metrics/_count.ts'
import { countSetting } from '#operations/merchants/metrics/metric-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { transact } from '#operations/_transact.ts'

export type MetricContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** The name of this reader among those of the changed orders. */
export const metricsReader = 'merchantMetrics'

const atOnce = 1_000

/**
 * Counts the orders that have changed since the last time into the days of their shops, batch by batch,
 * until there are none (MM-2). An order that is read again changes nothing. Returns how many were read.
 */
export async function countOrders(
  context: MetricContext,
  { signal, ordersAtOnce = atOnce }: { signal?: AbortSignal; ordersAtOnce?: number } = {},
): Promise<number> {
  let read = 0
  for (
    let batch = ordersAtOnce;
    batch === ordersAtOnce && signal?.aborted !== true;
    read += batch
  ) {
    batch = await countBatch(context, ordersAtOnce)
  }
  return read
}

async function countBatch(
  { db, policies, market }: MetricContext,
  ordersAtOnce: number,
): Promise<number> {
  return await transact(db, async (tx) => {
    const from = await lockFeedPlace(tx, metricsReader)
    const { orders, place } = await ordersChangedBehind(tx, from, ordersAtOnce)
    if (place === undefined) return 0

    const counted = await countOf(tx, orders, countSetting(policies, market))

    await upsertCountedOrders(tx, counted.orders)
    await upsertRatings(tx, counted.ratings)
    await addToShopDays(tx, counted.days)
    if (counted.days.length > 0) {
      await markRunStale(tx, Math.min(...counted.days.map((each) => each.day)))
    }
    await keepFeedPlace(tx, metricsReader, place)
    return orders.length
  })
}
