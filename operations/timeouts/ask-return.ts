import { unendedAdvances } from '#db/advances/advances.ts'
import type { Writer } from '#db/connection.ts'
import { touchOrders } from '#db/merchants/touch-orders.ts'
import { ordersByIds } from '#db/orders.ts'
import { orderName, receiptsOf } from '#db/timeouts/receipts.ts'
import {
  insertRequest,
  requestById,
  openRequestsOf,
  type KeptRequest,
} from '#db/timeouts/requests.ts'
import { insertStep } from '#db/timeouts/steps.ts'
import { transact } from '#operations/_transact.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { requestedAmount } from '#operations/timeouts/_amount.ts'
import { tellReturnStep } from '#operations/timeouts/_news.ts'
import { standStill } from '#operations/timeouts/_stand-still.ts'
import { deliveryOfOrder } from '#operations/timeouts/delivery.ts'
import { timeoutsAt } from '#operations/timeouts/timeouts-policy.ts'
import { outstandingOf } from '#rules/advances/advance.ts'
import type { AmountRefused } from '#rules/advances/amount.ts'
import type { Order } from '#rules/orders/order.ts'
import { mayAsk, type MayAsk } from '#rules/timeouts/ask.ts'
import type { AskedLine, Pinned } from '#rules/timeouts/left.ts'
import type { Condition } from '#rules/timeouts/no-reason.ts'
import { isReceiptOver } from '#rules/timeouts/receipt.ts'
import type { RequestKind, RequestReason } from '#rules/timeouts/requested.ts'
import { termsOfRequest } from '#rules/timeouts/terms.ts'
import { beginRequest } from '#rules/timeouts/turn.ts'

export type AskReturn = {
  readonly memberId: string
  /** The commerce platform's own id of the return: an advance on it has the same. */
  readonly returnId: string
  readonly orderId: string
  readonly kind: RequestKind
  readonly reason: RequestReason
  readonly condition: Condition | undefined
  readonly lines: readonly AskedLine[]
  readonly note: string | undefined
}

export type ReturnAsked =
  | { readonly ok: true; readonly request: KeptRequest }
  | Extract<MayAsk, { readonly ok: false }>
  | AmountRefused
  | KeyReused
  | {
      readonly ok: false
      readonly refusal:
        | 'members/unknown'
        | 'trades/unknown-order'
        | 'timeouts/no-policy'
        | 'return-requests/id-reused'
    }

/**
 * Asks a shop for a refund, a return or an exchange (RT-1 to RT-7), in one transaction of the member.
 * The same request again, by its id, is told as it is now; a refusal leaves nothing behind.
 */
export async function askReturn(
  context: EventContext,
  asked: AskReturn,
  { idempotencyKey }: Keyed,
): Promise<ReturnAsked> {
  const { memberId } = asked
  const { note: _, ...withoutWords } = asked
  const fingerprint = digestOf(['return-request', withoutWords])
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<ReturnAsked> => {
      const begun = await beginKeyed(tx, keyed, fingerprint)
      if (!begun.ok) return begun
      const again = await requestById(tx, asked)
      if (again === undefined) return await askFresh(tx, context, asked, fingerprint)
      if (again.fingerprint === fingerprint) return { ok: true, request: again }
      return { ok: false, refusal: 'return-requests/id-reused' }
    },
  )
}

async function askFresh(
  tx: Writer,
  context: EventContext,
  asked: AskReturn,
  fingerprint: string,
): Promise<ReturnAsked> {
  const { now, policies, market } = context
  const { memberId, orderId, kind, reason, condition = null } = asked
  const [[found], receipts, delivery, pinned] = await Promise.all([
    ordersByIds(tx, [asked]),
    receiptsOf(tx, [asked]),
    deliveryOfOrder(tx, asked),
    pinnedBeside(tx, asked),
  ])
  if (found === undefined) return { ok: false, refusal: 'trades/unknown-order' }
  const { order } = found
  const inForce = timeoutsAt(policies, now, order.paidAt)
  if (inForce === undefined) return { ok: false, refusal: 'timeouts/no-policy' }

  const { policy, versions } = inForce
  const receipt = receipts.get(orderName(asked))
  const isReceived = receipt?.endedAt === null && isReceiptOver(receipt, now)
  const asOfNow: Order = isReceived ? { ...order, receivedAt: receipt.dueAt } : order
  const may = mayAsk(
    policy,
    { ...asked, lines: asked.lines.map(({ line }) => line) },
    { ...delivery, order: asOfNow, at: now, zone: market.zone },
  )
  if (!may.ok) return may
  const amount = await requestedAmount(tx, context, { memberId, order, asked: asked.lines, pinned })
  if (!amount.ok) return amount

  const { shopId, tradeId, paidAt } = order
  const begun = beginRequest({
    returnId: asked.returnId,
    orderId,
    shopId,
    kind,
    reason,
    condition,
    freightBy: may.freightBy,
    lines: amount.lines,
    withFreight: amount.withFreight,
    terms: termsOfRequest(policy, { paidAt, beganAt: now }),
    askedAt: now,
    ...nothingYet,
  })
  const { amountFen } = amount
  const kept = { memberId, tradeId, fingerprint, amountFen, refundedFen: null, policy: versions }
  const request: KeptRequest = { ...begun, ...kept, note: asked.note ?? null, steps: 1 }
  await insertRequest(tx, request)
  await touchOrders(tx, [request])
  const step = { turn: 'ask', at: now, actor: context.actor }
  await insertStep(tx, {
    ...step,
    memberId,
    returnId: asked.returnId,
    n: 1,
    status: request.status,
    told: '{}',
    note: null,
  })
  await tellReturnStep(tx, request, step)
  await standStill(tx, context, asked, now)
  return { ok: true, request }
}

const nothingYet = {
  answeredAt: null,
  answeredBy: null,
  sentAt: null,
  arrivedAt: null,
  disputedAt: null,
  disputeOutcome: null,
  decidedAt: null,
  closedAt: null,
  outcome: null,
} as const

/** RT-6: what open requests of the order and advances on other returns will take of it. */
async function pinnedBeside(
  tx: Writer,
  { memberId, orderId, returnId }: AskReturn,
): Promise<Pinned[]> {
  const [requests, advances] = await Promise.all([
    openRequestsOf(tx, [{ memberId, orderId }]),
    unendedAdvances(tx, [memberId]),
  ])
  // A request under the id of an advance is of the same goods: they are pinned once.
  const named = new Set([returnId, ...requests.map((each) => each.returnId)])
  const advanced = advances
    .filter(({ advance }) => !named.has(advance.advanceId))
    .flatMap(({ advance }) => advance.lines)
    .filter((line) => line.orderId === orderId && outstandingOf(line) > 0)
    .map((line) => ({
      lineId: line.lineId,
      quantity: line.quantity - line.quantityBack,
      amountFen: outstandingOf(line),
    }))
  return [...requests.flatMap(({ lines }) => lines), ...advanced]
}
