import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { behindPlace, isAsked, type PageAsked } from '#db/governance/pages.ts'
import type { Review, ReviewStatus } from '#rules/merchants/review/review.ts'
import type { TransformationKind } from '#rules/merchants/transformation/policy.ts'

export const transformationStatuses = [
  'draft',
  'inReview',
  'supplement',
  'approved',
  'effective',
  'rejected',
  'withdrawn',
  'lapsed',
] as const

export type TransformationStatus = (typeof transformationStatuses)[number]

/** A shop's application to go on as another. */
export type Transformation = Omit<Review, 'status'> & {
  readonly transformationId: string
  readonly shopId: string
  readonly merchantId: string
  /** The merchant that takes the shop. */
  readonly takerId: string | null
  readonly takerConsentedAt: Temporal.Instant | null
  readonly kind: TransformationKind
  /** JSON. */
  readonly change: string
  /** What others told of what is not kept here: JSON. */
  readonly figures: string
  readonly policyVersion: number
  readonly status: TransformationStatus
  readonly stageName: string | null
  /** What the reviewer asked for: JSON. */
  readonly asked: string | null
  readonly appliedAt: Temporal.Instant
  readonly effectiveAt: Temporal.Instant | null
  readonly fingerprint: string
}

/** The review of one that is not in effect. */
export function reviewOf(transformation: Transformation): Review {
  const { status, round, stage, isEscalated, dueAt, rejectedAt } = transformation
  const ofReview = (status === 'effective' ? 'approved' : status) satisfies ReviewStatus
  return { status: ofReview, round, stage, isEscalated, dueAt, rejectedAt }
}

const columns = sql`
  transformation_id as "transformationId", shop_id as "shopId", merchant_id as "merchantId",
  taker_id as "takerId", taker_consented_at as "takerConsentedAt", kind, change, figures,
  policy_version as "policyVersion", status, round, stage, stage_name as "stageName",
  is_escalated as "isEscalated", asked, due_at as "dueAt", rejected_at as "rejectedAt",
  applied_at as "appliedAt", effective_at as "effectiveAt", fingerprint
`

/** Writes a new application of a locked shop. */
export async function insertTransformation(tx: Writer, made: Transformation): Promise<void> {
  await sql`
    insert into jifen.transformation (
      transformation_id, shop_id, merchant_id, taker_id, kind, change, policy_version, status,
      round, stage, stage_name, is_escalated, due_at, applied_at, fingerprint
    )
    values (
      ${made.transformationId}, ${made.shopId}, ${made.merchantId}, ${made.takerId}, ${made.kind},
      ${made.change}::json, ${made.policyVersion}, ${made.status}, ${made.round}, ${made.stage},
      ${made.stageName}, ${made.isEscalated}, ${made.dueAt?.toString() ?? null}::timestamptz,
      ${made.appliedAt.toString()}::timestamptz, ${made.fingerprint}
    )
  `.execute(tx)
}

/** Writes how far an application of a locked shop is. */
export async function updateTransformation(tx: Writer, to: Transformation): Promise<void> {
  await sql`
    update jifen.transformation set
      merchant_id = ${to.merchantId},
      taker_consented_at = ${to.takerConsentedAt?.toString() ?? null}::timestamptz,
      figures = ${to.figures}::json,
      policy_version = ${to.policyVersion},
      status = ${to.status},
      round = ${to.round},
      stage = ${to.stage},
      stage_name = ${to.stageName},
      is_escalated = ${to.isEscalated},
      asked = ${to.asked}::json,
      due_at = ${to.dueAt?.toString() ?? null}::timestamptz,
      rejected_at = ${to.rejectedAt?.toString() ?? null}::timestamptz,
      effective_at = ${to.effectiveAt?.toString() ?? null}::timestamptz
    where transformation_id = ${to.transformationId}
  `.execute(tx)
}

export async function transformationById(
  db: Reader,
  transformationId: string,
): Promise<Transformation | undefined> {
  const { rows } = await sql<Transformation>`
    select ${columns} from jifen.transformation where transformation_id = ${transformationId}
  `.execute(db)
  return rows[0]
}

/** The application of a shop that is open, if any. */
export async function openTransformationOf(
  db: Reader,
  shopId: string,
): Promise<Transformation | undefined> {
  const { rows } = await sql<Transformation>`
    select ${columns} from jifen.transformation
    where shop_id = ${shopId} and status in ('draft', 'inReview', 'supplement', 'approved')
  `.execute(db)
  return rows[0]
}

/** A page of applications, the newest first: of a shop, of a taker, or all. */
export async function transformationsPage(
  db: Reader,
  asked: PageAsked & {
    readonly shopId?: string | undefined
    readonly takerId?: string | undefined
    readonly status?: string | undefined
    readonly kind?: string | undefined
    readonly stage?: string | undefined
    readonly overdue?: boolean | undefined
  },
): Promise<Transformation[]> {
  const { rows } = await sql<Transformation>`
    select ${columns} from jifen.transformation
    where ${behindPlace(asked, sql`applied_at`, sql`transformation_id`)}
      and ${isAsked(sql`shop_id`, asked.shopId)}
      and ${isAsked(sql`taker_id`, asked.takerId)}
      and ${isAsked(sql`status`, asked.status)}
      and ${isAsked(sql`kind`, asked.kind)}
      and ${isAsked(sql`stage_name`, asked.stage)}
      and ${asked.overdue === true ? sql`status = 'inReview' and is_escalated` : sql`true`}
    order by applied_at desc, transformation_id desc
    limit ${asked.limit}
  `.execute(db)
  return rows
}

/** Applications to which something happens by an instant, the longest due first. */
export async function dueTransformations(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<{ readonly transformationId: string; readonly shopId: string }[]> {
  const { rows } = await sql<{ transformationId: string; shopId: string }>`
    select transformation_id as "transformationId", shop_id as "shopId"
    from jifen.transformation
    where due_at <= ${by.toString()}::timestamptz
    order by due_at, transformation_id
    limit ${limit}
  `.execute(db)
  return rows
}

/** What was before and after, as text, with its digest. */
export type Statement = {
  readonly transformationId: string
  readonly number: number
  readonly reason: 'effect' | 'passed' | 'failed'
  readonly at: Temporal.Instant
  readonly content: string
  readonly sha256: string
}

export async function insertStatement(tx: Writer, made: Statement): Promise<void> {
  await sql`
    insert into jifen.transformation_statement (
      transformation_id, number, reason, at, content, sha256
    )
    values (${made.transformationId}, ${made.number}, ${made.reason},
      ${made.at.toString()}::timestamptz, ${made.content}, ${made.sha256})
  `.execute(tx)
}

export async function statementsOf(db: Reader, transformationId: string): Promise<Statement[]> {
  const { rows } = await sql<Statement>`
    select transformation_id as "transformationId", number, reason, at, content, sha256
    from jifen.transformation_statement
    where transformation_id = ${transformationId}
    order by number
  `.execute(db)
  return rows
}

/** Statements of all transformations behind one, in the order of their ids. */
export async function statementsBehind(
  db: Reader,
  behind: { readonly transformationId: string; readonly number: number },
  limit: number,
): Promise<Statement[]> {
  const { rows } = await sql<Statement>`
    select transformation_id as "transformationId", number, reason, at, content, sha256
    from jifen.transformation_statement
    where (transformation_id, number) > (${behind.transformationId}, ${behind.number}::integer)
    order by transformation_id, number
    limit ${limit}
  `.execute(db)
  return rows
}
