import { headOfOrders } from '#db/protection/feed-head.ts'
import { keepFeedPlace, lockFeedPlace, ordersChangedBehind } from '#db/shops/order-feed.ts'
import {
  buyersBehind,
  isAnyDrop,
  keepReached,
  lockOpenDrop,
  openDrops,
  type OpenDrop,
} from '#db/protection/drops.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { settleTrades } from '#operations/protection/settle-lines.ts'

/** So many that the locks of a batch are held for some hundredths of a second. */
const buyersAtOnce = 100
const dropsAtOnce = 100
const ordersAtOnce = 500

/** The reader of the changed orders that price protection is. */
const reader = 'price-protection'

/**
 * Works off the buyers of goods whose price fell, in batches, each a transaction that keeps how far it came:
 * stopping in between loses nothing and pays nothing twice. Returns how many drops were finished.
 */
export async function settleDrops(context: EventContext, stopping: AbortSignal): Promise<number> {
  const find = async (limit: number): Promise<OpenDrop[]> =>
    stopping.aborted ? [] : await openDrops(context.db, limit)
  return await settleEach({ find, nameOf, atOnce: dropsAtOnce }, async (drop) => {
    while (!stopping.aborted && (await settleSomeBuyers(context, drop)));
  })
}

/** Whether there are more. */
async function settleSomeBuyers(context: EventContext, drop: OpenDrop): Promise<boolean> {
  return await transact(context.db, async (tx) => {
    const open = await lockOpenDrop(tx, drop)
    if (open === undefined) return false
    const buyers = await buyersBehind(tx, open, buyersAtOnce)
    const trades = buyers.flatMap(({ memberId, tradeId }) => {
      return tradeId === null ? [] : [{ memberId, tradeId }]
    })
    await settleTrades(tx, context, trades, false)
    const last = buyers.at(-1)
    const isDone = buyers.length < buyersAtOnce
    const reached = { reachedMember: last?.memberId ?? '', reachedUse: last?.useId ?? '' }
    await keepReached(tx, { ...open, ...reached }, isDone ? context.now : null)
    return !isDone
  })
}

/**
 * Looks again at trades whose orders changed: one that is paid later than the price fell has its claim, and
 * one of which units came back gives back. It begins with what changes after the first price fell, and is
 * called before `settleDrops`, which sees all that was before. Returns how many orders were read.
 */
export async function settleChangedTrades(
  context: EventContext,
  stopping: AbortSignal,
): Promise<number> {
  let read = 0
  while (!stopping.aborted) {
    const some = await settleSomeChanged(context)
    read += some
    if (some < ordersAtOnce) break
  }
  return read
}

async function settleSomeChanged(context: EventContext): Promise<number> {
  if (!(await isAnyDrop(context.db))) return 0
  return await transact(context.db, async (tx) => {
    const before = await lockFeedPlace(tx, reader)
    if (before === undefined) {
      const head = await headOfOrders(tx)
      if (head !== undefined) await keepFeedPlace(tx, reader, head)
      return 0
    }
    const { orders, place } = await ordersChangedBehind(tx, before, ordersAtOnce)
    if (place === undefined) return 0
    const trades = orders.map(({ memberId, order }) => ({ memberId, tradeId: order.tradeId }))
    await settleTrades(tx, context, distinct(trades), false)
    await keepFeedPlace(tx, reader, place)
    return orders.length
  })
}

type TradeName = { readonly memberId: string; readonly tradeId: string }

function distinct(trades: readonly TradeName[]): TradeName[] {
  const byName = new Map(trades.map((each) => [`${each.memberId}\n${each.tradeId}`, each]))
  return [...byName.values()]
}

function nameOf({ campaign, shopId, sku, number }: OpenDrop): string {
  return `${campaign}/${shopId}/${sku}/${number}`
}
