import { sql } from 'kysely'
import { markBadgesDue } from '#db/badges/due.ts'
import type { Reader, Writer } from '#db/connection.ts'
import { asFen } from '#rules/money/fen.ts'
import { asPoints } from '#rules/money/points.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'

/** An order with the member it belongs to. */
export type MemberOrder = { readonly memberId: string; readonly order: Order }

/** Reads the orders named, with their lines in the order of their ids. */
export async function ordersByIds(
  db: Reader,
  wanted: readonly { readonly memberId: string; readonly orderId: string }[],
): Promise<MemberOrder[]> {
  if (wanted.length === 0) return []
  const members = wanted.map((each) => each.memberId)
  const ids = wanted.map((each) => each.orderId)
  const [orders, lines] = await Promise.all([
    sql<OrderColumns>`
      select o.*
      from jifen.member_order o
      join unnest(${members}::text[], ${ids}::text[]) as k (member_id, order_id)
        using (member_id, order_id)
    `.execute(db),
    sql<LineColumns>`
      select l.*
      from jifen.member_order_line l
      join unnest(${members}::text[], ${ids}::text[]) as k (member_id, order_id)
        using (member_id, order_id)
      order by l.member_id, l.order_id, l.position
    `.execute(db),
  ])
  return withLines(orders.rows, lines.rows)
}

/** The orders of trades with their lines, by id. */
export async function ordersOfTrades(
  db: Reader,
  trades: readonly { readonly memberId: string; readonly tradeId: string }[],
): Promise<MemberOrder[]> {
  if (trades.length === 0) return []
  const members = trades.map((each) => each.memberId)
  const ids = trades.map((each) => each.tradeId)
  const [orders, lines] = await Promise.all([
    sql<OrderColumns>`
      select o.*
      from jifen.member_order o
      join unnest(${members}::text[], ${ids}::text[]) as k (member_id, trade_id)
        using (member_id, trade_id)
      order by o.member_id, o.order_id
    `.execute(db),
    sql<LineColumns>`
      select l.*
      from jifen.member_order_line l
      join jifen.member_order o using (member_id, order_id)
      join unnest(${members}::text[], ${ids}::text[]) as k (member_id, trade_id)
        using (member_id, trade_id)
      order by l.member_id, l.order_id, l.position
    `.execute(db),
  ])
  return withLines(orders.rows, lines.rows)
}

/**
 * Writes new orders of locked members and what changed in old ones. Lines are written as they stand.
 * Badges of those who received one are counted again.
 */
export async function upsertOrders(tx: Writer, rows: readonly MemberOrder[]): Promise<void> {
  if (rows.length === 0) return
  const received = rows.filter((row) => row.order.receivedAt !== null)
  await Promise.all([
    upsertHeads(tx, rows),
    upsertLines(tx, rows),
    markBadgesDue(
      tx,
      received.map((row) => row.memberId),
    ),
  ])
}

async function upsertHeads(tx: Writer, rows: readonly MemberOrder[]): Promise<void> {
  const orders = rows.map((row) => row.order)
  await sql`
    insert into jifen.member_order (
      member_id, order_id, trade_id, shop_id, placed_at, paid_at, shipped_at, collected_at,
      received_at, closed_at, freight_fen, earned_by
    )
    select * from unnest(
      ${rows.map((row) => row.memberId)}::text[],
      ${orders.map((order) => order.orderId)}::text[],
      ${orders.map((order) => order.tradeId)}::text[],
      ${orders.map((order) => order.shopId)}::text[],
      ${orders.map((order) => order.placedAt.toString())}::timestamptz[],
      ${orders.map((order) => text(order.paidAt))}::timestamptz[],
      ${orders.map((order) => text(order.shippedAt))}::timestamptz[],
      ${orders.map((order) => text(order.collectedAt))}::timestamptz[],
      ${orders.map((order) => text(order.receivedAt))}::timestamptz[],
      ${orders.map((order) => text(order.closedAt))}::timestamptz[],
      ${orders.map((order) => order.freightFen)}::bigint[],
      ${orders.map((order) => order.earnedBy)}::text[]
    )
    on conflict (member_id, order_id) do update set
      paid_at = excluded.paid_at,
      shipped_at = excluded.shipped_at,
      collected_at = excluded.collected_at,
      received_at = excluded.received_at,
      closed_at = excluded.closed_at,
      earned_by = excluded.earned_by,
      changed_in = pg_current_xact_id()
  `.execute(tx)
}

