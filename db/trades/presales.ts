import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import { asFen } from '#rules/money/fen.ts'
import type { DepositOutcome } from '#rules/presale/outcome.ts'
import type { BookedLine, Booking } from '#rules/trades/booking.ts'

/** Bookings of a member by their ids. */
export async function presalesByIds(
  db: Reader,
  memberId: string,
  presaleIds: readonly string[],
): Promise<Booking[]> {
  if (presaleIds.length === 0) return []
  const rows = await sql<PresaleColumns>`
    select * from jifen.presale
    where member_id = ${memberId} and presale_id = any(${presaleIds}::text[])
    order by presale_id
  `.execute(db)
  return rows.rows.map(bookingOf)
}

/** Bookings whose time to pay the balance is over by an instant. */
export async function duePresales(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<{ readonly memberId: string; readonly presaleId: string }[]> {
  const rows = await sql<{ memberId: string; presaleId: string }>`
    select member_id as "memberId", presale_id as "presaleId"
    from jifen.presale
    where status in ('booked', 'deposited') and balance_to <= ${by.toString()}::timestamptz
    order by balance_to, member_id, presale_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Writes bookings: new ones, and what became of old ones. */
export async function upsertPresales(
  tx: Writer,
  memberId: string,
  bookings: readonly Booking[],
): Promise<void> {
  if (bookings.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', bookings.map(() => memberId)],
      presale_id: ['text', bookings.map((each) => each.presaleId)],
      fingerprint: ['text', bookings.map((each) => each.fingerprint)],
      status: ['text', bookings.map((each) => each.status)],
      shop_id: ['text', bookings.map((each) => each.line.shop)],
      line: ['json', bookings.map((each) => JSON.stringify(each.line))],
      deposit_fen: ['bigint', bookings.map((each) => each.depositFen)],
      booked_at: ['timestamptz', bookings.map((each) => each.bookedAt)],
      balance_from: ['timestamptz', bookings.map((each) => each.balanceFrom)],
      balance_to: ['timestamptz', bookings.map((each) => each.balanceTo)],
      deposit_paid_at: ['timestamptz', bookings.map((each) => each.depositPaidAt)],
      deposit_ref: ['text', bookings.map((each) => each.depositRef)],
      trade_id: ['text', bookings.map((each) => each.tradeId)],
      ended_at: ['timestamptz', bookings.map((each) => each.endedAt)],
      outcome: ['json', bookings.map(({ outcome }) => outcome && JSON.stringify(outcome))],
    },
    (rows, names) => `
    insert into jifen.presale (${names}) ${rows}
    on conflict (member_id, presale_id) do update set
      status = excluded.status,
      deposit_paid_at = excluded.deposit_paid_at,
      deposit_ref = excluded.deposit_ref,
      trade_id = excluded.trade_id,
      ended_at = excluded.ended_at,
      outcome = excluded.outcome
  `,
  )
}

/** What a trade bought of bookings is settled with its payment, or free again with its closing. */
export async function turnPresales(
  tx: Writer,
  memberId: string,
  tradeId: string,
  held: 'captured' | 'released',
): Promise<void> {
  const isSettled = held === 'captured'
  await sql`
    update jifen.presale
    set status = ${isSettled ? 'settled' : 'deposited'}, trade_id = ${isSettled ? tradeId : null}
    where member_id = ${memberId} and trade_id = ${tradeId} and status = 'bought'
  `.execute(tx)
}

type PresaleColumns = {
  presale_id: string
  fingerprint: string
  status: string
  line: string
  deposit_fen: number
  booked_at: Temporal.Instant
  balance_from: Temporal.Instant
  balance_to: Temporal.Instant
  deposit_paid_at: Temporal.Instant | null
  deposit_ref: string | null
  trade_id: string | null
  ended_at: Temporal.Instant | null
  outcome: string | null
}

function bookingOf(row: PresaleColumns): Booking {
  return {
    presaleId: row.presale_id,
    fingerprint: row.fingerprint,
    status: row.status as Booking['status'],
    line: JSON.parse(row.line) as BookedLine,
    depositFen: asFen(row.deposit_fen),
    bookedAt: row.booked_at,
    balanceFrom: row.balance_from,
    balanceTo: row.balance_to,
    depositPaidAt: row.deposit_paid_at,
    depositRef: row.deposit_ref,
    tradeId: row.trade_id,
    endedAt: row.ended_at,
    outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as DepositOutcome),
  }
}
