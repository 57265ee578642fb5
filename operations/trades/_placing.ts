import type { Writer } from '#db/connection.ts'
import { parkedEvents } from '#db/events.ts'
import { lockOrMakeMember } from '#db/members.ts'
import { ordersOfTrades } from '#db/orders.ts'
import { insertPlaced, readNames, type NamesFound } from '#db/trades/placing.ts'
import { frozenById, tradeById } from '#db/trades/trades.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { applyWaiting } from '#operations/trades/_waiting.ts'
import { assert } from '#rules/assert.ts'
import { allocationsOf, orderIdsOf, ordersOf } from '#rules/trades/freeze.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import { waitsForTrade, type Trade } from '#rules/trades/trade.ts'

/** A trade as it was placed: nothing here changes later. */
export type PlacedTrade = {
  readonly tradeId: string
  readonly memberId: string
  readonly placedAt: Temporal.Instant
  readonly payBy: Temporal.Instant
  readonly orders: readonly { readonly shop: string; readonly orderId: string }[]
  readonly digest: string
  readonly basket: Basket
  readonly quote: Quote
}

/** What a trade is called, and which orders it is to have. */
export type Naming = {
  readonly tradeId: string
  readonly lines: readonly { readonly shop: string }[]
  readonly orders: readonly { readonly shop: string; readonly orderId: string }[]
}

/** What is there under the names of a trade, and what else was read of its member, who is locked. */
export type Site<Also> = {
  readonly names: NamesFound
  readonly orderIds: ReadonlyMap<string, string>
  readonly also: Also
}

/**
 * Locks a member, whom it makes if need be, and reads what there is under a trade's names; `also`
 * sends what else is to be locked and read. All of it leaves in one flight.
 */
export async function openSite<Also>(
  tx: Writer,
  memberId: string,
  { tradeId, lines, orders }: Naming,
  at: Temporal.Instant,
  also: () => Promise<Also>,
): Promise<Site<Also>> {
  const orderIds = orderIdsOf(tradeId, lines, orders)
  const [, names, more] = await Promise.all([
    lockOrMakeMember(tx, memberId, at),
    readNames(tx, memberId, tradeId, [...orderIds.values()]),
    also(),
  ])
  return { names, orderIds, also: more }
}

/** Why a trade cannot take its names, or the trade that has them as it was placed (TR-3). */
export async function placedBefore(
  tx: Writer,
  memberId: string,
  tradeId: string,
  fingerprint: string,
  names: NamesFound,
): Promise<PlacedBefore | undefined> {
  if (names.fingerprint !== undefined && names.fingerprint !== fingerprint) {
    return { ok: false, refusal: 'trades/id-reused' }
  }
  if (names.fingerprint !== undefined)
    return { ok: true, ...(await readPlaced(tx, memberId, tradeId)) }
  if (names.memberStatus === 'sealed') return { ok: false, refusal: 'members/sealed' }
  return names.isTaken ? { ok: false, refusal: 'trades/already-placed' } : undefined
}

export type PlacedBefore =
  | ({ readonly ok: true } & PlacedTrade)
  | {
      readonly ok: false
      readonly refusal: 'trades/id-reused' | 'members/sealed' | 'trades/already-placed'
    }

async function readPlaced(tx: Writer, memberId: string, tradeId: string): Promise<PlacedTrade> {
  const [trade, frozen, known] = await Promise.all([
    tradeById(tx, memberId, tradeId),
    frozenById(tx, memberId, tradeId),
    ordersOfTrades(tx, [{ memberId, tradeId }]),
  ])
  assert(trade !== undefined && frozen !== undefined, 'a trade keeps what it was placed with')
  const { placedAt, payBy, digest } = trade
  const quote = JSON.parse(frozen.quote) as Quote
  const basket = JSON.parse(frozen.basket) as Basket
  const named = known.map(({ order }) => ({ shop: order.shopId, orderId: order.orderId }))
  const orders = [...orderIdsOf(tradeId, basket.lines, named)].map(byShop)
  return { tradeId, memberId, placedAt, payBy, digest, basket, quote, orders }
}

function byShop([shop, orderId]: [string, string]): PlacedTrade['orders'][number] {
  return { shop, orderId }
}

/** Writes a trade with its orders, lines and allocations: all but what is held for it (TR-4). */
export async function writeTrade(
  tx: Writer,
  memberId: string,
  trade: Trade,
  { basket, quote }: { readonly basket: Basket; readonly quote: Quote },
  orderIds: ReadonlyMap<string, string>,
): Promise<PlacedTrade> {
  const { tradeId, placedAt, payBy, digest } = trade
  const orders = [...orderIds].map(byShop)
  const texts = { basket: JSON.stringify(basket), quote: JSON.stringify(quote) }
  const priced = { lines: basket.lines, quote }
  const made = ordersOf(tradeId, priced, orderIds, placedAt)
  await insertPlaced(tx, memberId, trade, texts, made, allocationsOf(priced, orderIds))
  return { tradeId, memberId, placedAt, payBy, digest, basket, quote, orders }
}

/** Applies the facts that waited for a trade and its orders, if there are any (OR-10). */
export async function applyAwaited(
  tx: Writer,
  context: EventContext,
  memberId: string,
  tradeId: string,
  { names, orderIds }: Pick<Site<unknown>, 'names' | 'orderIds'>,
): Promise<void> {
  if (!names.isAwaited) return
  const waits = [...orderIds.values(), waitsForTrade(tradeId)]
  const rows = await parkedEvents(
    tx,
    waits.map((orderId) => ({ memberId, orderId })),
  )
  await applyWaiting(tx, context, rows)
}
