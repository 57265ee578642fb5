import { realClock } from '#operations/clock.ts'
import type { Database } from '#db/connection.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { dueEndpoints } from '#db/webhooks/deliveries.ts'
import type { Faults } from '#jobs/settle-regularly.ts'
import { deliverDue } from '#operations/webhooks/deliver.ts'
import { fanOut } from '#operations/webhooks/fan-out.ts'
import type { Send } from '#operations/webhooks/send.ts'

/** Tries and secrets go by the clock of the wall, whatever that of the business says. */
const wall = realClock()

export type WebhooksContext = {
  readonly db: Database
  readonly zone: string
  readonly send: Send
  readonly onFault: Faults
}

const everyMs = 250

/** So many endpoints are sent to at the same time, and each so much at once. */
const mostEndpoints = 64
const mostAtOnce = 8

/**
 * Sends what is announced to those that want it, until it is stopped. Each endpoint is served by itself:
 * one that does not answer keeps no other waiting. Tries go by the clock of the wall, whatever the
 * clock of the business says.
 */
export function startWebhooks({ db, zone, send, onFault }: WebhooksContext): {
  readonly stop: () => Promise<void>
} {
  const serving = new Map<string, Promise<void>>()
  const wallNow = (): Temporal.Instant => wall.now()
  let isStopped = false
  let beat: Promise<void> | undefined

  const serve = async (endpointId: string): Promise<void> => {
    const context = { db, send, zone, wallNow }
    while (!isStopped && (await deliverDue(context, endpointId, mostAtOnce)) > 0);
  }
  const failed = (error: unknown): void => {
    if (!isUnreachable(error)) onFault('webhooks were not sent', error)
  }
  const look = async (): Promise<void> => {
    await fanOut(db, wallNow())
    const due = await dueEndpoints(db, wallNow(), [...serving.keys()])
    for (const endpointId of due.slice(0, mostEndpoints - serving.size)) {
      const served = serve(endpointId)
        .catch(failed)
        .finally(() => serving.delete(endpointId))
      serving.set(endpointId, served)
    }
  }
  const timer = setInterval(() => {
    beat ??= look()
      .catch(failed)
      .finally(() => (beat = undefined))
  }, everyMs)

  return {
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      await beat
      await Promise.all(serving.values())
    },
  }
}
