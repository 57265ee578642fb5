import { CompiledQuery } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { binaryArray } from '#db/arrays.ts'
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
  const lines = orders.flatMap(({ orderId, lines: own }) =>
    own.map((line, position) => ({ orderId, position, ...line })),
  )
  const values = [
    memberId,
    trade.tradeId,
    trade.placedAt.toString(),
    ...[trade.kind, trade.status, trade.fingerprint, trade.payBy.toString()],
    ...[trade.goodsFen, trade.payFen, trade.depositFen],
    ...[trade.digest, trade.policies, trade.campaign, JSON.stringify(trade.used)],
    ...[frozen.basket, frozen.quote],
    binaryArray(
      'text',
      orders.map((order) => order.orderId),
    ),
    binaryArray(
      'text',
      orders.map((order) => order.shopId),
    ),
    binaryArray(
      'bigint',
      orders.map((order) => order.freightFen),
    ),
    binaryArray(
      'text',
      lines.map((line) => line.orderId),
    ),
    binaryArray(
      'text',
      lines.map((line) => line.lineId),
    ),
    binaryArray(
      'int',
      lines.map((line) => line.position),
    ),
    binaryArray(
      'text',
      lines.map((line) => line.sku),
    ),
    binaryArray(
      'text',
      lines.map((line) => line.category),
    ),
    binaryArray(
      'bigint',
      lines.map((line) => line.quantity),
    ),
    binaryArray(
      'bigint',
      lines.map((line) => line.paidFen),
    ),
    binaryArray(
      'bigint',
      lines.map((line) => line.multiplePpm),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.lineId),
    ),
    binaryArray(
      'int',
      allocations.map((each) => each.n),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.orderId),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.shopId),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.layer),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.instrument),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.policy),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.funder),
    ),
    binaryArray(
      'text',
      allocations.map((each) => each.campaign),
    ),
    binaryArray(
      'bigint',
      allocations.map((each) => each.offFen),
    ),
  ]
  await tx.executeQuery(CompiledQuery.raw(placedText, values))
}

const placedText = `
  with placed as (
    insert into jifen.trade (
      member_id, trade_id, placed_at, kind, status, fingerprint, pay_by, goods_fen, pay_fen,
      deposit_fen, digest, policies, campaign, used, basket, quote
    )
    values (
      $1::text, $2::text, $3::timestamptz, $4, $5, $6, $7::timestamptz, $8, $9, $10, $11, $12, $13,
      $14::json, $15::json, $16::json
    )
  ),
  ordered as (
    insert into jifen.member_order (
      member_id, trade_id, placed_at, order_id, shop_id, freight_fen
    )
    select $1, $2, $3, * from unnest($17::text[], $18::text[], $19::bigint[])
  ),
  lined as (
    insert into jifen.member_order_line (
      member_id, order_id, line_id, position, sku, category, quantity, paid_fen, multiple_ppm
    )
    select $1, * from unnest(
      $20::text[], $21::text[], $22::int[], $23::text[], $24::text[], $25::bigint[], $26::bigint[],
      $27::bigint[]
    )
  )
  insert into jifen.allocation (
    member_id, trade_id, placed_at, line_id, n, order_id, shop_id, layer, instrument, policy,
    funder, campaign, off_fen
  )
  select $1, $2, $3, * from unnest(
    $28::text[], $29::int[], $30::text[], $31::text[], $32::text[], $33::text[], $34::text[],
    $35::text[], $36::text[], $37::bigint[]
  )
`
