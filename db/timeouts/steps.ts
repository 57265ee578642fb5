import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { RequestKey } from '#db/timeouts/requests.ts'

/** Something that was done about a return request. */
export type ReturnStep = RequestKey & {
  readonly n: number
  /** What was done: `asked`, a turn, or `lapsed`. */
  readonly turn: string
  /** The status that followed, or the outcome. */
  readonly status: string
  readonly at: Temporal.Instant
  readonly actor: string
  /** What was told with it, as JSON text: the number of a parcel. */
  readonly told: string
  /** What somebody wrote. */
  readonly note: string | null
}

/** Appends a step. */
export async function insertStep(tx: Writer, step: ReturnStep): Promise<void> {
  await sql`
    insert into jifen.return_step (member_id, return_id, n, turn, status, at, actor, told, note)
    values (
      ${step.memberId}, ${step.returnId}, ${step.n}, ${step.turn}, ${step.status},
      ${step.at.toString()}::timestamptz, ${step.actor}, ${step.told}::json, ${step.note}
    )
  `.execute(tx)
}

/** The steps of a request, in order. */
export async function stepsOf(
  db: Reader,
  { memberId, returnId }: RequestKey,
): Promise<ReturnStep[]> {
  const rows = await sql<ReturnStep>`
    select member_id as "memberId", return_id as "returnId", n, turn, status, at, actor, told, note
    from jifen.return_step
    where member_id = ${memberId} and return_id = ${returnId}
    order by n
  `.execute(db)
  return rows.rows
}
