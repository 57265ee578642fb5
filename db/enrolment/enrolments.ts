import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { arrayText } from '#db/enrolment/array-text.ts'
import { overRows, type Columns } from '#db/rows.ts'
import type { Outcome, Proposal } from '#rules/campaigns/enrolment/review.ts'
import type { EnrolmentStatus } from '#rules/campaigns/enrolment/status.ts'

/** A shop's application to a campaign, as it stands. */
export type Enrolment = {
  readonly campaign: string
  readonly shopId: string
  /** Who withdraws may apply again: the next attempt. */
  readonly attempt: number
  readonly status: EnrolmentStatus
  readonly mainCategory: string
  /** What it takes part as. */
  readonly identity: string | null
  /** All that it qualifies for. */
  readonly identities: readonly string[]
  readonly appliedAt: Temporal.Instant
  readonly appliedBy: string
  readonly machine: Outcome | null
  readonly decidedAt: Temporal.Instant | null
  /** Of limited places; `null`: without limit. */
  readonly pool: string | null
  /** A decimal text: the least of a pool comes first, `null` last. */
  readonly rank: string | null
  readonly reviewedAt: Temporal.Instant | null
  /** Everybody who had a part in the review. */
  readonly reviewers: readonly string[]
  readonly proposal: Proposal | null
  readonly toldAt: Temporal.Instant | null
  readonly approvedAt: Temporal.Instant | null
  /** Until when at least the supplements can be done. */
  readonly extendedTo: Temporal.Instant | null
  /** Until when reminders were looked after. */
  readonly lookedAt: Temporal.Instant | null
  /** When it was dropped, withdrawn or left. */
  readonly endedAt: Temporal.Instant | null
  readonly dueAt: Temporal.Instant | null
  readonly changedAt: Temporal.Instant
}

/** The application of a shop to a campaign. */
export async function enrolmentOf(
  db: Reader,
  campaign: string,
  shopId: string,
): Promise<Enrolment | undefined> {
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment where campaign = ${campaign} and shop_id = ${shopId}
  `.execute(db)
  return rows.rows.map(enrolmentFrom)[0]
}

/** The same, locked. */
export async function lockEnrolment(
  tx: Writer,
  campaign: string,
  shopId: string,
): Promise<Enrolment | undefined> {
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment where campaign = ${campaign} and shop_id = ${shopId} for update
  `.execute(tx)
  return rows.rows.map(enrolmentFrom)[0]
}

/** The applications of several shops to one campaign, by shop. */
export async function enrolmentsByShop(
  db: Reader,
  campaign: string,
  shopIds: readonly string[],
): Promise<Map<string, Enrolment>> {
  if (shopIds.length === 0) return new Map()
  const rows = await sql<EnrolmentRow>`
    select e.*
    from unnest(${shopIds}::text[]) as k (shop_id)
    join jifen.enrolment e on e.campaign = ${campaign} and e.shop_id = k.shop_id
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.shop_id, enrolmentFrom(row)]))
}

/** All applications of a shop, by campaign. */
export async function enrolmentsOfShop(db: Reader, shopId: string): Promise<Enrolment[]> {
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment where shop_id = ${shopId} order by campaign
  `.execute(db)
  return rows.rows.map(enrolmentFrom)
}

/** A page of a campaign's applications after a shop, by shop; of one status or all. */
export async function enrolmentsPage(
  db: Reader,
  page: {
    readonly campaign: string
    readonly status?: EnrolmentStatus | undefined
    readonly after: string
    readonly limit: number
  },
): Promise<Enrolment[]> {
  const { campaign, status, after, limit } = page
  const only = status === undefined ? sql`true` : sql`status = ${status}`
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment
    where campaign = ${campaign} and shop_id > ${after} and ${only}
    order by shop_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map(enrolmentFrom)
}

/** How many applications of a campaign are of each status. */
export async function countEnrolments(
  db: Reader,
  campaign: string,
): Promise<Partial<Record<EnrolmentStatus, number>>> {
  const rows = await sql<{ status: EnrolmentStatus; count: number }>`
    select status, count(*) as count from jifen.enrolment where campaign = ${campaign} group by status
  `.execute(db)
  return Object.fromEntries(rows.rows.map(({ status, count }) => [status, count]))
}

