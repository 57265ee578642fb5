import { randomUUID } from 'node:crypto'
import type { Endpoint } from '#db/webhooks/endpoints.ts'
import type { Message } from '#operations/webhooks/send.ts'

/** An event that tells nothing, to try an endpoint with. */
export function pingMessage(
  { endpointId, url }: Endpoint,
  secrets: readonly string[],
  at: Temporal.Instant,
): Message {
  const messageId = `msg_${randomUUID()}`
  const body = JSON.stringify({
    specversion: '1.0',
    id: messageId,
    source: 'jifen/webhooks',
    type: 'jifen.webhook.pinged.v1',
    time: at.toString(),
    timestamp: at.toString(),
    partitionkey: endpointId,
    datacontenttype: 'application/json',
    data: {},
  })
  return { url, messageId, body, secrets, at }
}
