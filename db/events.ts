import { sql } from 'kysely'
import { toldTypes } from '#db/badges/doings.ts'
import { markBadgesDue } from '#db/badges/due.ts'
import type { Reader, Writer } from '#db/connection.ts'

export type EventStatus = 'applied' | 'parked' | 'refused'

/** A fact as it was told, once, with what became of it; `data` and `outcome` are JSON texts. */
export type EventRow = {
  readonly memberId: string
  readonly source: string
  readonly eventId: string
  readonly type: string
  readonly fingerprint: string
  readonly orderId: string | null
  readonly occurredAt: Temporal.Instant
  readonly receivedAt: Temporal.Instant
  readonly status: EventStatus
  readonly data: string
  readonly outcome: string
}

type EventKey = Pick<EventRow, 'memberId' | 'source' | 'eventId'>

/** The events already told under these keys. */
export async function eventsByKeys(db: Reader, keys: readonly EventKey[]): Promise<EventRow[]> {
  const rows = await sql<EventColumns>`
    select e.*
    from jifen.member_event e
    join unnest(
      ${keys.map((key) => key.memberId)}::text[],
      ${keys.map((key) => key.source)}::text[],
      ${keys.map((key) => key.eventId)}::text[]
    ) as k (member_id, source, event_id) using (member_id, source, event_id)
  `.execute(db)
  return rows.rows.map(eventOf)
}

/** The parked events that wait for any of these orders, by their own times. */
export async function parkedEvents(
  db: Reader,
  orders: readonly { readonly memberId: string; readonly orderId: string }[],
): Promise<EventRow[]> {
  if (orders.length === 0) return []
  const rows = await sql<EventColumns>`
    select e.*
    from jifen.member_event e
    join unnest(
      ${orders.map((order) => order.memberId)}::text[],
      ${orders.map((order) => order.orderId)}::text[]
    ) as k (member_id, order_id) using (member_id, order_id)
    where e.status = 'parked'
    order by e.member_id, e.occurred_at, e.source, e.event_id
  `.execute(db)
  return rows.rows.map(eventOf)
}

/**
 * Writes new events of locked members, and what became of those that were parked. Badges that they may
 * change are counted again.
 */
export async function upsertEvents(tx: Writer, events: readonly EventRow[]): Promise<void> {
  if (events.length === 0) return
  const counting = events.filter(isForBadges)
  await Promise.all([
    writeEvents(tx, events),
    markBadgesDue(
      tx,
      counting.map((each) => each.memberId),
    ),
  ])
}

function isForBadges({ type, status }: EventRow): boolean {
  return status === 'applied' && badgeTypes.has(type)
}

const badgeTypes: ReadonlySet<string> = new Set([...toldTypes, 'jifen.member.unsealed.v1'])

async function writeEvents(tx: Writer, events: readonly EventRow[]): Promise<void> {
  await sql`
    insert into jifen.member_event (
      member_id, source, event_id, type, fingerprint, order_id, occurred_at, received_at, status,
      data, outcome
    )
    select * from unnest(
      ${events.map((each) => each.memberId)}::text[],
      ${events.map((each) => each.source)}::text[],
      ${events.map((each) => each.eventId)}::text[],
      ${events.map((each) => each.type)}::text[],
      ${events.map((each) => each.fingerprint)}::text[],
      ${events.map((each) => each.orderId)}::text[],
      ${events.map((each) => each.occurredAt.toString())}::timestamptz[],
      ${events.map((each) => each.receivedAt.toString())}::timestamptz[],
      ${events.map((each) => each.status)}::text[],
      ${events.map((each) => each.data)}::json[],
      ${events.map((each) => each.outcome)}::json[]
    )
    on conflict (member_id, source, event_id) do update set
      status = excluded.status,
      outcome = excluded.outcome
  `.execute(tx)
}

type EventColumns = {
  member_id: string
  source: string
  event_id: string
  type: string
  fingerprint: string
  order_id: string | null
  occurred_at: Temporal.Instant
  received_at: Temporal.Instant
  status: string
  data: string
  outcome: string
}

function eventOf(row: EventColumns): EventRow {
  return {
    memberId: row.member_id,
    source: row.source,
    eventId: row.event_id,
    type: row.type,
    fingerprint: row.fingerprint,
    orderId: row.order_id,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    status: row.status as EventStatus,
    data: row.data,
    outcome: row.outcome,
  }
}
