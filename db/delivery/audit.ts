import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { shipmentOf, type Shipment, type ShipmentRow } from '#db/delivery/shipments.ts'

/** A compensation that the wallet of points tells otherwise. */
export type Unposted = {
  readonly memberId: string
  readonly ref: string
  readonly status: string
  readonly compensationFen: number
  /** What was earned under its reference, and whether it was taken back. */
  readonly earned: number | null
  readonly isTakenBack: boolean
}

/** Compensations whose entries are not as they say: of one member, or of all. */
export async function unpostedCompensations(
  db: Reader,
  memberId: string | undefined,
): Promise<Unposted[]> {
  const rows = await sql<Unposted>`
    select c.member_id as "memberId", c.ref, c.status, c.compensation_fen as "compensationFen",
      earned.amount as earned, back.ref is not null as "isTakenBack"
    from jifen.late_compensation c
    left join jifen.entry earned
      on earned.member_id = c.member_id and earned.program = 'platform' and earned.unit = 'points'
      and earned.kind = 'earn' and earned.ref = c.ref and earned.outcome = 'done'
    left join jifen.entry back
      on back.member_id = c.member_id and back.program = 'platform' and back.unit = 'points'
      and back.kind = 'clawBack' and back.ref = 'back:' || c.ref and back.outcome = 'done'
    where (${memberId === undefined}::boolean or c.member_id = ${memberId ?? ''})
      and c.status <> 'refused' and (
        coalesce(earned.amount, 0) <> c.compensation_fen
        or (c.status = 'takenBack') <> (back.ref is not null)
      )
    order by c.member_id, c.ref
    limit 1000
  `.execute(db)
  return rows.rows
}

/** Shipments behind a place, in the order of their orders; of one member, or of all. */
export async function nextShipments(
  db: Reader,
  memberId: string | undefined,
  after: { readonly memberId: string; readonly orderId: string },
  limit: number,
): Promise<Shipment[]> {
  const rows = await sql<ShipmentRow>`
    select * from jifen.shipment
    where (member_id, order_id) > (${after.memberId}, ${after.orderId})
      and (${memberId === undefined}::boolean or member_id = ${memberId ?? ''})
    order by member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map(shipmentOf)
}
