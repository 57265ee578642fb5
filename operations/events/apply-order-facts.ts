import { hash } from 'node:crypto'
import { assert } from '#rules/assert.ts'
import type { Writer } from '#db/connection.ts'
import { parkedEvents, upsertEvents, type EventRow, type EventStatus } from '#db/events.ts'
import { lockWalletsOf } from '#db/ledger/wallets.ts'
import { updateMembers } from '#db/members.ts'
import { upsertOrders } from '#db/orders.ts'
import { recordAdvances, type AdvanceRecord } from '#operations/advances/record-advances.ts'
import { turnMemberships } from '#operations/events/turn-memberships.ts'
import { commandsFor, factRef } from '#operations/events/_commands.ts'
import { foldFacts, freeWaiting, type CausedEffect, type Folded } from '#operations/events/_fold.ts'
import { loadSituations, type Situation } from '#operations/events/_situation.ts'
import { turnsOf } from '#operations/events/_trade-turns.ts'
import { factOf } from '#operations/events/read-kept-fact.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { keepScoreFacts } from '#operations/score/keep-facts.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import { giveBackCommands, recordRefunds } from '#operations/trades/record-refund.ts'
import { returnUnpaid } from '#operations/events/write-refund.ts'
import { recordTurns, turnCommands, type TradeTurn } from '#operations/trades/trade-turn.ts'
import type { TradeContext } from '#operations/trades/trade-context.ts'
import { orderIdOf, type Fact, type OrderFact } from '#rules/orders/facts.ts'

export type EventContext = TradeContext & {
  readonly now: Temporal.Instant
  /** Who told the facts. */
  readonly actor: string
}

/** What became of one fact. */
export type EventResult = {
  readonly source: string
  readonly id: string
  readonly memberId: string
  readonly status: 'applied' | 'duplicate' | 'parked' | 'refused'
  readonly refusal?: string
  /** Of a duplicate: what became of it the first time. */
  readonly was?: EventStatus
  readonly [fact: string]: unknown
}

/** A fact with the digest of what it says. */
export type Printed<Of extends Fact = Fact> = { readonly fact: Of; readonly fingerprint: string }

/** Applies facts about orders and members inside a transaction, and tells what became of each. */
export async function applyOrderFacts(
  tx: Writer,
  context: EventContext,
  prints: readonly Printed<OrderFact>[],
): Promise<EventResult[]> {
  const situations = await loadSituations(
    tx,
    prints.map((each) => each.fact),
    context.now,
    context.policies,
  )

  const byMember = Map.groupBy(prints, (each) => each.fact.memberId)
  const folds = new Map<string, MemberFold>()
  for (const [memberId, ofOne] of byMember) {
    const situation = situations.get(memberId)
    assert(situation !== undefined, 'every member was loaded')
    const rules = factContext(context.policies, context.market, situation.optIns)
    const folded = foldFacts(situation, ofOne, rules, context.now)
    folds.set(memberId, memberFold(situation, folded, context))
  }

  // What follows a payment is posted apart: wallets are locked in key order only if all are before.
  const isFollowed = [...folds.values()].some(({ turns }) => turns.some(isPaying))
  if (isFollowed) await lockWalletsOf(tx, [...folds.keys()])
  await record(tx, [...folds.values()], context)
  for (const fold of folds.values()) await followTurns(tx, context, fold)
  await turnMemberships(tx, context, [...folds.values()].map(endingsIn).flat())
  return prints.map(({ fact }) => {
    const result = folds.get(fact.memberId)?.folded.results.shift()
    assert(result !== undefined, 'every fact has a result')
    return result
  })
}

/** Applies parked facts of one member, as far as what they waited for is there now (OR-3, OR-4). */
export async function applyWaitingFacts(
  tx: Writer,
  context: EventContext,
  rows: readonly EventRow[],
): Promise<void> {
  const facts = rows.map(factOf).filter((fact) => orderIdOf(fact) !== undefined) as OrderFact[]
  const [situation] = (await loadSituations(tx, facts, context.now, context.policies)).values()
  if (situation === undefined) return
  const rules = factContext(context.policies, context.market, situation.optIns)
  const folded = freeWaiting(situation, facts, rules)
  await record(tx, [memberFold(situation, folded, context)], context)
}

