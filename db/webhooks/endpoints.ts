import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** Where events are sent to. */
export type Endpoint = {
  readonly endpointId: string
  /** Whose: of one shop, or `null`: of the market. */
  readonly shopId: string | null
  readonly url: string
  readonly types: readonly string[]
  readonly note: string
  readonly status: 'enabled' | 'disabled'
  readonly disabledFor: string | null
  readonly failingSince: Temporal.Instant | null
  readonly createdAt: Temporal.Instant
  readonly changedAt: Temporal.Instant
}

/** The endpoints of a shop, or those of the market (`null`), the oldest first. */
export async function endpointsOf(db: Reader, shopId: string | null): Promise<Endpoint[]> {
  const rows = await sql<EndpointRow>`
    select * from jifen.webhook_endpoint
    where shop_id is not distinct from ${shopId}
    order by created_at, endpoint_id
  `.execute(db)
  return rows.rows.map(endpointOf)
}

/** All endpoints that are sent something. */
export async function enabledEndpoints(db: Reader): Promise<Endpoint[]> {
  const rows = await sql<EndpointRow>`
    select * from jifen.webhook_endpoint where status = 'enabled' order by endpoint_id
  `.execute(db)
  return rows.rows.map(endpointOf)
}

/** One endpoint, locked until the end of the transaction. */
export async function lockEndpoint(tx: Writer, endpointId: string): Promise<Endpoint | undefined> {
  const rows = await sql<EndpointRow>`
    select * from jifen.webhook_endpoint where endpoint_id = ${endpointId} for no key update
  `.execute(tx)
  return rows.rows.map(endpointOf)[0]
}

export async function endpointById(db: Reader, endpointId: string): Promise<Endpoint | undefined> {
  const rows = await sql<EndpointRow>`
    select * from jifen.webhook_endpoint where endpoint_id = ${endpointId}
  `.execute(db)
  return rows.rows.map(endpointOf)[0]
}

/** Writes an endpoint as it is now. */
export async function upsertEndpoint(tx: Writer, endpoint: Endpoint): Promise<void> {
  await sql`
    insert into jifen.webhook_endpoint (
      endpoint_id, shop_id, url, types, note, status, disabled_for, failing_since, created_at,
      changed_at
    ) values (
      ${endpoint.endpointId}, ${endpoint.shopId}, ${endpoint.url}, ${endpoint.types}::text[],
      ${endpoint.note}, ${endpoint.status}, ${endpoint.disabledFor},
      ${endpoint.failingSince?.toString() ?? null}::timestamptz,
      ${endpoint.createdAt.toString()}::timestamptz, ${endpoint.changedAt.toString()}::timestamptz
    )
    on conflict (endpoint_id) do update set
      url = excluded.url,
      types = excluded.types,
      note = excluded.note,
      status = excluded.status,
      disabled_for = excluded.disabled_for,
      failing_since = excluded.failing_since,
      changed_at = excluded.changed_at
  `.execute(tx)
}

export async function deleteEndpoint(tx: Writer, endpointId: string): Promise<void> {
  await sql`delete from jifen.webhook_endpoint where endpoint_id = ${endpointId}`.execute(tx)
}

/** Removes all endpoints of a shop, with their secrets and what they were to be sent. */
export async function deleteEndpointsOf(tx: Writer, shopId: string): Promise<void> {
  await sql`delete from jifen.webhook_endpoint where shop_id = ${shopId}`.execute(tx)
}

/** The secrets that sign at an instant, the newest first. */
export async function secretsOf(
  db: Reader,
  endpointIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, readonly string[]>> {
  const rows = await sql<{ endpoint_id: string; secret: string }>`
    select endpoint_id, secret from jifen.webhook_secret
    where endpoint_id = any(${endpointIds}::text[])
      and (ends_at is null or ends_at > ${at.toString()}::timestamptz)
    order by created_at desc, secret_id
  `.execute(db)
  const byEndpoint = Map.groupBy(rows.rows, (row) => row.endpoint_id)
  return new Map([...byEndpoint].map(([id, some]) => [id, some.map((row) => row.secret)]))
}

/** Adds a secret; those before it sign until `oldEndsAt`, or their own end where that is earlier. */
export async function rotateSecret(
  tx: Writer,
  fresh: {
    readonly endpointId: string
    readonly secretId: string
    readonly secret: string
    readonly at: Temporal.Instant
    readonly oldEndsAt: Temporal.Instant
  },
): Promise<void> {
  const { endpointId, secretId, secret, at, oldEndsAt } = fresh
  await sql`
    update jifen.webhook_secret
    set ends_at = least(coalesce(ends_at, 'infinity'), ${oldEndsAt.toString()}::timestamptz)
    where endpoint_id = ${endpointId}
  `.execute(tx)
  await sql`
    insert into jifen.webhook_secret (endpoint_id, secret_id, secret, created_at)
    values (${endpointId}, ${secretId}, ${secret}, ${at.toString()}::timestamptz)
  `.execute(tx)
}

type EndpointRow = {
  readonly endpoint_id: string
  readonly shop_id: string | null
  readonly url: string
  readonly types: readonly string[]
  readonly note: string
  readonly status: 'enabled' | 'disabled'
  readonly disabled_for: string | null
  readonly failing_since: Temporal.Instant | null
  readonly created_at: Temporal.Instant
  readonly changed_at: Temporal.Instant
}

function endpointOf(row: EndpointRow): Endpoint {
  return {
    endpointId: row.endpoint_id,
    shopId: row.shop_id,
    url: row.url,
    types: row.types,
    note: row.note,
    status: row.status,
    disabledFor: row.disabled_for,
    failingSince: row.failing_since,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }
}
