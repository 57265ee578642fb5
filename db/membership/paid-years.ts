import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { PaidYear } from '#rules/members/paid/year.ts'

/** The years of paid membership that a member bought, in the order of purchase. */
export async function paidYearsOf(db: Reader, memberId: string): Promise<PaidYear[]> {
  const rows = await db
    .selectFrom('jifen.paid_membership')
    .selectAll()
    .where('member_id', '=', memberId)
    .orderBy('number')
    .execute()
  return rows.map(yearOf)
}

/** Members of whom a year has something due by an instant, those that wait longest first. */
export async function membersWithDueYears(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ member_id: string }>`
    select member_id
    from jifen.paid_membership
    where next_due <= ${by.toString()}::timestamptz
    group by member_id
    order by min(next_due), member_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map((row) => row.member_id)
}

/** Writes a year that was just bought. */
export async function insertPaidYear(
  tx: Writer,
  memberId: string,
  year: PaidYear,
  nextDue: Temporal.Instant | null,
): Promise<void> {
  await tx
    .insertInto('jifen.paid_membership')
    .values({
      member_id: memberId,
      number: year.number,
      payment_ref: year.paymentRef,
      price_fen: year.priceFen,
      score: year.score,
      policy: year.policy,
      bought_at: year.boughtAt.toString(),
      valid_from: year.from.toString(),
      valid_to: year.to.toString(),
      next_due: nextDue?.toString() ?? null,
    })
    .execute()
}

/** Writes what became of a year, and when the next of it is due. */
export async function updatePaidYear(
  tx: Writer,
  memberId: string,
  { number, begunAt, warnedAt, endedAt, stoppedAt }: PaidYear,
  nextDue: Temporal.Instant | null,
): Promise<void> {
  await tx
    .updateTable('jifen.paid_membership')
    .set({
      begun_at: begunAt?.toString() ?? null,
      warned_at: warnedAt?.toString() ?? null,
      ended_at: endedAt?.toString() ?? null,
      stopped_at: stoppedAt?.toString() ?? null,
      next_due: nextDue?.toString() ?? null,
    })
    .where('member_id', '=', memberId)
    .where('number', '=', number)
    .execute()
}

/** Marks a year as refunded: nothing of it is due any more. */
export async function refundPaidYear(
  tx: Writer,
  memberId: string,
  number: number,
  refund: {
    readonly ref: string
    readonly at: Temporal.Instant
    readonly refundFen: number
    readonly why: object
  },
): Promise<void> {
  await tx
    .updateTable('jifen.paid_membership')
    .set({
      refunded_at: refund.at.toString(),
      refund_ref: refund.ref,
      refund_fen: refund.refundFen,
      refund_why: JSON.stringify(refund.why),
      next_due: null,
    })
    .where('member_id', '=', memberId)
    .where('number', '=', number)
    .execute()
}

type YearRow = {
  readonly number: number
  readonly payment_ref: string
  readonly price_fen: number
  readonly score: number
  readonly policy: string
  readonly bought_at: Temporal.Instant
  readonly valid_from: Temporal.Instant
  readonly valid_to: Temporal.Instant
  readonly begun_at: Temporal.Instant | null
  readonly warned_at: Temporal.Instant | null
  readonly ended_at: Temporal.Instant | null
  readonly stopped_at: Temporal.Instant | null
  readonly refunded_at: Temporal.Instant | null
  readonly refund_ref: string | null
  readonly refund_fen: number | null
}

function yearOf(row: YearRow): PaidYear {
  const { refund_ref: ref, refunded_at: at, refund_fen: refundFen } = row
  return {
    number: row.number,
    paymentRef: row.payment_ref,
    priceFen: row.price_fen,
    score: row.score,
    policy: row.policy,
    boughtAt: row.bought_at,
    from: row.valid_from,
    to: row.valid_to,
    begunAt: row.begun_at,
    warnedAt: row.warned_at,
    endedAt: row.ended_at,
    stoppedAt: row.stopped_at,
    refund: ref === null || at === null ? null : { ref, at, refundFen: refundFen ?? 0 },
  }
}
