import type { Writer } from '#db/connection.ts'
import { eventsByKeys, upsertEvents, type EventRow } from '#db/events.ts'
import { turnAdvance, type AdvanceTurn } from '#operations/advances/turn-advance.ts'
import { factRef } from '#operations/events/_commands.ts'
import { isInTheFuture } from '#operations/events/_fold.ts'
import { lockOrMakeMembers } from '#operations/events/_situation.ts'
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
  { fact, fingerprint }: Printed<ReturnFact>,
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

  const { status, ...facts } = await turnByReturnFact(tx, context, fact)
  const row: EventRow = {
    memberId,
    source,
    eventId: id,
    type: fact.type,
    fingerprint,
    orderId: waitsForReturn(fact.data.returnId),
    occurredAt: fact.time,
    receivedAt: context.now,
    status,
    data: fact.dataText,
    outcome: JSON.stringify(facts),
  }
  await upsertEvents(tx, [row])
  return { ...named, status, ...facts }
}

/** What a fact about a return does to its advance. */
export async function turnByReturnFact(
  tx: Writer,
  context: EventContext,
  fact: ReturnFact,
): Promise<{
  readonly status: 'applied' | 'parked' | 'refused'
  readonly [fact: string]: unknown
}> {
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
