import type { Writer } from '#db/connection.ts'
import { parkedEvents } from '#db/events.ts'
import { lockMembers } from '#db/members.ts'
import { ordersOfTrades, upsertOrders } from '#db/orders.ts'
import { tradeById } from '#db/trades/trades.ts'
import { walletId } from '#db/ledger/wallets.ts'
import { applyWaitingFacts, type EventContext } from '#operations/events/apply-order-facts.ts'
import {
  lockWalletStates,
  postLocked,
  type LockedWallets,
  type WalletCommand,
} from '#operations/ledger/post-commands.ts'
import { platformWallet } from '#operations/trades/_holdings.ts'
import { lockTradeWallets } from '#operations/trades/lock-wallets.ts'
import { returnUnpaid } from '#operations/events/write-refund.ts'
import { recordTurns, turnCommands, type TradeTurn } from '#operations/trades/trade-turn.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import type { Fen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import { holdsOf } from '#rules/trades/freeze.ts'
import { closeTrade, payTrade, type Trade, type Turn } from '#rules/trades/trade.ts'

export type PayTrade = {
  readonly memberId: string
  readonly tradeId: string
  /** What names the payment. */
  readonly ref: string
  /** When it was paid. */
  readonly at: Temporal.Instant
  readonly amount?: Fen | undefined
}

export type CloseTrade = {
  readonly memberId: string
  readonly tradeId: string
  readonly at: Temporal.Instant
  readonly reason: string
}

export type Turned =
  | { readonly ok: true; readonly trade: Trade; readonly orders: readonly Order[] }
  | {
      readonly ok: false
      readonly refusal:
        | 'trades/unknown'
        | 'trades/closed'
        | 'trades/already-paid'
        | 'trades/wrong-amount'
        | 'members/sealed'
        | 'ledger/hold-closed'
    }

/**
 * Pays a trade inside a transaction: what was held is captured, its coupons are used, its orders are
 * paid, and what waited for the payment follows (TR-5). Refused, and nothing written: a trade that is
 * closed or over, paid otherwise, or whose holds are gone; a member that is sealed.
 */
export async function payTradeIn(
  tx: Writer,
  context: EventContext,
  { memberId, tradeId, ref, at, amount }: PayTrade,
): Promise<Turned> {
  const found = await openTrade(tx, memberId, tradeId)
  if (found === undefined) return { ok: false, refusal: 'trades/unknown' }
  const turn = payTrade(found.trade, found.orders, { ref, at, amount })
  if (turn.ok && turn.held !== null && found.isSealed) {
    return { ok: false, refusal: 'members/sealed' }
  }
  return await take(tx, context, memberId, found.orders, turn)
}

/** Closes what of a trade is not paid, inside a transaction: what was held is let go (TR-7). */
export async function closeTradeIn(
  tx: Writer,
  context: EventContext,
  { memberId, tradeId, at, reason }: CloseTrade,
): Promise<Turned> {
  const found = await openTrade(tx, memberId, tradeId)
  if (found === undefined) return { ok: false, refusal: 'trades/unknown' }
  const turn = closeTrade(found.trade, found.orders, at, reason)
  return await take(tx, context, memberId, found.orders, turn)
}

type OpenTrade = {
  readonly trade: Trade
  readonly orders: readonly Order[]
  readonly isSealed: boolean
}

async function openTrade(
  tx: Writer,
  memberId: string,
  tradeId: string,
): Promise<OpenTrade | undefined> {
  const [members, trade, orders] = await Promise.all([
    lockMembers(tx, [memberId]),
    tradeById(tx, memberId, tradeId),
    ordersOfTrades(tx, [{ memberId, tradeId }]),
  ])
  if (trade === undefined) return undefined
  const isSealed = members.get(memberId)?.status === 'sealed'
  return { trade, isSealed, orders: orders.map((each) => each.order) }
}

/** Records a turn, with what it does to the wallets, and lets the facts follow that waited for it. */
async function take(
  tx: Writer,
  context: EventContext,
  memberId: string,
  before: readonly Order[],
  turn: Turn,
): Promise<Turned> {
  if (!turn.ok) return turn
  const { trade, orders, held } = turn
  const after = before.map((order) => orders.find((each) => isSame(each, order)) ?? order)
  if (orders.length === 0 && held === null) return { ok: true, trade, orders: after }

  const turns = held === null ? [] : [{ memberId, trade, held }]
  const keys = walletsOf(memberId, trade)
  // What waited for the payment may take points back: then that wallet is locked in its turn, not after.
  const isPointsNext = keys.length > 0 && keys.every((key) => key.unit !== 'points')
  const [, wallets, waiting] = await Promise.all([
    isPointsNext ? lockTradeWallets(tx, memberId) : undefined,
    keys.length === 0 ? noWallets : lockWalletStates(tx, keys, []),
    parkedEvents(
      tx,
      after.map(({ orderId }) => ({ memberId, orderId })),
    ),
  ])
  const commands = turns.flatMap((each) => commandsOf(each, wallets, context))
  if (held === 'captured' && commands.length < holdsOf(trade.tradeId, trade.used).length) {
    return { ok: false, refusal: 'ledger/hold-closed' }
  }

  await Promise.all([
    upsertOrders(
      tx,
      orders.map((order) => ({ memberId, order })),
    ),
    postLocked(tx, wallets, commands),
    recordTurns(tx, turns),
  ])
  if (after.some((order) => order.paidAt === null)) await returnUnpaid(tx, context, turns)
  if (waiting.length > 0) await applyWaitingFacts(tx, context, waiting)
  return { ok: true, trade, orders: after }
}

const noWallets: LockedWallets = new Map()

/** The wallets that something of a trade is held in. */
export function walletsOf(memberId: string, trade: Trade): readonly WalletKey[] {
  const units = new Set(holdsOf(trade.tradeId, trade.used).map((hold) => hold.unit))
  return [...units].map((unit) => platformWallet(memberId, unit))
}

/** The commands of a turn whose holds are still open: those of a wallet that was sealed are gone. */
export function commandsOf(
  turn: TradeTurn,
  wallets: LockedWallets,
  { actor, now }: Pick<EventContext, 'actor' | 'now'>,
): readonly WalletCommand[] {
  return turnCommands(turn, { actor, at: now }).filter((command) =>
    wallets.get(walletId(command.key))?.state.holds.some((hold) => hold.ref === command.ref),
  )
}

function isSame(a: Order, b: Order): boolean {
  return a.orderId === b.orderId
}
