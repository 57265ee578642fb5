import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { pagesQuery } from '#web/kit/pages.ts'
import {
  ShipmentSchema,
  ShipmentWithCostSchema,
  type Shipment,
} from '#web/member/delivery/resources.ts'
import { maybe } from '#web/member/maybe.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'

const PageSchema = z.object({
  counts: z.object({ overdue: z.int(), today: z.int(), later: z.int() }),
  shipments: z.array(ShipmentSchema),
  nextCursor: maybe(z.string()),
})

/** Which shipments: all that is to be done, part of it, or what was late. */
export type Due = 'all' | 'overdue' | 'today' | 'late'

/** What a shop has to ship, the most urgent first; what was late, the newest first. */
export function shipmentsQuery(shopId: string, due: Due) {
  const path = `${shopPath(shopId, 'shipments')}?due=${due}`
  return pagesQuery(['shop', shopId, 'shipments', due], path, PageSchema)
}

export function shipmentQuery(
  shopId: string,
  { memberId, orderId }: Pick<Shipment, 'memberId' | 'orderId'>,
) {
  const path = shopPath(shopId, 'shipments', memberId, orderId)
  return queryOptions({
    queryKey: ['shop', shopId, 'shipment', memberId, orderId],
    queryFn: async ({ signal }) => await getJson(path, ShipmentWithCostSchema, signal),
  })
}
