import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { OutsideAnswer } from '#rules/merchants/review/checks.ts'
import type { Document } from '#rules/merchants/review/documents.ts'

export type GivenDocument = Document & {
  readonly givenBy: string
  readonly givenAt: Temporal.Instant
}

/** Who or what decided in a stage, and what was seen. */
export type ReviewDecision = {
  readonly number: number
  readonly round: number
  readonly stage: string
  readonly decision: string
  readonly by: string
  readonly reason: string
  /** JSON. */
  readonly saw: string
  readonly at: Temporal.Instant
}

export type RecordedAnswer = OutsideAnswer & {
  readonly reference: string
  readonly sha256: string | null
  readonly toldBy: string
}

/** Keeps what is known of documents of a locked application; one that is there stays as it is. */
export async function insertDocuments(
  tx: Writer,
  applicationId: string,
  documents: readonly Document[],
  given: { readonly by: string; readonly at: Temporal.Instant },
): Promise<void> {
  if (documents.length === 0) return
  await sql`
    insert into jifen.review_document (
      application_id, kind, sha256, name, size_bytes, media_type, given_by, given_at
    )
    select ${applicationId}, kind, sha256, name, size_bytes, media_type, ${given.by},
      ${given.at.toString()}::timestamptz
    from unnest(
      ${documents.map((each) => each.kind)}::text[],
      ${documents.map((each) => each.sha256)}::text[],
      ${documents.map((each) => each.name)}::text[],
      ${documents.map((each) => each.sizeBytes)}::bigint[],
      ${documents.map((each) => each.mediaType)}::text[]
    ) as given (kind, sha256, name, size_bytes, media_type)
    on conflict (application_id, kind, sha256) do nothing
  `.execute(tx)
}

export async function documentsOf(db: Reader, applicationId: string): Promise<GivenDocument[]> {
  const { rows } = await sql<GivenDocument>`
    select kind, name, sha256, size_bytes as "sizeBytes", media_type as "mediaType",
      given_by as "givenBy", given_at as "givenAt"
    from jifen.review_document
    where application_id = ${applicationId}
    order by given_at, kind, sha256
  `.execute(db)
  return rows
}

/** Appends a decision of a locked application. */
export async function insertDecision(
  tx: Writer,
  applicationId: string,
  decision: Omit<ReviewDecision, 'number'>,
): Promise<void> {
  const { round, stage, by, reason, saw, at } = decision
  await sql`
    insert into jifen.review_decision (
      application_id, number, round, stage, decision, by, reason, saw, at
    )
    select ${applicationId}, coalesce(max(number), 0) + 1, ${round}::integer, ${stage},
      ${decision.decision}, ${by}, ${reason}, ${saw}::json, ${at.toString()}::timestamptz
    from jifen.review_decision
    where application_id = ${applicationId}
  `.execute(tx)
}

export async function decisionsOf(db: Reader, applicationId: string): Promise<ReviewDecision[]> {
  const { rows } = await sql<ReviewDecision>`
    select number, round, stage, decision, by, reason, saw, at
    from jifen.review_decision
    where application_id = ${applicationId}
    order by number
  `.execute(db)
  return rows
}

/** Appends what somebody outside answered about a locked application. */
export async function insertAnswer(
  tx: Writer,
  applicationId: string,
  { name, answer, reference, sha256, toldBy, at }: RecordedAnswer,
): Promise<void> {
  await sql`
    insert into jifen.outside_answer (
      application_id, number, name, answer, reference, sha256, told_by, at
    )
    select ${applicationId}, coalesce(max(number), 0) + 1, ${name}, ${answer}, ${reference},
      ${sha256}, ${toldBy}, ${at.toString()}::timestamptz
    from jifen.outside_answer
    where application_id = ${applicationId}
  `.execute(tx)
}

/** What others answered, in the order it was told. */
export async function answersOf(db: Reader, applicationId: string): Promise<RecordedAnswer[]> {
  const { rows } = await sql<RecordedAnswer>`
    select name, answer, reference, sha256, told_by as "toldBy", at
    from jifen.outside_answer
    where application_id = ${applicationId}
    order by number
  `.execute(db)
  return rows
}
