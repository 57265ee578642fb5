import type { Writer } from '#db/connection.ts'
import type { EventRow } from '#db/events.ts'
import {
  scoreFactsOf,
  unread,
  upsertScoreFacts,
  type ScoreFactsRow,
  type ToldGrade,
} from '#db/membership/score-facts.ts'
import type { MemberOrder } from '#db/orders.ts'
import { daysIn, type DayOf } from '#operations/score/days.ts'
import {
  conductFact,
  noFacts,
  readReady,
  rowOf,
  trimmed,
  type ReadyFacts,
} from '#operations/score/_ready-facts.ts'
import { rebuildScoreFacts } from '#operations/score/rebuild-facts.ts'
import { compareFacts, type ConductFact, type PurchaseFact } from '#rules/members/score/facts.ts'
import { conductOf } from '#rules/members/score/of-fact.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Fact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What one transaction writes of orders and events: all of it may be told, whatever it is. */
export type ScoreChanges = {
  /** As they stand now. */
  readonly orders: readonly MemberOrder[]
  /** Written for the first time as they are, or no longer parked. */
  readonly events: readonly EventRow[]
}

/**
 * Keeps the ready-made facts of members that are locked up to date, in the transaction that changes
 * what they are made of (MS-2): orders once they are received, conduct, credit grades. Writes nothing
 * where nothing that counts has changed. What changed is sent before this is called.
 */
export async function keepScoreFacts(
  tx: Writer,
  market: { readonly zone: string },
  { orders, events }: ScoreChanges,
): Promise<void> {
  const received = orders.filter(({ order }) => order.receivedAt !== null)
  const counting = events.filter(isCounting)
  const ordersBy = Map.groupBy(received, (each) => each.memberId)
  const eventsBy = Map.groupBy(counting, (each) => each.memberId)
  const memberIds = [...new Set([...ordersBy.keys(), ...eventsBy.keys()])]
  if (memberIds.length === 0) return

  const before = await scoreFactsOf(tx, memberIds)
  const dayOf = daysIn(market.zone)
  const stale = memberIds.filter((memberId) => before.get(memberId)?.completeFrom === unread)
  const changed = memberIds.flatMap((memberId): ScoreFactsRow[] => {
    const known = before.get(memberId)
    if (known?.completeFrom === unread) return []
    const facts = known === undefined ? noFacts(memberId) : readReady(known)
    const ofOrders = (ordersBy.get(memberId) ?? []).map((each) => each.order)
    const row = rowOf(changedBy(facts, ofOrders, eventsBy.get(memberId) ?? [], dayOf))
    return known !== undefined && isSame(known, row) ? [] : [row]
  })
  await upsertScoreFacts(tx, changed)
  if (stale.length > 0) await rebuildScoreFacts(tx, stale)
}

const countingTypes: ReadonlySet<string> = new Set([
  'jifen.review.posted.v1',
  'jifen.interaction.recorded.v1',
  'jifen.conduct.recorded.v1',
  'jifen.credit.assessed.v1',
])

function isCounting({ status, type }: EventRow): boolean {
  return status === 'applied' && countingTypes.has(type)
}

function changedBy(
  facts: ReadyFacts,
  orders: readonly Order[],
  events: readonly EventRow[],
  dayOf: DayOf,
): ReadyFacts {
  const told = new Set(orders.map((order) => order.orderId))
  const others = facts.purchases.filter((fact) => !told.has(fact.order))
  const purchases = [...others, ...orders.flatMap((order) => purchasesOf(order, dayOf))]
  const conduct = new Map(facts.conduct.map((fact) => [keyOf(fact), fact]))
  let { grade } = facts
  for (const { type, data, occurredAt: at, source, eventId } of events) {
    const told = { type, data: JSON.parse(data) as unknown } as Fact
    const done = conductOf(told)
    if (done !== undefined) {
      const once = conductFact(done.type, dayOf(at), 1, done.isHighValue ? 1 : 0)
      conduct.set(keyOf(once), sumOf(conduct.get(keyOf(once)), once))
    } else if (told.type === 'jifen.credit.assessed.v1') {
      grade = latestOf(grade, { grade: told.data.grade, at, told: `${source}\n${eventId}` })
    }
  }
  return trimmed({
    ...facts,
    purchases: purchases.sort(compareFacts),
    conduct: [...conduct.values()].sort(compareFacts),
    grade,
  })
}

/** One fact for each category of an order; one that is closed keeps nothing (MS-2). */
function purchasesOf(
  { orderId: order, shopId: shop, receivedAt, closedAt, lines }: Order,
  dayOf: DayOf,
): PurchaseFact[] {
  if (receivedAt === null) return []
  const day = dayOf(receivedAt)
  const byCategory = Map.groupBy(lines, (line) => line.category)
  return [...byCategory].flatMap(([category, some]): PurchaseFact[] => {
    const paidFen = asFen(some.reduce((sum, line) => sum + line.paidFen, 0))
    if (paidFen === 0) return []
    const refundedFen = asFen(some.reduce((sum, line) => sum + line.refundedFen, 0))
    const amountFen = closedAt === null ? paidFen - refundedFen : 0
    return [{ type: 'purchase', day, order, shop, category, amountFen, paidFen }]
  })
}

function keyOf({ day, type }: ConductFact): string {
  return `${day} ${type}`
}

function sumOf(known: ConductFact | undefined, once: ConductFact): ConductFact {
  if (known === undefined) return once
  const highValue = (known.highValue ?? 0) + (once.highValue ?? 0)
  return conductFact(once.type, once.day, known.count + once.count, highValue)
}

function latestOf(known: ToldGrade | null, next: ToldGrade): ToldGrade {
  if (known === null || isBefore(known.at, next.at)) return next
  if (isBefore(next.at, known.at)) return known
  return Buffer.compare(Buffer.from(known.told), Buffer.from(next.told)) < 0 ? next : known
}

function isSame(a: ScoreFactsRow, b: ScoreFactsRow): boolean {
  return a.facts === b.facts && a.completeFrom === b.completeFrom && a.grade?.told === b.grade?.told
}
