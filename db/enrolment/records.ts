import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { arrayText } from '#db/enrolment/array-text.ts'
import { overRows, type Columns } from '#db/rows.ts'
import type { Outcome } from '#rules/campaigns/enrolment/review.ts'

/** What the machine decided of one application, with all that it saw. */
export type MachineDecision = {
  readonly campaign: string
  readonly shopId: string
  readonly attempt: number
  readonly at: Temporal.Instant
  readonly outcome: Outcome
  readonly identities: readonly string[]
  /** JSON. */
  readonly criteria: string
  /** `enrolment@1 campaign:double11-2017@1`. */
  readonly policies: string
}

/** Adds decisions in one statement. */
export async function insertDecisions(
  tx: Writer,
  decisions: readonly MachineDecision[],
): Promise<void> {
  if (decisions.length === 0) return
  const columns = {
    campaign: ['text', decisions.map((each) => each.campaign)],
    shop_id: ['text', decisions.map((each) => each.shopId)],
    attempt: ['int', decisions.map((each) => each.attempt)],
    at: ['timestamptz', decisions.map((each) => each.at)],
    outcome: ['text', decisions.map((each) => each.outcome)],
    identities: ['text', decisions.map((each) => arrayText(each.identities))],
    criteria: ['json', decisions.map((each) => each.criteria)],
    policies: ['text', decisions.map((each) => each.policies)],
  } as const satisfies Columns
  await overRows(
    tx,
    columns,
    (rows, names) => `
      insert into jifen.enrolment_decision (${names})
      select campaign, shop_id, attempt, at, outcome, identities::text[], criteria, policies
      from (${rows}) as k (${names})
    `,
  )
}

/** The last decision of the machine on an attempt. */
export async function lastDecision(
  db: Reader,
  of: { readonly campaign: string; readonly shopId: string; readonly attempt: number },
): Promise<MachineDecision | undefined> {
  const rows = await sql<{
    at: Temporal.Instant
    outcome: Outcome
    identities: readonly string[]
    criteria: string
    policies: string
  }>`
    select at, outcome, identities, criteria, policies
    from jifen.enrolment_decision
    where campaign = ${of.campaign} and shop_id = ${of.shopId} and attempt = ${of.attempt}
    order by number desc
    limit 1
  `.execute(db)
  return rows.rows.map((row) => ({
    campaign: of.campaign,
    shopId: of.shopId,
    attempt: of.attempt,
    ...row,
  }))[0]
}

/** Something that was done about an application. */
export type EnrolmentEvent = {
  readonly campaign: string
  readonly shopId: string
  readonly attempt: number
  readonly at: Temporal.Instant
  readonly kind: string
  readonly actor: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Adds events in one statement. */
export async function insertEnrolmentEvents(
  tx: Writer,
  events: readonly EnrolmentEvent[],
): Promise<void> {
  if (events.length === 0) return
  await sql`
    insert into jifen.enrolment_event (campaign, shop_id, attempt, at, kind, actor, detail)
    select * from unnest(
      ${events.map((each) => each.campaign)}::text[],
      ${events.map((each) => each.shopId)}::text[],
      ${events.map((each) => each.attempt)}::int[],
      ${events.map((each) => each.at.toString())}::timestamptz[],
      ${events.map((each) => each.kind)}::text[],
      ${events.map((each) => each.actor)}::text[],
      ${events.map((each) => JSON.stringify(each.detail))}::json[]
    )
  `.execute(tx)
}

/** The events of an application in their order. */
export async function enrolmentEvents(
  db: Reader,
  campaign: string,
  shopId: string,
): Promise<EnrolmentEvent[]> {
  const rows = await sql<{
    attempt: number
    at: Temporal.Instant
    kind: string
    actor: string
    detail: string
  }>`
    select attempt, at, kind, actor, detail
    from jifen.enrolment_event
    where campaign = ${campaign} and shop_id = ${shopId}
    order by number
  `.execute(db)
  return rows.rows.map(({ detail, ...row }) => ({
    campaign,
    shopId,
    ...row,
    detail: JSON.parse(detail) as Record<string, unknown>,
  }))
}
