import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** That a member did something on a device. */
export type SightingRow = {
  readonly memberId: string
  readonly source: string
  readonly eventId: string
  /** A salted hash: nobody reads the device from it. */
  readonly device: Buffer
  readonly behaviour: string
  readonly subject: string | null
  readonly shop: string | null
  readonly at: Temporal.Instant
}

/** A fact that lies in a ring. */
export type RingFlagRow = {
  readonly memberId: string
  readonly rule: string
  readonly source: string
  readonly eventId: string
  readonly device: Buffer
  readonly target: string
  readonly members: number
}

export async function deviceSalt(db: Reader): Promise<string> {
  const row = await db.selectFrom('jifen.device_watch').select('salt').executeTakeFirstOrThrow()
  return row.salt
}

/** Keeps sightings that are new or changed, and has rings looked for on their devices. */
export async function insertSightings(tx: Writer, rows: readonly SightingRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      source: ['text', rows.map((row) => row.source)],
      event_id: ['text', rows.map((row) => row.eventId)],
      device: ['bytea', rows.map((row) => row.device)],
      behaviour: ['text', rows.map((row) => row.behaviour)],
      subject: ['text', rows.map((row) => row.subject)],
      shop: ['text', rows.map((row) => row.shop)],
      at: ['timestamptz', rows.map((row) => row.at)],
    },
    (unnested, names) => `
      with seen as (
        insert into jifen.device_sighting (${names})
        select n.* from (${unnested}) as n (${names})
        left join jifen.device_sighting d using (member_id, source, event_id)
        where d.member_id is null or d.shop is distinct from n.shop
        on conflict (member_id, source, event_id) do update set shop = excluded.shop
        returning device
      )
      insert into jifen.ring_due (device)
      select distinct device from seen order by device
      on conflict (device) do update set device = excluded.device
    `,
  )
}

/** Takes devices to look for rings on; whoever sees one of them meanwhile waits, and it is due anew. */
export async function takeDueDevices(tx: Writer, limit: number): Promise<readonly Buffer[]> {
  const rows = await sql<{ device: Buffer }>`
    delete from jifen.ring_due r
    using (
      select device from jifen.ring_due order by device limit ${limit} for update skip locked
    ) as d
    where r.device = d.device
    returning r.device
  `.execute(tx)
  return rows.rows.map((row) => row.device)
}

/** Has rings looked for on every device when the rules are others than the last time. */
export async function demandAllDevices(tx: Writer, version: number): Promise<void> {
  await sql`
    with changed as (
      update jifen.device_watch set policy = ${version} where policy <> ${version} returning one
    )
    insert into jifen.ring_due (device)
    select distinct d.device from jifen.device_sighting d where exists (select from changed)
    order by d.device
    on conflict do nothing
  `.execute(tx)
}

/** The latest sightings on each device, so many at most: what everybody is seen on is no device. */
export async function sightingsOn(
  db: Reader,
  devices: readonly Buffer[],
  mostOfEach: number,
): Promise<readonly SightingRow[]> {
  const rows = await sql<SightingRow>`
    select d.member_id as "memberId", d.source, d.event_id as "eventId", d.device, d.behaviour,
      d.subject, d.shop, d.at
    from unnest(${devices}::bytea[]) as k (device)
    cross join lateral (
      select s.* from jifen.device_sighting s
      where s.device = k.device
      order by s.at desc, s.member_id, s.source, s.event_id
      limit ${mostOfEach}
    ) as d
    order by d.device, d.at, d.member_id, d.source, d.event_id
  `.execute(db)
  return rows.rows
}

export async function ringFlagsOn(
  db: Reader,
  devices: readonly Buffer[],
): Promise<readonly RingFlagRow[]> {
  const rows = await sql<RingFlagRow>`
    select ${flagColumns} from jifen.ring_flag f where f.device = any(${devices}::bytea[])
    order by f.member_id, f.rule, f.source, f.event_id
  `.execute(db)
  return rows.rows
}

export async function ringFlagsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<readonly RingFlagRow[]> {
  const rows = await sql<RingFlagRow>`
    select ${flagColumns}
    from jifen.ring_flag f
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by f.member_id, f.rule, f.source, f.event_id
  `.execute(db)
  return rows.rows
}

const flagColumns = sql`
  f.member_id as "memberId", f.rule, f.source, f.event_id as "eventId", f.device, f.target,
  f.members
`

/** Removes what was found in rings and no longer is, or is otherwise. */
export async function deleteRingFlags(tx: Writer, rows: readonly RingFlagRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      rule: ['text', rows.map((row) => row.rule)],
      source: ['text', rows.map((row) => row.source)],
      event_id: ['text', rows.map((row) => row.eventId)],
    },
    (unnested, names) => `
      delete from jifen.ring_flag f
      using (${unnested}) as n (${names})
      where f.member_id = n.member_id and f.rule = n.rule and f.source = n.source
        and f.event_id = n.event_id
    `,
  )
}

/** Writes which facts lie in rings. */
export async function insertRingFlags(tx: Writer, rows: readonly RingFlagRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      rule: ['text', rows.map((row) => row.rule)],
      source: ['text', rows.map((row) => row.source)],
      event_id: ['text', rows.map((row) => row.eventId)],
      device: ['bytea', rows.map((row) => row.device)],
      target: ['text', rows.map((row) => row.target)],
      members: ['int', rows.map((row) => row.members)],
    },
    (unnested, names) => `insert into jifen.ring_flag (${names}) ${unnested}`,
  )
}
