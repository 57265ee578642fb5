import type { Writer } from '#db/connection.ts'
import { eventsByKeys, upsertEvents } from '#db/events.ts'
import { isInTheFuture } from '#operations/events/_fold.ts'
import { lockOrMakeMembers } from '#operations/events/_situation.ts'
import {
  type EventContext,
  type EventResult,
  type Printed,
} from '#operations/events/apply-order-facts.ts'
import type { Fact } from '#rules/orders/facts.ts'

/** What became of a fact, with what else is told of it. */
export type Outcome = {
  readonly status: 'applied' | 'parked' | 'refused'
  readonly [fact: string]: unknown
}

/**
 * Applies one fact, with the member locked, and keeps it: what `apply` does is done once, however often
 * the fact is told. Parked, it waits for what `waitsFor` names (OR-3).
 */
export async function applyOneFact<Told extends Fact>(
  tx: Writer,
  context: EventContext,
  { fact, fingerprint }: Printed<Told>,
  waitsFor: string,
  apply: () => Promise<Outcome>,
): Promise<EventResult> {
  const { memberId, source, id: eventId, type } = fact
  const named = { source, id: eventId, memberId }
  const [members, [before]] = await Promise.all([
    lockOrMakeMembers(tx, [fact], context.now),
    eventsByKeys(tx, [{ memberId, source, eventId }]),
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

  const { status, ...facts } = await apply()
  const times = { occurredAt: fact.time, receivedAt: context.now }
  const kept = { memberId, source, eventId, type, fingerprint, orderId: waitsFor, ...times }
  await upsertEvents(tx, [{ ...kept, status, data: fact.dataText, outcome: JSON.stringify(facts) }])
  return { ...named, status, ...facts }
}
