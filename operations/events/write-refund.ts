import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { upsertOrders } from '#db/orders.ts'
import { commandsFor } from '#operations/events/_commands.ts'
import { recordAdvances } from '#operations/advances/record-advances.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import {
  giveBackCommands,
  recordRefunds,
  type DecidedRefund,
} from '#operations/trades/record-refund.ts'
import { loadReturns } from '#operations/trades/returnable.ts'
import type { TradeTurn } from '#operations/trades/trade-turn.ts'
import { keepScoreFacts } from '#operations/score/keep-facts.ts'
import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import type { OrderFact } from '#rules/orders/facts.ts'
import { decideTradeRefund, unpaidUnits, type ClawBack } from '#rules/trades/refund.ts'

/** Under which the return of what nobody paid is kept: no id that is asked for has a `~`. */
const unpaidId = '~unpaid'

/** Writes one return with all that it does to orders, wallets, coupons and the trade. */
export async function writeRefund(
  tx: Writer,
  context: EventContext,
  done: DecidedRefund,
): Promise<void> {
  const { memberId, decided } = done
  const clawBacks = decided.clawBacks.flatMap((each) => clawBackCommands(each, done, context))
  const commands = [...clawBacks, ...giveBackCommands(done, context)]
  const orders = decided.orders.map((order) => ({ memberId, order }))
  await Promise.all([
    upsertOrders(tx, orders),
    keepScoreFacts(tx, context.market, { orders, events: [] }),
  ])
  if (commands.length > 0) {
    const answers = await postCommands(tx, commands)
    const refused = answers.slice(0, clawBacks.length).find((answer) => !answer.ok)
    assert(refused === undefined, `what was earned is taken back: ${JSON.stringify(refused)}`)
  }
  await recordRefunds(tx, [done])
  if (done.ofAdvances === undefined) return
  const { tradeId } = decided.trade
  const { refundId, ofAdvances } = done
  const cause = { type: 'trade.refunded', tradeId, refundId }
  const ref = `refund:${tradeId}/${refundId}`
  const record = { memberId, ref, cause, change: ofAdvances.change }
  await recordAdvances(tx, { at: context.now, actor: context.actor }, [record])
}

/**
 * TR-12: when a trade was just paid by some of its orders, gives back what the others carry, which were
 * closed unpaid.
 */
export async function returnUnpaid(
  tx: Writer,
  context: EventContext,
  turns: readonly TradeTurn[],
): Promise<void> {
  const paid = turns.filter((turn) => turn.held === 'captured')
  const wanted = paid.map(({ memberId, trade }) => ({ memberId, tradeId: trade.tradeId }))
  for (const known of await loadReturns(tx, context.policies, wanted)) {
    const { memberId, frozen, orders, trade } = known
    const returned = unpaidUnits(frozen, orders)
    if (returned.length === 0) continue
    const at = trade.paidAt ?? context.now
    const rules = factContext(context.policies, context.market, [])
    const decided = decideTradeRefund(known, { returned, at }, rules)
    assert(decided.ok, 'what nobody paid comes back first of all')
    const request = { returned }
    await writeRefund(tx, context, { memberId, refundId: unpaidId, n: 1, at, request, decided })
  }
}

/** As a fact about the order would take it back, under a name that no fact bears (OR-7). */
function clawBackCommands(
  effect: ClawBack,
  { memberId, refundId, at, decided }: DecidedRefund,
  { actor, now, market }: EventContext,
): WalletCommand[] {
  const { order } = effect
  const lines = Object.keys(effect.byLine).map((id) => {
    return { id, amount: asFen(decided.refund.byLineFen[id] ?? 0), quantity: 0 }
  })
  const fact: OrderFact = {
    source: 'jifen/api',
    id: hash('sha256', JSON.stringify([order.tradeId, refundId, order.orderId]), 'base64url'),
    memberId,
    time: at,
    dataText: '',
    type: 'jifen.refund.succeeded.v1',
    data: { orderId: order.orderId, lines },
  }
  const { fingerprint } = decided.trade
  return commandsFor({ fact, effect }, { fingerprint, wallets: [], actor, now, zone: market.zone })
}
