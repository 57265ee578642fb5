import {
  advanceById,
  insertAdvance,
  unendedAdvances,
  type KeptAdvance,
} from '#db/advances/advances.ts'
import type { Writer } from '#db/connection.ts'
import { parkedEvents, upsertEvents } from '#db/events.ts'
import { ordersByIds } from '#db/orders.ts'
import { transact } from '#operations/_transact.ts'
import { recordAdvances } from '#operations/advances/record-advances.ts'
import { announce } from '#operations/announcements/announce.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { turnByReturnFact } from '#operations/events/apply-return-fact.ts'
import { factOf } from '#operations/events/read-kept-fact.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import type { KnownPolicy } from '#operations/policies/policy-book.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { loadReturns } from '#operations/trades/returnable.ts'
import {
  makeAdvance as makeAdvanceOf,
  sumsOf,
  statusOf,
  type Advance,
} from '#rules/advances/advance.ts'
import {
  amountOfOrder,
  amountOfTrade,
  type AdvanceAmount,
  type AmountRefused,
  type ReturnedUnits,
} from '#rules/advances/amount.ts'
import { mayAdvance, type AdvanceRefused, type Debtor } from '#rules/advances/limit.ts'
import type { InstantRefundPolicy } from '#rules/advances/policy.ts'
import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import { isReturnFact, waitsForReturn } from '#rules/orders/facts.ts'

export type AskAdvance = {
  readonly memberId: string
  /** The commerce platform's own id of the return: it names the advance. */
  readonly returnId: string
  readonly returned: readonly ReturnedUnits[]
} & ({ readonly tradeId: string } | { readonly orderId: string })

export type AdvanceMade =
  | { readonly ok: true; readonly advance: KeptAdvance }
  | AdvanceRefused
  | AmountRefused
  | {
      readonly ok: false
      readonly refusal:
        | 'members/unknown'
        | 'members/sealed'
        | 'trades/unknown'
        | 'trades/unknown-order'
        | 'advances/no-policy'
        | 'advances/return-id-reused'
    }

/**
 * Advances the refund of units that a member sends back (AD-1 to AD-5, AD-10), in one transaction of
 * the member, so that many at once never pass the limit. The same return again is told as it is now; a
 * refusal leaves nothing behind.
 */
export async function makeAdvance(
  context: EventContext,
  asked: AskAdvance,
  { idempotencyKey }: Keyed,
): Promise<AdvanceMade | KeyReused> {
  const { memberId, returnId } = asked
  const fingerprint = digestOf(['advance', asked])
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<AdvanceMade | KeyReused> => {
      const begun = await beginKeyed(tx, keyed, fingerprint)
      if (!begun.ok) return begun
      const again = await advanceById(tx, memberId, returnId)
      if (again !== undefined) {
        const isSame = again.fingerprint === fingerprint
        return isSame
          ? { ok: true, advance: again }
          : { ok: false, refusal: 'advances/return-id-reused' }
      }
      if (begun.member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
      return await makeFresh(tx, context, asked, fingerprint)
    },
  )
}

async function makeFresh(
  tx: Writer,
  context: EventContext,
  asked: AskAdvance,
  fingerprint: string,
): Promise<AdvanceMade> {
  const { memberId, returnId: advanceId } = asked
  const { policies, now } = context
  const known = policies.at('instantRefund', now)
  if (known === undefined) return { ok: false, refusal: 'advances/no-policy' }
  const [standing, unended] = await Promise.all([
    standingAt(tx, policies, memberId, now),
    unendedAdvances(tx, [memberId]),
  ])
  const advances = unended.map((each) => each.advance)
  const found = await amountOf(tx, context, asked, advances)
  if (!found.amount.ok) return found.amount

  const { lines } = found.amount
  const head = { advanceId, tradeId: found.tradeId, madeAt: now }
  const change = makeAdvanceOf(head, lines)
  const [advance] = change.changed
  assert(advance !== undefined, 'what is made is there')
  const policy = known.policy as InstantRefundPolicy
  const { amountFen } = sumsOf(advance)
  const may = mayAdvance(policy, debtorOf(standing, advances), amountFen)
  if (!may.ok) return may

  const { goodsWithin } = policy
  const { zone } = context.market
  const due = goodsWithin && now.toZonedDateTimeISO(zone).add(goodsWithin).toInstant()
  await insertAdvance(tx, memberId, advance, {
    fingerprint,
    limitFen: may.limit.limitFen,
    score: standing.score,
    tier: standing.tier,
    policy: nameOf(known),
    why: JSON.stringify(may.limit),
    dueAt: due ?? null,
  })
  const cause = { type: 'return.requested', policy: nameOf(known) }
  const record = { memberId, ref: 'made', cause, change }
  await recordAdvances(tx, { at: now, actor: context.actor }, [record])
  const data = { returnId: advanceId, amountFen, limitFen: may.limit.limitFen }
  const id = `advance-made/${advanceId}`
  await announce(tx, [{ memberId, id, type: 'jifen.advance.made.v1', at: now, data }])
  await applyWaiting(tx, context, asked)
  const made = await advanceById(tx, memberId, advanceId)
  assert(made !== undefined, 'what was made is kept')
  return { ok: true, advance: made }
}

/** What decides a member's limit, from the advances that are open or owed. */
export function debtorOf(standing: Debtor['standing'], advances: readonly Advance[]): Debtor {
  const sums = advances.map(sumsOf)
  return {
    standing,
    outstandingFen: asFen(sums.reduce((sum, { openFen, owedFen }) => sum + openFen + owedFen, 0)),
    unpaid: advances.filter((each) => statusOf(each) === 'owed').length,
  }
}

async function amountOf(
  tx: Writer,
  { policies, market, now }: EventContext,
  asked: AskAdvance,
  advances: readonly Advance[],
): Promise<{
  readonly tradeId: string
  readonly amount: AdvanceAmount | Extract<AdvanceMade, { ok: false }>
}> {
  const { memberId, returned } = asked
  const [named] = 'orderId' in asked ? await ordersByIds(tx, [asked]) : []
  const tradeId = 'tradeId' in asked ? asked.tradeId : named?.order.tradeId
  if (tradeId === undefined) {
    return { tradeId: '', amount: { ok: false, refusal: 'trades/unknown-order' } }
  }
  const [known] = await loadReturns(tx, policies, [{ memberId, tradeId }])
  if (known !== undefined) {
    const rules = factContext(policies, market, [])
    return { tradeId, amount: amountOfTrade(known, returned, advances, now, rules) }
  }
  if (named === undefined) return { tradeId, amount: { ok: false, refusal: 'trades/unknown' } }
  return { tradeId, amount: amountOfOrder(named.order, returned, advances) }
}

/** OR-3: what was told of the return before it was advanced. */
async function applyWaiting(
  tx: Writer,
  context: EventContext,
  { memberId, returnId }: AskAdvance,
): Promise<void> {
  const waiting = await parkedEvents(tx, [{ memberId, orderId: waitsForReturn(returnId) }])
  for (const row of waiting) {
    const fact = factOf(row)
    assert(isReturnFact(fact), 'only facts about a return wait for it')
    const { status, ...facts } = await turnByReturnFact(tx, context, fact)
    await upsertEvents(tx, [{ ...row, status, outcome: JSON.stringify(facts) }])
  }
}

function nameOf({ name, version }: KnownPolicy): string {
  return `${name}@${version}`
}
