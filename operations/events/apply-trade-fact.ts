import type { Writer } from '#db/connection.ts'
import { eventsByKeys, upsertEvents, type EventRow } from '#db/events.ts'
import { isInTheFuture } from '#operations/events/_fold.ts'
import { lockOrMakeMembers } from '#operations/events/_situation.ts'
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
  { fact, fingerprint }: Printed<TradeFact>,
): Promise<EventResult> {
  const { memberId, source, id } = fact
  const named = { source, id, memberId }
  const [members, [before]] = await Promise.all([
    lockOrMakeMembers(tx, [fact], context.now),
    eventsByKeys(tx, [{ memberId, source, eventId: id }]),
  ])
  if (members.get(memberId)?.isErased === true) {
    return { ...named, status: 'refused', refusal: 'members/erased' }
  }
  if (before !== undefined && before.fingerprint !== fingerprint) {
    return { ...named, status: 'refused', refusal: 'events/id-reused' }
  }
  if (before !== undefined) return { ...named, status: 'duplicate', was: before.status }
  if (isInTheFuture(fact, context.now)) {
    return { ...named, status: 'refused', refusal: 'events/in-the-future' }
  }

  const { status, ...facts } = await outcomeOf(tx, context, fact)
  const row: EventRow = {
    memberId,
    source,
    eventId: id,
    type: fact.type,
    fingerprint,
    orderId: waitsForTrade(fact.data.tradeId),
    occurredAt: fact.time,
    receivedAt: context.now,
    status,
    data: fact.dataText,
    outcome: JSON.stringify(facts),
  }
  await upsertEvents(tx, [row])
  return { ...named, status, ...facts }
}

type Outcome = {
  readonly status: 'applied' | 'parked' | 'refused'
  readonly [fact: string]: unknown
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
