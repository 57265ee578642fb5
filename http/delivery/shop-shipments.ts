import { z } from 'zod'
import { compensationsOf } from '#db/delivery/compensations.ts'
import {
  countToShip,
  lateShipments,
  toShip,
  type ShipmentPlace,
} from '#db/delivery/shipment-lists.ts'
import { shipmentsOf, type Shipment } from '#db/delivery/shipments.ts'
import { shopById } from '#db/shops/shops.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  CompensationSchema,
  compensationText,
  MemberOrderParamsSchema,
  ShipmentSchema,
  shipmentText,
} from '#http/delivery/schemas.ts'
import { cursorOfShipment, shipmentPlace } from '#http/delivery/shipment-cursor.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { dayOf, startOfDay } from '#rules/time/instants.ts'

const config = { access: ['merchant', 'operator', 'service'] as const }
const usualLimit = 20

const listSchema = {
  operationId: 'listShipments',
  summary: 'What a shop has to ship, the most urgent first',
  description:
    'What is still to be shipped, or shipped and not yet recorded by a carrier, with the seconds left. `late` is another list: what was late, the newest first.',
  tags: ['Delivery'],
  params: ShopParamsSchema,
  querystring: z.strictObject({
    due: z.enum(['all', 'overdue', 'today', 'late']).optional(),
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          counts: z.object({ overdue: z.int(), today: z.int(), later: z.int() }).meta({
            description: 'Of all that is to be done; `today` is not overdue yet.',
          }),
          shipments: z.array(ShipmentSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['shops/unknown', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'getShipment',
  summary: 'One shipment of a shop, and what it cost',
  tags: ['Delivery'],
  params: ShopParamsSchema.extend(MemberOrderParamsSchema.shape),
  response: answers(
    {
      200: {
        description: 'The shipment.',
        schema: z.object({
          shipment: ShipmentSchema,
          compensations: z.array(CompensationSchema),
        }),
      },
    },
    ['shops/unknown', 'delivery/unknown-shipment'],
  ),
}

/** What shops have to ship, and what was late. */
export function shopShipmentsRoutes(http: Http, { db, market }: HttpContext): void {
  const { zone } = market
  http.get('/shops/:shopId/shipments', { schema: listSchema, config }, async (request, reply) => {
    const { shopId } = request.params
    const { due = 'all', limit = usualLimit, cursor } = request.query
    const behind = cursor === undefined ? undefined : shipmentPlace(cursor)
    if (cursor !== undefined && behind === undefined) {
      return sendProblem(reply, { refusal: 'requests/bad-cursor' })
    }
    const now = request.receivedAt
    const tomorrow = startOfDay(dayOf(now, zone).add({ days: 1 }), zone)
    const page = { behind, limit: limit + 1 }
    const bounds = {
      after: due === 'today' ? now : undefined,
      until: due === 'today' ? tomorrow : due === 'overdue' ? now : undefined,
    }
    const [shop, counts, found] = await Promise.all([
      shopById(db, shopId),
      countToShip(db, shopId, now, tomorrow),
      due === 'late' ? lateShipments(db, shopId, page) : toShip(db, shopId, { ...page, ...bounds }),
    ])
    if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })
    const shown = found.slice(0, limit)
    const last = found.length > limit ? shown.at(-1) : undefined
    return reply.send({
      counts,
      shipments: shown.map((each) => shipmentText(each, zone, now)),
      ...(last === undefined ? {} : { nextCursor: cursorOfShipment(placeIn(last, due)) }),
    })
  })

  http.get(
    '/shops/:shopId/shipments/:memberId/:orderId',
    { schema: readSchema, config },
    async (request, reply) => {
      const { shopId, memberId, orderId } = request.params
      const [shop, [shipment], compensations] = await Promise.all([
        shopById(db, shopId),
        shipmentsOf(db, [{ memberId, orderId }]),
        compensationsOf(db, [{ memberId, orderId }]),
      ])
      if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })
      if (shipment?.shopId !== shopId) {
        return sendProblem(reply, { refusal: 'delivery/unknown-shipment' })
      }
      return reply.send({
        shipment: shipmentText(shipment, zone, request.receivedAt),
        compensations: compensations.map((each) => compensationText(each, zone)),
      })
    },
  )
}

function placeIn(
  { memberId, orderId, nextBy, lateSince, paidAt }: Shipment,
  due: string,
): ShipmentPlace {
  return { at: (due === 'late' ? lateSince : nextBy) ?? paidAt, memberId, orderId }
}
