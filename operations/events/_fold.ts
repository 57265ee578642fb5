import type { EventRow } from '#db/events.ts'
import { factRef } from '#operations/events/_commands.ts'
import { isRefund, refundByFact } from '#operations/events/_refunds.ts'
import { toldKey, type Parked, type Situation } from '#operations/events/_situation.ts'
import type { EventResult } from '#operations/events/apply-order-facts.ts'
import type { DecidedRefund } from '#operations/trades/record-refund.ts'
import type { AdvanceChange } from '#rules/advances/advance.ts'
import { refundOfAdvances, type RefundOfAdvances } from '#rules/advances/by-refund.ts'
import { comesBack } from '#rules/members/ending/comes-back.ts'
import { applyFact } from '#rules/orders/apply.ts'
import { refusedByTrade } from '#operations/events/_trade-turns.ts'
import { orderIdOf, type Fact, type OrderFact } from '#rules/orders/facts.ts'
import type { Applied, Effect, FactContext, FactOutcome } from '#rules/orders/outcome.ts'
import { isAhead } from '#rules/time/instants.ts'

/** An effect on the ledger with the fact that causes it. */
export type CausedEffect = { readonly fact: OrderFact; readonly effect: Effect }

/** What folding one member's facts came to. */
export type Folded = {
  readonly results: EventResult[]
  readonly events: EventRow[]
  readonly effects: CausedEffect[]
  readonly changedOrders: Set<string>
  /** Refunds of trades' orders, in order. */
  readonly refunds: DecidedRefund[]
  /** What refunds closed of advances, in order. */
  readonly advances: { readonly fact: OrderFact; readonly change: AdvanceChange }[]
  memberChanged: boolean
}

/** Folds facts into a member's situation, in the order told; parked ones follow what frees them. */
export function foldFacts(
  situation: Situation,
  facts: readonly { readonly fact: OrderFact; readonly fingerprint: string }[],
  context: FactContext,
  at: Temporal.Instant,
): Folded {
  const folded = nothingFolded()
  for (const { fact, fingerprint } of facts) {
    folded.results.push(foldOne(situation, folded, fact, fingerprint, context, at))
  }
  return folded
}

/** Folds the parked facts about the orders that these name, as far as they wait no more. */
export function freeWaiting(
  situation: Situation,
  facts: readonly OrderFact[],
  context: FactContext,
): Folded {
  const folded = nothingFolded()
  for (const orderId of new Set(facts.map(orderIdOf))) {
    freeParked(situation, folded, orderId, context)
  }
  return folded
}

/** OR-2: whether a fact is dated further ahead of the clock than clocks differ. */
export function isInTheFuture(fact: Fact, at: Temporal.Instant): boolean {
  return isAhead(fact.time, at)
}

function nothingFolded(): Folded {
  return {
    results: [],
    events: [],
    effects: [],
    changedOrders: new Set(),
    refunds: [],
    advances: [],
    memberChanged: false,
  }
}

function foldOne(
  situation: Situation,
  folded: Folded,
  fact: OrderFact,
  fingerprint: string,
  context: FactContext,
  at: Temporal.Instant,
): EventResult {
  const named = { source: fact.source, id: fact.id, memberId: fact.memberId }
  if (situation.member.isErased) {
    return { ...named, status: 'refused', refusal: 'members/erased' }
  }
  const before = situation.told.get(toldKey(fact.source, fact.id))
  if (before !== undefined && before.fingerprint !== fingerprint) {
    return { ...named, status: 'refused', refusal: 'events/id-reused' }
  }
  if (before !== undefined) return { ...named, status: 'duplicate', was: before.status }
  if (isInTheFuture(fact, at)) {
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
  fact: OrderFact,
  context: FactContext,
): FactOutcome {
  const orderId = orderIdOf(fact)
  const order = orderId === undefined ? undefined : situation.orders.get(orderId)
  const byTrade = refundByFact(situation, order, fact, context)
  const outcome =
    byTrade?.outcome ??
    refusedByTrade(situation.trades, order, fact) ??
    applyFact(situation.member, order, fact, context)
  if (outcome.status !== 'applied') return outcome

  if (outcome.order !== undefined) {
    situation.orders.set(outcome.order.orderId, outcome.order)
    folded.changedOrders.add(outcome.order.orderId)
  }
  if (outcome.standing !== undefined) {
    situation.member = { ...situation.member, ...outcome.standing }
    folded.memberChanged = true
  }
  if (outcome.effect !== undefined) {
    folded.effects.push({ fact, effect: withSealing(situation, fact, outcome.effect, context) })
  }
  const ofAdvances = foldAdvances(situation, folded, fact)
  if (byTrade?.refund !== undefined) folded.refunds.push({ ...byTrade.refund, ofAdvances })
  return ofAdvances === undefined ? outcome : { ...outcome, ofAdvances: ofAdvances.told }
}

/** EN-3: an unsealing that gives value back names the sealing that took it. */
function withSealing(
  situation: Situation,
  fact: OrderFact,
  effect: Effect,
  { endingAt, zone }: FactContext,
): Effect {
  if (effect.type === 'seal') situation.sealing = { ref: factRef(fact), at: fact.time }
  const isRestoring = effect.type === 'unseal' && endingAt !== undefined
  if (!isRestoring || situation.sealing === undefined) return effect
  const { ref, at } = situation.sealing
  const { points } = comesBack(endingAt(fact.time), at, fact.time, zone)
  return points.back ? { ...effect, restores: ref } : effect
}

/** AD-6: what a refund pays back goes first to what was advanced on its lines. */
function foldAdvances(
  situation: Situation,
  folded: Folded,
  fact: OrderFact,
): RefundOfAdvances | undefined {
  if (!isRefund(fact) || situation.advances.length === 0) return undefined
  const { orderId, lines, freight = 0 } = fact.data
  const refunded = lines.map(({ id, amount, quantity }) => {
    return { orderId, lineId: id, quantity, amountFen: amount as number }
  })
  const refundFen = refunded.reduce((sum, { amountFen }) => sum + amountFen, freight as number)
  const ofAdvances = refundOfAdvances(situation.advances, refunded, refundFen)
  if (ofAdvances === undefined) return undefined
  const { change } = ofAdvances
  const after = new Map(change.changed.map((each) => [each.advanceId, each]))
  situation.advances = situation.advances.map((each) => after.get(each.advanceId) ?? each)
  folded.advances.push({ fact, change })
  return ofAdvances
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
  const { effect, earned, nothingEarned, returned, ofAdvances } = outcome
  return {
    ...returned,
    ...ofAdvances,
    ...(effect?.type === 'earn' ? { pointsEarned: effect.earned.points } : {}),
    ...(effect?.type === 'clawBack' ? { pointsClawedBack: effect.points } : {}),
    ...(nothingEarned === undefined ? {} : { pointsEarned: 0, nothingEarned }),
    ...(nothingEarned !== undefined && earned !== undefined ? { why: earned.why } : {}),
  }
}

function rowOf(
  fact: OrderFact,
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
