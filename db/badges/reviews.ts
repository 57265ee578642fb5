import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { SuspicionRow, SuspicionStatus } from '#db/badges/suspicions.ts'

export type QueueFilter = {
  readonly status?: SuspicionStatus | undefined
  readonly rule?: string | undefined
  readonly memberId?: string | undefined
  readonly ring?: string | undefined
}

/** A suspicion as the queue lists it. */
export type QueuedRow = SuspicionRow & {
  readonly facts: number
  readonly firstAt: Temporal.Instant | null
  readonly lastAt: Temporal.Instant | null
}

/** A fact of a suspicion with what was told of it. */
export type EvidenceRow = {
  readonly source: string
  readonly eventId: string
  readonly type: string
  readonly at: Temporal.Instant
  /** JSON, as it was told. */
  readonly data: string
  /** Hex; `null`: none was told. */
  readonly device: string | null
  readonly ringMembers: number | null
}

export type DecisionRow = {
  readonly number: number
  readonly decision: 'clear' | 'strike'
  readonly reason: string
  readonly decidedBy: string
  readonly decidedAt: Temporal.Instant
}

/** A page of the queue, the oldest first. */
export async function queuePage(
  db: Reader,
  filter: QueueFilter,
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly QueuedRow[]> {
  const { status, rule, memberId, ring } = filter
  const rows = await sql<QueuedRow>`
    with page as (
      select * from jifen.suspicion s
      where ${status === undefined ? sql`true` : sql`s.status = ${status}`}
        and ${rule === undefined ? sql`true` : sql`s.rule = ${rule}`}
        and ${memberId === undefined ? sql`true` : sql`s.member_id = ${memberId}`}
        and ${ring === undefined ? sql`true` : sql`s.ring = ${ring} and s.ring <> ''`}
      order by s.opened_at, s.member_id, s.suspicion_id
      limit ${page.limit} offset ${page.offset}
    )
    select s.member_id as "memberId", s.suspicion_id as "suspicionId", s.rule, s.kind, s.ring,
      s.status, s.opened_at as "openedAt", count(e.event_id) as facts,
      min(e.occurred_at) as "firstAt", max(e.occurred_at) as "lastAt"
    from page s
    left join jifen.suspect_fact f using (member_id, suspicion_id)
    left join jifen.member_event e
      on e.member_id = f.member_id and e.source = f.source and e.event_id = f.event_id
    group by s.member_id, s.suspicion_id, s.rule, s.kind, s.ring, s.status, s.opened_at
    order by s.opened_at, s.member_id, s.suspicion_id
  `.execute(db)
  return rows.rows
}

/** The facts of one suspicion by their times, at most so many. */
export async function evidenceOf(
  db: Reader,
  memberId: string,
  suspicionId: string,
  limit: number,
): Promise<readonly EvidenceRow[]> {
  const rows = await sql<EvidenceRow>`
    select e.source, e.event_id as "eventId", e.type, e.occurred_at as at, e.data,
      encode(d.device, 'hex') as device, r.members as "ringMembers"
    from jifen.suspect_fact f
    join jifen.member_event e
      on e.member_id = f.member_id and e.source = f.source and e.event_id = f.event_id
    left join jifen.device_sighting d
      on d.member_id = f.member_id and d.source = f.source and d.event_id = f.event_id
    left join jifen.ring_flag r
      on r.member_id = f.member_id and r.rule = f.rule and r.source = f.source
        and r.event_id = f.event_id
    where f.member_id = ${memberId} and f.suspicion_id = ${suspicionId}
    order by e.occurred_at, e.source, e.event_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** What reviewers decided about a suspicion, in order. */
export async function decisionsOf(
  db: Reader,
  memberId: string,
  suspicionId: string,
): Promise<readonly DecisionRow[]> {
  const rows = await sql<DecisionRow>`
    select number, decision, reason, decided_by as "decidedBy", decided_at as "decidedAt"
    from jifen.suspicion_decision
    where member_id = ${memberId} and suspicion_id = ${suspicionId}
    order by number
  `.execute(db)
  return rows.rows
}

export async function insertDecision(
  tx: Writer,
  memberId: string,
  suspicionId: string,
  row: DecisionRow,
): Promise<void> {
  await tx
    .insertInto('jifen.suspicion_decision')
    .values({
      member_id: memberId,
      suspicion_id: suspicionId,
      number: row.number,
      decision: row.decision,
      reason: row.reason,
      decided_by: row.decidedBy,
      decided_at: row.decidedAt.toString(),
    })
    .execute()
}

/** Others who are in the same ring: their ids, at most so many. */
export async function membersOfRing(
  db: Reader,
  ring: string,
  limit: number,
): Promise<readonly string[]> {
  if (ring === '') return []
  const rows = await sql<{ member_id: string }>`
    select distinct member_id from jifen.suspicion
    where ring = ${ring} and ring <> ''
    order by member_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => row.member_id)
}
