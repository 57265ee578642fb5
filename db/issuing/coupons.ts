import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** A coupon that a member got. */
export type IssuedCoupon = {
  readonly memberId: string
  readonly couponId: string
  readonly batch: string
  /** Its number among the member's of the batch. */
  readonly nth: number
  /** The version of the batch's policy whose terms it has. */
  readonly version: number
  /** What gave it, unique in the member's coupons of the batch: `claim:...`, `grant:...`, `code:...`. */
  readonly source: string
  readonly status: 'open' | 'held' | 'used' | 'returned' | 'forfeited'
  readonly issuedAt: Temporal.Instant
  readonly activeAt: Temporal.Instant
  readonly expiresAt: Temporal.Instant | null
  readonly tradeId: string | null
  readonly codeHash: Buffer | null
}

/** All coupons that members ever got of a batch, by member and number. */
export async function couponsOfBatch(
  db: Reader,
  memberIds: readonly string[],
  batch: string,
): Promise<IssuedCoupon[]> {
  const rows = await sql<CouponRow>`
    select c.*
    from jifen.coupon c
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    where c.batch = ${batch}
    order by c.member_id, c.nth
  `.execute(db)
  return rows.rows.map(couponOf)
}

/** A page of a member's coupons, in the order in which they were issued. */
export async function couponsPage(
  db: Reader,
  memberId: string,
  page: {
    readonly status?: IssuedCoupon['status'] | undefined
    readonly offset: number
    readonly limit: number
  },
): Promise<IssuedCoupon[]> {
  let query = db
    .selectFrom('jifen.coupon')
    .selectAll()
    .where('member_id', '=', memberId)
    .orderBy('issued_at')
    .orderBy('coupon_id')
    .offset(page.offset)
    .limit(page.limit)
  if (page.status !== undefined) query = query.where('status', '=', page.status)
  const rows = await query.execute()
  return rows.map(couponOf)
}

/** One coupon of a member, or `undefined`. */
export async function couponById(
  db: Reader,
  memberId: string,
  couponId: string,
): Promise<IssuedCoupon | undefined> {
  const row = await db
    .selectFrom('jifen.coupon')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('coupon_id', '=', couponId)
    .executeTakeFirst()
  return row === undefined ? undefined : couponOf(row)
}

/** Issues coupons. One whose number or source the member has already is an error of the caller. */
export async function insertCoupons(tx: Writer, coupons: readonly IssuedCoupon[]): Promise<void> {
  await overRows(
    tx,
    {
      member_id: ['text', coupons.map((each) => each.memberId)],
      coupon_id: ['text', coupons.map((each) => each.couponId)],
      batch: ['text', coupons.map((each) => each.batch)],
      nth: ['int', coupons.map((each) => each.nth)],
      version: ['int', coupons.map((each) => each.version)],
      source: ['text', coupons.map((each) => each.source)],
      status: ['text', coupons.map((each) => each.status)],
      issued_at: ['timestamptz', coupons.map((each) => each.issuedAt)],
      active_at: ['timestamptz', coupons.map((each) => each.activeAt)],
      expires_at: ['timestamptz', coupons.map((each) => each.expiresAt)],
      trade_id: ['text', coupons.map((each) => each.tradeId)],
      code_hash: ['bytea', coupons.map((each) => each.codeHash)],
    },
    (rows, names) => `insert into jifen.coupon (${names}) ${rows}`,
  )
}

/** Marks an open coupon as given back; `false` when it is not open. */
export async function markReturned(
  tx: Writer,
  memberId: string,
  couponId: string,
): Promise<boolean> {
  const changed = await tx
    .updateTable('jifen.coupon')
    .set({ status: 'returned' })
    .where('member_id', '=', memberId)
    .where('coupon_id', '=', couponId)
    .where('status', '=', 'open')
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

type CouponRow = {
  member_id: string
  coupon_id: string
  batch: string
  nth: number
  version: number
  source: string
  status: string
  issued_at: Temporal.Instant
  active_at: Temporal.Instant
  expires_at: Temporal.Instant | null
  trade_id: string | null
  code_hash: Buffer | null
}

function couponOf(row: CouponRow): IssuedCoupon {
  return {
    memberId: row.member_id,
    couponId: row.coupon_id,
    batch: row.batch,
    nth: row.nth,
    version: row.version,
    source: row.source,
    status: row.status as IssuedCoupon['status'],
    issuedAt: row.issued_at,
    activeAt: row.active_at,
    expiresAt: row.expires_at,
    tradeId: row.trade_id,
    codeHash: row.code_hash,
  }
}
