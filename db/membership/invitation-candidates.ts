import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { CandidateStatus } from '#rules/members/invitation/round.ts'

/** A candidate as recorded; `record` is JSON text: indicators, contributions, limits failed. */
export type Candidate = {
  readonly memberId: string
  readonly round: string
  readonly status: CandidateStatus
  readonly score: number
  readonly total: number
  readonly rank: number | null
  readonly record: string
  /** Until when an earlier round gave the tier. */
  readonly heldUntil: Temporal.Instant | null
  readonly reviewedBy: string | null
  readonly reviewedAt: Temporal.Instant | null
  readonly reason: string | null
  readonly invitedAt: Temporal.Instant | null
  readonly respondBy: Temporal.Instant | null
  readonly answeredAt: Temporal.Instant | null
}

/** Who is to be looked at next. */
export type Eligible = {
  readonly memberId: string
  readonly score: number
  readonly heldUntil: Temporal.Instant | null
}

/**
 * The next members of a round in the order of their ids: those with the least score or more, and those
 * who have its tier by an earlier round. Sealed members are left out.
 */
export async function nextEligible(
  tx: Writer,
  asked: {
    readonly after: string
    readonly scoreFrom: number
    readonly tier: string
    readonly at: Temporal.Instant
    readonly limit: number
  },
): Promise<Eligible[]> {
  const { after, scoreFrom, tier, at, limit } = asked
  const { rows } = await sql<Eligible>`
    with by_score as (
      select s.member_id
      from jifen.membership s
      join jifen.member m using (member_id)
      where s.member_id > ${after} and s.score >= ${scoreFrom}::bigint and m.status = 'active'
      order by s.member_id
      limit ${limit}::int
    ),
    holder as (
      select g.member_id, max(g.valid_to) as held_until
      from jifen.invitation_candidate c
      join jifen.tier_grant g
        on g.member_id = c.member_id and g.grant_id = 'invitation:' || c.round
      join jifen.member m on m.member_id = c.member_id
      where c.status in ('joined', 'kept')
        and c.member_id > ${after}
        and g.tier = ${tier}
        and g.ended_at is null
        and g.valid_to > ${at.toString()}::timestamptz
        and m.status = 'active'
      group by g.member_id
      order by g.member_id
      limit ${limit}::int
    )
    select member_id as "memberId", coalesce(s.score, 0) as score, h.held_until as "heldUntil"
    from (select member_id from by_score union select member_id from holder) as k
    left join holder h using (member_id)
    left join jifen.membership s using (member_id)
    order by member_id
    limit ${limit}::int
  `.execute(tx)
  return rows
}

/** Writes candidates; one that is there stays as it is. */
export async function insertCandidates(
  tx: Writer,
  round: string,
  candidates: readonly Pick<
    Candidate,
    'memberId' | 'status' | 'score' | 'total' | 'record' | 'heldUntil'
  >[],
): Promise<void> {
  if (candidates.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', candidates.map((each) => each.memberId)],
      round: ['text', candidates.map(() => round)],
      status: ['text', candidates.map((each) => each.status)],
      score: ['bigint', candidates.map((each) => each.score)],
      total: ['bigint', candidates.map((each) => each.total)],
      record: ['json', candidates.map((each) => each.record)],
      held_until: ['timestamptz', candidates.map((each) => each.heldUntil)],
    },
    (rows, names) => `
      insert into jifen.invitation_candidate (${names})
      ${rows}
      on conflict (member_id, round) do nothing`,
  )
}

/** Ranks the candidates of a round that are within the limits: by total, score and id (IV-7). */
export async function rankCandidates(tx: Writer, round: string): Promise<void> {
  await sql`
    update jifen.invitation_candidate c set rank = r.rank
    from (
      select member_id,
        row_number() over (order by total desc, score desc, member_id collate "C") as rank
      from jifen.invitation_candidate
      where round = ${round} and status = 'ranked'
    ) as r
    where c.member_id = r.member_id and c.round = ${round}
  `.execute(tx)
}

/** One candidate, or `undefined`. */
export async function candidateOf(
  db: Reader,
  round: string,
  memberId: string,
): Promise<Candidate | undefined> {
  const { rows } = await sql<Columns>`
    select * from jifen.invitation_candidate where member_id = ${memberId} and round = ${round}
  `.execute(db)
  return rows.map(candidateRow)[0]
}

/** What rounds recorded of a member, by round. */
export async function candidaciesOf(db: Reader, memberId: string): Promise<Map<string, Candidate>> {
  const { rows } = await sql<Columns>`
    select * from jifen.invitation_candidate where member_id = ${memberId}
  `.execute(db)
  return new Map(rows.map((row) => [row.round, candidateRow(row)]))
}

/**
 * Candidates of a round behind a rank; those that are excluded have none and are listed by id, behind so
 * many of them.
 */
export async function candidatesPage(
  db: Reader,
  round: string,
  asked: {
    readonly status: CandidateStatus | undefined
    readonly behind: number
    readonly limit: number
  },
): Promise<Candidate[]> {
  const { status, behind, limit } = asked
  const isExcluded = status === 'excluded'
  const ofStatus = status === undefined ? sql`true` : sql`status = ${status}`
  const { rows } = await sql<Columns>`
    select *
    from jifen.invitation_candidate
    where round = ${round} and ${ofStatus}
      and ${isExcluded ? sql`true` : sql`rank > ${behind}::bigint`}
    order by ${isExcluded ? sql`member_id` : sql`rank`}
    limit ${limit}::int
    offset ${isExcluded ? behind : 0}::int
  `.execute(db)
  return rows.map(candidateRow)
}

type Columns = {
  member_id: string
  round: string
  status: string
  score: number
  total: number
  rank: number | null
  record: string
  held_until: Temporal.Instant | null
  reviewed_by: string | null
  reviewed_at: Temporal.Instant | null
  reason: string | null
  invited_at: Temporal.Instant | null
  respond_by: Temporal.Instant | null
  answered_at: Temporal.Instant | null
}

function candidateRow(row: Columns): Candidate {
  return {
    memberId: row.member_id,
    round: row.round,
    status: row.status as CandidateStatus,
    score: row.score,
    total: row.total,
    rank: row.rank,
    record: row.record,
    heldUntil: row.held_until,
    reviewedBy: row.reviewed_by,
    reviewedAt: row.reviewed_at,
    reason: row.reason,
    invitedAt: row.invited_at,
    respondBy: row.respond_by,
    answeredAt: row.answered_at,
  }
}
