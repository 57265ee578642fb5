import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { endingsOf, type MemberEnding } from '#db/membership/endings.ts'
import { transactWithQuotas } from '#operations/issuing/quotas.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
} from '#operations/events/apply-order-facts.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { assert } from '#rules/assert.ts'
import { isOrderFact, readFact, type OrderFact } from '#rules/orders/facts.ts'

export type TellMembership = {
  readonly memberId: string
  readonly told: 'sealed' | 'unsealed'
  readonly reason: string
}

export type MembershipTold =
  | { readonly ok: true; readonly ending: MemberEnding }
  | {
      readonly ok: false
      readonly refusal:
        'members/unknown' | 'members/erased' | 'members/already-sealed' | 'members/not-sealed'
    }

/**
 * Seals or unseals a member as the fact would, with all its effects (EN-1, EN-3); once under an
 * idempotency key, and a refusal leaves nothing behind.
 */
export async function tellMembership(
  context: EventContext,
  told: TellMembership,
  key: Keyed,
): Promise<MembershipTold | KeyReused> {
  const { memberId } = told
  const fingerprint = digestOf(['membership', told])
  const { actor: caller, now: at } = context
  const keyed = { memberId, caller, key: key.idempotencyKey, at }
  return await undoRefused(
    (operation) => transactWithQuotas(context, context.now, operation),
    async (tx): Promise<MembershipTold | KeyReused> => {
      const begun = await beginKeyed(tx, keyed, fingerprint)
      if (!begun.ok) return begun
      if (begun.member.isErased) return { ok: false, refusal: 'members/erased' }
      if (begun.isAgain) return { ok: true, ending: await lastOf(tx, told) }
      return await applyFact(tx, context, told, key)
    },
  )
}

async function applyFact(
  tx: Writer,
  context: EventContext,
  told: TellMembership,
  key: Keyed,
): Promise<MembershipTold> {
  const fact = factOf(context, told, key)
  const [result] = await applyOrderFacts(tx, context, [{ fact, fingerprint: fingerprintOf(fact) }])
  if (result?.status === 'refused') {
    const refusal = result.refusal as 'members/already-sealed' | 'members/not-sealed'
    return { ok: false, refusal }
  }
  return { ok: true, ending: await lastOf(tx, told) }
}

async function lastOf(tx: Writer, { memberId, told }: TellMembership): Promise<MemberEnding> {
  const last = (await endingsOf(tx, memberId)).findLast(({ kind }) => kind === told)
  assert(last !== undefined, 'what was told is kept')
  return last
}

/** The fact, under a name that no other caller and key make. */
function factOf(context: EventContext, told: TellMembership, key: Keyed): OrderFact {
  const read = readFact({
    specversion: '1.0',
    source: 'jifen/api',
    id: hash('sha256', JSON.stringify([context.actor, key.idempotencyKey]), 'base64url'),
    type: `jifen.member.${told.told}.v1`,
    time: context.now.toString(),
    partitionkey: told.memberId,
    data: { reason: told.reason },
  })
  assert(read.ok && isOrderFact(read.fact), 'what is told of a member is a fact')
  return read.fact
}
