import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { TradePlace } from '#db/trade-books.ts'
import type { Reversal } from '#rules/returns/reversals.ts'

/** A return that was done; `request` and `answer` are JSON texts. */
export type RefundRow = TradePlace & {
  readonly refundId: string
  /** Its number among the returns of its trade, from 1. */
  readonly n: number
  readonly at: Temporal.Instant
  /** Whether an order that it is of was received by then. */
  readonly received: boolean
  readonly refundFen: number
  readonly request: string
  readonly answer: string
  /** What it undid of the allocations; read from their own table where they are wanted. */
  readonly reversals: readonly Reversal[]
}

/** A return as it was done before. */
export type DoneRefund = TradePlace &
  Pick<RefundRow, 'refundId' | 'n' | 'at' | 'request' | 'answer'>

/** Units of another SKU that took the place of a line's. */
export type ExchangeRow = TradePlace & {
  readonly exchangeId: string
  readonly at: Temporal.Instant
  readonly lineId: string
  readonly sku: string
  readonly quantity: number
}

/** The returns of trades, in the order in which they were done. */
export async function refundsOfTrades(
  db: Reader,
  trades: readonly TradePlace[],
): Promise<DoneRefund[]> {
  if (trades.length === 0) return []
  return await overRows<DoneRefund>(
    db,
    tradeColumns(trades),
    (rows, names) => `
    select r.member_id as "memberId", r.trade_id as "tradeId", r.refund_id as "refundId", r.n,
      r.at, r.request, r.answer
    from jifen.trade_refund r
    join (${rows}) as k (${names}) using (member_id, trade_id)
    order by r.member_id, r.trade_id, r.n
  `,
  )
}

/** Writes returns with what they undid. */
export async function insertRefunds(tx: Writer, refunds: readonly RefundRow[]): Promise<void> {
  if (refunds.length === 0) return
  await overRows(
    tx,
    {
      ...tradeColumns(refunds),
      refund_id: ['text', refunds.map((each) => each.refundId)],
      n: ['int', refunds.map((each) => each.n)],
      at: ['timestamptz', refunds.map((each) => each.at)],
      received: ['boolean', refunds.map((each) => each.received)],
      refund_fen: ['bigint', refunds.map((each) => each.refundFen)],
      request: ['json', refunds.map((each) => each.request)],
      answer: ['json', refunds.map((each) => each.answer)],
    },
    (rows, names) => `insert into jifen.trade_refund (${names}) ${rows}`,
  )
  await insertReversals(tx, refunds)
}

async function insertReversals(tx: Writer, refunds: readonly RefundRow[]): Promise<void> {
  const undone = refunds.flatMap((refund) =>
    refund.reversals.map((reversal) => ({ ...refund, ...reversal })),
  )
  if (undone.length === 0) return
  await overRows(
    tx,
    {
      ...tradeColumns(undone),
      line_id: ['text', undone.map((each) => each.line)],
      n: ['int', undone.map((each) => each.n)],
      refund_id: ['text', undone.map((each) => each.refundId)],
      off_fen: ['bigint', undone.map((each) => each.offFen)],
      at: ['timestamptz', undone.map((each) => each.at)],
    },
    (rows, names) => `insert into jifen.allocation_reversal (${names}) ${rows}`,
  )
}

/** What was exchanged in a trade, in order. */
export async function exchangesOfTrade(
  db: Reader,
  { memberId, tradeId }: TradePlace,
): Promise<ExchangeRow[]> {
  const rows = await sql<ExchangeRow>`
    select member_id as "memberId", trade_id as "tradeId", exchange_id as "exchangeId", at,
      line_id as "lineId", sku, quantity
    from jifen.trade_exchange
    where member_id = ${memberId} and trade_id = ${tradeId}
    order by at, exchange_id
  `.execute(db)
  return rows.rows
}

/** Writes an exchange. */
export async function insertExchange(tx: Writer, exchange: ExchangeRow): Promise<void> {
  await overRows(
    tx,
    {
      ...tradeColumns([exchange]),
      exchange_id: ['text', [exchange.exchangeId]],
      at: ['timestamptz', [exchange.at]],
      line_id: ['text', [exchange.lineId]],
      sku: ['text', [exchange.sku]],
      quantity: ['bigint', [exchange.quantity]],
    },
    (rows, names) => `insert into jifen.trade_exchange (${names}) ${rows}`,
  )
}

function tradeColumns(trades: readonly TradePlace[]) {
  return {
    member_id: ['text', trades.map((each) => each.memberId)] as const,
    trade_id: ['text', trades.map((each) => each.tradeId)] as const,
  }
}
