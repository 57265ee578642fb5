import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { CandidateStatus, RoundStatus } from '#rules/members/invitation/round.ts'

/** A round as recorded. */
export type Round = {
  readonly round: string
  /** Of the policy `invitation`. */
  readonly version: number
  readonly tier: string
  readonly status: RoundStatus
  readonly places: number
  readonly activeMembers: number
  readonly scoreFrom: number
  readonly openedBy: string
  readonly openedAt: Temporal.Instant
  /** The last member that was looked at. */
  readonly collectedTo: string
  readonly collectedAt: Temporal.Instant | null
  readonly releasedBy: string | null
  readonly releasedAt: Temporal.Instant | null
  readonly endedBy: string | null
  readonly closedAt: Temporal.Instant | null
  /** Whether something is left to do for the job. */
  readonly workDue: boolean
}

/** Reads rounds: one, those that are not closed, or all, the latest first. */
export async function roundsWhere(
  db: Reader,
  which: { readonly round: string } | 'running' | 'all',
): Promise<Round[]> {
  const filter =
    which === 'all'
      ? sql`true`
      : which === 'running'
        ? sql`status <> 'closed'`
        : sql`round = ${which.round}`
  const { rows } = await sql<Columns>`
    select * from jifen.invitation_round where ${filter} order by opened_at desc, round
  `.execute(db)
  return rows.map(roundOf)
}

/** Locks a round: whoever reviews, sends or ends takes turns. */
export async function lockRound(tx: Writer, round: string): Promise<Round | undefined> {
  const { rows } = await sql<Columns>`
    select * from jifen.invitation_round where round = ${round} for update
  `.execute(tx)
  return rows.map(roundOf)[0]
}

/** Has openings of rounds take turns, so that each sees the one before. */
export async function lockOpenings(tx: Writer): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('jifen.invitation_round', 0))`.execute(tx)
}

/** The members that are not sealed: what a share of members is a share of. */
export async function countActiveMembers(tx: Writer): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from jifen.member where status = 'active'
  `.execute(tx)
  return rows[0]?.count ?? 0
}

/** Writes a new round; `false`: one of its name or for its tier is there. */
export async function insertRound(
  tx: Writer,
  round: Pick<
    Round,
    | 'round'
    | 'version'
    | 'tier'
    | 'places'
    | 'activeMembers'
    | 'scoreFrom'
    | 'openedBy'
    | 'openedAt'
  >,
): Promise<boolean> {
  const { rows } = await sql<{ round: string }>`
    insert into jifen.invitation_round (
      round, policy_version, tier, status, places, active_members, score_from, opened_by, opened_at
    )
    values (
      ${round.round}, ${round.version}, ${round.tier}, 'collecting', ${round.places},
      ${round.activeMembers}, ${round.scoreFrom}, ${round.openedBy},
      ${round.openedAt.toString()}::timestamptz
    )
    on conflict do nothing
    returning round
  `.execute(tx)
  return rows.length > 0
}

/** Writes how far a round is. Of what is left out, nothing changes. */
export async function updateRound(
  tx: Writer,
  round: string,
  change: {
    readonly status?: RoundStatus
    readonly collectedTo?: string
    readonly collectedAt?: Temporal.Instant
    readonly released?: { readonly by: string; readonly at: Temporal.Instant }
    readonly endedBy?: string
    readonly closedAt?: Temporal.Instant
    readonly workDue?: boolean
  },
): Promise<void> {
  const { status, collectedTo, collectedAt, released, endedBy, closedAt, workDue } = change
  await sql`
    update jifen.invitation_round set
      status = coalesce(${status ?? null}::text, status),
      collected_to = coalesce(${collectedTo ?? null}::text, collected_to),
      collected_at = coalesce(${collectedAt?.toString() ?? null}::timestamptz, collected_at),
      released_by = coalesce(${released?.by ?? null}::text, released_by),
      released_at = coalesce(${released?.at.toString() ?? null}::timestamptz, released_at),
      ended_by = coalesce(${endedBy ?? null}::text, ended_by),
      closed_at = coalesce(${closedAt?.toString() ?? null}::timestamptz, closed_at),
      work_due = coalesce(${workDue ?? null}::boolean, work_due)
    where round = ${round}
  `.execute(tx)
}

/** How many candidates of a round are of each status; those of none are absent. */
export async function countByStatus(
  db: Reader,
  round: string,
): Promise<Partial<Record<CandidateStatus, number>>> {
  const { rows } = await sql<{ status: CandidateStatus; count: number }>`
    select status, count(*) as count
    from jifen.invitation_candidate
    where round = ${round}
    group by status
  `.execute(db)
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

type Columns = {
  round: string
  policy_version: number
  tier: string
  status: string
  places: number
  active_members: number
  score_from: number
  opened_by: string
  opened_at: Temporal.Instant
  collected_to: string
  collected_at: Temporal.Instant | null
  released_by: string | null
  released_at: Temporal.Instant | null
  ended_by: string | null
  closed_at: Temporal.Instant | null
  work_due: boolean
}

function roundOf(row: Columns): Round {
  return {
    round: row.round,
    version: row.policy_version,
    tier: row.tier,
    status: row.status as RoundStatus,
    places: row.places,
    activeMembers: row.active_members,
    scoreFrom: row.score_from,
    openedBy: row.opened_by,
    openedAt: row.opened_at,
    collectedTo: row.collected_to,
    collectedAt: row.collected_at,
    releasedBy: row.released_by,
    releasedAt: row.released_at,
    endedBy: row.ended_by,
    closedAt: row.closed_at,
    workDue: row.work_due,
  }
}
