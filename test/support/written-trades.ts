import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'
import type { Share } from '#rules/pricing/quote.ts'

type WrittenShare = Pick<Share, 'instrument' | 'offFen' | 'funder' | 'campaign'> & {
  readonly layer: string
}

/** A trade written by hand, as its placing would have left it. */
export type WrittenTrade = {
  readonly memberId: string
  readonly tradeId: string
  readonly campaign?: string
  readonly paidAt: string | null
  readonly lines: readonly {
    readonly id: string
    readonly shop: string
    readonly payFen: number
    readonly shares: readonly WrittenShare[]
  }[]
  readonly freight?: readonly {
    readonly shop: string
    readonly payFen: number
    readonly shares: readonly WrittenShare[]
  }[]
  readonly extras?: readonly { readonly shop: string; readonly amount: number }[]
}

export type WrittenRefund = {
  readonly refundId: string
  readonly at: string
  readonly byLineFen: Readonly<Record<string, number>>
  readonly freightByShopFen?: Readonly<Record<string, number>>
  readonly reversals: readonly { lineId: string; n: number; offFen: number }[]
}

/** Writes a trade with its orders, lines and allocations. */
export async function insertTrade(db: Database, trade: WrittenTrade): Promise<void> {
  const { memberId, tradeId, lines, freight = [], extras = [], paidAt } = trade
  const placedAt = paidAt ?? '2017-11-11T00:00:00+08:00'
  const goods = lines.reduce((sum, line) => sum + line.payFen + offOf(line.shares), 0)
  const pay = [...lines, ...freight].reduce((sum, part) => sum + part.payFen, 0)
  const more = extras.reduce((sum, extra) => sum + extra.amount, 0)
  await writeTrade(db, trade, { placedAt, goods, pay: pay + more })
  for (const shop of new Set(lines.map((line) => line.shop))) {
    const freightFen = freight.find((each) => each.shop === shop)?.payFen ?? 0
    await sql`
      insert into jifen.member_order (member_id, order_id, trade_id, shop_id, placed_at, paid_at, freight_fen)
      values (${memberId}, ${`${tradeId}-${shop}`}, ${tradeId}, ${shop}, ${placedAt}, ${paidAt}, ${freightFen})
    `.execute(db)
  }
  for (const [position, { id, shop, payFen, shares }] of lines.entries()) {
    await sql`
      insert into jifen.member_order_line
        (member_id, order_id, line_id, position, sku, category, quantity, paid_fen, multiple_ppm)
      values (${memberId}, ${`${tradeId}-${shop}`}, ${id}, ${position}, 'sku', '', 1, ${payFen}, 1000000)
    `.execute(db)
    await writeShares(db, trade, id, shop, placedAt, shares)
  }
  for (const { shop, shares } of freight) {
    await writeShares(db, trade, `freight:${shop}`, shop, placedAt, shares)
  }
}

async function writeTrade(
  db: Database,
  { memberId, tradeId, campaign, paidAt, extras = [] }: WrittenTrade,
  { placedAt, goods, pay }: { placedAt: string; goods: number; pay: number },
): Promise<void> {
  const basket = JSON.stringify({ extras })
  await sql`
    insert into jifen.trade (member_id, trade_id, kind, status, fingerprint, placed_at, pay_by, paid_at,
      goods_fen, pay_fen, deposit_fen, digest, policies, campaign, basket, quote, used)
    values (${memberId}, ${tradeId}, 'priced', ${paidAt === null ? 'placed' : 'paid'}, '', ${placedAt},
      ${placedAt}, ${paidAt}, ${goods}, ${pay}, 0, '', 'pricing@1', ${campaign ?? null}, ${basket}, '{}', '{}')
  `.execute(db)
}

async function writeShares(
  db: Database,
  { memberId, tradeId }: WrittenTrade,
  lineId: string,
  shop: string,
  placedAt: string,
  shares: readonly WrittenShare[],
): Promise<void> {
  for (const [n, { layer, instrument, funder, campaign, offFen }] of shares.entries()) {
    await sql`
      insert into jifen.allocation (member_id, trade_id, line_id, n, order_id, shop_id, layer, instrument,
        policy, funder, campaign, off_fen, placed_at)
      values (${memberId}, ${tradeId}, ${lineId}, ${n}, ${`${tradeId}-${shop}`}, ${shop}, ${layer},
        ${instrument}, null, ${funder}, ${campaign ?? null}, ${offFen}, ${placedAt})
    `.execute(db)
  }
}

/** Writes a return with what it reverses. */
export async function refundTrade(
  db: Database,
  { memberId, tradeId }: WrittenTrade,
  { refundId, at, byLineFen, freightByShopFen = {}, reversals }: WrittenRefund,
): Promise<void> {
  const parts = [...Object.values(byLineFen), ...Object.values(freightByShopFen)]
  const fen = parts.reduce((sum, part) => sum + part, 0)
  const answer = JSON.stringify({ byLineFen, freightByShopFen, extrasByShopFen: {} })
  await sql`
    insert into jifen.trade_refund (
      member_id, trade_id, refund_id, n, at, received, refund_fen, request, answer
    )
    select ${memberId}, ${tradeId}, ${refundId}, count(*) + 1, ${at}::timestamptz, false, ${fen},
      '{}', ${answer}
    from jifen.trade_refund where member_id = ${memberId} and trade_id = ${tradeId}
  `.execute(db)
  for (const { lineId, n, offFen } of reversals) {
    await sql`
      insert into jifen.allocation_reversal (member_id, trade_id, line_id, n, refund_id, off_fen, at)
      values (${memberId}, ${tradeId}, ${lineId}, ${n}, ${refundId}, ${offFen}, ${at})
    `.execute(db)
  }
}

function offOf(shares: readonly WrittenShare[]): number {
  return shares.reduce((sum, share) => sum + share.offFen, 0)
}
