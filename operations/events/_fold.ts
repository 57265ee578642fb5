import type { EventRow } from '#db/events.ts'
import { toldKey, type Parked, type Situation } from '#operations/events/_situation.ts'
import type { EventResult } from '#operations/events/apply-events.ts'
import { applyFact } from '#rules/orders/apply.ts'
import { orderIdOf, type Fact } from '#rules/orders/facts.ts'
import type { Applied, Effect, FactContext, FactOutcome } from '#rules/orders/outcome.ts'

/** An effect on the ledger with the fact that causes it. */
export type CausedEffect = { readonly fact: Fact; readonly effect: Effect }

/** What folding one member's facts came to. */
export type Folded = {
  readonly results: EventResult[]
  readonly events: EventRow[]
  readonly effects: CausedEffect[]
  readonly changedOrders: Set<string>
  memberChanged: boolean
}

/** Folds facts into a member's situation, in the order told; parked ones follow what frees them. */
export function foldFacts(
  situation: Situation,
  facts: readonly { readonly fact: Fact; readonly fingerprint: string }[],
  context: FactContext,
  at: Temporal.Instant,
): Folded {
  const folded: Folded = {
    results: [],
    events: [],
    effects: [],
    changedOrders: new Set(),
    memberChanged: false,
  }
  for (const { fact, fingerprint } of facts) {
    folded.results.push(foldOne(situation, folded, fact, fingerprint, context, at))
  }
  return folded
}

/** OR-2: how far ahead of the clock a fact may be dated. */
const aheadMs = 5 * 60 * 1000

function foldOne(
  situation: Situation,
  folded: Folded,
  fact: Fact,
  fingerprint: string,
  context: FactContext,
  at: Temporal.Instant,
): EventResult {
  const named = { source: fact.source, id: fact.id, memberId: fact.memberId }
  const before = situation.told.get(toldKey(fact.source, fact.id))
  if (before !== undefined && before.fingerprint !== fingerprint) {
    return { ...named, status: 'refused', refusal: 'events/id-reused' }
  }
  if (before !== undefined) return { ...named, status: 'duplicate', was: before.status }
  if (fact.time.epochMilliseconds > at.epochMilliseconds + aheadMs) {
    return { ...named, status: 'refused', refusal: 'events/in-the-future' }
  }

  const outcome = applyOne(situation, folded, fact, context)
  const facts = factsOf(outcome)
  const row = rowOf(fact, fingerprint, at, outcome, facts)
  folded.events.push(row)
  situation.told.set(toldKey(fact.source, fact.id), row)
  if (outcome.status === 'parked') situation.parked.push({ row, fact })
  if (outcome.status !== 'applied') return { ...named, status: outcome.status, ...facts }

  const unparked = freeParked(situation, folded, orderIdOf(fact), context)
  return { ...named, status: 'applied', ...facts, ...(unparked > 0 ? { unparked } : {}) }
}

function applyOne(
  situation: Situation,
  folded: Folded,
  fact: Fact,
  context: FactContext,
): FactOutcome {
  const orderId = orderIdOf(fact)
  const order = orderId === undefined ? undefined : situation.orders.get(orderId)
  const outcome = applyFact(situation.member, order, fact, context)
  if (outcome.status !== 'applied') return outcome

  if (outcome.order !== undefined) {
    situation.orders.set(outcome.order.orderId, outcome.order)
    folded.changedOrders.add(outcome.order.orderId)
  }
  if (outcome.standing !== undefined) {
    situation.member = { ...situation.member, ...outcome.standing }
    folded.memberChanged = true
  }
  if (outcome.effect !== undefined) folded.effects.push({ fact, effect: outcome.effect })
  return outcome
}

/** Applies what waited for an order, by its own times, until nothing more is freed (OR-3, OR-4). */
function freeParked(
  situation: Situation,
  folded: Folded,
  orderId: string | undefined,
  context: FactContext,
): number {
  if (orderId === undefined) return 0
  let freed = 0
  for (let next = nextFree(); next !== undefined; next = nextFree()) {
    freed += 1
    const { row, outcome } = next
    folded.events.push({
      ...row,
      status: outcome.status,
      outcome: JSON.stringify(factsOf(outcome)),
    })
  }
  return freed

  function nextFree(): { row: EventRow; outcome: FactOutcome } | undefined {
    const waiting = situation.parked
      .filter((each) => orderIdOf(each.fact) === orderId)
      .sort(byTimeThenName)
    for (const parked of waiting) {
      const outcome = applyOne(situation, folded, parked.fact, context)
      if (outcome.status === 'parked') continue
      situation.parked.splice(situation.parked.indexOf(parked), 1)
      return { row: parked.row, outcome }
    }
    return undefined
  }
}

function byTimeThenName(a: Parked, b: Parked): number {
  const apart = a.fact.time.epochMilliseconds - b.fact.time.epochMilliseconds
  if (apart !== 0) return apart
  return toldKey(a.fact.source, a.fact.id) < toldKey(b.fact.source, b.fact.id) ? -1 : 1
}

/** What an outcome says besides its status: kept with the event, and told to whoever sent it. */
function factsOf(outcome: FactOutcome): Readonly<Record<string, unknown>> {
  if (outcome.status === 'parked') return { waitsFor: outcome.waitsFor }
  if (outcome.status === 'refused') {
    const { status: _, ...facts } = outcome
    return facts
  }
  return appliedFacts(outcome)
}

function appliedFacts(outcome: Applied): Readonly<Record<string, unknown>> {
  const { effect, earned, nothingEarned } = outcome
  return {
    ...(effect?.type === 'earn' ? { pointsEarned: effect.earned.points } : {}),
    ...(effect?.type === 'clawBack' ? { pointsClawedBack: effect.points } : {}),
    ...(nothingEarned === undefined ? {} : { pointsEarned: 0, nothingEarned }),
    ...(nothingEarned !== undefined && earned !== undefined ? { why: earned.why } : {}),
  }
}

function rowOf(
  fact: Fact,
  fingerprint: string,
  at: Temporal.Instant,
  outcome: FactOutcome,
  facts: Readonly<Record<string, unknown>>,
): EventRow {
  return {
    memberId: fact.memberId,
    source: fact.source,
    eventId: fact.id,
    type: fact.type,
    fingerprint,
    orderId: orderIdOf(fact) ?? null,
    occurredAt: fact.time,
    receivedAt: at,
    status: outcome.status,
    data: fact.dataText,
    outcome: JSON.stringify(facts),
  }
}
