import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { isOf, type Whose } from '#db/membership/whose.ts'
import { overRows, type Columns } from '#db/rows.ts'

/** A member's row of ready-made facts; `facts` is JSON text, laid out as the table's comment says. */
export type ScoreFactsRow = {
  readonly memberId: string
  readonly facts: string
  /**
   * From this day on (days since 1970-01-01) nothing is missing; `null`: nothing is at all. `unread`:
   * what is recorded is still to be read.
   */
  readonly completeFrom: number | null
  readonly grade: ToldGrade | null
}

/** A credit grade with when it was told, and by which event: the latest holds. */
export type ToldGrade = {
  readonly grade: string
  readonly at: Temporal.Instant
  /** Source and id of the event, which decide between two of the same instant. */
  readonly told: string
}

/** The ready-made facts of members; one without a row has none. */
export async function scoreFactsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<Map<string, ScoreFactsRow>> {
  const { rows } = await sql<Row>`
    select f.member_id, f.facts, f.complete_from, f.grade, f.grade_at, f.grade_told
    from jifen.score_facts f
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
  `.execute(db)
  return new Map(rows.map((row) => [row.member_id, rowOf(row)]))
}

/** Ready-made facts with how many advances are not paid back. */
export type KeptFacts = ScoreFactsRow & { readonly unpaidAdvances: number }

/** The ready-made facts of some members, by their ids. */
export async function scoreFactsBetween(db: Reader, whose: Whose): Promise<Map<string, KeptFacts>> {
  const { rows } = await sql<Row & { unpaid_advances: number }>`
    select member_id, facts, complete_from, grade, grade_at, grade_told, unpaid_advances
    from jifen.score_facts
    where ${isOf('member_id', whose)}
  `.execute(db)
  return new Map(
    rows.map((row) => [row.member_id, { ...rowOf(row), unpaidAdvances: row.unpaid_advances }]),
  )
}

/** Writes ready-made facts of members that are locked; what they owe stays as it is. */
export async function upsertScoreFacts(tx: Writer, rows: readonly ScoreFactsRow[]): Promise<void> {
  if (rows.length > 0) await overRows(tx, columnsOf(rows), upsertText)
}

/** Writes ready-made facts of members that are locked, with how many advances are not paid back. */
export async function rewriteScoreFacts(tx: Writer, rows: readonly KeptFacts[]): Promise<void> {
  if (rows.length === 0) return
  const unpaid = ['int', rows.map((row) => row.unpaidAdvances)] as const
  const columns = { ...columnsOf(rows), unpaid_advances: unpaid }
  await overRows(
    tx,
    columns,
    (unnested, names) =>
      `${upsertText(unnested, names)}, unpaid_advances = excluded.unpaid_advances`,
  )
}

function columnsOf(rows: readonly ScoreFactsRow[]): Columns {
  return {
    member_id: ['text', rows.map((row) => row.memberId)],
    facts: ['json', rows.map((row) => row.facts)],
    complete_from: ['int', rows.map((row) => row.completeFrom)],
    grade: ['text', rows.map((row) => row.grade?.grade ?? null)],
    grade_at: ['timestamptz', rows.map((row) => row.grade?.at ?? null)],
    grade_told: ['text', rows.map((row) => row.grade?.told ?? null)],
  }
}

function upsertText(unnested: string, names: string): string {
  return `
    insert into jifen.score_facts (${names})
    ${unnested}
    on conflict (member_id) do update set
      facts = excluded.facts,
      complete_from = excluded.complete_from,
      grade = excluded.grade,
      grade_at = excluded.grade_at,
      grade_told = excluded.grade_told`
}

/** Writes how many advances a member has not paid back. */
export async function writeUnpaidAdvances(
  tx: Writer,
  memberId: string,
  count: number,
): Promise<void> {
  await sql`
    insert into jifen.score_facts (member_id, facts, unpaid_advances)
    values (${memberId}, ${noFactsText}::json, ${count})
    on conflict (member_id) do update set unpaid_advances = excluded.unpaid_advances
  `.execute(tx)
}

/** No day comes after it. */
export const unread = 2_147_483_647

/** Ten empty lists: a member of whom nothing counts. */
export const noFactsText = '[[],[],[],[],[],[],[],[],[],[]]'

type Row = {
  member_id: string
  facts: string
  complete_from: number | null
  grade: string | null
  grade_at: Temporal.Instant | null
  grade_told: string | null
}

function rowOf(row: Row): ScoreFactsRow {
  const { grade, grade_at: at, grade_told: told } = row
  return {
    memberId: row.member_id,
    facts: row.facts,
    completeFrom: row.complete_from,
    grade: grade === null || at === null || told === null ? null : { grade, at, told },
  }
}
