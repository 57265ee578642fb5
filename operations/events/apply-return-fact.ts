import type { Writer } from '#db/connection.ts'
import { turnAdvance, type AdvanceTurn } from '#operations/advances/turn-advance.ts'
import { factRef } from '#operations/events/_commands.ts'
import { applyOneFact, type Outcome } from '#operations/events/_one-fact.ts'
import {
  type EventContext,
  type EventResult,
  type Printed,
} from '#operations/events/apply-order-facts.ts'
import { sumsOf } from '#rules/advances/advance.ts'
import { waitsForReturn, type ReturnFact } from '#rules/orders/facts.ts'

/**
 * Applies a fact about a return that was paid in advance. One of a return of which no advance is known
 * waits for it (OR-3).
 */
export async function applyReturnFact(
  tx: Writer,
  context: EventContext,
  printed: Printed<ReturnFact>,
): Promise<EventResult> {
  const { fact } = printed
  const waitsFor = waitsForReturn(fact.data.returnId)
  const turn = (): Promise<Outcome> => turnByReturnFact(tx, context, fact)
  return await applyOneFact(tx, context, printed, waitsFor, turn)
}

/** What a fact about a return does to its advance. */
export async function turnByReturnFact(
  tx: Writer,
  context: EventContext,
  fact: ReturnFact,
): Promise<Outcome> {
  const turned = await turnAdvance(tx, context, turnOf(fact))
  if (turned.ok) return { status: 'applied', ...sumsOf(turned.advance) }
  if (turned.refusal === 'advances/unknown') return { status: 'parked', waitsFor: 'advance' }
  const { ok: _, ...facts } = turned
  return { status: 'refused', ...facts }
}

function turnOf(fact: ReturnFact): AdvanceTurn {
  const { memberId, time: at } = fact
  const base = { memberId, returnId: fact.data.returnId, at, ref: factRef(fact) }
  switch (fact.type) {
    case 'jifen.return.arrived.v1':
      return { ...base, turn: 'arrived' }
    case 'jifen.return.rejected.v1':
      return { ...base, turn: 'rejected' }
    case 'jifen.advance.repaid.v1':
      return { ...base, turn: 'repaid', amountFen: fact.data.amount }
  }
}
