import { realClock } from '#operations/clock.ts'
import { z } from 'zod'
import { shopById } from '#db/shops/shops.ts'
import { endpointsOf } from '#db/webhooks/endpoints.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { EndpointSchema, endpointText } from '#http/webhooks/schemas.ts'
import { placesOf, type WebhookPlace } from '#http/webhooks/places.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import {
  changeEndpoint,
  makeEndpoint,
  removeEndpoint,
  rotateEndpointSecret,
} from '#operations/webhooks/change-endpoints.ts'
import { EndpointUrlSchema, WantedTypeSchema } from '#rules/webhooks/endpoint.ts'
import { instantToText } from '#rules/time/instants.ts'

/** Tries and secrets go by the clock of the wall, whatever that of the business says. */
const wall = realClock()

const SecretSchema = z.string().meta({
  description: 'What signatures are checked with. It is told this once.',
  examples: ['whsec_...'],
})

const terms = {
  url: EndpointUrlSchema,
  types: z.array(WantedTypeSchema).min(1).max(100),
  note: z.string().max(200),
}

const endpoint = { 200: { description: 'The endpoint.', schema: EndpointSchema } }

/** Where events are sent to: endpoints of the market, and those of a shop. */
export function webhookEndpointRoutes(http: Http, context: HttpContext): void {
  for (const place of placesOf()) {
    listRoute(http, context, place)
    makeRoute(http, context, place)
    changeRoutes(http, context, place)
  }
}

function listRoute(http: Http, { db, market }: HttpContext, place: WebhookPlace): void {
  const schema = {
    operationId: `list${place.name}Webhooks`,
    summary: `The endpoints of ${place.whose}`,
    tags: ['Webhooks'],
    params: place.params,
    response: answers(
      {
        200: {
          description: 'All of them, the oldest first.',
          schema: z.object({ endpoints: z.array(EndpointSchema) }),
        },
      },
      place.refusals,
    ),
  }
  http.get(place.path, { schema, config: { access: place.access } }, async (request, reply) => {
    const shopId = place.shopIdOf(request.params)
    if (shopId !== null && (await shopById(db, shopId)) === undefined) {
      return sendProblem(reply, { refusal: 'shops/unknown' })
    }
    const endpoints = await endpointsOf(db, shopId)
    return reply.send({ endpoints: endpoints.map((each) => endpointText(each, market.zone)) })
  })
}

function makeRoute(http: Http, { db, market }: HttpContext, place: WebhookPlace): void {
  const schema = {
    operationId: `make${place.name}Webhook`,
    summary: `Have events sent to an endpoint of ${place.whose}`,
    description:
      'Signed as Standard Webhooks has it, with the secret that is told in the answer and never again.',
    tags: ['Webhooks'],
    params: place.params,
    body: z.strictObject({ ...terms, note: terms.note.default('') }),
    response: answers(
      {
        201: {
          description: 'It is sent what happens from now on.',
          schema: z.object({ endpoint: EndpointSchema, secret: SecretSchema }),
        },
      },
      [...ofBody, ...place.refusals],
    ),
  }
  http.post(place.path, { schema, config: { access: place.access } }, async (request, reply) => {
    const shopId = place.shopIdOf(request.params)
    const at = wall.now()
    const made = await makeEndpoint(db, { shopId, terms: request.body, at })
    if (!made.ok) return sendProblem(reply, made)
    const { secret } = made
    return reply.code(201).send({ endpoint: endpointText(made.endpoint, market.zone), secret })
  })
}

function changeRoutes(http: Http, { db, market }: HttpContext, place: WebhookPlace): void {
  const { access } = place
  const refusals = ['webhooks/unknown', ...place.refusals] as const
  const about = { tags: ['Webhooks'], params: place.endpointParams }

  const changeSchema = {
    ...about,
    operationId: `change${place.name}Webhook`,
    summary: 'Change an endpoint, or disable or enable it',
    description: 'What happens while it is disabled is not kept for it.',
    body: z.strictObject({
      url: terms.url.optional(),
      types: terms.types.optional(),
      note: terms.note.optional(),
      enabled: z.boolean().optional(),
    }),
    response: answers(endpoint, [...ofBody, ...refusals]),
  }
  http.patch(
    `${place.path}/:endpointId`,
    { schema: changeSchema, config: { access } },
    async (request, reply) => {
      const own = place.ownOf(request.params)
      // Absent keys are left out: the parser gives `undefined` for none of them.
      const changes = request.body as Parameters<typeof changeEndpoint>[2]
      const changed = await changeEndpoint(db, own, changes, wall.now())
      if (!changed.ok) return sendProblem(reply, changed)
      return reply.send(endpointText(changed.endpoint, market.zone))
    },
  )

  const removeSchema = {
    ...about,
    operationId: `remove${place.name}Webhook`,
    summary: 'Remove an endpoint, with what it was still to be sent',
    response: answers(
      {
        200: {
          description: 'It is gone.',
          schema: z.object({ removed: z.literal(true) }),
        },
      },
      refusals,
    ),
  }
  http.delete(
    `${place.path}/:endpointId`,
    { schema: removeSchema, config: { access } },
    async (request, reply) => {
      const removed = await removeEndpoint(db, place.ownOf(request.params))
      return removed.ok ? reply.send({ removed: true }) : sendProblem(reply, removed)
    },
  )

  const rotateSchema = {
    ...about,
    operationId: `rotate${place.name}WebhookSecret`,
    summary: 'Make a new secret',
    description: 'The one before signs besides for a day, so that a receiver can change over.',
    response: answers(
      {
        201: {
          description: 'It signs from now on.',
          schema: z.object({ secret: SecretSchema, oldEndsAt: InstantTextSchema }),
        },
      },
      refusals,
    ),
  }
  http.post(
    `${place.path}/:endpointId/secrets`,
    { schema: rotateSchema, config: { access } },
    async (request, reply) => {
      const own = place.ownOf(request.params)
      const rotated = await rotateEndpointSecret(db, own, wall.now())
      if (!rotated.ok) return sendProblem(reply, rotated)
      const oldEndsAt = instantToText(rotated.oldEndsAt, market.zone)
      return reply.code(201).send({ secret: rotated.secret, oldEndsAt })
    },
  )
}
