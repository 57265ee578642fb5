import { z } from 'zod'
import type { LateCompensation } from '#db/delivery/compensations.ts'
import type { Shipment } from '#db/delivery/shipments.ts'
import { InstantTextSchema, MemberIdSchema } from '#http/wallets/schemas.ts'
import { IdSchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

export const OrderIdSchema = IdSchema.meta({ examples: ['o-1'] })

export const MemberOrderParamsSchema = z.object({
  memberId: MemberIdSchema,
  orderId: OrderIdSchema,
})

const LineSchema = z.object({
  line: z.string(),
  category: z.string(),
  presale: z.boolean(),
  custom: z.boolean(),
  shipBy: InstantTextSchema.nullable(),
  traceBy: InstantTextSchema.nullable(),
  why: z.looseObject({ set: z.enum(['rule', 'promise', 'ordinaryHours']) }),
})

export const CompensationSchema = z
  .object({
    ref: z.string().meta({ description: 'Of the entry in the wallet of points.' }),
    status: z.enum(['paid', 'nothing', 'refused', 'takenBack', 'kept']).meta({
      description:
        '`nothing`: it came to nothing; `refused`: the member was sealed; `takenBack`: in time after all; `kept`: so, and the policy leaves it.',
    }),
    compensationFen: z.int(),
    points: z.int(),
    priceFen: z.int().meta({ description: 'The deal price that it is a part of.' }),
    byComplaint: z.boolean(),
    paidAt: InstantTextSchema,
    takenBackAt: InstantTextSchema.nullable(),
    policies: z.string(),
    why: z.looseObject({}),
  })
  .meta({ id: 'LateCompensation', description: 'What a shop paid for a late shipment.' })

export const ShipmentSchema = z
  .object({
    memberId: z.string(),
    orderId: z.string(),
    shopId: z.string(),
    tradeId: z.string(),
    status: z.enum(['waiting', 'inTime', 'late', 'excused', 'free']),
    cause: z.enum(['notShipped', 'shippedLate', 'noRecord', 'recordedLate']).nullable(),
    excuse: z.string().nullable(),
    paidAt: InstantTextSchema,
    shipBy: InstantTextSchema.nullable(),
    traceBy: InstantTextSchema.nullable(),
    shippedAt: InstantTextSchema.nullable(),
    collectedAt: InstantTextSchema.nullable(),
    lateSince: InstantTextSchema.nullable(),
    complainedAt: InstantTextSchema.nullable(),
    toDo: z.enum(['ship', 'trace']).nullable().meta({
      description: '`trace`: shipped, and no carrier has recorded it.',
    }),
    secondsLeft: z.int().nullable().meta({
      description: 'Until what is to be done is late; below zero: since then.',
    }),
    policies: z.string(),
    lines: z.array(LineSchema).meta({ description: 'What set the limit of each line.' }),
  })
  .meta({ id: 'Shipment', description: 'Until when an order is shipped, and how it stands.' })

/** A shipment as it is told. */
export function shipmentText(
  shipment: Shipment,
  zone: string,
  now: Temporal.Instant,
): z.input<typeof ShipmentSchema> {
  const textOf = (at: Temporal.Instant | null): string | null =>
    at === null ? null : instantToText(at, zone)
  const { nextBy, ship, trace } = shipment
  const { lines } = JSON.parse(shipment.why) as { readonly lines: z.input<typeof LineSchema>[] }
  const inZone = (at: string | null): string | null =>
    at === null ? null : instantToText(Temporal.Instant.from(at), zone)
  return {
    memberId: shipment.memberId,
    orderId: shipment.orderId,
    shopId: shipment.shopId,
    tradeId: shipment.tradeId,
    status: shipment.status,
    cause: shipment.cause,
    excuse: shipment.excuse,
    paidAt: instantToText(shipment.paidAt, zone),
    shipBy: textOf(ship?.at ?? null),
    traceBy: textOf(trace?.at ?? null),
    shippedAt: textOf(shipment.shippedAt),
    collectedAt: textOf(shipment.collectedAt),
    lateSince: textOf(shipment.lateSince),
    complainedAt: textOf(shipment.complainedAt),
    toDo: shipment.toDo,
    secondsLeft: nextBy === null ? null : secondsUntil(now, nextBy),
    policies: shipment.policies,
    lines: lines.map((line) => {
      return { ...line, shipBy: inZone(line.shipBy), traceBy: inZone(line.traceBy) }
    }),
  }
}

/** A compensation as it is told. */
export function compensationText(
  compensation: LateCompensation,
  zone: string,
): z.input<typeof CompensationSchema> {
  const { ref, status, compensationFen, priceFen, policies, takenBackAt } = compensation
  return {
    ref,
    status,
    compensationFen,
    points: compensationFen,
    priceFen,
    byComplaint: compensation.isByComplaint,
    paidAt: instantToText(compensation.paidAt, zone),
    takenBackAt: takenBackAt === null ? null : instantToText(takenBackAt, zone),
    policies,
    why: JSON.parse(compensation.why) as Record<string, unknown>,
  }
}

function secondsUntil(now: Temporal.Instant, end: Temporal.Instant): number {
  return Math.floor((end.epochMilliseconds - now.epochMilliseconds) / 1_000)
}
