import { announcedBehind, placeOfNow, type AnnouncedToAll } from '#db/announced/feed.ts'
import type { Database } from '#db/connection.ts'
import { insertDeliveries, keepWebhookPlace, lockWebhookPlace } from '#db/webhooks/deliveries.ts'
import { enabledEndpoints, type Endpoint } from '#db/webhooks/endpoints.ts'
import { transact } from '#operations/_transact.ts'
import { messageIdOf } from '#operations/webhooks/message-id.ts'
import { isWanted } from '#rules/webhooks/endpoint.ts'

const atOnce = 500

/**
 * Turns what was announced since the last time into deliveries, one for each endpoint that wants it.
 * What is told while no endpoint is enabled is passed over. Two processes take turns, and one that is
 * killed has done nothing by halves. Returns how many deliveries there are more.
 */
export async function fanOut(db: Database, wallNow: Temporal.Instant): Promise<number> {
  let made = 0
  for (;;) {
    const step = await fanOutSome(db, wallNow)
    made += step.made
    if (step.isAll) return made
  }
}

async function fanOutSome(
  db: Database,
  wallNow: Temporal.Instant,
): Promise<{ readonly made: number; readonly isAll: boolean }> {
  return await transact(db, async (tx) => {
    const place = await lockWebhookPlace(tx)
    const endpoints = await enabledEndpoints(tx)
    if (endpoints.length === 0) {
      await keepWebhookPlace(tx, await placeOfNow(tx))
      return { made: 0, isAll: true }
    }

    const found = await announcedBehind(tx, place, atOnce)
    const last = found.at(-1)
    if (last === undefined) return { made: 0, isAll: true }
    const made = await insertDeliveries(tx, deliveriesOf(endpoints, found), wallNow)
    await keepWebhookPlace(tx, last.place)
    return { made, isAll: found.length < atOnce }
  })
}

/** A delivery for each endpoint that wants each announcement. */
export function deliveriesOf(
  endpoints: readonly Endpoint[],
  announced: readonly AnnouncedToAll[],
): Parameters<typeof insertDeliveries>[1] {
  return announced.flatMap((each) => {
    const messageId = messageIdOf(each)
    return endpoints
      .filter((endpoint) => isWanted(endpoint, each))
      .map(({ endpointId }) => ({ endpointId, messageId, announced: each }))
  })
}
