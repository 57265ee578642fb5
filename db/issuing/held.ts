import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { Window } from '#rules/pricing/basket.ts'

/** A coupon that a member holds; what it takes off is in the version of its batch's policy. */
export type HeldCoupon = {
  readonly couponId: string
  /** The batch's policy by name and version, and together: `coupon-batch:x`, 2, `coupon-batch:x@2`. */
  readonly name: string
  readonly version: number
  readonly policy: string
  readonly status: 'open' | 'held' | 'used' | 'returned' | 'forfeited'
  readonly window: Window
  readonly tradeId: string | null
}

/** Where a coupon that never lapses has lapsed. */
const neverMs = 8_640_000_000_000_000

/** The open coupons of a member that have not lapsed by now, in the order of their ids. */
export async function heldBy(
  db: Reader,
  memberId: string,
  now: Temporal.Instant,
): Promise<HeldCoupon[]> {
  const rows = await sql<HeldRow>`
    select coupon_id, batch, version, status, active_at, expires_at, trade_id
    from jifen.coupon
    where member_id = ${memberId} and status = 'open'
      and (expires_at is null or expires_at > ${now.toString()}::timestamptz)
    order by coupon_id
  `.execute(db)
  return rows.rows.map((row) => heldOf(row))
}

/**
 * Holds open coupons of a member for a trade, and returns the ids of those it holds now: one that is
 * not open, or has lapsed, is missing. Held again for the same trade, they are held as before.
 */
export async function holdCoupons(
  tx: Writer,
  memberId: string,
  couponIds: readonly string[],
  tradeId: string,
  now: Temporal.Instant,
): Promise<string[]> {
  if (couponIds.length === 0) return []
  const rows = await sql<{ coupon_id: string }>`
    update jifen.coupon
    set status = 'held', trade_id = ${tradeId}
    where member_id = ${memberId} and coupon_id = any(${couponIds}::text[])
      and (
        (status = 'held' and trade_id = ${tradeId})
        or (
          status = 'open'
          and (expires_at is null or expires_at > ${now.toString()}::timestamptz)
        )
      )
    returning coupon_id
  `.execute(tx)
  return rows.rows.map((row) => row.coupon_id).toSorted()
}

/** Marks coupons that a trade holds as used by it; returns how many it used so, now or before. */
export async function useCoupons(
  tx: Writer,
  memberId: string,
  couponIds: readonly string[],
  tradeId: string,
): Promise<number> {
  return await change(tx, { memberId, couponIds, tradeId, from: ['held', 'used'], to: 'used' })
}

/** Lets go of coupons that a trade holds: they are open again. Those it does not hold stay. */
export async function releaseCoupons(
  tx: Writer,
  memberId: string,
  couponIds: readonly string[],
  tradeId: string,
): Promise<number> {
  return await change(tx, { memberId, couponIds, tradeId, from: ['held'], to: 'open' })
}

/** Gives back coupons that a trade used: they are open again, as long as they were valid anyway. */
export async function reopenCoupons(
  tx: Writer,
  memberId: string,
  couponIds: readonly string[],
  tradeId: string,
): Promise<number> {
  return await change(tx, { memberId, couponIds, tradeId, from: ['used', 'held'], to: 'open' })
}

type Change = {
  readonly memberId: string
  readonly couponIds: readonly string[]
  readonly tradeId: string
  readonly from: readonly string[]
  readonly to: 'used' | 'open'
}

async function change(tx: Writer, { memberId, couponIds, tradeId, from, to }: Change) {
  if (couponIds.length === 0) return 0
  const rows = await sql<{ coupon_id: string }>`
    update jifen.coupon
    set status = ${to}, trade_id = ${to === 'open' ? null : tradeId}
    where member_id = ${memberId} and coupon_id = any(${couponIds}::text[])
      and trade_id = ${tradeId} and status = any(${from}::text[])
    returning coupon_id
  `.execute(tx)
  return rows.rows.length
}

type HeldRow = {
  coupon_id: string
  batch: string
  version: number
  status: string
  active_at: Temporal.Instant
  expires_at: Temporal.Instant | null
  trade_id: string | null
}

/** A held coupon from its row. */
export function heldOf(row: HeldRow): HeldCoupon {
  const name = `coupon-batch:${row.batch}`
  return {
    couponId: row.coupon_id,
    name,
    version: row.version,
    policy: `${name}@${row.version}`,
    status: row.status as HeldCoupon['status'],
    window: {
      fromMs: row.active_at.epochMilliseconds,
      toMs: row.expires_at?.epochMilliseconds ?? neverMs,
    },
    tradeId: row.trade_id,
  }
}
