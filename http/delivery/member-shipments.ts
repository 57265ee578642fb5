import { z } from 'zod'
import { compensationsOf, type LateCompensation } from '#db/delivery/compensations.ts'
import { shipmentsOf, type Shipment } from '#db/delivery/shipments.ts'
import { memberById } from '#db/members.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  CompensationSchema,
  compensationText,
  MemberOrderParamsSchema,
  ShipmentSchema,
  shipmentText,
} from '#http/delivery/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema } from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { complainOfShipment } from '#operations/delivery/complain.ts'
import { instantToText } from '#rules/time/instants.ts'

const config = { access: ['member', 'service', 'operator'] as const }

const given = {
  description: 'The shipment as it stands.',
  schema: z.object({
    shipment: ShipmentSchema,
    compensations: z.array(CompensationSchema),
  }),
}

const readSchema = {
  operationId: 'getOrderShipment',
  summary: 'Until when an order of a member is shipped',
  tags: ['Delivery'],
  params: MemberOrderParamsSchema,
  response: answers({ 200: given }, ['members/unknown', 'delivery/unknown-shipment']),
}

const complainSchema = {
  operationId: 'complainOfShipment',
  summary: 'Complain that an order was shipped late',
  description:
    'After its limit only. What the policy gives for it is paid at once in points, unless it was before: once an order.',
  tags: ['Delivery'],
  params: MemberOrderParamsSchema,
  headers: IdempotencyHeadersSchema,
  response: answers({ 200: given }, [
    'members/unknown',
    'delivery/unknown-shipment',
    'delivery/not-late-yet',
    'delivery/in-time',
    'delivery/excused',
    'delivery/no-limit',
    'delivery/complaint-too-late',
    'delivery/no-policy',
    'requests/key-reused',
  ]),
}

/** What a member sees and says of shipments. */
export function memberShipmentsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const told = (
    shipment: Shipment,
    compensations: readonly LateCompensation[],
    now: Temporal.Instant,
  ) => ({
    shipment: shipmentText(shipment, market.zone, now),
    compensations: compensations.map((each) => compensationText(each, market.zone)),
  })

  http.get(
    '/members/:memberId/orders/:orderId/shipment',
    { schema: readSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const [member, [shipment], compensations] = await Promise.all([
        memberById(db, memberId),
        shipmentsOf(db, [request.params]),
        compensationsOf(db, [request.params]),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      if (shipment === undefined) {
        return sendProblem(reply, { refusal: 'delivery/unknown-shipment' })
      }
      return reply.send(told(shipment, compensations, request.receivedAt))
    },
  )

  http.post(
    '/members/:memberId/orders/:orderId/late-complaints',
    { schema: complainSchema, config },
    async (request, reply) => {
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const asked = eventContext(context, request)
      const complained = await complainOfShipment(asked, request.params, key)
      if (!complained.ok) {
        const { refusal } = complained
        const from = 'from' in complained ? complained.from : undefined
        const more = from === undefined ? {} : { from: instantToText(from, market.zone) }
        return sendProblem(reply, { refusal, more })
      }
      const { shipment, compensation } = complained
      const paid = compensation === undefined ? [] : [compensation]
      return reply.send(told(shipment, paid, request.receivedAt))
    },
  )
}
