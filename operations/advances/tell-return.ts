import { hash } from 'node:crypto'
import { advancesOf } from '#db/advances/advances.ts'
import { keepKey } from '#db/idempotency.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { turnAdvance, type AdvanceTurned } from '#operations/advances/turn-advance.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { refOfKey } from '#operations/ledger/post-for-member.ts'
import { undoRefused, type Keyed } from '#operations/_refused.ts'
import type { KeyReused } from '#operations/trades/place-trade.ts'
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
  const fingerprint = hash('sha256', JSON.stringify(['return', told]))
  const kept = { memberId, caller: context.actor, key: idempotencyKey, fingerprint }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): ReturnType<typeof tellReturn> => {
      const members = await lockMembers(tx, [memberId])
      if (!members.has(memberId)) return { ok: false, refusal: 'members/unknown' }
      const before = await keepKey(tx, { ...kept, at: context.now })
      if (before !== undefined && before !== fingerprint) {
        return { ok: false, refusal: 'requests/key-reused' }
      }
      if (before !== undefined) {
        const [advance] = await advancesOf(tx, memberId, { advanceId: returnId })
        if (advance !== undefined) return { ok: true, advance }
      }
      const ref = refOfKey(context.actor, idempotencyKey)
      return await turnAdvance(tx, context, { ...told, at: context.now, ref })
    },
  )
}
