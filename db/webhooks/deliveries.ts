import { sql } from 'kysely'
import type { AnnouncedPlace, AnnouncedToAll, ToldOf } from '#db/announced/feed.ts'
import type { Database, Reader, Writer } from '#db/connection.ts'

/** What one endpoint is sent, and how it went. */
export type Delivery = {
  readonly endpointId: string
  readonly messageId: string
  readonly of: ToldOf
  readonly subjectId: string
  readonly announcementId: string
  readonly type: string
  readonly status: 'waiting' | 'delivered' | 'failed'
  readonly attempts: number
  readonly nextTry: Temporal.Instant
  readonly createdAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

/** Locks how far announcements have been turned into deliveries; `undefined`: not at all. */
export async function lockWebhookPlace(tx: Writer): Promise<AnnouncedPlace | undefined> {
  const rows = await sql<{
    server: string
    written_in: string
    told_of: ToldOf
    subject_id: string
    announcement_id: string
  }>`
    select server, written_in::text, told_of, subject_id, announcement_id
    from jifen.webhook_place for no key update
  `.execute(tx)
  const [row] = rows.rows
  if (row === undefined || row.server === '') return undefined
  return {
    server: row.server,
    writtenIn: row.written_in,
    of: row.told_of,
    subjectId: row.subject_id,
    id: row.announcement_id,
  }
}

export async function keepWebhookPlace(tx: Writer, place: AnnouncedPlace): Promise<void> {
  await sql`
    update jifen.webhook_place
    set server = ${place.server}, written_in = ${place.writtenIn}::text::xid8,
      told_of = ${place.of}, subject_id = ${place.subjectId}, announcement_id = ${place.id}
  `.execute(tx)
}

/** Writes deliveries; `again`: those that ended are sent anew, else what is there stays. */
export async function insertDeliveries(
  tx: Writer,
  rows: readonly {
    readonly endpointId: string
    readonly messageId: string
    readonly announced: Pick<AnnouncedToAll, 'of' | 'subjectId' | 'id' | 'type'>
  }[],
  at: Temporal.Instant,
  again = false,
): Promise<number> {
  if (rows.length === 0) return 0
  const onConflict = again
    ? sql`do update set status = 'waiting', attempts = 0, next_try = excluded.next_try,
        ended_at = null, last_status = null, last_error = null
      where d.status <> 'waiting'`
    : sql`do nothing`
  const written = await sql`
    insert into jifen.webhook_delivery as d (
      endpoint_id, message_id, told_of, subject_id, announcement_id, type, status, next_try,
      created_at
    )
    select fresh.*, 'waiting', ${at.toString()}::timestamptz, ${at.toString()}::timestamptz
    from unnest(
      ${rows.map((row) => row.endpointId)}::text[],
      ${rows.map((row) => row.messageId)}::text[],
      ${rows.map((row) => row.announced.of)}::text[],
      ${rows.map((row) => row.announced.subjectId)}::text[],
      ${rows.map((row) => row.announced.id)}::text[],
      ${rows.map((row) => row.announced.type)}::text[]
    ) as fresh
    on conflict (endpoint_id, message_id) ${onConflict}
  `.execute(tx)
  return Number(written.numAffectedRows ?? 0)
}

/** Endpoints that something is due for, each with how much (up to a hundred), but those left out. */
export async function dueEndpoints(
  db: Reader,
  at: Temporal.Instant,
  leftOut: readonly string[],
): Promise<string[]> {
  const rows = await sql<{ endpoint_id: string }>`
    select e.endpoint_id
    from jifen.webhook_endpoint e
    where e.status = 'enabled' and e.endpoint_id <> all(${leftOut}::text[]) and exists (
      select from jifen.webhook_delivery d
      where d.endpoint_id = e.endpoint_id and d.status = 'waiting'
        and d.next_try <= ${at.toString()}::timestamptz
    )
    order by e.endpoint_id
  `.execute(db)
  return rows.rows.map((row) => row.endpoint_id)
}

/**
 * Takes what is due for an endpoint, the longest due first, so that nobody else takes it until `until`:
 * if whoever took it is gone by then, it is due again.
 */
export async function takeDue(
  db: Database,
  endpointId: string,
  taken: {
    readonly at: Temporal.Instant
    readonly until: Temporal.Instant
    readonly limit: number
  },
): Promise<Delivery[]> {
  const rows = await sql<DeliveryRow>`
    update jifen.webhook_delivery d
    set attempts = d.attempts + 1, next_try = ${taken.until.toString()}::timestamptz
    from (
      select message_id from jifen.webhook_delivery
      where endpoint_id = ${endpointId} and status = 'waiting'
        and next_try <= ${taken.at.toString()}::timestamptz
      order by next_try, message_id
      limit ${taken.limit}
      for update skip locked
    ) as due
    where d.endpoint_id = ${endpointId} and d.message_id = due.message_id
    returning d.*
  `.execute(db)
  return rows.rows.map(deliveryOf)
}

/** Records what came of tries, each only if nobody else has ended it meanwhile. */
export async function recordTried(
  tx: Writer,
  rows: readonly Pick<
    Delivery,
    'endpointId' | 'messageId' | 'status' | 'nextTry' | 'endedAt' | 'lastStatus' | 'lastError'
  >[],
): Promise<void> {
  await sql`
    update jifen.webhook_delivery d
    set status = t.status, next_try = t.next_try, ended_at = t.ended_at,
      last_status = t.last_status, last_error = t.last_error
    from unnest(
      ${rows.map((row) => row.endpointId)}::text[],
      ${rows.map((row) => row.messageId)}::text[],
      ${rows.map((row) => row.status)}::text[],
      ${rows.map((row) => row.nextTry.toString())}::timestamptz[],
      ${rows.map((row) => row.endedAt?.toString() ?? null)}::timestamptz[],
      ${rows.map((row) => row.lastStatus)}::int[],
      ${rows.map((row) => row.lastError)}::text[]
    ) as t (endpoint_id, message_id, status, next_try, ended_at, last_status, last_error)
    where d.endpoint_id = t.endpoint_id and d.message_id = t.message_id and d.status = 'waiting'
  `.execute(tx)
}

/** What an endpoint was sent, the newest first. */
export async function deliveriesPage(
  db: Reader,
  endpointId: string,
  page: {
    readonly status: Delivery['status'] | undefined
    readonly after: { readonly at: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<Delivery[]> {
  const { status, after, limit } = page
  const behind =
    after === undefined
      ? sql`true`
      : sql`(created_at, message_id) < (${after.at.toString()}::timestamptz, ${after.id})`
  const only = status === undefined ? sql`true` : sql`status = ${status}`
  const rows = await sql<DeliveryRow>`
    select * from jifen.webhook_delivery
    where endpoint_id = ${endpointId} and ${behind} and ${only}
    order by created_at desc, message_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(deliveryOf)
}

/** Has one delivery tried anew from the beginning; `undefined`: there is none. */
export async function sendAnew(
  tx: Writer,
  endpointId: string,
  messageId: string,
  at: Temporal.Instant,
): Promise<Delivery | undefined> {
  const rows = await sql<DeliveryRow>`
    update jifen.webhook_delivery
    set status = 'waiting', attempts = 0, next_try = ${at.toString()}::timestamptz, ended_at = null
    where endpoint_id = ${endpointId} and message_id = ${messageId}
    returning *
  `.execute(tx)
  return rows.rows.map(deliveryOf)[0]
}

/** Forgets deliveries that ended before an instant. */
export async function forgetDeliveries(db: Database, before: Temporal.Instant): Promise<number> {
  const gone = await sql`
    delete from jifen.webhook_delivery where ended_at < ${before.toString()}::timestamptz
  `.execute(db)
  return Number(gone.numAffectedRows ?? 0)
}

type DeliveryRow = {
  readonly endpoint_id: string
  readonly message_id: string
  readonly told_of: ToldOf
  readonly subject_id: string
  readonly announcement_id: string
  readonly type: string
  readonly status: Delivery['status']
  readonly attempts: number
  readonly next_try: Temporal.Instant
  readonly created_at: Temporal.Instant
  readonly ended_at: Temporal.Instant | null
  readonly last_status: number | null
  readonly last_error: string | null
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    endpointId: row.endpoint_id,
    messageId: row.message_id,
    of: row.told_of,
    subjectId: row.subject_id,
    announcementId: row.announcement_id,
    type: row.type,
    status: row.status,
    attempts: row.attempts,
    nextTry: row.next_try,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
  }
}
