import type { Writer } from '#db/connection.ts'
import { eventsByKeys, parkedEvents, type EventRow } from '#db/events.ts'
import { walletsOfMembers } from '#db/ledger/wallets.ts'
import { insertMembers, lockMembers, optInsOf, type Member, type OptIn } from '#db/members.ts'
import { ordersByIds } from '#db/orders.ts'
import { assert } from '#rules/assert.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { orderIdOf, readFact, type Fact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import { isBefore } from '#rules/time/instants.ts'

/** A fact that waits for its order or payment, with the row it is kept in. */
export type Parked = { readonly row: EventRow; readonly fact: Fact }

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
}

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
  facts: readonly Fact[],
  at: Temporal.Instant,
): Promise<Map<string, Situation>> {
  const members = await lockOrMakeMembers(tx, facts, at)
  const memberIds = [...members.keys()]
  const orders = ordersOf(facts)
  const sealing = facts.filter(isSealing).map((fact) => fact.memberId)
  const [told, known, parked, optIns, wallets] = await Promise.all([
    eventsByKeys(
      tx,
      facts.map((fact) => ({ memberId: fact.memberId, source: fact.source, eventId: fact.id })),
    ),
    ordersByIds(tx, orders),
    parkedEvents(tx, orders),
    optInsOf(tx, memberIds),
    sealing.length === 0 ? [] : walletsOfMembers(tx, sealing),
  ])

  const ordersBy = Map.groupBy(known, (each) => each.memberId)
  const toldBy = Map.groupBy(told, (each) => each.memberId)
  const parkedBy = Map.groupBy(parked, (each) => each.memberId)
  const optInsBy = Map.groupBy(optIns, (each) => each.memberId)
  const walletsBy = Map.groupBy(wallets, (each) => each.memberId)
  const situations = new Map<string, Situation>()
  for (const [id, member] of members) {
    situations.set(id, {
      member,
      orders: new Map((ordersBy.get(id) ?? []).map(({ order }) => [order.orderId, order])),
      told: new Map((toldBy.get(id) ?? []).map((row) => [toldKey(row.source, row.eventId), row])),
      parked: (parkedBy.get(id) ?? []).map((row) => ({ row, fact: factOf(row) })),
      optIns: optInsBy.get(id) ?? [],
      wallets: walletsBy.get(id) ?? [],
    })
  }
  return situations
}

async function lockOrMakeMembers(
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

/** Reads a parked fact back from what was kept of it. */
function factOf(row: EventRow): Fact {
  const read = readFact({
    specversion: '1.0',
    id: row.eventId,
    source: row.source,
    type: row.type,
    time: row.occurredAt.toString(),
    partitionkey: row.memberId,
    data: JSON.parse(row.data) as unknown,
  })
  assert(read.ok, 'a parked fact reads as it did when it was told')
  return read.fact
}
