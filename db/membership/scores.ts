import { CompiledQuery, sql } from 'kysely'
import { binaryArray } from '#db/arrays.ts'
import type { Reader, Writer } from '#db/connection.ts'
import { isOf, type Whose } from '#db/membership/whose.ts'

/** What a member's score is computed from, ready-made, and what it was before. */
export type ReadyMember = {
  readonly memberId: string
  readonly isSealed: boolean
  /** JSON text, laid out as the table's comment says; `null`: nothing counts. */
  readonly facts: string | null
  /** From this day on (days since 1970-01-01) nothing is missing; `null`: nothing is at all. */
  readonly completeFrom: number | null
  readonly grade: string | null
  readonly unpaidAdvances: number
  /** The latest score of an earlier month; `null`: there is none. */
  readonly before: number | null
}

/** A member's score of one month, as it is kept. */
export type ScoreRow = {
  readonly memberId: string
  /** The first day of the month of the refresh. */
  readonly month: Temporal.PlainDate
  readonly score: number
  readonly purchase: number
  readonly reward: number
  readonly base: number
  /** Against the score before; `null`: there was none. */
  readonly delta: number | null
  readonly figures: readonly number[]
  /** `score@1`. */
  readonly policy: string
  readonly scoredAt: Temporal.Instant
}

/** Members with all that the score of a month takes, in the order of their ids. */
export async function readyMembers(
  db: Reader,
  whose: Whose,
  month: Temporal.PlainDate,
): Promise<ReadyMember[]> {
  const { rows } = await sql<{
    member_id: string
    status: string
    facts: string | null
    complete_from: number | null
    grade: string | null
    unpaid_advances: number | null
    before: number | null
  }>`
    select m.member_id, m.status, f.facts, f.complete_from, f.grade, f.unpaid_advances,
      (
        select s.score
        from jifen.member_score s
        where s.member_id = m.member_id and s.month < ${month.toString()}::date
        order by s.month desc
        limit 1
      ) as before
    from jifen.member m
    left join jifen.score_facts f
      on f.member_id = m.member_id and ${isOf('f.member_id', whose)}
    where ${isOf('m.member_id', whose)}
    order by m.member_id
  `.execute(db)
  return rows.map((row) => ({
    memberId: row.member_id,
    isSealed: row.status === 'sealed',
    facts: row.facts,
    completeFrom: row.complete_from,
    grade: row.grade,
    unpaidAdvances: row.unpaid_advances ?? 0,
    before: row.before,
  }))
}

/** Scores of one month by one policy. */
export type ScoresOfMonth = Pick<ScoreRow, 'month' | 'policy' | 'scoredAt'> & {
  readonly scores: readonly Omit<ScoreRow, 'month' | 'policy' | 'scoredAt'>[]
}

/** Writes the scores of a month; one that is there is replaced. */
export async function upsertScores(tx: Writer, written: ScoresOfMonth): Promise<void> {
  const { scores, month, policy, scoredAt } = written
  if (scores.length === 0) return
  const numbers = (of: (row: (typeof scores)[number]) => number | null): Buffer =>
    binaryArray('bigint', scores.map(of))
  const texts = (type: 'text' | 'json', of: (row: (typeof scores)[number]) => string): Buffer =>
    binaryArray(type, scores.map(of))
  const values = [
    texts('text', (row) => row.memberId),
    numbers((row) => row.score),
    numbers((row) => row.purchase),
    numbers((row) => row.reward),
    numbers((row) => row.base),
    numbers((row) => row.delta),
    texts('json', (row) => JSON.stringify(row.figures)),
    month.toString(),
    policy,
    scoredAt.toString(),
  ]
  await tx.executeQuery(CompiledQuery.raw(upsertText, values))
}

const upsertText = `
  insert into jifen.member_score as s (
    member_id, month, score, purchase, reward, base, delta, figures, policy, scored_at
  )
  select member_id, $8::date, score, purchase, reward, base, delta, figures, $9::text,
    $10::timestamptz
  from unnest(
    $1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::json[]
  ) as u (member_id, score, purchase, reward, base, delta, figures)
  on conflict (member_id, month) do update set
    score = excluded.score,
    purchase = excluded.purchase,
    reward = excluded.reward,
    base = excluded.base,
    delta = excluded.delta,
    figures = excluded.figures,
    policy = excluded.policy,
    scored_at = excluded.scored_at
`

/** Some of a member's scores, the latest month first. */
export async function scoresPage(
  db: Reader,
  memberId: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<ScoreRow[]> {
  const { rows } = await sql<ScoreColumns>`
    select *
    from jifen.member_score
    where member_id = ${memberId}
    order by month desc
    offset ${offset}
    limit ${limit}
  `.execute(db)
  return rows.map(scoreOf)
}

/** A member's score of one month. */
export async function scoreOfMonth(
  db: Reader,
  memberId: string,
  month: Temporal.PlainDate,
): Promise<ScoreRow | undefined> {
  const { rows } = await sql<ScoreColumns>`
    select *
    from jifen.member_score
    where member_id = ${memberId} and month = ${month.toString()}::date
  `.execute(db)
  return rows.map(scoreOf)[0]
}

/** The latest score of each member after one, in the order of their ids. */
export async function latestScores(
  db: Reader,
  after: string,
  limit: number,
  memberId?: string,
): Promise<ScoreRow[]> {
  const only = memberId === undefined ? sql`` : sql`and member_id = ${memberId}`
  const { rows } = await sql<ScoreColumns>`
    select distinct on (member_id) *
    from jifen.member_score
    where member_id > ${after} ${only}
    order by member_id, month desc
    limit ${limit}
  `.execute(db)
  return rows.map(scoreOf)
}

type ScoreColumns = {
  member_id: string
  month: Temporal.PlainDate
  score: number
  purchase: number
  reward: number
  base: number
  delta: number | null
  figures: string
  policy: string
  scored_at: Temporal.Instant
}

function scoreOf({ member_id, scored_at, figures, ...row }: ScoreColumns): ScoreRow {
  const numbers = JSON.parse(figures) as readonly number[]
  return { ...row, memberId: member_id, scoredAt: scored_at, figures: numbers }
}
