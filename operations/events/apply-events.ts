import type { Writer } from '#db/connection.ts'
import { lockWalletsOf } from '#db/ledger/wallets.ts'
import { isUnreachable } from '#db/unreachable.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
  type EventResult,
  type Printed,
} from '#operations/events/apply-order-facts.ts'
import { applyReturnFact } from '#operations/events/apply-return-fact.ts'
import { applyTradeFact } from '#operations/events/apply-trade-fact.ts'
import { lockOrMakeMembers } from '#operations/events/_situation.ts'
import { transactWithQuotas } from '#operations/issuing/quotas.ts'
import {
  isOrderFact,
  isTradeFact,
  type Fact,
  type OrderFact,
  type ReturnFact,
  type TradeFact,
} from '#rules/orders/facts.ts'

/**
 * Applies facts with all their effects, each exactly once (OR-1 to OR-11), and tells in their order
 * what became of each. All go in one transaction; should one member's facts fail, or tell of whole
 * trades or of returns, every member gets a transaction of its own, so that the others are not kept waiting, and a
 * failure is thrown after.
 */
export async function applyEvents(
  context: EventContext,
  facts: readonly Fact[],
): Promise<EventResult[]> {
  const prints = facts.map((fact) => ({ fact, fingerprint: fingerprintOf(fact) }))
  const byMember = Map.groupBy(prints, (each) => each.fact.memberId)
  const isWhole = byMember.size <= 1 || facts.every(isOrderFact)
  if (!isWhole) return await applyEachMember(context, prints, byMember)
  try {
    return await applyTogether(context, prints)
  } catch (error) {
    if (byMember.size <= 1 || isUnreachable(error)) throw error
    return await applyEachMember(context, prints, byMember)
  }
}

async function applyEachMember(
  context: EventContext,
  prints: readonly Printed[],
  byMember: ReadonlyMap<string, Printed[]>,
): Promise<EventResult[]> {
  const resultOf = new Map<Printed, EventResult>()
  const failures: unknown[] = []
  for (const ofOne of byMember.values()) {
    try {
      const results = await applyTogether(context, ofOne)
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

async function applyTogether(
  context: EventContext,
  prints: readonly Printed[],
): Promise<EventResult[]> {
  return await transactWithQuotas(context, context.now, (tx) => applyAll(tx, context, prints))
}

/**
 * Facts about orders go together; one about a whole trade or a return by itself, in its place among
 * them.
 */
async function applyAll(
  tx: Writer,
  context: EventContext,
  prints: readonly Printed[],
): Promise<EventResult[]> {
  const runs = runsOf(prints)
  if (runs.some(isAlone)) await lockMemberOf(tx, context, prints)
  const results: EventResult[] = []
  for (const run of runs) {
    results.push(...(await applyRun(tx, context, run)))
  }
  return results
}

async function applyRun(tx: Writer, context: EventContext, run: Run): Promise<EventResult[]> {
  if (!isAlone(run)) return await applyOrderFacts(tx, context, run)
  const { fact, fingerprint } = run
  if (isTradeFact(fact)) return [await applyTradeFact(tx, context, { fact, fingerprint })]
  return [await applyReturnFact(tx, context, { fact, fingerprint })]
}

type Alone = Printed<TradeFact | ReturnFact>
type Run = Alone | readonly Printed<OrderFact>[]

function runsOf(prints: readonly Printed[]): Run[] {
  const runs: (Alone | Printed<OrderFact>[])[] = []
  for (const { fact, fingerprint } of prints) {
    const last = runs.at(-1)
    if (!isOrderFact(fact)) runs.push({ fact, fingerprint })
    else if (Array.isArray(last)) last.push({ fact, fingerprint })
    else runs.push([{ fact, fingerprint }])
  }
  return runs
}

function isAlone(run: Run): run is Alone {
  return 'fact' in run
}

/** Several postings of one transaction lock wallets in their order only if all are locked first. */
async function lockMemberOf(
  tx: Writer,
  context: EventContext,
  prints: readonly Printed[],
): Promise<void> {
  const facts = prints.map((each) => each.fact)
  const members = await lockOrMakeMembers(tx, facts, context.now)
  await lockWalletsOf(tx, [...members.keys()])
}
