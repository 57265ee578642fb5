import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { orNothing } from '#web/member/club/or-nothing.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const instant = maybe(z.string())

const LineSchema = z.object({
  line: z.string(),
  category: z.string(),
  presale: z.boolean(),
  custom: z.boolean(),
  shipBy: instant,
  traceBy: instant,
  why: z.object({
    set: z.string(),
    /** What the rule is called in each language. */
    title: z.record(z.string(), z.string()).optional().catch(undefined),
  }),
})

export const ShipmentSchema = z.object({
  memberId: z.string(),
  orderId: z.string(),
  tradeId: z.string(),
  status: z.string(),
  cause: maybe(z.string()),
  excuse: maybe(z.string()),
  paidAt: z.string(),
  shipBy: instant,
  traceBy: instant,
  shippedAt: instant,
  collectedAt: instant,
  lateSince: instant,
  complainedAt: instant,
  toDo: maybe(z.string()),
  policies: z.string(),
  lines: z.array(LineSchema),
})

/** What a shop ships, and by when. */
export type Shipment = z.output<typeof ShipmentSchema>

const CompensationSchema = z.object({
  ref: z.string(),
  status: z.string(),
  compensationFen: z.int(),
  points: z.int(),
  priceFen: z.int(),
  byComplaint: z.boolean(),
  paidAt: z.string(),
  takenBackAt: instant,
})

export type Compensation = z.output<typeof CompensationSchema>

/** One shipment with what it cost, as its shop and its member read it. */
export const ShipmentWithCostSchema = z.object({
  shipment: ShipmentSchema,
  compensations: z.array(CompensationSchema),
})

/** How the shipment of an order of the member stands; `null`: nobody watches it. */
export function orderShipmentQuery(memberId: string, orderId: string) {
  const path = memberPath(memberId, 'orders', orderId, 'shipment')
  return queryOptions({
    queryKey: ['shipment', memberId, orderId],
    queryFn: async ({ signal }) =>
      await orNothing(getJson(path, ShipmentWithCostSchema, signal), 'delivery/unknown-shipment'),
  })
}
