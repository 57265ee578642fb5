import type { ShipmentPlace } from '#db/delivery/shipment-lists.ts'
import { IdSchema, MemberIdSchema } from '#rules/fields.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** Where a list of shipments goes on, as text. */
export function cursorOfShipment({ at, memberId, orderId }: ShipmentPlace): string {
  return Buffer.from(`${at.epochMilliseconds}/${memberId}/${orderId}`).toString('base64url')
}

/** Reads such a cursor back; `undefined` when there can be no such place. */
export function shipmentPlace(cursor: string): ShipmentPlace | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const [, digits = '', memberId = '', orderId = ''] =
    /^([0-9]{1,15})\/([^/]+)\/(.+)$/u.exec(text) ?? []
  if (!MemberIdSchema.safeParse(memberId).success) return undefined
  if (!IdSchema.safeParse(orderId).success) return undefined
  const at = instantFromText(Temporal.Instant.fromEpochMilliseconds(Number(digits)).toString())
  return at === undefined ? undefined : { at, memberId, orderId }
}
