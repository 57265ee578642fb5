import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** A refused shop's appeal. */
export type EnrolmentAppeal = {
  readonly campaign: string
  readonly shopId: string
  readonly attempt: number
  readonly status: 'open' | 'granted' | 'rejected' | 'lapsed'
  readonly grounds: string
  readonly openedAt: Temporal.Instant
  readonly openedBy: string
  readonly decideBy: Temporal.Instant
  readonly proposedBy: string | null
  readonly decidedAt: Temporal.Instant | null
  readonly decidedBy: string | null
  readonly note: string | null
}

type AppealRow = {
  readonly campaign: string
  readonly shop_id: string
  readonly attempt: number
  readonly status: EnrolmentAppeal['status']
  readonly grounds: string
  readonly opened_at: Temporal.Instant
  readonly opened_by: string
  readonly decide_by: Temporal.Instant
  readonly proposed_by: string | null
  readonly decided_at: Temporal.Instant | null
  readonly decided_by: string | null
  readonly note: string | null
}

/** The appeal of an attempt. */
export async function appealOf(
  db: Reader,
  of: { readonly campaign: string; readonly shopId: string; readonly attempt: number },
): Promise<EnrolmentAppeal | undefined> {
  const rows = await sql<AppealRow>`
    select * from jifen.enrolment_appeal
    where campaign = ${of.campaign} and shop_id = ${of.shopId} and attempt = ${of.attempt}
  `.execute(db)
  return rows.rows.map(appealFrom)[0]
}

export async function insertAppeal(tx: Writer, appeal: EnrolmentAppeal): Promise<void> {
  await sql`
    insert into jifen.enrolment_appeal (
      campaign, shop_id, attempt, grounds, opened_at, opened_by, decide_by
    )
    values (
      ${appeal.campaign}, ${appeal.shopId}, ${appeal.attempt}, ${appeal.grounds},
      ${appeal.openedAt.toString()}::timestamptz, ${appeal.openedBy},
      ${appeal.decideBy.toString()}::timestamptz
    )
  `.execute(tx)
}

/** Writes what was proposed or decided of appeals whose shops' applications are locked. */
export async function updateAppeals(
  tx: Writer,
  appeals: readonly EnrolmentAppeal[],
): Promise<void> {
  if (appeals.length === 0) return
  await sql`
    update jifen.enrolment_appeal a
    set status = k.status, proposed_by = k.proposed_by, decided_at = k.decided_at,
      decided_by = k.decided_by, note = k.note
    from unnest(
      ${appeals.map((each) => each.campaign)}::text[],
      ${appeals.map((each) => each.shopId)}::text[],
      ${appeals.map((each) => each.attempt)}::int[],
      ${appeals.map((each) => each.status)}::text[],
      ${appeals.map((each) => each.proposedBy)}::text[],
      ${appeals.map((each) => each.decidedAt?.toString() ?? null)}::timestamptz[],
      ${appeals.map((each) => each.decidedBy)}::text[],
      ${appeals.map((each) => each.note)}::text[]
    ) as k (campaign, shop_id, attempt, status, proposed_by, decided_at, decided_by, note)
    where a.campaign = k.campaign and a.shop_id = k.shop_id and a.attempt = k.attempt
  `.execute(tx)
}

/** Locks appeals of a campaign that nobody decided in time. */
export async function lockOverdueAppeals(
  tx: Writer,
  campaign: string,
  by: Temporal.Instant,
  limit: number,
): Promise<EnrolmentAppeal[]> {
  const rows = await sql<AppealRow>`
    select * from jifen.enrolment_appeal
    where status = 'open' and decide_by <= ${by.toString()}::timestamptz and campaign = ${campaign}
    order by decide_by, campaign, shop_id
    limit ${limit}
    for update
  `.execute(tx)
  return rows.rows.map(appealFrom)
}

function appealFrom(row: AppealRow): EnrolmentAppeal {
  return {
    campaign: row.campaign,
    shopId: row.shop_id,
    attempt: row.attempt,
    status: row.status,
    grounds: row.grounds,
    openedAt: row.opened_at,
    openedBy: row.opened_by,
    decideBy: row.decide_by,
    proposedBy: row.proposed_by,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    note: row.note,
  }
}
