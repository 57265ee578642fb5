import type { Writer } from '#db/connection.ts'
import { requestById, type KeptRequest, type RequestKey } from '#db/timeouts/requests.ts'
import { transact } from '#operations/_transact.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { recordLapses, recordStep } from '#operations/timeouts/_step.ts'
import { turnRequest, type Turn, type TurnedRequest } from '#rules/timeouts/turn.ts'

export type TurnReturn = RequestKey & {
  /** Of a shop's turn: the request is of it, or unknown. */
  readonly shopId?: string | undefined
  readonly turn: Turn
  /** The parcel that goes back, or that brings what was exchanged. */
  readonly parcel?: { readonly carrier: string; readonly number: string } | undefined
  readonly note?: string | undefined
}

export type ReturnTurned =
  | { readonly ok: true; readonly request: KeptRequest }
  | Extract<TurnedRequest, { readonly ok: false }>
  | KeyReused
  | {
      readonly ok: false
      readonly refusal: 'members/unknown' | 'return-requests/unknown'
    }

/**
 * Does something about a return request (RT-8 to RT-16), under an idempotency key: answers it, sends the
 * goods, confirms them, withdraws it, takes it to the platform, decides the dispute. What lapsed before
 * is done first, whether its job has run or not: from its instant on it is too late. Of many at once
 * one does it. The same request again is told as it is now.
 */
export async function turnReturn(
  context: EventContext,
  turn: TurnReturn,
  { idempotencyKey }: Keyed,
): Promise<ReturnTurned> {
  const { memberId } = turn
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<ReturnTurned> => {
      const begun = await beginKeyed(tx, keyed, digestOf(['turn-return', turn]))
      if (!begun.ok) {
        // A shop that names a member whom nobody knows names no request of its own.
        const isUnknown = begun.refusal === 'members/unknown' && turn.shopId !== undefined
        return isUnknown ? { ok: false, refusal: 'return-requests/unknown' } : begun
      }
      const known = await requestById(tx, turn)
      if (known === undefined || (turn.shopId ?? known.shopId) !== known.shopId) {
        return { ok: false, refusal: 'return-requests/unknown' }
      }
      return begun.isAgain
        ? { ok: true, request: known }
        : await turnFresh(tx, context, turn, known)
    },
  )
}

async function turnFresh(
  tx: Writer,
  context: EventContext,
  { turn, parcel, note }: TurnReturn,
  known: KeptRequest,
): Promise<ReturnTurned> {
  const { now: at, actor } = context
  const request = await recordLapses(tx, context, known)
  const turned = turnRequest(request, turn, at)
  if (!turned.ok) return turned

  const step = { turn, at, actor, note, ...(parcel === undefined ? {} : { told: parcel }) }
  return { ok: true, request: await recordStep(tx, context, request, turned, step) }
}
