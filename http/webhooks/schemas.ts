import { z } from 'zod'
import type { Delivery } from '#db/webhooks/deliveries.ts'
import type { Endpoint } from '#db/webhooks/endpoints.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { instantToText } from '#rules/time/instants.ts'

export const EndpointSchema = z
  .object({
    endpointId: z.string(),
    url: z.string(),
    types: z.array(z.string()),
    note: z.string(),
    status: z.enum(['enabled', 'disabled']),
    disabledFor: z.string().nullable().meta({
      description:
        '`asked`, `gone` (it answered 410) or `failing` (nothing received for five days).',
    }),
    failingSince: InstantTextSchema.nullable(),
    createdAt: InstantTextSchema,
    changedAt: InstantTextSchema,
  })
  .meta({ id: 'WebhookEndpoint', description: 'Where events are sent to. Times are of the wall.' })

export const DeliverySchema = z
  .object({
    messageId: z.string().meta({ description: 'The header `webhook-id` of every try.' }),
    type: z.string(),
    about: z.string().meta({ description: 'The member or the shop.' }),
    status: z.enum(['waiting', 'delivered', 'failed']),
    attempts: z.int(),
    nextTry: InstantTextSchema.nullable(),
    createdAt: InstantTextSchema,
    endedAt: InstantTextSchema.nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'WebhookDelivery', description: 'What an endpoint is sent, and how it went.' })

export function endpointText(endpoint: Endpoint, zone: string): z.input<typeof EndpointSchema> {
  const { endpointId, url, types, note, status, disabledFor, failingSince } = endpoint
  return {
    endpointId,
    url,
    types: [...types],
    note,
    status,
    disabledFor,
    failingSince: failingSince === null ? null : instantToText(failingSince, zone),
    createdAt: instantToText(endpoint.createdAt, zone),
    changedAt: instantToText(endpoint.changedAt, zone),
  }
}

export function deliveryText(delivery: Delivery, zone: string): z.input<typeof DeliverySchema> {
  const { messageId, type, subjectId, status, attempts, lastStatus, lastError } = delivery
  return {
    messageId,
    type,
    about: subjectId,
    status,
    attempts,
    nextTry: status === 'waiting' ? instantToText(delivery.nextTry, zone) : null,
    createdAt: instantToText(delivery.createdAt, zone),
    endedAt: delivery.endedAt === null ? null : instantToText(delivery.endedAt, zone),
    lastStatus,
    lastError,
  }
}
