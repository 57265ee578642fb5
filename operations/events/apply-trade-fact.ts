import type { Writer } from '#db/connection.ts'
import { applyOneFact, type Outcome } from '#operations/events/_one-fact.ts'
import {
  type EventContext,
  type EventResult,
  type Printed,
} from '#operations/events/apply-order-facts.ts'
import { placeTradeIn } from '#operations/trades/place-trade.ts'
import { recordTradeIn } from '#operations/trades/record-trade.ts'
import { turnByFact } from '#operations/trades/turn-by-fact.ts'
import type { TradeFact } from '#rules/orders/facts.ts'
import { isBefore } from '#rules/time/instants.ts'
import { waitsForTrade } from '#rules/trades/trade.ts'

/**
 * Applies a fact about a whole trade inside a transaction that `transactWithQuotas` runs: the same
 * operations as are asked for over HTTP. One about a trade that is not known yet waits for it (OR-3).
 */
export async function applyTradeFact(
  tx: Writer,
  context: EventContext,
  printed: Printed<TradeFact>,
): Promise<EventResult> {
  const { fact } = printed
  const waitsFor = waitsForTrade(fact.data.tradeId)
  const apply = (): Promise<Outcome> => outcomeOf(tx, context, fact)
  return await applyOneFact(tx, context, printed, waitsFor, apply)
}

async function outcomeOf(tx: Writer, context: EventContext, fact: TradeFact): Promise<Outcome> {
  const at = isBefore(context.now, fact.time) ? context.now : fact.time
  const { memberId } = fact
  if (fact.type === 'jifen.trade.paid.v1' || fact.type === 'jifen.trade.closed.v1') {
    const turned = await turnByFact(tx, context, fact)
    if (turned.ok) return { status: 'applied', trade: turned.trade.status }
    if (turned.refusal === 'trades/unknown') return { status: 'parked', waitsFor: 'trade' }
    return { status: 'refused', refusal: turned.refusal }
  }
  const placed =
    fact.type === 'jifen.trade.placed.v1'
      ? await placeTradeIn(tx, context, { memberId, body: fact.data, at })
      : await recordTradeIn(tx, context, { memberId, body: fact.data, at })
  if (!placed.ok) {
    return { status: 'refused', ...refusedFacts(placed) }
  }
  return { status: 'applied', payFen: placed.quote.payFen, digest: placed.digest }
}

/** What a refusal is told with: the basket is what was told. */
function refusedFacts(refused: object): Readonly<Record<string, unknown>> {
  const { ok: _, basket: _told, ...facts } = refused as Readonly<Record<string, unknown>>
  return facts
}
