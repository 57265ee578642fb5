import { hash } from 'node:crypto'
import { unendedAdvances } from '#db/advances/advances.ts'
import { keepKey } from '#db/idempotency.ts'
import type { Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import { answerOf, type RefundAnswer } from '#operations/trades/record-refund.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { advancesIn, loadReturns, type KnownReturns } from '#operations/trades/returnable.ts'
import { writeRefund } from '#operations/events/write-refund.ts'
import { isAhead } from '#rules/time/instants.ts'
import { decideTradeRefund, type TradeRefundRefused } from '#rules/trades/refund.ts'
import { returnedIn, type RefundBody } from '#rules/trades/refund-body.ts'

export type RefundTrade = { readonly memberId: string; readonly body: RefundBody }

export type Refunded =
  | ({
      readonly ok: true
      readonly tradeId: string
      readonly refundId: string
      readonly at: Temporal.Instant
    } & RefundAnswer)
  | TradeRefundRefused
  | {
      readonly ok: false
      readonly refusal: 'trades/unknown' | 'trades/refund-id-reused' | 'events/in-the-future'
    }

/**
 * Refunds a trade under an idempotency key, in one transaction of the member: pays back what RE says,
 * gives back what comes back of wallets and coupons, undoes the allocations, takes back the points that
 * were earned and closes what is back whole (TR-10 to TR-13). The same return again, by its id, is
 * answered as it was. A refusal leaves nothing behind.
 */
export async function refundTrade(
  context: EventContext,
  request: RefundTrade,
  { idempotencyKey }: Keyed,
): Promise<Refunded | KeyReused> {
  const { memberId, body } = request
  const fingerprint = hash('sha256', JSON.stringify(['refund', body]))
  const kept = { memberId, caller: context.actor, key: idempotencyKey, fingerprint }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<Refunded | KeyReused> => {
      const before = await keepKey(tx, { ...kept, at: context.now })
      if (before !== undefined && before !== fingerprint) {
        return { ok: false, refusal: 'requests/key-reused' }
      }
      return await refundTradeIn(tx, context, request)
    },
  )
}

async function refundTradeIn(
  tx: Writer,
  context: EventContext,
  { memberId, body }: RefundTrade,
): Promise<Refunded> {
  const { tradeId, refundId, refundedAt: at = context.now } = body
  if (isAhead(at, context.now)) return { ok: false, refusal: 'events/in-the-future' }
  const [, [known], unended] = await Promise.all([
    lockMembers(tx, [memberId]),
    loadReturns(tx, context.policies, [{ memberId, tradeId }]),
    unendedAdvances(tx, [memberId]),
  ])
  if (known === undefined) return { ok: false, refusal: 'trades/unknown' }
  const again = doneBefore(known, body)
  if (again !== undefined) return again

  const returned = returnedIn(body)
  const rules = factContext(context.policies, context.market, [])
  const decided = decideTradeRefund(known, { returned, at }, rules)
  if (!decided.ok) return decided

  const request = { returned, asked: askedIn(body), at: at.toString() }
  const ofAdvances = advancesIn(known, returned, decided, unended)
  const done = { memberId, refundId, n: known.done.length + 1, at, request, decided, ofAdvances }
  await writeRefund(tx, context, done)
  return { ok: true, tradeId, refundId, at, ...answerOf(decided, ofAdvances) }
}

/** TR-10: the same return is told as it was done; the id with other content is refused. */
function doneBefore({ done }: KnownReturns, body: RefundBody): Refunded | undefined {
  const { tradeId, refundId } = body
  const same = done.find((each) => each.refundId === refundId)
  if (same === undefined) return undefined
  const { asked, at } = JSON.parse(same.request) as { asked: string; at: string }
  if (asked !== askedIn(body)) return { ok: false, refusal: 'trades/refund-id-reused' }
  const answer = JSON.parse(same.answer) as RefundAnswer
  return { ok: true, tradeId, refundId, at: Temporal.Instant.from(at), ...answer }
}

function askedIn({ returned, refundedAt }: RefundBody): string {
  return hash('sha256', JSON.stringify([returned, refundedAt?.toString()]))
}
