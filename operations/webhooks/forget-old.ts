import type { Database } from '#db/connection.ts'
import { forgetDeliveries } from '#db/webhooks/deliveries.ts'

const keptHours = 24 * 30

/** Forgets what was delivered or set aside more than 30 days ago; returns how many deliveries. */
export async function forgetOldDeliveries(
  db: Database,
  wallNow: Temporal.Instant,
): Promise<number> {
  return await forgetDeliveries(db, wallNow.subtract({ hours: keptHours }))
}
