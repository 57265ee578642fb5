import { CompiledQuery } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRowsOfAll, type Columns, type Part } from '#db/rows.ts'
import type { FrozenTexts } from '#db/trades/trades.ts'
import type { Order } from '#rules/orders/order.ts'
import type { Allocation } from '#rules/trades/freeze.ts'
import { waitsForTrade, type Trade } from '#rules/trades/trade.ts'

/** What there is under the names that a trade is to take. */
export type NamesFound = {
  /** `undefined`: the member is not known. */
  readonly memberStatus: 'active' | 'sealed' | undefined
  /** Of the trade that was placed under the id. */
  readonly fingerprint: string | undefined
  /** Whether there is an order of the trade, or one with one of its orders' ids, by facts. */
  readonly isTaken: boolean
  /** Whether facts wait for the trade or its orders. */
  readonly isAwaited: boolean
}

/** Looks a trade and its orders up before it is placed. */
export async function readNames(
  db: Reader,
  memberId: string,
  tradeId: string,
  orderIds: readonly string[],
): Promise<NamesFound> {
  const values = [memberId, tradeId, orderIds, [...orderIds, waitsForTrade(tradeId)]]
  const answered = await db.executeQuery<NamesRow>(CompiledQuery.raw(namesText, values))
  const [row] = answered.rows
  return {
    memberStatus: row?.status ?? undefined,
    fingerprint: row?.fingerprint ?? undefined,
    isTaken: row?.taken === true,
    isAwaited: row?.awaited === true,
  }
}

type NamesRow = {
  readonly status: 'active' | 'sealed' | null
  readonly fingerprint: string | null
  readonly taken: boolean
  readonly awaited: boolean
}

const namesText = `
  select
    (select status from jifen.member where member_id = $1) as status,
    (select fingerprint from jifen.trade where member_id = $1 and trade_id = $2) as fingerprint,
    exists (
      select from jifen.member_order where member_id = $1 and order_id = any($3::text[])
    ) or exists (
      select from jifen.member_order where member_id = $1 and trade_id = $2
    ) as taken,
    exists (
      select from jifen.member_event
      where member_id = $1 and order_id = any($4::text[]) and status = 'parked'
    ) as awaited
`

/** Writes a trade that was placed with its orders, their lines and its allocations, in one statement. */
export async function insertPlaced(
  tx: Writer,
  memberId: string,
  trade: Trade,
  frozen: FrozenTexts,
  orders: readonly Order[],
  allocations: readonly Allocation[],
): Promise<void> {
  const parts = [
    tradeInsert(memberId, trade, frozen),
    ordersInsert(memberId, orders),
    linesInsert(memberId, orders),
    allocationsInsert(memberId, trade, allocations),
  ]
  await overRowsOfAll(tx, parts)
}

function tradeInsert(memberId: string, trade: Trade, frozen: FrozenTexts): Part {
  const columns: Columns = {
    member_id: ['text', [memberId]],
    trade_id: ['text', [trade.tradeId]],
    kind: ['text', [trade.kind]],
    status: ['text', [trade.status]],
    fingerprint: ['text', [trade.fingerprint]],
    placed_at: ['timestamptz', [trade.placedAt]],
    pay_by: ['timestamptz', [trade.payBy]],
    goods_fen: ['bigint', [trade.goodsFen]],
    pay_fen: ['bigint', [trade.payFen]],
    deposit_fen: ['bigint', [trade.depositFen]],
    digest: ['text', [trade.digest]],
    policies: ['text', [trade.policies]],
    campaign: ['text', [trade.campaign]],
    used: ['json', [JSON.stringify(trade.used)]],
    basket: ['json', [frozen.basket]],
    quote: ['json', [frozen.quote]],
  }
  return { columns, text: (rows, names) => `insert into jifen.trade (${names}) ${rows}` }
}

function ordersInsert(memberId: string, orders: readonly Order[]): Part {
  const columns: Columns = {
    member_id: ['text', orders.map(() => memberId)],
    order_id: ['text', orders.map((order) => order.orderId)],
    trade_id: ['text', orders.map((order) => order.tradeId)],
    shop_id: ['text', orders.map((order) => order.shopId)],
    placed_at: ['timestamptz', orders.map((order) => order.placedAt)],
    freight_fen: ['bigint', orders.map((order) => order.freightFen)],
  }
  return { columns, text: (rows, names) => `insert into jifen.member_order (${names}) ${rows}` }
}

function linesInsert(memberId: string, orders: readonly Order[]): Part {
  const lines = orders.flatMap(({ orderId, lines: own }) =>
    own.map((line, position) => ({ ...line, orderId, position })),
  )
  const columns: Columns = {
    member_id: ['text', lines.map(() => memberId)],
    order_id: ['text', lines.map((line) => line.orderId)],
    line_id: ['text', lines.map((line) => line.lineId)],
    position: ['int', lines.map((line) => line.position)],
    sku: ['text', lines.map((line) => line.sku)],
    category: ['text', lines.map((line) => line.category)],
    quantity: ['bigint', lines.map((line) => line.quantity)],
    paid_fen: ['bigint', lines.map((line) => line.paidFen)],
    multiple_ppm: ['bigint', lines.map((line) => line.multiplePpm)],
  }
  return {
    columns,
    text: (rows, names) => `insert into jifen.member_order_line (${names}) ${rows}`,
  }
}

function allocationsInsert(
  memberId: string,
  { tradeId, placedAt }: Trade,
  allocations: readonly Allocation[],
): Part {
  const columns: Columns = {
    member_id: ['text', allocations.map(() => memberId)],
    trade_id: ['text', allocations.map(() => tradeId)],
    line_id: ['text', allocations.map((each) => each.lineId)],
    n: ['int', allocations.map((each) => each.n)],
    order_id: ['text', allocations.map((each) => each.orderId)],
    shop_id: ['text', allocations.map((each) => each.shopId)],
    layer: ['text', allocations.map((each) => each.layer)],
    instrument: ['text', allocations.map((each) => each.instrument)],
    policy: ['text', allocations.map((each) => each.policy)],
    funder: ['text', allocations.map((each) => each.funder)],
    campaign: ['text', allocations.map((each) => each.campaign)],
    off_fen: ['bigint', allocations.map((each) => each.offFen)],
    placed_at: ['timestamptz', allocations.map(() => placedAt)],
  }
  return { columns, text: (rows, names) => `insert into jifen.allocation (${names}) ${rows}` }
}
