import { unendedAdvances } from '#db/advances/advances.ts'
import type { Writer } from '#db/connection.ts'
import { eventsByKeys, parkedEvents, type EventRow } from '#db/events.ts'
import { walletsOfMembers } from '#db/ledger/wallets.ts'
import { lastSealings } from '#db/membership/endings.ts'
import { insertMembers, lockMembers, optInsOf, type Member, type OptIn } from '#db/members.ts'
import { ordersByIds, ordersOfTrades } from '#db/orders.ts'
import { tradesConcerned, type MemberTrade } from '#db/trades/trades.ts'
import { isRefund, loadRefunded } from '#operations/events/_refunds.ts'
import { factOf } from '#operations/events/read-kept-fact.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { KnownReturns } from '#operations/trades/returnable.ts'
import type { Advance } from '#rules/advances/advance.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { isOrderFact, orderIdOf, type Fact, type OrderFact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import { isBefore } from '#rules/time/instants.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** A fact that waits for its order or payment, with the row it is kept in. */
export type Parked = { readonly row: EventRow; readonly fact: OrderFact }

/** What is known of one member, as far as the facts at hand concern it. */
export type Situation = {
  member: Member
  readonly orders: Map<string, Order>
  /** Facts told before, by source and id. */
  readonly told: Map<string, EventRow>
  readonly parked: Parked[]
  readonly optIns: readonly OptIn[]
  /** The member's wallets: read only where a fact seals or unseals. */
  readonly wallets: readonly WalletKey[]
  /** Trades that facts name or whose orders they pay or close, with the orders of open ones. */
  readonly trades: ReadonlyMap<string, TradeSituation>
  /** Trades whose orders are refunded, with all that decides what comes back. */
  readonly returns: Map<string, KnownReturns>
  /** Advances that are open or owed: read only where something is refunded. */
  advances: readonly Advance[]
  /** The latest sealing: read only where a fact seals or unseals. */
  sealing: { readonly ref: string; readonly at: Temporal.Instant } | undefined
}

/** A trade with all its orders; those of one that is paid or closed are left out. */
export type TradeSituation = { readonly trade: Trade; readonly orders: readonly Order[] }

/** A text that names a fact within its member. */
export function toldKey(source: string, id: string): string {
  return `${source}\n${id}`
}

/**
 * Locks the members that facts name, making those that are unknown, and reads what the facts concern:
 * in that order, so that what is read is fresh.
 */
export async function loadSituations(
  tx: Writer,
  facts: readonly OrderFact[],
  at: Temporal.Instant,
  policies: PolicyBook,
): Promise<Map<string, Situation>> {
  const members = await lockOrMakeMembers(tx, facts, at)
  const memberIds = [...members.keys()]
  const orders = ordersOf(facts)
  const sealing = facts.filter(isSealing).map((fact) => fact.memberId)
  const [told, known, parked, optIns, wallets, trades, sealings] = await Promise.all([
    eventsByKeys(
      tx,
      facts.map((fact) => ({ memberId: fact.memberId, source: fact.source, eventId: fact.id })),
    ),
    ordersByIds(tx, orders),
    parkedEvents(tx, orders),
    optInsOf(tx, memberIds),
    sealing.length === 0 ? [] : walletsOfMembers(tx, sealing),
    concernedTrades(tx, facts),
    lastSealings(tx, [...new Set(sealing)]),
  ])
  const waiting = parked.flatMap((row) => {
    const fact = factOf(row)
    return isOrderFact(fact) ? [{ row, fact }] : []
  })
  const concerned = [...facts, ...waiting.map((each) => each.fact)]
  const refunding = concerned.filter(isRefund).map((fact) => fact.memberId)
  const [refunded, advances] = await Promise.all([
    loadRefunded(tx, policies, concerned, known),
    unendedAdvances(tx, [...new Set(refunding)]),
  ])

  const ordersBy = Map.groupBy(known, (each) => each.memberId)
  const toldBy = Map.groupBy(told, (each) => each.memberId)
  const parkedBy = Map.groupBy(waiting, (each) => each.row.memberId)
  const optInsBy = Map.groupBy(optIns, (each) => each.memberId)
  const walletsBy = Map.groupBy(wallets, (each) => each.memberId)
  const tradesBy = Map.groupBy(trades, (each) => each.memberId)
  const returnsBy = Map.groupBy(refunded, (each) => each.memberId)
  const advancesBy = Map.groupBy(advances, (each) => each.memberId)
  const situations = new Map<string, Situation>()
  for (const [id, member] of members) {
    situations.set(id, {
      member,
      orders: new Map((ordersBy.get(id) ?? []).map(({ order }) => [order.orderId, order])),
      told: new Map((toldBy.get(id) ?? []).map((row) => [toldKey(row.source, row.eventId), row])),
      parked: parkedBy.get(id) ?? [],
      optIns: optInsBy.get(id) ?? [],
      wallets: walletsBy.get(id) ?? [],
      trades: new Map((tradesBy.get(id) ?? []).map((each) => [each.trade.tradeId, each])),
      returns: new Map((returnsBy.get(id) ?? []).map((each) => [each.trade.tradeId, each])),
      advances: (advancesBy.get(id) ?? []).map(({ advance }) => advance),
      sealing: sealings.find((each) => each.memberId === id),
    })
  }
  return situations
}

