import { hash } from 'node:crypto'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import type { WalletCommand } from '#operations/ledger/post-commands.ts'
import { platformWallet } from '#operations/trades/_holdings.ts'
import type { Priced } from '#operations/trades/_price.ts'
import { payByOf, type TradeContext } from '#operations/trades/trade-context.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import type { PlaceBody } from '#rules/trades/body.ts'
import { holdsOf } from '#rules/trades/freeze.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** What a body asks for, whatever it expects it to come to. */
export function fingerprintOf(body: PlaceBody): string {
  const { expect: _, ...asked } = body
  return hash('sha256', JSON.stringify(asked))
}

/** A trade as it is placed. `isDeclared`: it draws on goods declared for a campaign. */
export function tradeOf(
  context: TradeContext,
  { tradeId, campaign }: PlaceBody,
  at: Temporal.Instant,
  { quote, digest, isAutomatic }: Priced,
  fingerprint: string,
  isDeclared: boolean,
): Trade {
  const used = { ...quote.used, ...(isDeclared ? { declared: true as const } : {}) }
  return {
    tradeId,
    kind: 'priced',
    status: 'placed',
    fingerprint,
    placedAt: at,
    payBy: payByOf(context, at),
    paidAt: null,
    paidRef: null,
    closedAt: null,
    closeReason: null,
    goodsFen: asFen(quote.goodsFen),
    payFen: asFen(quote.payFen),
    depositFen: asFen(quote.depositFen ?? 0),
    digest,
    policies: quote.policies.join(' '),
    campaign: campaign ?? campaignOf(quote) ?? null,
    used: isAutomatic ? { ...used, allowanceFen: 0 } : used,
  }
}

/** CP-11: a trade is of the campaign on whose day a shortlisted shop sells something in it. */
function campaignOf({ allowances = [] }: Quote): string | undefined {
  return allowances.find(({ why }) => why !== 'not-shortlisted')?.campaign
}

/** TR-4: what a trade uses is held without an end of its own: the trade's ends it. */
export function holdCommands(
  { actor, now }: EventContext,
  { memberId, at }: { readonly memberId: string; readonly at: Temporal.Instant },
  trade: Trade,
): WalletCommand[] {
  const { tradeId, fingerprint, policies } = trade
  const cause = JSON.stringify({ type: 'trade.placed', tradeId })
  const meta = { fingerprint, actor, occurredAt: at, cause, policies: policies.split(' ') }
  return holdsOf(tradeId, trade.used).map(({ unit, ref, amount, lots }) => ({
    key: platformWallet(memberId, unit),
    kind: 'hold',
    at: now,
    meta,
    ref,
    amount,
    lots,
  }))
}