async function upsertLines(tx: Writer, rows: readonly MemberOrder[]): Promise<void> {
  const lines = rows.flatMap((row) =>
    row.order.lines.map((line, position) => ({ ...row, line, position })),
  )
  await sql`
    insert into jifen.member_order_line (
      member_id, order_id, line_id, position, sku, category, quantity, paid_fen, multiple_ppm,
      refunded_fen, refunded_quantity, points_earned, points_clawed
    )
    select * from unnest(
      ${lines.map((row) => row.memberId)}::text[],
      ${lines.map((row) => row.order.orderId)}::text[],
      ${lines.map((row) => row.line.lineId)}::text[],
      ${lines.map((row) => row.position)}::int[],
      ${lines.map((row) => row.line.sku)}::text[],
      ${lines.map((row) => row.line.category)}::text[],
      ${lines.map((row) => row.line.quantity)}::bigint[],
      ${lines.map((row) => row.line.paidFen)}::bigint[],
      ${lines.map((row) => row.line.multiplePpm)}::bigint[],
      ${lines.map((row) => row.line.refundedFen)}::bigint[],
      ${lines.map((row) => row.line.refundedQuantity)}::bigint[],
      ${lines.map((row) => row.line.pointsEarned)}::bigint[],
      ${lines.map((row) => row.line.pointsClawed)}::bigint[]
    )
    on conflict (member_id, order_id, line_id) do update set
      refunded_fen = excluded.refunded_fen,
      refunded_quantity = excluded.refunded_quantity,
      points_earned = excluded.points_earned,
      points_clawed = excluded.points_clawed
  `.execute(tx)
}

type OrderColumns = {
  member_id: string
  order_id: string
  trade_id: string
  shop_id: string
  placed_at: Temporal.Instant
  paid_at: Temporal.Instant | null
  shipped_at: Temporal.Instant | null
  collected_at: Temporal.Instant | null
  received_at: Temporal.Instant | null
  closed_at: Temporal.Instant | null
  freight_fen: number
  earned_by: string
}

type LineColumns = {
  member_id: string
  order_id: string
  line_id: string
  sku: string
  category: string
  quantity: number
  paid_fen: number
  multiple_ppm: number
  refunded_fen: number
  refunded_quantity: number
  points_earned: number
  points_clawed: number
}

function withLines(orders: readonly OrderColumns[], lines: readonly LineColumns[]): MemberOrder[] {
  const byOrder = Map.groupBy(lines, orderKey)
  return orders.map((row) => ({
    memberId: row.member_id,
    order: orderOf(row, byOrder.get(orderKey(row)) ?? []),
  }))
}

function orderKey(row: { member_id: string; order_id: string }): string {
  return `${row.member_id}/${row.order_id}`
}

function orderOf(row: OrderColumns, lines: readonly LineColumns[]): Order {
  return {
    orderId: row.order_id,
    tradeId: row.trade_id,
    shopId: row.shop_id,
    freightFen: asFen(row.freight_fen),
    placedAt: row.placed_at,
    paidAt: row.paid_at,
    shippedAt: row.shipped_at,
    collectedAt: row.collected_at,
    receivedAt: row.received_at,
    closedAt: row.closed_at,
    earnedBy: row.earned_by,
    lines: lines.map(lineOf),
  }
}

function lineOf(row: LineColumns): OrderLine {
  return {
    lineId: row.line_id,
    sku: row.sku,
    category: row.category,
    quantity: row.quantity,
    paidFen: asFen(row.paid_fen),
    multiplePpm: row.multiple_ppm as Ppm,
    refundedFen: asFen(row.refunded_fen),
    refundedQuantity: row.refunded_quantity,
    pointsEarned: asPoints(row.points_earned),
    pointsClawed: asPoints(row.points_clawed),
  }
}

function text(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null
}
