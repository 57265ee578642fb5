import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'

/** Forfeits all open claims of a locked member and returns their ids. */
export async function forfeitClaims(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await sql<{ claim_id: string }>`
    update jifen.benefit_claim
    set status = 'forfeited', ended_at = ${at.toString()}::timestamptz, next_due = null
    where member_id = ${memberId} and status = 'claimed'
    returning claim_id
  `.execute(tx)
  return rows.rows.map((row) => row.claim_id).toSorted()
}

/** Opens claims again that were forfeited at an instant and have not lapsed since; returns their ids. */
export async function reopenClaims(
  tx: Writer,
  memberId: string,
  forfeitedAt: Temporal.Instant,
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await sql<{ claim_id: string }>`
    update jifen.benefit_claim
    set status = 'claimed', ended_at = null, next_due = case
      when given ->> 'kind' in ('coupon', 'voucher', 'draw') then null else valid_to
    end
    where member_id = ${memberId} and status = 'forfeited'
      and ended_at = ${forfeitedAt.toString()}::timestamptz
      and (valid_to is null or valid_to > ${at.toString()}::timestamptz)
    returning claim_id
  `.execute(tx)
  return rows.rows.map((row) => row.claim_id).toSorted()
}
