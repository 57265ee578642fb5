import type { Writer } from '#db/connection.ts'
import { parkedEvents } from '#db/events.ts'
import { walletId } from '#db/ledger/wallets.ts'
import { lockMembers } from '#db/members.ts'
import { ordersOfTrades, upsertOrders } from '#db/orders.ts'
import { tradesConcerned } from '#db/trades/trades.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { lockWalletStates, postLocked } from '#operations/ledger/post-commands.ts'
import { recordTurns } from '#operations/trades/trade-turn.ts'
import { commandsOf, walletsOf } from '#operations/trades/turn-trade.ts'
import { closeTrade, type Turn } from '#rules/trades/trade.ts'

/** Names a trade. */
export type TradeName = { readonly memberId: string; readonly tradeId: string }

/**
 * Closes those of some trades that nothing was paid of, as of now, in one transaction: a statement for
 * each table. Members, then their wallets, are locked in order. Returns those that are left to be
 * closed one by one: some of their orders are paid, or facts wait for them.
 */
export async function closeUnpaid(
  tx: Writer,
  context: EventContext,
  names: readonly TradeName[],
  reason: string,
): Promise<readonly TradeName[]> {
  const memberIds = [...new Set(names.map((each) => each.memberId))]
  const [, trades, orders] = await Promise.all([
    lockMembers(tx, memberIds),
    tradesConcerned(tx, [], names),
    ordersOfTrades(tx, names),
  ])
  const waiting = await parkedEvents(
    tx,
    orders.map(({ memberId, order }) => ({ memberId, orderId: order.orderId })),
  )
  const awaited = new Set(waiting.map((row) => `${row.memberId}/${row.orderId}`))

  const closing: Closing[] = []
  const left: TradeName[] = []
  for (const { memberId, trade } of trades) {
    const own = orders.flatMap(({ memberId: whose, order }) =>
      whose === memberId && order.tradeId === trade.tradeId ? [order] : [],
    )
    const turn = closeTrade(trade, own, context.now, reason)
    // Paid meanwhile, or closed.
    if (!turn.ok || turn.held === null) continue
    const isAwaited = own.some(({ orderId }) => awaited.has(`${memberId}/${orderId}`))
    if (isAwaited || turn.held === 'captured') left.push({ memberId, tradeId: trade.tradeId })
    else closing.push({ memberId, trade: turn.trade, held: turn.held, orders: turn.orders })
  }
  await write(tx, context, closing)
  return left
}

type Closing = Pick<Extract<Turn, { ok: true }>, 'trade' | 'orders'> & {
  readonly memberId: string
  readonly held: 'released'
}

async function write(
  tx: Writer,
  context: EventContext,
  closing: readonly Closing[],
): Promise<void> {
  const keys = closing.flatMap(({ memberId, trade }) => walletsOf(memberId, trade))
  const distinct = [...new Map(keys.map((key) => [walletId(key), key])).values()]
  const wallets = distinct.length === 0 ? new Map() : await lockWalletStates(tx, distinct, [])
  const commands = closing.flatMap((each) => commandsOf(each, wallets, context))
  await Promise.all([
    upsertOrders(
      tx,
      closing.flatMap(({ memberId, orders }) => orders.map((order) => ({ memberId, order }))),
    ),
    postLocked(tx, wallets, commands),
    recordTurns(tx, closing),
  ])
}
