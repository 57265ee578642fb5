import { countOrders, type MetricContext } from '#operations/merchants/metrics/count-orders.ts'
import { figuresForDay } from '#operations/merchants/metrics/figures-for-day.ts'

/**
 * Does what is due of figures by an instant: counts the orders that have changed, and makes the figures of the
 * day once it has begun, or again when what they rest on has changed (MM-10).
 */
export async function settleMetrics(
  context: MetricContext,
  by: Temporal.Instant,
  signal?: AbortSignal,
): Promise<number> {
  const counted = await countOrders(context, signal === undefined ? {} : { signal })
  const figures = await figuresForDay(context, by)
  return counted + (figures.ok && figures.made ? figures.run.shops : 0)
}
