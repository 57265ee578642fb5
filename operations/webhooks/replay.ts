import { announcedBehind, type AnnouncedPlace } from '#db/announced/feed.ts'
import type { Database } from '#db/connection.ts'
import { insertDeliveries, sendAnew, type Delivery } from '#db/webhooks/deliveries.ts'
import { endpointById } from '#db/webhooks/endpoints.ts'
import { transact } from '#operations/_transact.ts'
import type { OwnEndpoint } from '#operations/webhooks/change-endpoints.ts'
import { deliveriesOf } from '#operations/webhooks/fan-out.ts'
import { isBefore } from '#rules/time/instants.ts'

export type SentAnew =
  | { readonly ok: true; readonly delivery: Delivery }
  | { readonly ok: false; readonly refusal: 'webhooks/unknown' | 'webhooks/unknown-delivery' }

/** Has one delivery sent anew, whatever came of it before. */
export async function resend(
  db: Database,
  own: OwnEndpoint,
  messageId: string,
  wallNow: Temporal.Instant,
): Promise<SentAnew> {
  return await transact(db, async (tx) => {
    const endpoint = await endpointById(tx, own.endpointId)
    if (endpoint === undefined || endpoint.shopId !== own.shopId) {
      return { ok: false, refusal: 'webhooks/unknown' }
    }
    const delivery = await sendAnew(tx, own.endpointId, messageId, wallNow)
    if (delivery === undefined) return { ok: false, refusal: 'webhooks/unknown-delivery' }
    return { ok: true, delivery }
  })
}

export type Replayed =
  | { readonly ok: true; readonly deliveries: number }
  | { readonly ok: false; readonly refusal: 'webhooks/unknown' }

const atOnce = 500

/**
 * Has everything that an endpoint wants and that happened from an instant on, by the business clock,
 * sent to it, what it received before too. It is delivered at least once in any case.
 */
export async function replaySince(
  db: Database,
  own: OwnEndpoint,
  since: Temporal.Instant,
  wallNow: Temporal.Instant,
): Promise<Replayed> {
  const endpoint = await endpointById(db, own.endpointId)
  if (endpoint === undefined || endpoint.shopId !== own.shopId) {
    return { ok: false, refusal: 'webhooks/unknown' }
  }
  let place: AnnouncedPlace | undefined
  let deliveries = 0
  for (;;) {
    const found = await announcedBehind(db, place, atOnce)
    const wanted = found.filter(({ at }) => !isBefore(at, since))
    deliveries += await transact(db, (tx) =>
      insertDeliveries(tx, deliveriesOf([endpoint], wanted), wallNow, true),
    )
    place = found.at(-1)?.place
    if (found.length < atOnce) return { ok: true, deliveries }
  }
}
