import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { keyColumns, type OrderKey } from '#db/delivery/shipments.ts'
import { overRows } from '#db/rows.ts'
import type { LateCause } from '#rules/delivery/assess.ts'

/** What a shop pays a member for a late shipment; amounts in fen. */
export type LateCompensation = OrderKey & {
  /** Under which it is posted: `late:<order>`, of a deposit that is paid again `late-deposit:<presale>`. */
  readonly ref: string
  readonly presaleId: string | null
  readonly shopId: string
  readonly orderPaidAt: Temporal.Instant
  readonly cause: LateCause
  readonly lateSince: Temporal.Instant
  readonly priceFen: number
  /** What the shop paid the member already for orders paid about the same time. */
  readonly pairFen: number
  readonly depositFen: number
  readonly compensationFen: number
  /** `nothing`: it came to nothing; `refused`: the member is sealed; `kept`: not late after all. */
  readonly status: 'paid' | 'nothing' | 'refused' | 'takenBack' | 'kept'
  readonly isByComplaint: boolean
  readonly paidAt: Temporal.Instant
  readonly takenBackAt: Temporal.Instant | null
  readonly policies: string
  /** How it came about: JSON. */
  readonly why: string
}

/** The compensations of orders. */
export async function compensationsOf(
  db: Reader,
  orders: readonly OrderKey[],
): Promise<LateCompensation[]> {
  if (orders.length === 0) return []
  const rows = await overRows<CompensationRow>(
    db,
    keyColumns(orders),
    (keys, names) => `
    select c.* from jifen.late_compensation c
    join (${keys}) as k (${names}) using (member_id, order_id)
    order by c.member_id, c.order_id, c.ref
  `,
  )
  return rows.map(compensationOf)
}

/** What shops paid members for late orders, of the pairs named; what was taken back is not paid. */
export async function paidToPairs(
  db: Reader,
  pairs: readonly { readonly memberId: string; readonly shopId: string }[],
): Promise<LateCompensation[]> {
  if (pairs.length === 0) return []
  const rows = await overRows<CompensationRow>(
    db,
    {
      member_id: ['text', pairs.map((each) => each.memberId)],
      shop_id: ['text', pairs.map((each) => each.shopId)],
    },
    (keys, names) => `
    select c.* from jifen.late_compensation c
    join (select distinct * from (${keys}) as n (${names})) as k using (member_id, shop_id)
    where c.status in ('paid', 'kept') and c.presale_id is null
    order by c.member_id, c.shop_id, c.order_paid_at, c.ref
  `,
  )
  return rows.map(compensationOf)
}

/** Compensations behind a place, in the order of their keys; of one member, or of all. */
export async function nextCompensations(
  db: Reader,
  memberId: string | undefined,
  after: { readonly memberId: string; readonly ref: string },
  limit: number,
): Promise<LateCompensation[]> {
  const rows = await sql<CompensationRow>`
    select * from jifen.late_compensation
    where (member_id, ref) > (${after.memberId}, ${after.ref})
      and (${memberId === undefined}::boolean or member_id = ${memberId ?? ''})
    order by member_id, ref
    limit ${limit}
  `.execute(db)
  return rows.rows.map(compensationOf)
}

/** Writes compensations of locked members as they are now; what was decided never changes. */
export async function upsertCompensations(
  tx: Writer,
  all: readonly LateCompensation[],
): Promise<void> {
  if (all.length === 0) return
  await overRows(
    tx,
    {
      ...keyColumns(all),
      ref: ['text', all.map((each) => each.ref)],
      presale_id: ['text', all.map((each) => each.presaleId)],
      shop_id: ['text', all.map((each) => each.shopId)],
      order_paid_at: ['timestamptz', all.map((each) => each.orderPaidAt)],
      cause: ['text', all.map((each) => each.cause)],
      late_since: ['timestamptz', all.map((each) => each.lateSince)],
      price_fen: ['bigint', all.map((each) => each.priceFen)],
      pair_fen: ['bigint', all.map((each) => each.pairFen)],
      deposit_fen: ['bigint', all.map((each) => each.depositFen)],
      compensation_fen: ['bigint', all.map((each) => each.compensationFen)],
      status: ['text', all.map((each) => each.status)],
      by_complaint: ['boolean', all.map((each) => each.isByComplaint)],
      paid_at: ['timestamptz', all.map((each) => each.paidAt)],
      taken_back_at: ['timestamptz', all.map((each) => each.takenBackAt)],
      policies: ['text', all.map((each) => each.policies)],
      why: ['json', all.map((each) => each.why)],
    },
    (rows, names) => `
    insert into jifen.late_compensation (${names}) ${rows}
    on conflict (member_id, ref) do update set
      status = excluded.status, taken_back_at = excluded.taken_back_at
  `,
  )
}

type CompensationRow = {
  readonly member_id: string
  readonly ref: string
  readonly order_id: string
  readonly presale_id: string | null
  readonly shop_id: string
  readonly order_paid_at: Temporal.Instant
  readonly cause: string
  readonly late_since: Temporal.Instant
  readonly price_fen: number
  readonly pair_fen: number
  readonly deposit_fen: number
  readonly compensation_fen: number
  readonly status: string
  readonly by_complaint: boolean
  readonly paid_at: Temporal.Instant
  readonly taken_back_at: Temporal.Instant | null
  readonly policies: string
  readonly why: string
}

function compensationOf(row: CompensationRow): LateCompensation {
  return {
    memberId: row.member_id,
    ref: row.ref,
    orderId: row.order_id,
    presaleId: row.presale_id,
    shopId: row.shop_id,
    orderPaidAt: row.order_paid_at,
    cause: row.cause as LateCause,
    lateSince: row.late_since,
    priceFen: row.price_fen,
    pairFen: row.pair_fen,
    depositFen: row.deposit_fen,
    compensationFen: row.compensation_fen,
    status: row.status as LateCompensation['status'],
    isByComplaint: row.by_complaint,
    paidAt: row.paid_at,
    takenBackAt: row.taken_back_at,
    policies: row.policies,
    why: row.why,
  }
}