/** Locks the members that facts name, making those that are unknown (OR-10). */
export async function lockOrMakeMembers(
  tx: Writer,
  facts: readonly Fact[],
  at: Temporal.Instant,
): Promise<Map<string, Member>> {
  const joinedAt = new Map<string, Temporal.Instant>()
  for (const { memberId, time } of facts) {
    const earliest = joinedAt.get(memberId) ?? at
    joinedAt.set(memberId, isBefore(time, earliest) ? time : earliest)
  }
  const fresh = [...joinedAt].map(([memberId, joined]) => ({ memberId, joinedAt: joined }))
  await insertMembers(tx, fresh, at)
  return await lockMembers(tx, [...joinedAt.keys()])
}

function ordersOf(facts: readonly Fact[]): { memberId: string; orderId: string }[] {
  const orders = new Map<string, { memberId: string; orderId: string }>()
  for (const fact of facts) {
    const orderId = orderIdOf(fact)
    if (orderId === undefined) continue
    orders.set(`${fact.memberId}/${orderId}`, { memberId: fact.memberId, orderId })
  }
  return [...orders.values()]
}

function isSealing(fact: Fact): boolean {
  return fact.type === 'jifen.member.sealed.v1' || fact.type === 'jifen.member.unsealed.v1'
}

type ConcernedTrade = MemberTrade & TradeSituation

/** The trades that facts pay or close orders of, or place orders under. */
async function concernedTrades(
  tx: Writer,
  facts: readonly OrderFact[],
): Promise<readonly ConcernedTrade[]> {
  const orders = ordersOf(facts.filter((fact) => turningTypes.has(fact.type)))
  const named = facts.flatMap((fact) => {
    if (fact.type !== 'jifen.order.placed.v1' || fact.data.tradeId === undefined) return []
    return [{ memberId: fact.memberId, tradeId: fact.data.tradeId }]
  })
  const trades = await tradesConcerned(tx, orders, named)
  const open = trades.filter(({ trade }) => trade.status === 'placed')
  const ofOpen = await ordersOfTrades(
    tx,
    open.map(({ memberId, trade }) => ({ memberId, tradeId: trade.tradeId })),
  )
  const byTrade = Map.groupBy(ofOpen, (each) => `${each.memberId}/${each.order.tradeId}`)
  return trades.map(({ memberId, trade }) => {
    const known = byTrade.get(`${memberId}/${trade.tradeId}`) ?? []
    return { memberId, trade, orders: known.map((each) => each.order) }
  })
}

/** What changes whether an order is open. */
const turningTypes: ReadonlySet<string> = new Set([
  'jifen.order.placed.v1',
  'jifen.order.paid.v1',
  'jifen.order.closed.v1',
])
