import type { Writer } from '#db/connection.ts'
import { parkedEvents, type EventRow } from '#db/events.ts'
import { insertMembers, lockMembers, type Member } from '#db/members.ts'
import { orderIdsLike, ordersOfTrades, upsertOrders } from '#db/orders.ts'
import { insertAllocations } from '#db/trades/allocations.ts'
import { frozenById, insertTrade, tradeById } from '#db/trades/trades.ts'
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

/** What is known of a member and of the names that a trade is to take, the member locked. */
export type Site = {
  readonly member: Member
  readonly known: Trade | undefined
  readonly orderIds: ReadonlyMap<string, string>
  /** Ids of orders that are there already, by facts. */
  readonly taken: readonly string[]
  readonly waiting: readonly EventRow[]
}

/** Makes the member if need be and locks it, then reads what there is under a trade's names (OR-10). */
export async function openSite(
  tx: Writer,
  memberId: string,
  naming: Naming,
  at: Temporal.Instant,
): Promise<Site> {
  const { tradeId, lines, orders } = naming
  const orderIds = orderIdsOf(tradeId, lines, orders)
  const ids = [...orderIds.values()]
  const waits = [...ids, waitsForTrade(tradeId)].map((orderId) => ({ memberId, orderId }))
  const [, members, known, taken, waiting] = await Promise.all([
    insertMembers(tx, [{ memberId, joinedAt: at }], at),
    lockMembers(tx, [memberId]),
    tradeById(tx, memberId, tradeId),
    orderIdsLike(tx, memberId, tradeId, ids),
    parkedEvents(tx, waits),
  ])
  const member = members.get(memberId)
  assert(member !== undefined, 'a member that was made is there')
  return { member, known, orderIds, taken, waiting }
}

/** A trade that was placed before under the same id, told again as it was (TR-3). */
export async function placedBefore(
  tx: Writer,
  memberId: string,
  trade: Trade,
): Promise<PlacedTrade> {
  const { tradeId, placedAt, payBy, digest } = trade
  const [frozen, known] = await Promise.all([
    frozenById(tx, memberId, tradeId),
    ordersOfTrades(tx, [{ memberId, tradeId }]),
  ])
  assert(frozen !== undefined, 'a trade keeps what it was placed with')
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
  await Promise.all([
    insertTrade(tx, memberId, trade, texts),
    upsertOrders(
      tx,
      made.map((order) => ({ memberId, order })),
    ),
    insertAllocations(tx, memberId, tradeId, placedAt, allocationsOf(priced, orderIds)),
  ])
  return { tradeId, memberId, placedAt, payBy, digest, basket, quote, orders }
}
