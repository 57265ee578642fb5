import { sql, type RawBuilder } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { shipmentOf, type Shipment, type ShipmentRow } from '#db/delivery/shipments.ts'

/** Where a page goes on: behind this limit, member and order. */
export type ShipmentPlace = {
  readonly at: Temporal.Instant
  readonly memberId: string
  readonly orderId: string
}

/** How many shipments of a shop wait, and until when. */
export type ShipmentCounts = {
  readonly overdue: number
  /** Not overdue, and due before the day is over. */
  readonly today: number
  readonly later: number
}

/** What is still to be shipped or recorded of a shop, the most urgent first. */
export async function toShip(
  db: Reader,
  shopId: string,
  page: {
    /** Those that are late behind the one and not behind the other. */
    readonly after: Temporal.Instant | undefined
    readonly until: Temporal.Instant | undefined
    readonly behind: ShipmentPlace | undefined
    readonly limit: number
  },
): Promise<Shipment[]> {
  const { after, until, behind, limit } = page
  const rows = await sql<ShipmentRow>`
    select * from jifen.shipment
    where shop_id = ${shopId} and to_do is not null
      and ${after === undefined ? sql`true` : sql`next_by > ${text(after)}`}
      and ${until === undefined ? sql`true` : sql`next_by <= ${text(until)}`}
      and ${
        behind === undefined
          ? sql`true`
          : sql`(next_by, member_id, order_id)
              > (${text(behind.at)}, ${behind.memberId}, ${behind.orderId})`
      }
    order by next_by, member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map(shipmentOf)
}

/** What a shop sent late, or did not send, the newest first. */
export async function lateShipments(
  db: Reader,
  shopId: string,
  page: { readonly behind: ShipmentPlace | undefined; readonly limit: number },
): Promise<Shipment[]> {
  const { behind, limit } = page
  const rows = await sql<ShipmentRow>`
    select * from jifen.shipment
    where shop_id = ${shopId} and status = 'late'
      and ${
        behind === undefined
          ? sql`true`
          : sql`(late_since, member_id, order_id)
              < (${text(behind.at)}, ${behind.memberId}, ${behind.orderId})`
      }
    order by late_since desc, member_id desc, order_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(shipmentOf)
}

/** Counts what is late by now, what is by the first instant of tomorrow, and the others. */
export async function countToShip(
  db: Reader,
  shopId: string,
  now: Temporal.Instant,
  tomorrow: Temporal.Instant,
): Promise<ShipmentCounts> {
  const rows = await sql<ShipmentCounts>`
    select count(*) filter (where next_by <= ${text(now)}) as overdue,
      count(*) filter (where next_by > ${text(now)} and next_by <= ${text(tomorrow)}) as today,
      count(*) filter (where next_by > ${text(now)} and next_by > ${text(tomorrow)}) as later
    from jifen.shipment
    where shop_id = ${shopId} and to_do is not null
  `.execute(db)
  return rows.rows[0] ?? { overdue: 0, today: 0, later: 0 }
}

function text(instant: Temporal.Instant): RawBuilder<Temporal.Instant> {
  return sql`${instant.toString()}::timestamptz`
}
