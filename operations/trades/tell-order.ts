import { hash } from 'node:crypto'
import { keepKey } from '#db/idempotency.ts'
import type { Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import { ordersByIds } from '#db/orders.ts'
import { transact } from '#operations/_transact.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
} from '#operations/events/apply-order-facts.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { assert } from '#rules/assert.ts'
import { isOrderFact, readFact, type OrderFact } from '#rules/orders/facts.ts'
import type { OrderRefusal } from '#rules/orders/outcome.ts'
import type { Order } from '#rules/orders/order.ts'
import type { DeliveryMethod } from '#rules/timeouts/methods.ts'

export type TellOrder = {
  readonly memberId: string
  readonly tradeId: string
  readonly orderId: string
  readonly told: 'shipped' | 'received'
  /** Of a shipment: the carrier's first record. */
  readonly collectedAt?: Temporal.Instant | undefined
  /** Of a shipment: how it comes, and whether the freight of sending it back is insured. */
  readonly method?: DeliveryMethod | undefined
  readonly freightInsured?: boolean | undefined
}

export type OrderTold =
  | { readonly ok: true; readonly order: Order }
  | {
      readonly ok: false
      readonly refusal: OrderRefusal | 'trades/unknown-order' | 'trades/not-paid'
    }

/**
 * Tells that an order of a trade was shipped or received, as the fact would, with all its effects
 * (OR-5); once under an idempotency key, and a refusal leaves nothing behind.
 */
export async function tellOrder(
  context: EventContext,
  request: TellOrder,
  key: Keyed,
): Promise<OrderTold | KeyReused> {
  const { memberId } = request
  const fingerprint = hash('sha256', JSON.stringify(request))
  const kept = { memberId, caller: context.actor, key: key.idempotencyKey, fingerprint }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<OrderTold | KeyReused> => {
      const before = await keepKey(tx, { ...kept, at: context.now })
      if (before !== undefined && before !== fingerprint) {
        return { ok: false, refusal: 'requests/key-reused' }
      }
      const [, order] = await Promise.all([lockMembers(tx, [memberId]), orderOf(tx, request)])
      if (order === undefined) return { ok: false, refusal: 'trades/unknown-order' }
      if (before !== undefined) return { ok: true, order }
      return await applyFact(tx, context, request, key)
    },
  )
}

async function orderOf(tx: Writer, request: TellOrder): Promise<Order | undefined> {
  const [found] = await ordersByIds(tx, [request])
  return found?.order.tradeId === request.tradeId ? found.order : undefined
}

async function applyFact(
  tx: Writer,
  context: EventContext,
  request: TellOrder,
  key: Keyed,
): Promise<OrderTold> {
  const fact = factOf(context, request, key)
  const [result] = await applyOrderFacts(tx, context, [{ fact, fingerprint: fingerprintOf(fact) }])
  if (result?.status === 'parked') return { ok: false, refusal: 'trades/not-paid' }
  if (result?.status === 'refused') {
    return { ok: false, refusal: result.refusal as OrderRefusal }
  }
  const order = await orderOf(tx, request)
  assert(order !== undefined, 'an order stays where it is')
  return { ok: true, order }
}

/** The fact, under a name that no other caller and key make. */
function factOf(context: EventContext, request: TellOrder, key: Keyed): OrderFact {
  const { memberId, orderId, told, collectedAt, method, freightInsured } = request
  const shipped = { collectedAt: collectedAt?.toString(), method, freightInsured }
  const read = readFact({
    specversion: '1.0',
    source: 'jifen/api',
    id: hash('sha256', JSON.stringify([context.actor, key.idempotencyKey]), 'base64url'),
    type: `jifen.order.${told}.v1`,
    time: context.now.toString(),
    partitionkey: memberId,
    data: { orderId, ...(told === 'shipped' ? shipped : {}) },
  })
  assert(read.ok && isOrderFact(read.fact), 'what is told of an order is a fact')
  return read.fact
}