/** Writes an application, or a new attempt over the one before. */
export async function insertEnrolment(tx: Writer, enrolment: Enrolment): Promise<void> {
  const { campaign, shopId, attempt, status, mainCategory, appliedBy } = enrolment
  const at = enrolment.appliedAt.toString()
  await sql`
    insert into jifen.enrolment (
      campaign, shop_id, attempt, status, main_category, applied_at, applied_by, changed_at, due_at
    )
    values (
      ${campaign}, ${shopId}, ${attempt}, ${status}, ${mainCategory}, ${at}::timestamptz,
      ${appliedBy}, ${at}::timestamptz, ${enrolment.dueAt?.toString() ?? null}::timestamptz
    )
    on conflict (campaign, shop_id) do update set
      attempt = excluded.attempt, main_category = excluded.main_category,
      applied_at = excluded.applied_at, applied_by = excluded.applied_by
  `.execute(tx)
  if (attempt > 1) await updateEnrolments(tx, [enrolment])
}

/** Writes what may change of applications that are locked. */
export async function updateEnrolments(
  tx: Writer,
  enrolments: readonly Enrolment[],
): Promise<void> {
  if (enrolments.length === 0) return
  const texts = (of: (each: Enrolment) => string | null) => ['text', enrolments.map(of)] as const
  const times = (of: (each: Enrolment) => Temporal.Instant | null) =>
    ['timestamptz', enrolments.map(of)] as const
  const columns = {
    campaign: texts((each) => each.campaign),
    shop_id: texts((each) => each.shopId),
    status: texts((each) => each.status),
    identity: texts((each) => each.identity),
    identities: texts((each) => arrayText(each.identities)),
    machine: texts((each) => each.machine),
    decided_at: times((each) => each.decidedAt),
    pool: texts((each) => each.pool),
    rank: texts((each) => each.rank),
    reviewed_at: times((each) => each.reviewedAt),
    reviewers: texts((each) => arrayText(each.reviewers)),
    proposed: texts((each) => each.proposal?.outcome ?? null),
    proposed_by: texts((each) => each.proposal?.by ?? null),
    told_at: times((each) => each.toldAt),
    approved_at: times((each) => each.approvedAt),
    extended_to: times((each) => each.extendedTo),
    looked_at: times((each) => each.lookedAt),
    ended_at: times((each) => each.endedAt),
    due_at: times((each) => each.dueAt),
    changed_at: times((each) => each.changedAt),
  } as const satisfies Columns
  await overRows(
    tx,
    columns,
    (rows, names) => `
      update jifen.enrolment e
      set status = k.status, identity = k.identity, identities = k.identities::text[],
        machine = k.machine, decided_at = k.decided_at, pool = k.pool, rank = k.rank::numeric,
        reviewed_at = k.reviewed_at, reviewers = k.reviewers::text[], proposed = k.proposed,
        proposed_by = k.proposed_by, told_at = k.told_at, approved_at = k.approved_at,
        extended_to = k.extended_to, looked_at = k.looked_at, ended_at = k.ended_at,
        due_at = k.due_at, changed_at = k.changed_at
      from (${rows}) as k (${names})
      where e.campaign = k.campaign and e.shop_id = k.shop_id
    `,
  )
}

export type EnrolmentRow = {
  readonly campaign: string
  readonly shop_id: string
  readonly attempt: number
  readonly status: EnrolmentStatus
  readonly main_category: string
  readonly identity: string | null
  readonly identities: readonly string[]
  readonly applied_at: Temporal.Instant
  readonly applied_by: string
  readonly machine: Outcome | null
  readonly decided_at: Temporal.Instant | null
  readonly pool: string | null
  readonly rank: string | null
  readonly reviewed_at: Temporal.Instant | null
  readonly reviewers: readonly string[]
  readonly proposed: Outcome | null
  readonly proposed_by: string | null
  readonly told_at: Temporal.Instant | null
  readonly approved_at: Temporal.Instant | null
  readonly extended_to: Temporal.Instant | null
  readonly looked_at: Temporal.Instant | null
  readonly ended_at: Temporal.Instant | null
  readonly due_at: Temporal.Instant | null
  readonly changed_at: Temporal.Instant
}

export function enrolmentFrom(row: EnrolmentRow): Enrolment {
  const { proposed, proposed_by: by } = row
  return {
    campaign: row.campaign,
    shopId: row.shop_id,
    attempt: row.attempt,
    status: row.status,
    mainCategory: row.main_category,
    identity: row.identity,
    identities: row.identities,
    appliedAt: row.applied_at,
    appliedBy: row.applied_by,
    machine: row.machine,
    decidedAt: row.decided_at,
    pool: row.pool,
    rank: row.rank === null ? null : String(row.rank),
    reviewedAt: row.reviewed_at,
    reviewers: row.reviewers,
    proposal: proposed === null || by === null ? null : { outcome: proposed, by },
    toldAt: row.told_at,
    approvedAt: row.approved_at,
    extendedTo: row.extended_to,
    lookedAt: row.looked_at,
    endedAt: row.ended_at,
    dueAt: row.due_at,
    changedAt: row.changed_at,
  }
}
