import type { Writer } from '#db/connection.ts'
import { releaseCoupons, useCoupons } from '#db/issuing/held.ts'
import { returnOfferSavings } from '#db/trades/offer-savings.ts'
import { deleteOfferUsesOf } from '#db/trades/offer-uses.ts'
import { turnPresales } from '#db/trades/presales.ts'
import { updateTrades } from '#db/trades/trades.ts'
import { returnDeclared } from '#operations/declarations/trade-stock.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { platformWallet } from '#operations/trades/_holdings.ts'
import { returnOfferQuotas } from '#operations/trades/_quotas.ts'
import { holdsOf } from '#rules/trades/freeze.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** A trade that is paid or closed now, and what becomes of all that was held for it. */
export type TradeTurn = {
  readonly memberId: string
  readonly trade: Trade
  readonly held: 'captured' | 'released'
}

/** The ledger's commands of a turn: every hold of the trade is captured, or let go. */
export function turnCommands(
  { memberId, trade, held }: TradeTurn,
  by: { readonly actor: string; readonly at: Temporal.Instant },
): WalletCommand[] {
  const { tradeId, fingerprint, policies, paidAt, closedAt } = trade
  const type = held === 'captured' ? 'trade.paid' : 'trade.closed'
  const meta = {
    fingerprint,
    actor: by.actor,
    occurredAt: paidAt ?? closedAt ?? by.at,
    cause: JSON.stringify({ type, tradeId }),
    policies: policies.split(' '),
  }
  return holdsOf(tradeId, trade.used).map(({ unit, ref }) => ({
    key: platformWallet(memberId, unit),
    kind: held === 'captured' ? 'capture' : 'release',
    at: by.at,
    meta,
    ref,
    of: ref,
  }))
}

/** Writes what became of trades, their coupons and the limits they used; orders are written apart. */
export async function recordTurns(tx: Writer, turns: readonly TradeTurn[]): Promise<void> {
  if (turns.length === 0) return
  await Promise.all([
    updateTrades(tx, turns),
    ...turns
      .filter(({ trade }) => trade.depositFen > 0)
      .map(({ memberId, trade, held }) => turnPresales(tx, memberId, trade.tradeId, held)),
    ...turns.map(({ memberId, trade: { tradeId, used }, held }) => {
      const change = held === 'captured' ? useCoupons : releaseCoupons
      return change(tx, memberId, used.coupons, tradeId)
    }),
  ])
  const limited = turns.filter(({ trade, held }) => {
    return held === 'released' && trade.used.offers.length > 0
  })
  const released = limited.map(({ memberId, trade: { tradeId } }) => ({ memberId, tradeId }))
  const [gone] = await Promise.all([
    deleteOfferUsesOf(tx, released),
    returnOfferSavings(tx, released),
  ])
  // What others want as well comes last, and for everybody in the same order.
  for (const { memberId, ...use } of gone) await returnOfferQuotas(tx, memberId, [use])
  const declared = turns.flatMap(({ memberId, trade: { tradeId, used }, held }) =>
    held === 'released' && used.declared === true ? [{ memberId, tradeId }] : [],
  )
  if (declared.length > 0) await returnDeclared(tx, declared, true)
}
