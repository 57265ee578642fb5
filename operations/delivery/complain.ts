import type { Writer } from '#db/connection.ts'
import type { LateCompensation } from '#db/delivery/compensations.ts'
import { lockShipments, type Shipment } from '#db/delivery/shipments.ts'
import { ordersByIds } from '#db/orders.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { actOn } from '#operations/delivery/_act.ts'
import { inZone, lookAt, type Looked } from '#operations/delivery/_look.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import type { ComplaintRefusal } from '#rules/delivery/complaint.ts'
import { complaintRefusal } from '#rules/delivery/complaint.ts'

export type Complained =
  | {
      readonly ok: true
      readonly shipment: Shipment
      readonly compensation: LateCompensation | undefined
    }
  | {
      readonly ok: false
      readonly refusal: ComplaintRefusal | 'delivery/unknown-shipment' | 'members/unknown'
      /** Of one that is too early: from when on it may be opened. */
      readonly from?: Temporal.Instant
    }
  | KeyReused

/**
 * A member complains that an order was shipped late: after its limit only (SH-13). What the policy gives
 * is paid at once, if it was not before. The same again is answered as it stands.
 */
export async function complainOfShipment(
  context: EventContext,
  order: { readonly memberId: string; readonly orderId: string },
  { idempotencyKey: key }: Keyed,
): Promise<Complained> {
  const { memberId, orderId } = order
  const request = { memberId, caller: context.actor, key, at: context.now }
  return await undoRefused<Complained>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const begun = await beginKeyed(tx, request, digestOf(['complainOfShipment', orderId]))
      if (!begun.ok) return begun
      const looked = await lookAtOne(tx, context, order)
      if (looked === undefined) return { ok: false, refusal: 'delivery/unknown-shipment' }
      const refused = refusedOf(looked, context)
      if (refused !== undefined) return refused

      const complainedAt = looked.shipment.complainedAt ?? context.now
      const complained = { ...looked, shipment: { ...looked.shipment, complainedAt } }
      const members = new Map([[memberId, begun.member]])
      const acted = await actOn(tx, context, [complained], members, new Set([orderId]))
      const [{ shipment, compensation } = { ...complained }] = acted
      return { ok: true, shipment, compensation }
    },
  )
}

async function lookAtOne(
  tx: Writer,
  context: EventContext,
  order: { readonly memberId: string; readonly orderId: string },
): Promise<Looked | undefined> {
  const known = await lockShipments(tx, [order])
  if (known.length === 0) return undefined
  const [looked] = await lookAt(tx, context, await ordersByIds(tx, [order]), known)
  return looked
}

function refusedOf(
  { shipment, terms: { late } }: Looked,
  { now, market }: EventContext,
): Extract<Complained, { readonly ok: false }> | undefined {
  const { status, lateSince } = shipment
  const until =
    late?.complainWithin === undefined || lateSince === null
      ? null
      : inZone(lateSince, late.complainWithin, market.zone, 'add')
  const refusal = complaintRefusal(status, { hasPolicy: late !== undefined, until, now })
  if (refusal === undefined) return undefined
  const from = refusal === 'delivery/not-late-yet' ? shipment.nextBy : null
  return { ok: false, refusal, ...(from === null ? {} : { from }) }
}
