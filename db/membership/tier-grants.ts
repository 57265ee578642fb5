import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { TierGrant } from '#rules/members/tiers/in-force.ts'
import type { TierSource } from '#rules/members/standing.ts'

/** A grant as recorded: with whose it is and what caused it. */
export type RecordedGrant = TierGrant & {
  readonly memberId: string
  readonly cause: Readonly<Record<string, unknown>>
  /** Why it was ended before its time. */
  readonly endCause?: Readonly<Record<string, unknown>> | undefined
}

/** Every grant of members, the running, the past and those to come. */
export async function grantsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<Map<string, RecordedGrant[]>> {
  const rows = await sql<GrantRow>`
    select g.*
    from jifen.tier_grant g
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by g.member_id, g.valid_from, g.grant_id
  `.execute(db)
  return Map.groupBy(rows.rows.map(grantOf), (grant) => grant.memberId)
}

/** Writes grants; one that is there under its id stays as it is. */
export async function insertGrants(tx: Writer, grants: readonly RecordedGrant[]): Promise<void> {
  if (grants.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', grants.map((each) => each.memberId)],
      grant_id: ['text', grants.map((each) => each.grantId)],
      source: ['text', grants.map((each) => each.source)],
      tier: ['text', grants.map((each) => each.tier)],
      valid_from: ['timestamptz', grants.map((each) => each.from)],
      valid_to: ['timestamptz', grants.map((each) => each.to)],
      cause: ['json', grants.map((each) => JSON.stringify(each.cause))],
    },
    (rows, names) => `
      insert into jifen.tier_grant (${names}) ${rows}
      on conflict (member_id, grant_id) do nothing`,
  )
}

/** Writes another tier and cause to grants that are there. */
export async function raiseGrants(
  tx: Writer,
  grants: readonly Pick<RecordedGrant, 'memberId' | 'grantId' | 'tier' | 'cause'>[],
): Promise<void> {
  if (grants.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', grants.map((each) => each.memberId)],
      grant_id: ['text', grants.map((each) => each.grantId)],
      tier: ['text', grants.map((each) => each.tier)],
      cause: ['json', grants.map((each) => JSON.stringify(each.cause))],
    },
    (rows, names) => `
      update jifen.tier_grant g set tier = n.tier, cause = n.cause
      from (${rows}) as n (${names})
      where g.member_id = n.member_id and g.grant_id = n.grant_id`,
  )
}

/** Ends a grant before its time; one that was ended stays as it is. */
export async function endGrant(
  tx: Writer,
  memberId: string,
  grantId: string,
  at: Temporal.Instant,
  cause: Readonly<Record<string, unknown>>,
): Promise<void> {
  await sql`
    update jifen.tier_grant
    set ended_at = ${at.toString()}::timestamptz, end_cause = ${JSON.stringify(cause)}::json
    where member_id = ${memberId} and grant_id = ${grantId} and ended_at is null
  `.execute(tx)
}

export type GrantRow = {
  readonly member_id: string
  readonly grant_id: string
  readonly source: string
  readonly tier: string
  readonly valid_from: Temporal.Instant
  readonly valid_to: Temporal.Instant
  readonly ended_at: Temporal.Instant | null
  readonly cause: string
  readonly end_cause: string | null
}

/** A grant from its row. */
export function grantOf(row: GrantRow): RecordedGrant {
  return {
    memberId: row.member_id,
    grantId: row.grant_id,
    source: row.source as TierSource,
    tier: row.tier,
    from: row.valid_from,
    to: row.valid_to,
    endedAt: row.ended_at ?? undefined,
    cause: JSON.parse(row.cause) as Readonly<Record<string, unknown>>,
    ...(row.end_cause === null
      ? {}
      : { endCause: JSON.parse(row.end_cause) as Readonly<Record<string, unknown>> }),
  }
}
