import { announcedByIds, type AnnouncedToAll } from '#db/announced/feed.ts'
import type { Database } from '#db/connection.ts'
import { recordTried, takeDue, type Delivery } from '#db/webhooks/deliveries.ts'
import { endpointById, lockEndpoint, secretsOf, upsertEndpoint } from '#db/webhooks/endpoints.ts'
import { transact } from '#operations/_transact.ts'
import { announcedEventOf } from '#operations/announcements/announced-event.ts'
import type { Send } from '#operations/webhooks/send.ts'
import { disabledBy, nextTry, type Tried } from '#rules/webhooks/retry.ts'

export type DeliverContext = {
  readonly db: Database
  readonly send: Send
  readonly zone: string
  /** The wall's: tries are technical. */
  readonly wallNow: () => Temporal.Instant
}

/** Longer than a try takes: then somebody else may take it over. */
const takenFor = { seconds: 60 } as const

type Result = { readonly delivery: Delivery; readonly tried: Tried }

/**
 * Sends what is due for an endpoint, some at once, and records what came of it; one that has been
 * failing is sent one. Returns how many were sent.
 */
export async function deliverDue(
  context: DeliverContext,
  endpointId: string,
  atOnce: number,
): Promise<number> {
  const { db, wallNow } = context
  const endpoint = await endpointById(db, endpointId)
  if (endpoint?.status !== 'enabled') return 0

  const at = wallNow()
  const limit = endpoint.failingSince === null ? atOnce : 1
  const due = await takeDue(db, endpointId, { at, until: at.add(takenFor), limit })
  if (due.length === 0) return 0

  const [announced, secrets] = await Promise.all([
    announcedByIds(
      db,
      due.map(({ of, subjectId, announcementId: id }) => ({ of, subjectId, id })),
    ),
    secretsOf(db, [endpointId], at),
  ])
  const byName = new Map(announced.map((each) => [nameOf(each.of, each.subjectId, each.id), each]))
  const results = await Promise.all(
    due.map(async (delivery) => {
      const event = byName.get(nameOf(delivery.of, delivery.subjectId, delivery.announcementId))
      const tried = await trySending(context, endpoint.url, delivery, event, [
        ...(secrets.get(endpointId) ?? []),
      ])
      return { delivery, tried }
    }),
  )
  await recordResults(db, endpointId, results, wallNow())
  return due.length
}

async function trySending(
  { send, zone, wallNow }: DeliverContext,
  url: string,
  { messageId }: Delivery,
  event: AnnouncedToAll | undefined,
  secrets: readonly string[],
): Promise<Tried> {
  if (event === undefined) return { ok: false, status: 0, error: 'the event is gone' }
  const body = JSON.stringify({
    ...announcedEventOf(event, zone),
    timestamp: event.at.toString(),
  })
  return await send({ url, messageId, body, secrets, at: wallNow() })
}

function nameOf(of: string, subjectId: string, id: string): string {
  return JSON.stringify([of, subjectId, id])
}

async function recordResults(
  db: Database,
  endpointId: string,
  results: readonly Result[],
  at: Temporal.Instant,
): Promise<void> {
  await transact(db, async (tx) => {
    const endpoint = await lockEndpoint(tx, endpointId)
    if (endpoint === undefined) return
    await recordTried(
      tx,
      results.map((result) => rowOf(result, at)),
    )

    const failed = results.map(({ tried }) => tried).filter((tried) => !tried.ok)
    const isReceived = failed.length < results.length
    const failingSince = isReceived ? null : (endpoint.failingSince ?? at)
    const reason = failed
      .map((tried) => disabledBy(tried, failingSince ?? undefined, at))
      .find((each) => each !== undefined)
    const wasEnabled = endpoint.status === 'enabled'
    if (reason !== undefined && wasEnabled) {
      const disabled = { status: 'disabled', disabledFor: reason } as const
      await upsertEndpoint(tx, { ...endpoint, ...disabled, failingSince, changedAt: at })
    } else if ((endpoint.failingSince === null) !== (failingSince === null)) {
      await upsertEndpoint(tx, { ...endpoint, failingSince })
    }
  })
}

function rowOf(
  { delivery, tried }: Result,
  at: Temporal.Instant,
): Parameters<typeof recordTried>[1][number] {
  const { endpointId, messageId, attempts } = delivery
  const about = { endpointId, messageId, lastStatus: tried.status ?? null }
  if (tried.ok) {
    return { ...about, status: 'delivered', nextTry: at, endedAt: at, lastError: null }
  }
  const next = nextTry(tried, attempts, at)
  return {
    ...about,
    status: next === undefined ? 'failed' : 'waiting',
    nextTry: next ?? at,
    endedAt: next === undefined ? at : null,
    lastError: tried.error,
  }
}
