import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { insertEnding } from '#db/membership/endings.ts'
import {
  erasureOf,
  finishErasure,
  insertErasure,
  openTrades,
  type Erasure,
} from '#db/membership/erasures.ts'
import { removePerson } from '#db/membership/personal-columns.ts'
import { lockMembers, type Member } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { endingPolicyAt } from '#operations/ending/ending-policy.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
} from '#operations/events/apply-order-facts.ts'
import { assert } from '#rules/assert.ts'
import type { OrderFact } from '#rules/orders/facts.ts'

export type ErasureAsked = {
  readonly memberId: string
  readonly ground: Erasure['ground']
}

export type Erased =
  | { readonly ok: true; readonly erasure: Erasure }
  | {
      readonly ok: false
      readonly refusal:
        | 'members/unknown'
        | 'ending/open-trade'
        | 'ending/not-requested'
        | 'ending/approver-is-requester'
    }

/**
 * Asks for the erasure of a member, for a stated ground (EN-4). Where the policy wants no second person
 * it is done at once; else it waits for one. Asked again, it is told as it is.
 */
export async function requestErasure(
  context: EventContext,
  { memberId, ground }: ErasureAsked,
): Promise<Erased> {
  return await transact(context.db, async (tx): Promise<Erased> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    const before = await erasureOf(tx, memberId)
    if (before !== undefined) return { ok: true, erasure: before }
    if ((await openTrades(tx, memberId)) > 0) return { ok: false, refusal: 'ending/open-trade' }

    const { actor, now, policies } = context
    await insertErasure(tx, { memberId, ground, requestedBy: actor, requestedAt: now })
    const { policy } = endingPolicyAt(policies, now)
    if (!policy.erasure.secondPerson) await eraseIn(tx, context, member, null)
    return await told(tx, memberId)
  })
}

/** Erases a member whose erasure another person asked for (EN-4, EN-5). Done again, it is told. */
export async function approveErasure(context: EventContext, memberId: string): Promise<Erased> {
  return await transact(context.db, async (tx): Promise<Erased> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    const asked = await erasureOf(tx, memberId)
    if (asked === undefined) return { ok: false, refusal: 'ending/not-requested' }
    if (asked.status === 'done') return { ok: true, erasure: asked }
    if (asked.requestedBy === context.actor) {
      return { ok: false, refusal: 'ending/approver-is-requester' }
    }
    if ((await openTrades(tx, memberId)) > 0) return { ok: false, refusal: 'ending/open-trade' }

    await eraseIn(tx, context, member, context.actor)
    return await told(tx, memberId)
  })
}

/** EN-6: erases a member again in a database that was restored from before the erasure. */
export async function eraseAgain(context: EventContext, memberId: string): Promise<boolean> {
  return await transact(context.db, async (tx) => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined || member.isErased) return false
    if ((await erasureOf(tx, memberId)) === undefined) {
      const { actor: requestedBy, now: requestedAt } = context
      await insertErasure(tx, { memberId, ground: 'replay', requestedBy, requestedAt })
    }
    await eraseIn(tx, context, member, null)
    return true
  })
}

async function told(tx: Writer, memberId: string): Promise<Erased> {
  const erasure = await erasureOf(tx, memberId)
  assert(erasure !== undefined, 'what was asked for is kept')
  return { ok: true, erasure }
}

/** Seals the member, whom nobody unseals any more, and removes the person. */
async function eraseIn(
  tx: Writer,
  context: EventContext,
  { memberId, status }: Member,
  approvedBy: string | null,
): Promise<void> {
  const { now: at, actor } = context
  if (status === 'active') {
    const fact = sealingOf(memberId, at)
    const print = { fact, fingerprint: fingerprintOf(fact) }
    const [sealed] = await applyOrderFacts(tx, context, [print])
    assert(sealed?.status === 'applied', `an erased member is sealed: ${sealed?.refusal ?? ''}`)
  }
  const ref = `erased/${at.epochMilliseconds}`
  const kept = { memberId, kind: 'erased', ref, at, actor, reason: null, policy: null } as const
  await insertEnding(tx, { ...kept, what: '{}' })
  await finishErasure(tx, { memberId, approvedBy, erasedAt: at })
  await removePerson(tx, memberId, at)
}

/** The sealing that goes with an erasure, as a fact of its own. */
function sealingOf(memberId: string, at: Temporal.Instant): OrderFact {
  return {
    source: 'jifen/erasure',
    id: hash('sha256', JSON.stringify([memberId, at.epochMilliseconds]), 'base64url'),
    memberId,
    time: at,
    dataText: '{}',
    type: 'jifen.member.sealed.v1',
    data: {},
  }
}
