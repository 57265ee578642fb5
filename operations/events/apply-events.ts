import { hash } from 'node:crypto'
import { assert } from '#rules/assert.ts'
import type { Database, Writer } from '#db/connection.ts'
import { upsertEvents } from '#db/events.ts'
import type { Market } from '#db/market.ts'
import { updateMembers } from '#db/members.ts'
import { upsertOrders } from '#db/orders.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { commandsFor } from '#operations/events/_commands.ts'
import { foldFacts, type Folded } from '#operations/events/_fold.ts'
import { loadSituations, type Situation } from '#operations/events/_situation.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { EventStatus } from '#db/events.ts'
import type { Fact } from '#rules/orders/facts.ts'

export type EventContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
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

/**
 * Applies facts with all their effects, each exactly once (OR-1 to OR-11), and tells in their order
 * what became of each. All go in one transaction; should one member's facts fail, every member gets a
 * transaction of its own, so that the others are not kept waiting, and the failure is thrown after.
 */
export async function applyEvents(
  context: EventContext,
  facts: readonly Fact[],
): Promise<EventResult[]> {
  const prints = facts.map((fact) => ({ fact, fingerprint: fingerprintOf(fact) }))
  try {
    return await transact(context.db, (tx) => applyAll(tx, context, prints))
  } catch (error) {
    const byMember = Map.groupBy(prints, (each) => each.fact.memberId)
    if (byMember.size <= 1 || isUnreachable(error)) throw error
    return await applyEachMember(context, prints, byMember)
  }
}

type Printed = { readonly fact: Fact; readonly fingerprint: string }

async function applyEachMember(
  context: EventContext,
  prints: readonly Printed[],
  byMember: ReadonlyMap<string, Printed[]>,
): Promise<EventResult[]> {
  const resultOf = new Map<Printed, EventResult>()
  const failures: unknown[] = []
  for (const ofOne of byMember.values()) {
    try {
      const results = await transact(context.db, (tx) => applyAll(tx, context, ofOne))
      results.forEach((result, index) => {
        const print = ofOne[index]
        if (print !== undefined) resultOf.set(print, result)
      })
    } catch (error) {
      if (isUnreachable(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return prints.flatMap((print) => resultOf.get(print) ?? [])
}

async function applyAll(
  tx: Writer,
  context: EventContext,
  prints: readonly Printed[],
): Promise<EventResult[]> {
  const situations = await loadSituations(
    tx,
    prints.map((each) => each.fact),
    context.now,
  )

  const folds = foldByMember(situations, prints, context)
  const commands = [...folds.values()].flatMap((each) => each.commands)

  await record(tx, folds, commands)
  return prints.map(({ fact }) => {
    const result = folds.get(fact.memberId)?.folded.results.shift()
    assert(result !== undefined, 'every fact has a result')
    return result
  })
}

type MemberFold = {
  readonly situation: Situation
  readonly folded: Folded
  readonly commands: readonly WalletCommand[]
}

function foldByMember(
  situations: ReadonlyMap<string, Situation>,
  prints: readonly Printed[],
  context: EventContext,
): Map<string, MemberFold> {
  const { market, policies, actor, now } = context
  const folds = new Map<string, MemberFold>()
  for (const [memberId, ofOne] of Map.groupBy(prints, (each) => each.fact.memberId)) {
    const situation = situations.get(memberId)
    assert(situation !== undefined, 'every member was loaded')
    const { wallets } = situation
    const rules = factContext(policies, market, situation.optIns)
    const folded = foldFacts(situation, ofOne, rules, now)
    const commands = folded.effects.flatMap((caused) =>
      commandsFor(caused, {
        fingerprint: fingerprintOf(caused.fact),
        wallets,
        actor,
        now,
        zone: market.zone,
      }),
    )
    folds.set(memberId, { situation, folded, commands })
  }
  return folds
}

async function record(
  tx: Writer,
  folds: ReadonlyMap<string, MemberFold>,
  commands: readonly WalletCommand[],
): Promise<void> {
  if (commands.length > 0) {
    const answers = await postCommands(tx, commands)
    const refused = answers.find((answer) => !answer.ok)
    assert(refused === undefined, `a fact's posting is not refused: ${JSON.stringify(refused)}`)
  }
  const all = [...folds.values()]
  await Promise.all([
    upsertOrders(
      tx,
      all.flatMap(({ situation, folded }) =>
        [...folded.changedOrders].flatMap((orderId) => {
          const order = situation.orders.get(orderId)
          return order === undefined ? [] : [{ memberId: situation.member.memberId, order }]
        }),
      ),
    ),
    upsertEvents(
      tx,
      all.flatMap(({ folded }) => latestByKey(folded.events)),
    ),
    updateMembers(
      tx,
      all.filter(({ folded }) => folded.memberChanged).map(({ situation }) => situation.member),
    ),
  ])
}

/** A fact parked and freed in one batch has two rows; the later says what became of it. */
function latestByKey(events: Folded['events']): Folded['events'] {
  const latest = new Map(events.map((row) => [`${row.source}\n${row.eventId}`, row]))
  return [...latest.values()]
}

/** A digest of what a fact says, whatever the order of its keys (OR-1). */
function fingerprintOf(fact: Fact): string {
  return hash('sha256', JSON.stringify([fact.type, fact.time.epochMilliseconds, fact.data]))
}
