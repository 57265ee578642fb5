import type { Database } from '#db/connection.ts'
import { forgetKeys } from '#db/idempotency.ts'
import { forgetShopKeys } from '#db/shops/requests.ts'

const keptHours = 24 * 30

/**
 * Forgets what was asked under an `Idempotency-Key` more than 30 days ago; returns how many keys. What
 * was done under them is not done again: business references are kept for ever.
 */
export async function forgetOldKeys(db: Database, at: Temporal.Instant): Promise<number> {
  const before = at.subtract({ hours: keptHours })
  return (await forgetKeys(db, before)) + (await forgetShopKeys(db, before))
}
