import { sql, type RawBuilder } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { MemberRange } from '#db/membership/whose.ts'

/** The refresh of all scores of a month. */
export type ScoreRun = {
  /** Its first day. */
  readonly month: Temporal.PlainDate
  /** `score@1`: the version that all of it is computed by. */
  readonly policy: string
  readonly fromFacts: boolean
  readonly begunAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
}

/** A range of members of a run, by its number. */
export type ScorePart = MemberRange & { readonly part: number }

/** How far a run has come. */
export type RunCounts = { readonly parts: number; readonly done: number; readonly members: number }

/** The run of a month, if it has begun. */
export async function scoreRun(
  db: Reader,
  month: Temporal.PlainDate,
): Promise<ScoreRun | undefined> {
  const rows = await runs(db, sql`where month = ${month.toString()}::date`)
  return rows[0]
}

/** The run of the latest month that has begun. */
export async function latestScoreRun(db: Reader): Promise<ScoreRun | undefined> {
  const rows = await runs(db, sql`order by month desc limit 1`)
  return rows[0]
}

async function runs(db: Reader, which: RawBuilder<unknown>): Promise<ScoreRun[]> {
  const { rows } = await sql<{
    month: Temporal.PlainDate
    policy: string
    from_facts: boolean
    begun_at: Temporal.Instant
    ended_at: Temporal.Instant | null
  }>`
    select month, policy, from_facts, begun_at, ended_at
    from jifen.score_run
    ${which}
  `.execute(db)
  return rows.map((row) => ({
    month: row.month,
    policy: row.policy,
    fromFacts: row.from_facts,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
  }))
}

/** Begins a run; `false`: it was begun before. Whoever else begins it waits for this transaction. */
export async function insertScoreRun(tx: Writer, run: Omit<ScoreRun, 'endedAt'>): Promise<boolean> {
  const { month, policy, fromFacts, begunAt } = run
  const inserted = await sql`
    insert into jifen.score_run (month, policy, from_facts, begun_at)
    values (${month.toString()}::date, ${policy}, ${fromFacts}, ${begunAt.toString()}::timestamptz)
    on conflict (month) do nothing
  `.execute(tx)
  return inserted.numAffectedRows === 1n
}

/** Forgets the run of a month, so that it can begin again; the scores stay until they are replaced. */
export async function deleteScoreRun(tx: Writer, month: Temporal.PlainDate): Promise<void> {
  const first = month.toString()
  await sql`delete from jifen.score_part where month = ${first}::date`.execute(tx)
  await sql`delete from jifen.score_run where month = ${first}::date`.execute(tx)
}

/** Divides all members, by their ids, into parts of so many; the first and the last are open. */
export async function insertScoreParts(
  tx: Writer,
  month: Temporal.PlainDate,
  membersAtOnce: number,
): Promise<void> {
  await sql`
    insert into jifen.score_part (month, part, from_member, to_member)
    select ${month.toString()}::date, part, from_member, to_member
    from (${rangesOf(membersAtOnce)}) as range
  `.execute(tx)
}

/** All members in ranges of so many, by their ids; the first and the last are open. */
export async function memberRanges(db: Reader, membersAtOnce: number): Promise<MemberRange[]> {
  const { rows } = await sql<{ from_member: string; to_member: string | null }>`
    select from_member, to_member from (${rangesOf(membersAtOnce)}) as range order by part
  `.execute(db)
  return rows.map((row) => ({ from: row.from_member, to: row.to_member }))
}

function rangesOf(membersAtOnce: number): RawBuilder<unknown> {
  return sql`
    select part, case when part = 0 then '' else member_id end as from_member,
      lead(member_id) over (order by part) as to_member
    from (
      select member_id, (number - 1) / ${membersAtOnce}::bigint as part,
        (number - 1) % ${membersAtOnce}::bigint as place
      from (
        select member_id, row_number() over (order by member_id) as number from jifen.member
      ) as numbered
    ) as placed
    where place = 0
  `
}

/**
 * Takes a part that is not done and that nobody else works on, until the transaction ends. Where there
 * is none, it waits for those that are worked on, and takes one that was left undone.
 */
export async function takeScorePart(
  tx: Writer,
  month: Temporal.PlainDate,
): Promise<ScorePart | undefined> {
  return (await takePart(tx, month, sql`skip locked`)) ?? (await takePart(tx, month, sql``))
}

async function takePart(
  tx: Writer,
  month: Temporal.PlainDate,
  whereLocked: RawBuilder<unknown>,
): Promise<ScorePart | undefined> {
  const { rows } = await sql<{ part: number; from_member: string; to_member: string | null }>`
    select part, from_member, to_member
    from jifen.score_part
    where month = ${month.toString()}::date and done_at is null
    order by part
    limit 1
    for update ${whereLocked}
  `.execute(tx)
  return rows.map((row) => ({ part: row.part, from: row.from_member, to: row.to_member }))[0]
}

/** Writes that a part is done, and for how many members. */
export async function endScorePart(
  tx: Writer,
  month: Temporal.PlainDate,
  part: number,
  members: number,
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    update jifen.score_part set members = ${members}, done_at = ${at.toString()}::timestamptz
    where month = ${month.toString()}::date and part = ${part}
  `.execute(tx)
}

/** Ends a run of which every part is done. */
export async function endScoreRun(
  tx: Writer,
  month: Temporal.PlainDate,
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    update jifen.score_run r set ended_at = ${at.toString()}::timestamptz
    where month = ${month.toString()}::date
      and ended_at is null
      and not exists (
        select from jifen.score_part p where p.month = r.month and p.done_at is null
      )
  `.execute(tx)
}

/** How far a run has come. */
export async function scoreRunCounts(db: Reader, month: Temporal.PlainDate): Promise<RunCounts> {
  const { rows } = await sql<RunCounts>`
    select count(*) as parts, count(done_at) as done, coalesce(sum(members), 0)::bigint as members
    from jifen.score_part
    where month = ${month.toString()}::date
  `.execute(db)
  return rows[0] ?? { parts: 0, done: 0, members: 0 }
}
