import { unendedAdvances } from '#db/advances/advances.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import { answerOf, type RefundAnswer } from '#operations/trades/record-refund.ts'
import { advancesIn, loadReturns } from '#operations/trades/returnable.ts'
import { isAhead } from '#rules/time/instants.ts'
import { decideTradeRefund, type TradeRefundRefused } from '#rules/trades/refund.ts'
import { returnedIn, type RefundBody } from '#rules/trades/refund-body.ts'

export type PreviewRefund = {
  readonly memberId: string
  readonly body: Omit<RefundBody, 'refundId'>
}

export type RefundPreview =
  | ({ readonly ok: true; readonly tradeId: string; readonly at: Temporal.Instant } & RefundAnswer)
  | TradeRefundRefused
  | { readonly ok: false; readonly refusal: 'trades/unknown' | 'events/in-the-future' }

/** Tells what a return would come to, by the decision that the deed takes; nothing is written. */
export async function previewRefund(
  { db, policies, market, now }: EventContext,
  { memberId, body }: PreviewRefund,
): Promise<RefundPreview> {
  const { tradeId, refundedAt: at = now } = body
  if (isAhead(at, now)) return { ok: false, refusal: 'events/in-the-future' }
  const [[known], unended] = await inSnapshot(
    db,
    async (tx) =>
      await Promise.all([
        loadReturns(tx, policies, [{ memberId, tradeId }]),
        unendedAdvances(tx, [memberId]),
      ]),
  )
  if (known === undefined) return { ok: false, refusal: 'trades/unknown' }

  const rules = factContext(policies, market, [])
  const returned = returnedIn(body)
  const decided = decideTradeRefund(known, { returned, at }, rules)
  if (!decided.ok) return decided
  const ofAdvances = advancesIn(known, returned, decided, unended)
  return { ok: true, tradeId, at, ...answerOf(decided, ofAdvances) }
}