/** TR-10, TR-12: what waited until the last order of a trade was paid or closed. */
async function followTurns(
  tx: Writer,
  context: EventContext,
  { situation, turns }: MemberFold,
): Promise<void> {
  const { memberId } = situation.member
  const paid = turns.filter(isPaying)
  if (paid.length === 0) return
  const orders = paid.flatMap(({ trade }) => situation.trades.get(trade.tradeId)?.orders ?? [])
  const after = orders.map((order) => situation.orders.get(order.orderId) ?? order)
  if (after.some((order) => order.paidAt === null)) await returnUnpaid(tx, context, paid)
  const waiting = await parkedEvents(
    tx,
    orders.map(({ orderId }) => ({ memberId, orderId })),
  )
  if (waiting.length > 0) await applyWaitingFacts(tx, context, waiting)
}

function isPaying({ held }: TradeTurn): boolean {
  return held === 'captured'
}

/** A digest of what a fact says, whatever the order of its keys (OR-1). */
export function fingerprintOf(fact: Fact): string {
  return hash('sha256', JSON.stringify([fact.type, fact.time.epochMilliseconds, fact.data]))
}

type MemberFold = {
  readonly situation: Situation
  readonly folded: Folded
  readonly commands: readonly WalletCommand[]
  readonly turns: readonly TradeTurn[]
}

function memberFold(situation: Situation, folded: Folded, context: EventContext): MemberFold {
  const { market, actor, now } = context
  const { wallets } = situation
  const commands = folded.effects.flatMap((caused) =>
    commandsFor(caused, {
      fingerprint: fingerprintOf(caused.fact),
      wallets,
      actor,
      now,
      zone: market.zone,
    }),
  )
  return { situation, folded, commands, turns: turnsOf(situation, folded, now) }
}

async function record(
  tx: Writer,
  folds: readonly MemberFold[],
  context: EventContext,
): Promise<void> {
  const commands = folds.flatMap((each) => each.commands)
  const turns = folds.flatMap((each) => each.turns)
  const refunds = folds.flatMap((each) => each.folded.refunds)
  const ofTurns = turns.flatMap((turn) =>
    turnCommands(turn, { actor: context.actor, at: context.now }),
  )
  // After what pays the trade: what was captured is given back.
  const others = [...ofTurns, ...refunds.flatMap((each) => giveBackCommands(each, context))]
  if (commands.length + others.length > 0) {
    const answers = await postCommands(tx, [...commands, ...others])
    // What was held for a trade may be gone with a sealed wallet; the fact is true all the same.
    const refused = answers.slice(0, commands.length).find((answer) => !answer.ok)
    assert(refused === undefined, `a fact's posting is not refused: ${JSON.stringify(refused)}`)
  }
  const orders = folds.flatMap(({ situation, folded }) =>
    [...folded.changedOrders].flatMap((orderId) => {
      const order = situation.orders.get(orderId)
      return order === undefined ? [] : [{ memberId: situation.member.memberId, order }]
    }),
  )
  const events = folds.flatMap(({ folded }) => latestByKey(folded.events))
  await Promise.all([
    upsertOrders(tx, orders),
    upsertEvents(tx, events),
    keepScoreFacts(tx, context.market, { orders, events }),
    updateMembers(
      tx,
      folds.filter(({ folded }) => folded.memberChanged).map(({ situation }) => situation.member),
    ),
    recordTurns(tx, turns),
  ])
  await recordRefunds(tx, refunds)
  await recordAdvances(
    tx,
    { at: context.now, actor: context.actor },
    folds.flatMap((each) => each.folded.advances.map(advanceRecord)),
  )
}

/** The sealings and unsealings of a member, in order. */
function endingsIn({ folded }: MemberFold): CausedEffect[] {
  return folded.effects.filter(({ effect }) => effect.type === 'seal' || effect.type === 'unseal')
}

/** What a fact's refund closed of advances, as it is written. */
function advanceRecord({ fact, change }: Folded['advances'][number]): AdvanceRecord {
  const { memberId, source, id } = fact
  const cause = { type: 'refund.succeeded', source, eventId: id }
  return { memberId, change, cause, ref: `refund:${factRef(fact)}` }
}

/** A fact parked and freed in one batch has two rows; the later says what became of it. */
function latestByKey(events: Folded['events']): Folded['events'] {
  const latest = new Map(events.map((row) => [`${row.source}\n${row.eventId}`, row]))
  return [...latest.values()]
}
