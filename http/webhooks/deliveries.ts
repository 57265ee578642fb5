import { realClock } from '#operations/clock.ts'
import { z } from 'zod'
import { deliveriesPage } from '#db/webhooks/deliveries.ts'
import { endpointById, secretsOf } from '#db/webhooks/endpoints.ts'
import { LongCursorSchema, textOf, textsOf } from '#http/announced/cursor.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema, ofBody } from '#http/route.ts'
import { placesOf, type WebhookPlace } from '#http/webhooks/places.ts'
import { DeliverySchema, deliveryText } from '#http/webhooks/schemas.ts'
import type { OwnEndpoint } from '#operations/webhooks/change-endpoints.ts'
import { pingMessage } from '#operations/webhooks/ping.ts'
import { replaySince, resend } from '#operations/webhooks/replay.ts'
import { InstantSchema } from '#rules/fields.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** Tries and secrets go by the clock of the wall, whatever that of the business says. */
const wall = realClock()

const usualLimit = 20

/** What endpoints were sent: lists, sending anew, and a try. */
export function webhookDeliveryRoutes(http: Http, context: HttpContext): void {
  for (const place of placesOf()) {
    listRoute(http, context, place)
    againRoutes(http, context, place)
    pingRoute(http, context, place)
  }
}

function listRoute(http: Http, { db, market }: HttpContext, place: WebhookPlace): void {
  const schema = {
    operationId: `list${place.name}WebhookDeliveries`,
    summary: 'What an endpoint was sent, newest first',
    tags: ['Webhooks'],
    params: place.endpointParams,
    querystring: z.strictObject({
      status: z.enum(['waiting', 'delivered', 'failed']).optional(),
      limit: LimitSchema.optional(),
      cursor: LongCursorSchema.optional(),
    }),
    response: answers(
      {
        200: {
          description: 'A page. Without `nextCursor` it is the last.',
          schema: z.object({
            deliveries: z.array(DeliverySchema),
            nextCursor: z.string().optional(),
          }),
        },
      },
      ['webhooks/unknown', 'requests/bad-cursor', ...place.refusals],
    ),
  }
  http.get(
    `${place.path}/:endpointId/deliveries`,
    { schema, config: { access: place.access } },
    async (request, reply) => {
      const own = place.ownOf(request.params)
      const { status, cursor, limit = usualLimit } = request.query
      const after = cursor === undefined ? undefined : placeOf(cursor)
      if (cursor !== undefined && after === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const found = await deliveriesPage(db, own.endpointId, { status, after, limit: limit + 1 })
      if (!(await isOwn(db, own))) return sendProblem(reply, { refusal: 'webhooks/unknown' })

      const page = found.slice(0, limit)
      const last = page.at(-1)
      const next =
        found.length > limit && last !== undefined
          ? { nextCursor: textOf([last.createdAt.toString(), last.messageId]) }
          : {}
      return reply.send({
        deliveries: page.map((each) => deliveryText(each, market.zone)),
        ...next,
      })
    },
  )
}

function againRoutes(http: Http, { db, market }: HttpContext, place: WebhookPlace): void {
  const resendSchema = {
    operationId: `resend${place.name}WebhookDelivery`,
    summary: 'Send something anew, whatever came of it',
    tags: ['Webhooks'],
    params: place.deliveryParams,
    response: answers({ 200: { description: 'It is sent at once.', schema: DeliverySchema } }, [
      'webhooks/unknown',
      'webhooks/unknown-delivery',
      ...place.refusals,
    ]),
  }
  http.post(
    `${place.path}/:endpointId/deliveries/:messageId/resends`,
    { schema: resendSchema, config: { access: place.access } },
    async (request, reply) => {
      const own = place.ownOf(request.params)
      const { messageId } = request.params as { readonly messageId: string }
      const sent = await resend(db, own, messageId, wall.now())
      return sent.ok
        ? reply.send(deliveryText(sent.delivery, market.zone))
        : sendProblem(reply, sent)
    },
  )

  const replaySchema = {
    operationId: `replay${place.name}Webhook`,
    summary: 'Send an endpoint everything that happened since',
    description:
      'By the clock of the business, and what it received before too: it knows those by their id.',
    tags: ['Webhooks'],
    params: place.endpointParams,
    body: z.strictObject({ since: InstantSchema }),
    response: answers(
      {
        200: {
          description: 'So many are sent.',
          schema: z.object({ deliveries: z.int() }),
        },
      },
      [...ofBody, 'webhooks/unknown', ...place.refusals],
    ),
  }
  http.post(
    `${place.path}/:endpointId/replays`,
    { schema: replaySchema, config: { access: place.access } },
    async (request, reply) => {
      const own = place.ownOf(request.params)
      const replayed = await replaySince(db, own, request.body.since, wall.now())
      if (!replayed.ok) return sendProblem(reply, replayed)
      return reply.send({ deliveries: replayed.deliveries })
    },
  )
}

function pingRoute(http: Http, { db, webhooks }: HttpContext, place: WebhookPlace): void {
  const schema = {
    operationId: `ping${place.name}Webhook`,
    summary: 'Try an endpoint with an event of the type jifen.webhook.pinged.v1',
    tags: ['Webhooks'],
    params: place.endpointParams,
    response: answers(
      {
        200: {
          description: 'What came of it.',
          schema: z.object({
            received: z.boolean(),
            status: z.int().nullable(),
            error: z.string().nullable(),
          }),
        },
      },
      ['webhooks/unknown', 'webhooks/not-sending', ...place.refusals],
    ),
  }
  http.post(
    `${place.path}/:endpointId/pings`,
    { schema, config: { access: place.access } },
    async (request, reply) => {
      const own = place.ownOf(request.params)
      const endpoint = await endpointById(db, own.endpointId)
      if (endpoint === undefined || endpoint.shopId !== own.shopId) {
        return sendProblem(reply, { refusal: 'webhooks/unknown' })
      }
      if (webhooks === undefined) return sendProblem(reply, { refusal: 'webhooks/not-sending' })

      const at = wall.now()
      const secrets = (await secretsOf(db, [own.endpointId], at)).get(own.endpointId) ?? []
      const tried = await webhooks(pingMessage(endpoint, secrets, at))
      return reply.send({
        received: tried.ok,
        status: tried.status ?? null,
        error: tried.ok ? null : tried.error,
      })
    },
  )
}

async function isOwn(db: HttpContext['db'], own: OwnEndpoint): Promise<boolean> {
  const endpoint = await endpointById(db, own.endpointId)
  return endpoint !== undefined && endpoint.shopId === own.shopId
}

function placeOf(
  cursor: string,
): { readonly at: Temporal.Instant; readonly id: string } | undefined {
  const [text = '', id = ''] = textsOf(cursor, 2) ?? []
  const at = instantFromText(text)
  return at === undefined ? undefined : { at, id }
}
