import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** A trade with the member it belongs to. */
export type MemberTrade = { readonly memberId: string; readonly trade: Trade }

/** What was frozen when it was placed: the basket with the member's situation, and its quote, as JSON. */
export type FrozenTexts = { readonly basket: string; readonly quote: string }

/** One trade, or `undefined`. */
export async function tradeById(
  db: Reader,
  memberId: string,
  tradeId: string,
): Promise<Trade | undefined> {
  const rows = await sql<TradeColumns>`
    select ${columns} from jifen.trade t where member_id = ${memberId} and trade_id = ${tradeId}
  `.execute(db)
  const [row] = rows.rows
  return row === undefined ? undefined : tradeOf(row)
}

/** What was frozen of a trade. */
export async function frozenById(
  db: Reader,
  memberId: string,
  tradeId: string,
): Promise<FrozenTexts | undefined> {
  const rows = await sql<FrozenTexts>`
    select basket, quote from jifen.trade where member_id = ${memberId} and trade_id = ${tradeId}
  `.execute(db)
  return rows.rows[0]
}

/** What was frozen of several trades. */
export async function frozenOfTrades(
  db: Reader,
  trades: readonly { readonly memberId: string; readonly tradeId: string }[],
): Promise<(FrozenTexts & { readonly memberId: string; readonly tradeId: string })[]> {
  return await overRows(
    db,
    {
      member_id: ['text', trades.map((each) => each.memberId)],
      trade_id: ['text', trades.map((each) => each.tradeId)],
    },
    (rows, names) => `
    select t.member_id as "memberId", t.trade_id as "tradeId", t.basket, t.quote
    from jifen.trade t
    join (${rows}) as k (${names}) using (member_id, trade_id)
  `,
  )
}

/** The trades of these ids, and those that the orders named belong to. */
export async function tradesConcerned(
  db: Reader,
  orders: readonly { readonly memberId: string; readonly orderId: string }[],
  trades: readonly { readonly memberId: string; readonly tradeId: string }[],
): Promise<MemberTrade[]> {
  if (orders.length === 0 && trades.length === 0) return []
  const rows = await sql<TradeColumns>`
    select ${columns}
    from jifen.trade t
    join (
      select o.member_id, o.trade_id
      from jifen.member_order o
      join unnest(
        ${orders.map((each) => each.memberId)}::text[],
        ${orders.map((each) => each.orderId)}::text[]
      ) as k (member_id, order_id) using (member_id, order_id)
      union
      select * from unnest(
        ${trades.map((each) => each.memberId)}::text[],
        ${trades.map((each) => each.tradeId)}::text[]
      ) as named (member_id, trade_id)
    ) as wanted using (member_id, trade_id)
    order by t.member_id, t.trade_id
  `.execute(db)
  return rows.rows.map((row) => ({ memberId: row.member_id, trade: tradeOf(row) }))
}

/** A member's trades below a place in the list, newest first. */
export async function tradesPage(
  db: Reader,
  memberId: string,
  page: {
    readonly below: { readonly at: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<Trade[]> {
  const { below, limit } = page
  const rows = await sql<TradeColumns>`
    select ${columns}
    from jifen.trade t
    where member_id = ${memberId} and (
      ${below === undefined}::boolean
      or (placed_at, trade_id) < (${below?.at.toString() ?? null}::timestamptz, ${below?.id ?? null})
    )
    order by placed_at desc, trade_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(tradeOf)
}

/** Trades whose time to pay is over by an instant, the first to end first. */
export async function dueTrades(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<{ readonly memberId: string; readonly tradeId: string }[]> {
  const rows = await sql<{ memberId: string; tradeId: string }>`
    select member_id as "memberId", trade_id as "tradeId"
    from jifen.trade
    where status = 'placed' and pay_by <= ${by.toString()}::timestamptz
    order by pay_by, member_id, trade_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Writes what became of trades. */
export async function updateTrades(tx: Writer, trades: readonly MemberTrade[]): Promise<void> {
  if (trades.length === 0) return
  const all = trades.map((each) => each.trade)
  await overRows(
    tx,
    {
      member_id: ['text', trades.map((each) => each.memberId)],
      trade_id: ['text', all.map((trade) => trade.tradeId)],
      status: ['text', all.map((trade) => trade.status)],
      paid_at: ['timestamptz', all.map((trade) => trade.paidAt)],
      paid_ref: ['text', all.map((trade) => trade.paidRef)],
      closed_at: ['timestamptz', all.map((trade) => trade.closedAt)],
      close_reason: ['text', all.map((trade) => trade.closeReason)],
    },
    (rows, names) => `
    update jifen.trade t set
      status = n.status,
      paid_at = n.paid_at,
      paid_ref = n.paid_ref,
      closed_at = n.closed_at,
      close_reason = n.close_reason
    from (${rows}) as n (${names})
    where t.member_id = n.member_id and t.trade_id = n.trade_id
  `,
  )
}

/** All but what was frozen, which is long. */
const columns = sql.raw(`
  t.member_id, t.trade_id, t.kind, t.status, t.fingerprint, t.placed_at, t.pay_by, t.paid_at,
  t.paid_ref, t.closed_at, t.close_reason, t.goods_fen, t.pay_fen, t.deposit_fen, t.digest,
  t.policies, t.campaign, t.used
`)

type TradeColumns = {
  member_id: string
  trade_id: string
  kind: string
  status: string
  fingerprint: string
  placed_at: Temporal.Instant
  pay_by: Temporal.Instant
  paid_at: Temporal.Instant | null
  paid_ref: string | null
  closed_at: Temporal.Instant | null
  close_reason: string | null
  goods_fen: number
  pay_fen: number
  deposit_fen: number
  digest: string
  policies: string
  campaign: string | null
  used: string
}

function tradeOf(row: TradeColumns): Trade {
  return {
    tradeId: row.trade_id,
    kind: row.kind as Trade['kind'],
    status: row.status as Trade['status'],
    fingerprint: row.fingerprint,
    placedAt: row.placed_at,
    payBy: row.pay_by,
    paidAt: row.paid_at,
    paidRef: row.paid_ref,
    closedAt: row.closed_at,
    closeReason: row.close_reason,
    goodsFen: asFen(row.goods_fen),
    payFen: asFen(row.pay_fen),
    depositFen: asFen(row.deposit_fen),
    digest: row.digest,
    policies: row.policies,
    campaign: row.campaign,
    used: JSON.parse(row.used) as Trade['used'],
  }
}
