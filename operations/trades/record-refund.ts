import type { Writer } from '#db/connection.ts'
import { reopenCoupons } from '#db/issuing/held.ts'
import { insertRefunds, type RefundRow } from '#db/trades/refunds.ts'
import { settleOfferSavings } from '#db/trades/offer-savings.ts'
import { deleteOfferUses } from '#db/trades/offer-uses.ts'
import { updateTrades } from '#db/trades/trades.ts'
import { returnDeclared } from '#operations/declarations/trade-stock.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { platformWallet } from '#operations/trades/_holdings.ts'
import { returnOfferQuotas } from '#operations/trades/_quotas.ts'
import type { KeptRequest } from '#operations/trades/returnable.ts'
import type { RefundOfAdvances } from '#rules/advances/by-refund.ts'
import { asPoints } from '#rules/money/points.ts'
import { holdRef } from '#rules/trades/freeze.ts'
import { isBefore } from '#rules/time/instants.ts'
import type { TradeRefund } from '#rules/trades/refund.ts'

/** A return that was decided: what is to be written of it. */
export type DecidedRefund = {
  readonly memberId: string
  readonly refundId: string
  readonly n: number
  readonly at: Temporal.Instant
  readonly request: KeptRequest
  readonly decided: TradeRefund
  /** What of it goes to who advanced it, if anything of its lines was advanced (AD-6). */
  readonly ofAdvances?: RefundOfAdvances | undefined
}

/** What a return is answered with, kept as it is told; amounts in fen. */
export type RefundAnswer = Omit<TradeRefund['refund'], 'ok'> & {
  /** By order. */
  readonly pointsClawedBack: Readonly<Record<string, number>>
  readonly tradeStatus: TradeRefund['trade']['status']
} & Partial<RefundOfAdvances['told']>

/** What a return comes to, in JSON. */
export function answerOf(
  { refund, clawBacks, trade }: TradeRefund,
  ofAdvances?: RefundOfAdvances,
): RefundAnswer {
  const { ok: _, ...told } = refund
  const clawed = clawBacks.map(({ order, points }) => [order.orderId, points] as const)
  return {
    ...told,
    ...ofAdvances?.told,
    pointsClawedBack: Object.fromEntries(clawed),
    tradeStatus: trade.status,
  }
}

/**
 * The ledger's commands that give back what a return brings back, to the lots it came from. What was
 * captured is there to be given back, unless it was forfeited before with a sealed wallet.
 */
export function giveBackCommands(
  { memberId, refundId, at, decided }: DecidedRefund,
  by: { readonly actor: string; readonly now: Temporal.Instant },
): WalletCommand[] {
  const { trade, refund } = decided
  const { tradeId, fingerprint, policies } = trade
  const { allowanceFen, byEnvelopeFen, points } = refund.back
  const meta = {
    fingerprint,
    actor: by.actor,
    occurredAt: at,
    cause: JSON.stringify({ type: 'trade.refunded', tradeId, refundId }),
    policies: policies.split(' '),
  }
  const ref = holdRef(tradeId, refundId)
  const back = (unit: 'allowance' | 'points', amount: number): GiveBack[] =>
    amount === 0 ? [] : [{ unit, ref, of: holdRef(tradeId), amount }]
  const given: GiveBack[] = [
    ...back('allowance', allowanceFen),
    ...Object.entries(byEnvelopeFen).map(([envelope, amount]) => ({
      unit: 'redEnvelope' as const,
      ref: `${ref}/${envelope}`,
      of: holdRef(tradeId, envelope),
      amount,
    })),
    ...back('points', points),
  ]
  return given.map(({ unit, ref: own, of, amount }) => ({
    key: platformWallet(memberId, unit),
    kind: 'giveBack',
    at: isBefore(by.now, at) ? by.now : at,
    meta,
    ref: own,
    of,
    amount: asPoints(amount),
  }))
}

type GiveBack = {
  readonly unit: 'allowance' | 'redEnvelope' | 'points'
  readonly ref: string
  readonly of: string
  readonly amount: number
}

/**
 * Writes returns with what they undid, opens the coupons that come back, closes trades and gives back
 * what those used of limited offers; orders and wallets are written apart.
 */
export async function recordRefunds(tx: Writer, refunds: readonly DecidedRefund[]): Promise<void> {
  if (refunds.length === 0) return
  const closed = refunds.filter(({ decided }) => decided.closesTrade)
  await Promise.all([
    insertRefunds(tx, refunds.map(rowOf)),
    updateTrades(
      tx,
      closed.map(({ memberId, decided }) => ({ memberId, trade: decided.trade })),
    ),
    ...refunds.map(({ memberId, decided: { refund, trade } }) =>
      reopenCoupons(tx, memberId, refund.back.coupons, trade.tradeId),
    ),
  ])
  const offered = refunds.filter(({ decided }) => decided.trade.used.offers.length > 0)
  await settleOfferSavings(
    tx,
    offered.map(({ memberId, decided }) => ({ memberId, tradeId: decided.trade.tradeId })),
  )
  for (const { memberId, decided } of closed) {
    const { tradeId, used } = decided.trade
    if (used.offers.length === 0) continue
    await returnOfferQuotas(tx, memberId, await deleteOfferUses(tx, memberId, tradeId))
  }
  await returnClosed(tx, refunds)
}

/** Gives back what orders that are closed now had drawn of declared goods. */
async function returnClosed(tx: Writer, refunds: readonly DecidedRefund[]): Promise<void> {
  const closed = refunds.flatMap(({ memberId, decided: { trade, orders } }) => {
    const back = orders.filter((order) => order.closedAt !== null)
    if (trade.used.declared !== true || back.length === 0) return []
    const lineIds = back.flatMap((order) => order.lines.map((line) => line.lineId))
    return [{ memberId, tradeId: trade.tradeId, lineIds }]
  })
  if (closed.length > 0) await returnDeclared(tx, closed, false)
}

function rowOf(refund: DecidedRefund): RefundRow {
  const { memberId, refundId, n, at, request, decided, ofAdvances } = refund
  return {
    memberId,
    tradeId: decided.trade.tradeId,
    refundId,
    n,
    at,
    received: decided.isReceived,
    refundFen: decided.refund.refundFen,
    request: JSON.stringify(request),
    answer: JSON.stringify(answerOf(decided, ofAdvances)),
    reversals: decided.refund.reversals,
  }
}
