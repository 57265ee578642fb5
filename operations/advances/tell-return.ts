import { advanceById } from '#db/advances/advances.ts'
import { transact } from '#operations/_transact.ts'
import { turnAdvance, type AdvanceTurned } from '#operations/advances/turn-advance.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { refOfKey } from '#operations/ledger/post-for-member.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { Fen } from '#rules/money/fen.ts'

export type TellReturn = {
  readonly memberId: string
  readonly returnId: string
} & (
  | { readonly turn: 'arrived' }
  | { readonly turn: 'rejected'; readonly reason?: string | undefined }
  | { readonly turn: 'repaid'; readonly amountFen: Fen }
)

/**
 * Tells what became of a return that was paid in advance, as the facts would (AD-6 to AD-8): once under
 * an idempotency key, and a refusal leaves nothing behind. The same again is answered with the advance
 * as it is now.
 */
export async function tellReturn(
  context: EventContext,
  told: TellReturn,
  { idempotencyKey }: Keyed,
): Promise<
  AdvanceTurned | KeyReused | { readonly ok: false; readonly refusal: 'members/unknown' }
> {
  const { memberId, returnId } = told
  const fingerprint = digestOf(['return', told])
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): ReturnType<typeof tellReturn> => {
      const begun = await beginKeyed(tx, keyed, fingerprint)
      if (!begun.ok) return begun
      if (begun.isAgain) {
        const advance = await advanceById(tx, memberId, returnId)
        if (advance !== undefined) return { ok: true, advance }
      }
      const ref = refOfKey(context.actor, idempotencyKey)
      return await turnAdvance(tx, context, { ...told, at: context.now, ref })
    },
  )
}
