import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { Assessed, LateCause } from '#rules/delivery/assess.ts'
import type { Limit } from '#rules/delivery/limits.ts'

export type OrderKey = { readonly memberId: string; readonly orderId: string }

/** Until when a shop ships an order, and what came of it. */
export type Shipment = OrderKey & {
  readonly shopId: string
  readonly tradeId: string
  readonly paidAt: Temporal.Instant
  /** `null`: it has no limit. */
  readonly ship: Limit | null
  readonly trace: Limit | null
  /** As the order has them, not what a receipt proves. */
  readonly shippedAt: Temporal.Instant | null
  readonly collectedAt: Temporal.Instant | null
  readonly status: Assessed['status']
  readonly cause: LateCause | null
  readonly excuse: string | null
  readonly lateSince: Temporal.Instant | null
  readonly toDo: Assessed['toDo']
  /** The first instant at which what is to be done is late. */
  readonly nextBy: Temporal.Instant | null
  readonly isReminded: boolean
  readonly isToldLate: boolean
  readonly complainedAt: Temporal.Instant | null
  /** When a job next has to look at it. */
  readonly dueAt: Temporal.Instant | null
  /** `delivery@1 campaign:double11-2017@2`. */
  readonly policies: string
  /** Which rule set the limit of each line: JSON. */
  readonly why: string
  /** When it was first known to be paid. */
  readonly seenAt: Temporal.Instant
}

/** Shipments by their orders; those that are not known are left out. */
export async function shipmentsOf(db: Reader, orders: readonly OrderKey[]): Promise<Shipment[]> {
  if (orders.length === 0) return []
  const rows = await overRows<ShipmentRow>(
    db,
    keyColumns(orders),
    (keys, names) => `
    select s.* from jifen.shipment s join (${keys}) as k (${names}) using (member_id, order_id)
    order by s.member_id, s.order_id
  `,
  )
  return rows.map(shipmentOf)
}

/** As `shipmentsOf`, locked in the order of their keys; their members are locked before. */
export async function lockShipments(tx: Writer, orders: readonly OrderKey[]): Promise<Shipment[]> {
  if (orders.length === 0) return []
  const rows = await overRows<ShipmentRow>(
    tx,
    keyColumns(orders),
    (keys, names) => `
    select s.* from jifen.shipment s join (${keys}) as k (${names}) using (member_id, order_id)
    order by s.member_id, s.order_id
    for no key update of s
  `,
  )
  return rows.map(shipmentOf)
}

/** Orders that a job has to look at by an instant, those that wait longest first. */
export async function dueShipments(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<OrderKey[]> {
  const rows = await sql<OrderKey>`
    select member_id as "memberId", order_id as "orderId"
    from jifen.shipment
    where due_at <= ${by.toString()}::timestamptz
    order by due_at, shop_id, member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Writes shipments as they are now. What was set at the payment never changes. */
export async function upsertShipments(tx: Writer, all: readonly Shipment[]): Promise<void> {
  if (all.length === 0) return
  await overRows(tx, columnsOf(all), (rows, names) => {
    const kept = changing.map((name) => `${name} = excluded.${name}`).join(', ')
    return `
      insert into jifen.shipment (${names}) ${rows}
      on conflict (shop_id, member_id, order_id) do update set ${kept}
    `
  })
}

const changing = [
  'shipped_at',
  'collected_at',
  'status',
  'cause',
  'excuse',
  'late_since',
  'to_do',
  'next_by',
  'reminded',
  'told_late',
  'complained_at',
  'due_at',
]

function columnsOf(all: readonly Shipment[]) {
  return {
    ...keyColumns(all),
    shop_id: ['text', all.map((each) => each.shopId)],
    trade_id: ['text', all.map((each) => each.tradeId)],
    paid_at: ['timestamptz', all.map((each) => each.paidAt)],
    ship_by: ['timestamptz', all.map((each) => each.ship?.at ?? null)],
    ship_end: ['timestamptz', all.map((each) => each.ship?.end ?? null)],
    trace_by: ['timestamptz', all.map((each) => each.trace?.at ?? null)],
    trace_end: ['timestamptz', all.map((each) => each.trace?.end ?? null)],
    shipped_at: ['timestamptz', all.map((each) => each.shippedAt)],
    collected_at: ['timestamptz', all.map((each) => each.collectedAt)],
    status: ['text', all.map((each) => each.status)],
    cause: ['text', all.map((each) => each.cause)],
    excuse: ['text', all.map((each) => each.excuse)],
    late_since: ['timestamptz', all.map((each) => each.lateSince)],
    to_do: ['text', all.map((each) => each.toDo)],
    next_by: ['timestamptz', all.map((each) => each.nextBy)],
    reminded: ['boolean', all.map((each) => each.isReminded)],
    told_late: ['boolean', all.map((each) => each.isToldLate)],
    complained_at: ['timestamptz', all.map((each) => each.complainedAt)],
    due_at: ['timestamptz', all.map((each) => each.dueAt)],
    policies: ['text', all.map((each) => each.policies)],
    why: ['json', all.map((each) => each.why)],
    seen_at: ['timestamptz', all.map((each) => each.seenAt)],
  } as const
}

export function keyColumns(orders: readonly OrderKey[]) {
  return {
    member_id: ['text', orders.map((each) => each.memberId)],
    order_id: ['text', orders.map((each) => each.orderId)],
  } as const
}

export type ShipmentRow = {
  readonly shop_id: string
  readonly member_id: string
  readonly order_id: string
  readonly trade_id: string
  readonly paid_at: Temporal.Instant
  readonly ship_by: Temporal.Instant | null
  readonly ship_end: Temporal.Instant | null
  readonly trace_by: Temporal.Instant | null
  readonly trace_end: Temporal.Instant | null
  readonly shipped_at: Temporal.Instant | null
  readonly collected_at: Temporal.Instant | null
  readonly status: string
  readonly cause: string | null
  readonly excuse: string | null
  readonly late_since: Temporal.Instant | null
  readonly to_do: string | null
  readonly next_by: Temporal.Instant | null
  readonly reminded: boolean
  readonly told_late: boolean
  readonly complained_at: Temporal.Instant | null
  readonly due_at: Temporal.Instant | null
  readonly policies: string
  readonly why: string
  readonly seen_at: Temporal.Instant
}

export function shipmentOf(row: ShipmentRow): Shipment {
  return {
    shopId: row.shop_id,
    memberId: row.member_id,
    orderId: row.order_id,
    tradeId: row.trade_id,
    paidAt: row.paid_at,
    ship: limitOf(row.ship_by, row.ship_end),
    trace: limitOf(row.trace_by, row.trace_end),
    shippedAt: row.shipped_at,
    collectedAt: row.collected_at,
    status: row.status as Shipment['status'],
    cause: row.cause as LateCause | null,
    excuse: row.excuse,
    lateSince: row.late_since,
    toDo: row.to_do as Shipment['toDo'],
    nextBy: row.next_by,
    isReminded: row.reminded,
    isToldLate: row.told_late,
    complainedAt: row.complained_at,
    dueAt: row.due_at,
    policies: row.policies,
    why: row.why,
    seenAt: row.seen_at,
  }
}

function limitOf(at: Temporal.Instant | null, end: Temporal.Instant | null): Limit | null {
  return at === null || end === null ? null : { at, end }
}
