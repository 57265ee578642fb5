import type { Writer } from '#db/connection.ts'
import { upsertEvents, type EventRow } from '#db/events.ts'
import { applyWaitingFacts, type EventContext } from '#operations/events/apply-order-facts.ts'
import { factOf } from '#operations/events/read-kept-fact.ts'
import { turnByFact } from '#operations/trades/turn-by-fact.ts'

/** Applies the facts that waited for a trade or its orders, now that it is placed (OR-3). */
export async function applyWaiting(
  tx: Writer,
  context: EventContext,
  rows: readonly EventRow[],
): Promise<void> {
  const ofTrade = rows.filter((row) => row.type.startsWith('jifen.trade.'))
  const ofOrders = rows.filter((row) => !ofTrade.includes(row))
  for (const row of ofTrade) {
    const fact = factOf(row)
    if (fact.type !== 'jifen.trade.paid.v1' && fact.type !== 'jifen.trade.closed.v1') continue
    const turned = await turnByFact(tx, context, fact)
    const outcome = turned.ok ? {} : { refusal: turned.refusal }
    const status = turned.ok ? 'applied' : 'refused'
    await upsertEvents(tx, [{ ...row, status, outcome: JSON.stringify(outcome) }])
  }
  if (ofOrders.length > 0) await applyWaitingFacts(tx, context, ofOrders)
}
