import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { DeclarationKey } from '#db/declarations/declarations.ts'
import type { StockMove } from '#db/declarations/stock.ts'
import { overRows } from '#db/rows.ts'

/** What a member buys of a declared SKU. */
export type DeclaredUse = DeclarationKey & {
  /** `trade:<trade>/<line>`, or `presale:<presale>`. */
  readonly useId: string
  readonly quantity: number
  /** Whether it was taken from what is locked. */
  readonly drawn: boolean
  readonly declaredFen: number
  readonly askedFen: number
  readonly usedAt: Temporal.Instant
  readonly tradeId: string | null
  readonly lineId: string | null
}

/** Writes what a member buys of declared SKUs. */
export async function insertUses(
  tx: Writer,
  memberId: string,
  uses: readonly DeclaredUse[],
): Promise<void> {
  if (uses.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', uses.map(() => memberId)],
      use_id: ['text', uses.map((each) => each.useId)],
      campaign: ['text', uses.map((each) => each.campaign)],
      shop_id: ['text', uses.map((each) => each.shopId)],
      sku: ['text', uses.map((each) => each.sku)],
      kind: ['text', uses.map((each) => each.kind)],
      quantity: ['bigint', uses.map((each) => each.quantity)],
      drawn: ['boolean', uses.map((each) => each.drawn)],
      declared_fen: ['bigint', uses.map((each) => each.declaredFen)],
      asked_fen: ['bigint', uses.map((each) => each.askedFen)],
      used_at: ['timestamptz', uses.map((each) => each.usedAt)],
      trade_id: ['text', uses.map((each) => each.tradeId)],
      line_id: ['text', uses.map((each) => each.lineId)],
    },
    (rows, names) => `insert into jifen.declared_use (${names}) ${rows}`,
  )
}

/** Whether some of a member's bookings are of declared SKUs. */
export async function areBooked(
  db: Reader,
  memberId: string,
  presaleIds: readonly string[],
): Promise<boolean> {
  if (presaleIds.length === 0) return false
  const rows = await sql<{ use_id: string }>`
    select use_id from jifen.declared_use
    where member_id = ${memberId} and use_id = any(${presaleIds.map(useOfPresale)}::text[])
    limit 1
  `.execute(db)
  return rows.rows.length > 0
}

/** Says which line of a trade pays the balance of each booking; a booking of other goods has no use. */
export async function putBookingsInTrade(
  tx: Writer,
  memberId: string,
  tradeId: string,
  lines: readonly { readonly presaleId: string; readonly lineId: string }[],
): Promise<void> {
  if (lines.length === 0) return
  await sql`
    update jifen.declared_use u
    set trade_id = ${tradeId}, line_id = k.line_id
    from unnest(
      ${lines.map((each) => useOfPresale(each.presaleId))}::text[],
      ${lines.map((each) => each.lineId)}::text[]
    ) as k (use_id, line_id)
    where u.member_id = ${memberId} and u.use_id = k.use_id
  `.execute(tx)
}

/** Takes away the uses of bookings that ended, and returns what they had drawn. */
export async function deletePresaleUses(
  tx: Writer,
  memberId: string,
  presaleIds: readonly string[],
): Promise<StockMove[]> {
  if (presaleIds.length === 0) return []
  const gone = await sql<GoneRow>`
    delete from jifen.declared_use
    where member_id = ${memberId} and use_id = any(${presaleIds.map(useOfPresale)}::text[])
    returning campaign, shop_id, sku, kind, quantity, drawn
  `.execute(tx)
  return movesOf(gone.rows)
}

/** A trade, or some lines of it. */
export type UsedIn = {
  readonly memberId: string
  readonly tradeId: string
  /** Absent: all. */
  readonly lineIds?: readonly string[] | undefined
}

/**
 * Takes away the uses of lines that were not paid or came back, and returns what they had drawn. A
 * booking whose trade was not paid keeps what it drew (`keepsBookings`): another trade pays its balance.
 */
export async function deleteTradeUses(
  tx: Writer,
  { memberId, tradeId, lineIds }: UsedIn,
  keepsBookings: boolean,
): Promise<StockMove[]> {
  const ofLines = lineIds === undefined ? sql`true` : sql`line_id = any(${[...lineIds]}::text[])`
  if (keepsBookings) {
    await sql`
      update jifen.declared_use set trade_id = null, line_id = null
      where member_id = ${memberId} and trade_id = ${tradeId} and ${ofLines}
        and use_id like 'presale:%'
    `.execute(tx)
  }
  const gone = await sql<GoneRow>`
    delete from jifen.declared_use
    where member_id = ${memberId} and trade_id = ${tradeId} and ${ofLines}
    returning campaign, shop_id, sku, kind, quantity, drawn
  `.execute(tx)
  return movesOf(gone.rows)
}

/** The use of a booking. */
export function useOfPresale(presaleId: string): string {
  return `presale:${presaleId}`
}

/** The use of a line of a trade. */
export function useOfLine(tradeId: string, lineId: string): string {
  return `trade:${tradeId}/${lineId}`
}

/** Of declarations: units sold at another price than the declared one, by campaign, shop, SKU and kind. */
export async function soldAtOtherPrices(
  db: Reader,
  { campaign, shopId, sku, kind }: DeclarationKey,
): Promise<number> {
  const rows = await sql<{ units: number }>`
    select coalesce(sum(quantity), 0)::bigint as units from jifen.declared_use
    where campaign = ${campaign} and shop_id = ${shopId} and sku = ${sku} and kind = ${kind}
      and asked_fen <> declared_fen
  `.execute(db)
  return rows.rows[0]?.units ?? 0
}

type GoneRow = {
  campaign: string
  shop_id: string
  sku: string
  kind: string
  quantity: number
  drawn: boolean
}

function movesOf(rows: readonly GoneRow[]): StockMove[] {
  return rows
    .filter((row) => row.drawn)
    .map(({ campaign, shop_id: shopId, sku, kind, quantity: units }) => {
      return { campaign, shopId, sku, kind: kind as DeclarationKey['kind'], units }
    })
}
