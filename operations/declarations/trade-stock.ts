import type { Reader, Writer } from '#db/connection.ts'
import { openDeclarations, type DeclarationKey } from '#db/declarations/declarations.ts'
import { addStock, stockKey, takeStock, type StockMove } from '#db/declarations/stock.ts'
import {
  deletePresaleUses,
  deleteTradeUses,
  insertUses,
  useOfLine,
  useOfPresale,
  type DeclaredUse,
  type UsedIn,
} from '#db/declarations/uses.ts'
import { campaignsAt } from '#operations/campaigns/campaign-book.ts'
import { declarationsPolicyAt } from '#operations/declarations/declaration-setting.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { DeclarationKind, DeclaredTerms } from '#rules/campaigns/declarations/declaration.ts'
import {
  isOnSale,
  matchLines,
  type LineAsked,
  type LinesMatched,
  type LineUse,
} from '#rules/campaigns/declarations/trade-lines.ts'
import type { Fen } from '#rules/money/fen.ts'
import type { BasketLine } from '#rules/pricing/basket.ts'
import type { BookedLine } from '#rules/trades/booking.ts'

/** A declared SKU of which there is less left than is asked. */
export type DeclaredSoldOut = {
  readonly ok: false
  readonly refusal: 'declarations/sold-out'
  readonly line: string
  readonly shop: string
  readonly sku: string
}

/** The lines of a trade as they ask for declared goods. One that pays a booking has drawn at its booking. */
export function linesOfTrade(lines: readonly TradeLine[]): LineAsked[] {
  return lines.flatMap(({ id, shop, sku, quantity, presale, promoPrice, listPrice, booking }) => {
    if (booking !== undefined) return []
    const kind = presale === undefined ? ('spot' as const) : ('presale' as const)
    const priceFen = promoPrice ?? listPrice
    return [{ line: id, shop, sku, kind, quantity, priceFen, terms: presale ?? null }]
  })
}

type TradeLine = Pick<BasketLine, 'id' | 'shop' | 'sku' | 'quantity' | 'listPrice'> & {
  readonly promoPrice?: Fen | undefined
  readonly presale?: DeclaredTerms | undefined
  readonly booking?: string | undefined
}

/** A booking as it asks for declared goods. */
export function lineOfBooking({ sku, shop, quantity, price, ...terms }: BookedLine): LineAsked {
  const { deposit, worth, instantOff } = terms
  const asked = { line: '', shop, sku, quantity, priceFen: price }
  return { ...asked, kind: 'presale', terms: { deposit, worth, instantOff } }
}

/**
 * What lines draw on of what is declared in the campaigns that are on at an instant (DL-10, DL-11). Nothing
 * is read where none is. A price that is another is refused, or goes with the use, as the policy says.
 */
export async function matchDeclared(
  db: Reader,
  policies: PolicyBook,
  lines: readonly LineAsked[],
  at: Temporal.Instant,
  otherPrice = declarationsPolicyAt(policies, at).otherPrice,
): Promise<LinesMatched> {
  const keys = campaignsAt(policies, at).flatMap(({ campaign, terms }) => {
    const onSale = (kind: DeclarationKind): boolean => isOnSale(terms, kind, at)
    const sold = { presale: onSale('presale'), spot: onSale('spot') }
    return lines.flatMap(({ shop, sku, kind }): DeclarationKey[] =>
      sold[kind] ? [{ campaign, shopId: shop, sku, kind }] : [],
    )
  })
  if (keys.length === 0) return { ok: true, uses: [] }
  const declared = await openDeclarations(db, distinct(keys))
  return matchLines(lines, declared, otherPrice)
}

/** What is taken for a trade or a booking, and by whom. */
export type Taking = {
  readonly memberId: string
  readonly at: Temporal.Instant
  readonly by: { readonly tradeId: string } | { readonly presaleId: string }
}

/**
 * Takes what lines draw on from what is locked for the campaign (DL-10), and writes it down. Call it last:
 * it waits for whoever takes of the same SKU. Refused when there is too little of one: the caller undoes
 * what was taken of the others.
 */
export async function takeDeclared(
  tx: Writer,
  taking: Taking,
  uses: readonly LineUse[],
): Promise<{ readonly ok: true } | DeclaredSoldOut> {
  if (uses.length === 0) return { ok: true }
  await writeUses(tx, taking, uses, true)
  const moves = together(uses.map((use) => ({ ...use, units: use.quantity })))
  const taken = await takeStock(tx, moves)
  const short = moves.find((move) => !taken.has(nameOf(move)))
  if (short === undefined) return { ok: true }
  const { shopId: shop, sku } = short
  const line = uses.find((use) => nameOf(use) === nameOf(short))?.line ?? ''
  return { ok: false, refusal: 'declarations/sold-out', line, shop, sku }
}

/** Writes down what a trade that was priced elsewhere has of declared goods: its seller kept the stock. */
export async function noteDeclared(
  tx: Writer,
  taking: Taking,
  uses: readonly LineUse[],
): Promise<void> {
  await writeUses(tx, taking, uses, false)
}

/** Gives back what lines had drawn that were not paid or came back whole (DL-12). */
export async function returnDeclared(
  tx: Writer,
  used: readonly UsedIn[],
  keepsBookings: boolean,
): Promise<void> {
  const gone = await Promise.all(used.map((each) => deleteTradeUses(tx, each, keepsBookings)))
  await addStock(tx, together(gone.flat()))
}

/** Gives back what bookings had drawn whose balance is not paid any more (DL-12). */
export async function returnBooked(
  tx: Writer,
  memberId: string,
  presaleIds: readonly string[],
): Promise<void> {
  await addStock(tx, together(await deletePresaleUses(tx, memberId, presaleIds)))
}

async function writeUses(
  tx: Writer,
  { memberId, at, by }: Taking,
  uses: readonly LineUse[],
  drawn: boolean,
): Promise<void> {
  const written = uses.map(({ line, ...use }): DeclaredUse => {
    const { campaign, shopId, sku, kind, quantity, declaredFen, askedFen } = use
    const named = { campaign, shopId, sku, kind, quantity, declaredFen, askedFen }
    if ('presaleId' in by) {
      const useId = useOfPresale(by.presaleId)
      return { ...named, useId, drawn, usedAt: at, tradeId: null, lineId: null }
    }
    const useId = useOfLine(by.tradeId, line)
    return { ...named, useId, drawn, usedAt: at, tradeId: by.tradeId, lineId: line }
  })
  await insertUses(tx, memberId, written)
}

/** Moves of the same SKU as one. */
function together(moves: readonly StockMove[]): StockMove[] {
  const sums = new Map<string, StockMove>()
  for (const { campaign, shopId, sku, kind, units } of moves) {
    const key = { campaign, shopId, sku, kind }
    const before = sums.get(nameOf(key))?.units ?? 0
    sums.set(nameOf(key), { ...key, units: before + units })
  }
  return [...sums.values()]
}

function distinct(keys: readonly DeclarationKey[]): DeclarationKey[] {
  return [...new Map(keys.map((key) => [nameOf(key), key])).values()]
}

function nameOf(key: DeclarationKey): string {
  return `${key.campaign}\n${key.shopId}\n${stockKey(key)}`
}
