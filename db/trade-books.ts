import { sql, type RawBuilder } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { refundParts } from '#db/settlement.ts'
import type {
  BookedAllocation,
  BookedOrder,
  BookedPart,
  Refunded,
  TradeBooks,
} from '#rules/settlement/trade-books.ts'

/** A place in the order of all trades. */
export type TradePlace = { readonly memberId: string; readonly tradeId: string }

/** The place before all trades. */
export const firstPlace: TradePlace = { memberId: '', tradeId: '' }

/** How many trades there are. */
export async function countTrades(db: Reader): Promise<number> {
  const rows = await sql<{ trades: number }>`
    select count(*) as trades from jifen.trade
  `.execute(db)
  return rows.rows[0]?.trades ?? 0
}

/** The books of the next trades after a place, by member and trade. */
export async function nextTradeBooks(
  db: Reader,
  after: TradePlace,
  limit: number,
): Promise<TradeBooks[]> {
  const { rows: trades } = await sql<TradeRow>`
    select member_id as "memberId", trade_id as "tradeId", campaign, goods_fen as "goodsFen",
      pay_fen as "payFen", deposit_fen as "depositFen"
    from jifen.trade
    where (member_id, trade_id) > (${after.memberId}, ${after.tradeId})
    order by member_id, trade_id
    limit ${limit}
  `.execute(db)
  const last = trades.at(-1)
  if (last === undefined) return []

  const within = (alias: string): RawBuilder<boolean> => sql`
    (${sql.ref(`${alias}.member_id`)}, ${sql.ref(`${alias}.trade_id`)})
      > (${after.memberId}, ${after.tradeId})
    and (${sql.ref(`${alias}.member_id`)}, ${sql.ref(`${alias}.trade_id`)})
      <= (${last.memberId}, ${last.tradeId})`
  const [orders, parts, refunds, allocations, reversals] = await Promise.all([
    ordersWithin(db, within),
    partsWithin(
      db,
      within,
      sql<boolean>`l.member_id between ${after.memberId} and ${last.memberId}`,
    ),
    refundsWithin(db, within),
    allocationsWithin(db, within),
    reversalsWithin(db, within),
  ])
  return trades.map((trade) => {
    const key = keyOf(trade)
    return {
      ...trade,
      orders: orders.get(key) ?? [],
      parts: (parts.get(key) ?? []).map((part) => partOf(part, refunds.get(key) ?? [])),
      allocations: (allocations.get(key) ?? []).map((each) =>
        allocationOf(each, reversals.get(key) ?? []),
      ),
    }
  })
}

type Within = (alias: string) => RawBuilder<boolean>

type TradeRow = TradePlace & Pick<TradeBooks, 'campaign' | 'goodsFen' | 'payFen' | 'depositFen'>

type OrderRow = TradePlace & BookedOrder

async function ordersWithin(db: Reader, within: Within): Promise<ByTrade<OrderRow>> {
  const { rows } = await sql<OrderRow>`
    select o.member_id as "memberId", o.trade_id as "tradeId", o.shop_id as shop,
      (extract(epoch from o.paid_at) * 1000)::float8 as "paidMs"
    from jifen.member_order o
    where ${within('o')}
  `.execute(db)
  return Map.groupBy(rows, keyOf)
}

type PartRow = TradePlace & Omit<BookedPart, 'refunds'>

/** Lines, freight and extras. `byMember` bounds the lines, which know no trade, for their index. */
async function partsWithin(
  db: Reader,
  within: Within,
  byMember: RawBuilder<boolean>,
): Promise<ByTrade<PartRow>> {
  const { rows } = await sql<PartRow>`
    select o.member_id as "memberId", o.trade_id as "tradeId", o.shop_id as shop, 'line' as kind,
      l.line_id as id, l.paid_fen as "paidFen", l.refunded_quantity = l.quantity as "isAllBack"
    from jifen.member_order o
    join jifen.member_order_line l using (member_id, order_id)
    where ${within('o')} and ${byMember}
    union all
    select o.member_id, o.trade_id, o.shop_id, 'freight', 'freight:' || o.shop_id, o.freight_fen, false
    from jifen.member_order o
    where ${within('o')}
    union all
    select t.member_id, t.trade_id, extra ->> 'shop', 'extras', 'extras:' || (extra ->> 'shop'),
      sum((extra ->> 'amount')::bigint)::bigint, false
    from jifen.trade t
    cross join lateral json_array_elements(t.basket -> 'extras') as extra
    where ${within('t')}
    group by t.member_id, t.trade_id, extra ->> 'shop'
  `.execute(db)
  return Map.groupBy(rows, keyOf)
}

type RefundRow = TradePlace & Refunded & { readonly part: string }

async function refundsWithin(db: Reader, within: Within): Promise<ByTrade<RefundRow>> {
  const { rows } = await sql<RefundRow>`
    select r.member_id as "memberId", r.trade_id as "tradeId", back.part, back.fen,
      (extract(epoch from r.at) * 1000)::float8 as "atMs"
    from jifen.trade_refund r
    cross join lateral (${refundParts}) as back
    where ${within('r')}
  `.execute(db)
  return Map.groupBy(rows, keyOf)
}

type AllocationRow = TradePlace & Omit<BookedAllocation, 'reversals'> & { readonly n: number }

async function allocationsWithin(db: Reader, within: Within): Promise<ByTrade<AllocationRow>> {
  const { rows } = await sql<AllocationRow>`
    select a.member_id as "memberId", a.trade_id as "tradeId", a.line_id as "lineId", a.n,
      a.shop_id as shop, a.layer, a.funder, a.campaign, a.off_fen as "offFen"
    from jifen.allocation a
    where ${within('a')}
  `.execute(db)
  return Map.groupBy(rows, keyOf)
}

type ReversalRow = TradePlace & Refunded & { readonly lineId: string; readonly n: number }

async function reversalsWithin(db: Reader, within: Within): Promise<ByTrade<ReversalRow>> {
  const { rows } = await sql<ReversalRow>`
    select r.member_id as "memberId", r.trade_id as "tradeId", r.line_id as "lineId", r.n,
      r.off_fen as fen, (extract(epoch from r.at) * 1000)::float8 as "atMs"
    from jifen.allocation_reversal r
    where ${within('r')}
  `.execute(db)
  return Map.groupBy(rows, keyOf)
}

type ByTrade<Row> = ReadonlyMap<string, readonly Row[]>

function keyOf({ memberId, tradeId }: TradePlace): string {
  return `${memberId}/${tradeId}`
}

function partOf(row: PartRow, refunds: readonly RefundRow[]): BookedPart {
  const { kind, id, shop, paidFen, isAllBack } = row
  const own = refunds.filter((each) => each.part === id)
  return { kind, id, shop, paidFen, isAllBack, refunds: own }
}

function allocationOf(row: AllocationRow, reversals: readonly ReversalRow[]): BookedAllocation {
  const { lineId, n, shop, layer, funder, campaign, offFen } = row
  const own = reversals.filter((each) => each.lineId === lineId && each.n === n)
  return { lineId, shop, layer, funder, campaign, offFen, reversals: own }
}
