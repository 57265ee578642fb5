import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

export type SuspicionStatus = 'open' | 'cleared' | 'struck' | 'moot'

/** A suspicion of the queue. */
export type SuspicionRow = {
  readonly memberId: string
  readonly suspicionId: string
  readonly rule: string
  readonly kind: string
  /** Of a ring: the device's hash and what it is about; else empty. */
  readonly ring: string
  readonly status: SuspicionStatus
  readonly openedAt: Temporal.Instant
}

/** A fact of a suspicion. */
export type SuspectRow = {
  readonly memberId: string
  readonly rule: string
  readonly source: string
  readonly eventId: string
  readonly suspicionId: string
}

/** All suspicions of members, by id. */
export async function suspicionsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<readonly SuspicionRow[]> {
  const rows = await sql<SuspicionRow>`
    select ${columns}
    from jifen.suspicion s
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by s.member_id, s.suspicion_id
  `.execute(db)
  return rows.rows
}

const columns = sql`
  s.member_id as "memberId", s.suspicion_id as "suspicionId", s.rule, s.kind, s.ring, s.status,
  s.opened_at as "openedAt"
`

/** The facts of all suspicions of members. */
export async function suspectsBy(
  db: Reader,
  memberIds: readonly string[],
): Promise<readonly SuspectRow[]> {
  const rows = await sql<SuspectRow>`
    select f.member_id as "memberId", f.rule, f.source, f.event_id as "eventId",
      f.suspicion_id as "suspicionId"
    from jifen.suspect_fact f
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by f.member_id, f.rule, f.source, f.event_id
  `.execute(db)
  return rows.rows
}

export async function upsertSuspicions(tx: Writer, rows: readonly SuspicionRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      suspicion_id: ['text', rows.map((row) => row.suspicionId)],
      rule: ['text', rows.map((row) => row.rule)],
      kind: ['text', rows.map((row) => row.kind)],
      ring: ['text', rows.map((row) => row.ring)],
      status: ['text', rows.map((row) => row.status)],
      opened_at: ['timestamptz', rows.map((row) => row.openedAt)],
    },
    (unnested, names) => `
      insert into jifen.suspicion (${names}) ${unnested}
      on conflict (member_id, suspicion_id) do update set status = excluded.status
    `,
  )
}

export async function insertSuspects(tx: Writer, rows: readonly SuspectRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    { ...keysOf(rows), suspicion_id: ['text', rows.map((row) => row.suspicionId)] },
    (unnested, names) => `insert into jifen.suspect_fact (${names}) ${unnested}`,
  )
}

/** Removes what no longer looks like gaming. */
export async function deleteSuspects(tx: Writer, rows: readonly SuspectRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    keysOf(rows),
    (unnested, names) => `
      delete from jifen.suspect_fact f
      using (${unnested}) as n (${names})
      where f.member_id = n.member_id and f.rule = n.rule and f.source = n.source
        and f.event_id = n.event_id
    `,
  )
}

function keysOf(rows: readonly SuspectRow[]) {
  return {
    member_id: ['text', rows.map((row) => row.memberId)],
    rule: ['text', rows.map((row) => row.rule)],
    source: ['text', rows.map((row) => row.source)],
    event_id: ['text', rows.map((row) => row.eventId)],
  } as const
}

/** Writes anew which facts of a member are struck: those of every suspicion that is. */
export async function strikeFacts(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    delete from jifen.struck_fact s
    where s.member_id = ${memberId} and not exists (
      select from jifen.suspect_fact f
      join jifen.suspicion c using (member_id, suspicion_id)
      where f.member_id = s.member_id and f.source = s.source and f.event_id = s.event_id
        and c.status = 'struck'
    )
  `.execute(tx)
  await sql`
    insert into jifen.struck_fact (member_id, source, event_id, suspicion_id, struck_at)
    select f.member_id, f.source, f.event_id, min(f.suspicion_id), ${at.toString()}::timestamptz
    from jifen.suspect_fact f
    join jifen.suspicion c using (member_id, suspicion_id)
    where f.member_id = ${memberId} and c.status = 'struck'
    group by f.member_id, f.source, f.event_id
    on conflict (member_id, source, event_id) do nothing
  `.execute(tx)
}
