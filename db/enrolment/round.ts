import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { enrolmentFrom, type Enrolment, type EnrolmentRow } from '#db/enrolment/enrolments.ts'
import type { EnrolmentStatus } from '#rules/campaigns/enrolment/status.ts'

/** Keeps by which policies the round of a campaign is done, if nobody has. */
export async function keepEnrolmentRound(
  tx: Writer,
  campaign: string,
  policies: string,
): Promise<void> {
  await sql`
    insert into jifen.enrolment_round (campaign, policies) values (${campaign}, ${policies})
    on conflict (campaign) do nothing
  `.execute(tx)
}

/**
 * Locks what is decided over all shops of a campaign: taken before any application is locked. Returns
 * the policies that it was last done by, and keeps those of now.
 */
export async function lockEnrolmentRound(
  tx: Writer,
  campaign: string,
  policies: string,
): Promise<string> {
  await keepEnrolmentRound(tx, campaign, policies)
  const rows = await sql<{ policies: string }>`
    select policies from jifen.enrolment_round where campaign = ${campaign} for update
  `.execute(tx)
  return rows.rows[0]?.policies ?? policies
}

/**
 * Keeps by which policies the round is done now, and has what is open wait for the instants that they
 * say; approved ones are looked at anew, and all waiting lists.
 */
export async function renewEnrolmentRound(
  tx: Writer,
  round: {
    readonly campaign: string
    readonly policies: string
    readonly signUpTo: Temporal.Instant
    readonly resultsFrom: Temporal.Instant
    readonly waitingUntil: Temporal.Instant
    readonly at: Temporal.Instant
  },
): Promise<void> {
  const { campaign, policies } = round
  await sql`
    update jifen.enrolment_round set policies = ${policies} where campaign = ${campaign}
  `.execute(tx)
  await sql`
    update jifen.enrolment
    set due_at = case
      when status = 'applied' then ${round.signUpTo.toString()}::timestamptz
      when status in ('passed', 'refused', 'inReview') then ${round.resultsFrom.toString()}::timestamptz
      when status = 'waiting' then ${round.waitingUntil.toString()}::timestamptz
      else ${round.at.toString()}::timestamptz
    end
    where campaign = ${campaign} and due_at is not null
      and (status in ('applied', 'passed', 'inReview', 'approved', 'waiting')
        or (status = 'refused' and told_at is null))
  `.execute(tx)
  await sql`
    insert into jifen.enrolment_freed (campaign, pool)
    select distinct campaign, pool from jifen.enrolment
    where campaign = ${campaign} and status = 'waiting' and pool is not null
  `.execute(tx)
}

/** Whether anything is due in a campaign, or its policies are others than it was last done by. */
export async function isEnrolmentDue(
  db: Reader,
  campaign: string,
  policies: string,
  by: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql<{ is_due: boolean }>`
    select exists (
        select from unnest(${dueStatuses as readonly string[]}::text[]) as s (status)
        where exists (
          select from jifen.enrolment e
          where e.campaign = ${campaign} and e.status = s.status
            and e.due_at <= ${by.toString()}::timestamptz
        )
      )
      or exists (
        select from jifen.enrolment_round
        where campaign = ${campaign} and policies <> ${policies}
      )
      or exists (select from jifen.enrolment_freed where campaign = ${campaign})
      or exists (
        select from jifen.enrolment_appeal
        where status = 'open' and decide_by <= ${by.toString()}::timestamptz and campaign = ${campaign}
      ) as is_due
  `.execute(db)
  return rows.rows[0]?.is_due === true
}

/** Whether an application of one status is due. */
export async function isStatusDue(
  db: Reader,
  campaign: string,
  status: EnrolmentStatus,
  by: Temporal.Instant,
): Promise<boolean> {
  const rows = await sql<{ is_due: boolean }>`
    select exists (
      select from jifen.enrolment
      where campaign = ${campaign} and status = ${status}
        and due_at <= ${by.toString()}::timestamptz
    ) as is_due
  `.execute(db)
  return rows.rows[0]?.is_due === true
}

const dueStatuses: readonly EnrolmentStatus[] = [
  'applied',
  'inReview',
  'passed',
  'refused',
  'waiting',
  'approved',
]

/** Locks applications of one status that are due, the longest due first. */
export async function lockDueEnrolments(
  tx: Writer,
  due: {
    readonly campaign: string
    readonly status: EnrolmentStatus
    readonly by: Temporal.Instant
    readonly limit: number
  },
): Promise<Enrolment[]> {
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment
    where campaign = ${due.campaign} and status = ${due.status}
      and due_at <= ${due.by.toString()}::timestamptz
    order by due_at, shop_id
    limit ${due.limit}
    for update
  `.execute(tx)
  return rows.rows.map(enrolmentFrom)
}

/** The shops whose approved applications are due, the longest due first. */
export async function dueApproved(
  db: Reader,
  campaign: string,
  by: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ shop_id: string }>`
    select shop_id from jifen.enrolment
    where campaign = ${campaign} and status = 'approved' and due_at <= ${by.toString()}::timestamptz
    order by due_at, shop_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => row.shop_id)
}

/** Locks the applications of shops that are approved and due. */
export async function lockDueApproved(
  tx: Writer,
  campaign: string,
  shopIds: readonly string[],
  by: Temporal.Instant,
): Promise<Enrolment[]> {
  const rows = await sql<EnrolmentRow>`
    select e.* from jifen.enrolment e join unnest(${shopIds}::text[]) as k (shop_id) using (shop_id)
    where e.campaign = ${campaign} and e.status = 'approved'
      and e.due_at <= ${by.toString()}::timestamptz
    order by e.shop_id
    for update of e
  `.execute(tx)
  return rows.rows.map(enrolmentFrom)
}

/** Locks the first by rank of those that passed and are due, pool by pool. */
export async function lockPassedByRank(
  tx: Writer,
  campaign: string,
  by: Temporal.Instant,
  limit: number,
): Promise<Enrolment[]> {
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment
    where campaign = ${campaign} and status = 'passed' and due_at <= ${by.toString()}::timestamptz
    order by pool, rank, shop_id
    limit ${limit}
    for update
  `.execute(tx)
  return rows.rows.map(enrolmentFrom)
}

/** Locks applications to decide again: those that are decided, neither told nor reviewed, after a shop. */
export async function lockUndecided(
  tx: Writer,
  asked: {
    readonly campaign: string
    readonly again: boolean
    readonly at: Temporal.Instant
    readonly limit: number
  },
): Promise<Enrolment[]> {
  const { campaign, again, at, limit } = asked
  const also = again
    ? sql`or (status in ('passed', 'refused', 'inReview') and told_at is null
        and reviewed_at is null and proposed is null and decided_at < ${at.toString()}::timestamptz)`
    : sql``
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment
    where campaign = ${campaign} and (status = 'applied' ${also})
    order by shop_id
    limit ${limit}
    for update
  `.execute(tx)
  return rows.rows.map(enrolmentFrom)
}
