import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** A coupon that a year of paid membership gave, and what it took off where it was used. */
export type GivenCoupon = {
  readonly couponId: string
  readonly batch: string
  readonly status: string
  readonly offFen: number
}

/**
 * The coupons that a member got of grants by these names, with what they took off, less what returns
 * undid.
 */
export async function couponsGivenBy(
  db: Reader,
  memberId: string,
  sources: readonly string[],
): Promise<GivenCoupon[]> {
  const rows = await sql<GivenCoupon>`
    select c.coupon_id as "couponId", c.batch, c.status,
      coalesce(
        (
          select sum(
            a.off_fen - coalesce(
              (
                select sum(r.off_fen)
                from jifen.allocation_reversal r
                where r.member_id = a.member_id and r.trade_id = a.trade_id
                  and r.line_id = a.line_id and r.n = a.n
              ),
              0
            )
          )
          from jifen.allocation a
          where a.member_id = c.member_id and a.trade_id = c.trade_id
            and a.instrument = c.coupon_id
        ),
        0
      )::bigint as "offFen"
    from jifen.coupon c
    where c.member_id = ${memberId} and c.source = any(${sources}::text[])
    order by c.coupon_id
  `.execute(db)
  return rows.rows
}

/** Claims of benefits that a member made since an instant and that were neither given back nor lost. */
export async function benefitClaimsSince(
  db: Reader,
  memberId: string,
  benefits: readonly string[],
  since: Temporal.Instant,
): Promise<{ readonly claims: number; readonly worthFen: number }> {
  const rows = await sql<{ claims: number; worth: number }>`
    select count(*) as claims,
      coalesce(sum((given ->> 'amountFen')::bigint - money_fen), 0)::bigint as worth
    from jifen.benefit_claim
    where member_id = ${memberId} and benefit = any(${benefits}::text[])
      and status in ('claimed', 'used') and claimed_at >= ${since.toString()}::timestamptz
  `.execute(db)
  const [row] = rows.rows
  return { claims: row?.claims ?? 0, worthFen: Math.max(0, row?.worth ?? 0) }
}
