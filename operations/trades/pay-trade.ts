import { hash } from 'node:crypto'
import { keepKey } from '#db/idempotency.ts'
import type { Writer } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { refOfKey } from '#operations/ledger/post-for-member.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { closeTradeIn, payTradeIn, type Turned } from '#operations/trades/turn-trade.ts'
import type { CloseBody, PayBody } from '#rules/trades/body.ts'

/** Pays a trade under an idempotency key, which names the payment unless it has an id (TR-5). */
export async function payTrade(
  context: EventContext,
  { memberId, body }: { readonly memberId: string; readonly body: PayBody },
  key: Keyed,
): Promise<Turned | KeyReused> {
  const { tradeId, amount, paymentId } = body
  const ref = paymentId ?? refOfKey(context.actor, key.idempotencyKey)
  return await once(context, memberId, ['pay', body], key, (tx) =>
    payTradeIn(tx, context, { memberId, tradeId, ref, amount, at: context.now }),
  )
}

/** Closes a trade that is not paid, under an idempotency key (TR-7). */
export async function closeTrade(
  context: EventContext,
  { memberId, body }: { readonly memberId: string; readonly body: CloseBody },
  key: Keyed,
): Promise<Turned | KeyReused> {
  const { tradeId, reason = 'asked' } = body
  return await once(context, memberId, ['close', body], key, (tx) =>
    closeTradeIn(tx, context, { memberId, tradeId, reason, at: context.now }),
  )
}

async function once(
  context: EventContext,
  memberId: string,
  asked: unknown,
  { idempotencyKey }: Keyed,
  turn: (tx: Writer) => Promise<Turned>,
): Promise<Turned | KeyReused> {
  const fingerprint = hash('sha256', JSON.stringify(asked))
  const kept = { memberId, caller: context.actor, key: idempotencyKey, fingerprint }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<Turned | KeyReused> => {
      const [before, turned] = await Promise.all([
        keepKey(tx, { ...kept, at: context.now }),
        turn(tx),
      ])
      if (before === undefined || before === fingerprint) return turned
      return { ok: false, refusal: 'requests/key-reused' }
    },
  )
}
