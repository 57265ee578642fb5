import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { DeliveryMethod } from '#rules/timeouts/methods.ts'
import type { ReceiptTime } from '#rules/timeouts/receipt.ts'

/** Names an order of a member. */
export type OrderKey = { readonly memberId: string; readonly orderId: string }

/** The time to confirm the receipt of an order, as it is kept. */
export type KeptReceipt = OrderKey &
  ReceiptTime & {
    readonly shopId: string
    readonly method: DeliveryMethod
    /** So many days at most may the buyer add. */
    readonly mostDays: number
    /** The window of the policy that it is by; `null`: the ordinary time. */
    readonly exception: string | null
    /** `timeouts@1`. */
    readonly policy: string
    readonly endedAt: Temporal.Instant | null
    readonly outcome: ReceiptOutcome | null
  }

/** How it ended: the receipt was told, the order was closed, the time was over. */
export type ReceiptOutcome = 'told' | 'closed' | 'timeOut'

/** A receipt that waits for nothing any more. */
export type EndedReceipt = OrderKey & {
  readonly endedAt: Temporal.Instant
  readonly outcome: ReceiptOutcome
}

/** The receipts of orders that were shipped; others are left out. */
export async function receiptsOf(
  db: Reader,
  orders: readonly OrderKey[],
): Promise<Map<string, KeptReceipt>> {
  if (orders.length === 0) return new Map()
  const rows = await sql<ReceiptColumns>`
    select r.*
    from jifen.order_receipt r
    join unnest(
      ${orders.map((each) => each.memberId)}::text[], ${orders.map((each) => each.orderId)}::text[]
    ) as k (member_id, order_id) using (member_id, order_id)
  `.execute(db)
  return new Map(rows.rows.map((row) => [orderName(receiptOf(row)), receiptOf(row)]))
}

/** The name of an order among all. */
export function orderName({ memberId, orderId }: OrderKey): string {
  return `${memberId}/${orderId}`
}

/** Writes receipts that are new; those that are there already stay as they are. */
export async function insertReceipts(tx: Writer, receipts: readonly KeptReceipt[]): Promise<void> {
  if (receipts.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', receipts.map((each) => each.memberId)],
      order_id: ['text', receipts.map((each) => each.orderId)],
      shop_id: ['text', receipts.map((each) => each.shopId)],
      method: ['text', receipts.map((each) => each.method)],
      from_at: ['timestamptz', receipts.map((each) => each.fromAt)],
      due_at: ['timestamptz', receipts.map((each) => each.dueAt)],
      remind_at: ['timestamptz', receipts.map((each) => each.remindAt)],
      paused_at: ['timestamptz', receipts.map((each) => each.pausedAt)],
      most_days: ['int', receipts.map((each) => each.mostDays)],
      exception: ['text', receipts.map((each) => each.exception)],
      policy: ['text', receipts.map((each) => each.policy)],
    },
    (rows, names) => `
      insert into jifen.order_receipt (${names}) ${rows}
      on conflict (member_id, order_id) do nothing
    `,
  )
}

/** Writes the time of a receipt as it is now; the member is locked. */
export async function updateReceipt(
  tx: Writer,
  { memberId, orderId }: OrderKey,
  time: ReceiptTime,
): Promise<void> {
  await sql`
    update jifen.order_receipt set
      due_at = ${time.dueAt.toString()}::timestamptz,
      remind_at = ${time.remindAt?.toString() ?? null}::timestamptz,
      paused_at = ${time.pausedAt?.toString() ?? null}::timestamptz,
      extended_days = ${time.extendedDays}
    where member_id = ${memberId} and order_id = ${orderId} and ended_at is null
  `.execute(tx)
}

/** Keeps how receipts ended, of those that have not yet. */
export async function endReceipts(tx: Writer, ended: readonly EndedReceipt[]): Promise<void> {
  if (ended.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', ended.map((each) => each.memberId)],
      order_id: ['text', ended.map((each) => each.orderId)],
      ended_at: ['timestamptz', ended.map((each) => each.endedAt)],
      outcome: ['text', ended.map((each) => each.outcome)],
    },
    (rows, names) => `
      update jifen.order_receipt r set ended_at = k.ended_at, outcome = k.outcome
      from (${rows}) as k (${names})
      where r.member_id = k.member_id and r.order_id = k.order_id and r.ended_at is null
    `,
  )
}

/** Orders whose time to confirm the receipt is over, what waits longest first. */
export async function dueReceipts(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<OrderKey[]> {
  const rows = await sql<OrderKey>`
    select member_id as "memberId", order_id as "orderId"
    from jifen.order_receipt
    where ended_at is null and paused_at is null and due_at <= ${by.toString()}::timestamptz
    order by due_at, member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Orders of whose receipt the buyer is to be reminded by now, the first to be reminded first. */
export async function receiptsToRemind(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<OrderKey[]> {
  const rows = await sql<OrderKey>`
    select member_id as "memberId", order_id as "orderId"
    from jifen.order_receipt
    where ended_at is null and paused_at is null
      and remind_at is not null and remind_at <= ${by.toString()}::timestamptz
    order by remind_at, member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Takes the reminders that are due of orders, as they are now: each is given once. */
export async function takeReceiptReminders(
  tx: Writer,
  orders: readonly OrderKey[],
  by: Temporal.Instant,
): Promise<KeptReceipt[]> {
  const rows = await sql<ReceiptColumns>`
    update jifen.order_receipt r set remind_at = null
    from unnest(
      ${orders.map((each) => each.memberId)}::text[], ${orders.map((each) => each.orderId)}::text[]
    ) as k (member_id, order_id)
    where r.member_id = k.member_id and r.order_id = k.order_id and r.ended_at is null
      and r.paused_at is null and r.remind_at <= ${by.toString()}::timestamptz
    returning r.*
  `.execute(tx)
  return rows.rows.map(receiptOf)
}

/** A page of the receipts that a shop waits for, what is due first before the others. */
export async function receiptsOfShop(
  db: Reader,
  shopId: string,
  limit: number,
): Promise<KeptReceipt[]> {
  const rows = await sql<ReceiptColumns>`
    select * from jifen.order_receipt
    where shop_id = ${shopId} and ended_at is null
    order by due_at, member_id, order_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map(receiptOf)
}

type ReceiptColumns = {
  member_id: string
  order_id: string
  shop_id: string
  method: DeliveryMethod
  from_at: Temporal.Instant
  due_at: Temporal.Instant
  remind_at: Temporal.Instant | null
  paused_at: Temporal.Instant | null
  extended_days: number | null
  most_days: number
  exception: string | null
  policy: string
  ended_at: Temporal.Instant | null
  outcome: ReceiptOutcome | null
}

function receiptOf(row: ReceiptColumns): KeptReceipt {
  return {
    memberId: row.member_id,
    orderId: row.order_id,
    shopId: row.shop_id,
    method: row.method,
    fromAt: row.from_at,
    dueAt: row.due_at,
    remindAt: row.remind_at,
    pausedAt: row.paused_at,
    extendedDays: row.extended_days,
    mostDays: row.most_days,
    exception: row.exception,
    policy: row.policy,
    endedAt: row.ended_at,
    outcome: row.outcome,
  }
}
