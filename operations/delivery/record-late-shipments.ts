import { shipmentsOf, type OrderKey, type Shipment } from '#db/delivery/shipments.ts'
import { ordersByIds } from '#db/orders.ts'
import { transact } from '#operations/_transact.ts'
import { lookAt, type Looked } from '#operations/delivery/_look.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import {
  recordViolations,
  type ToRecord,
} from '#operations/merchants/violations/record-violations.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'

/**
 * Records late shipments among the violations of their shops, where the policy counts them (VI-2): before
 * the shipment is told late, so that none is forgotten; by its own name, so that none counts twice. Shops
 * are locked here and no member is.
 */
export async function recordLateShipments(
  context: EventContext,
  due: readonly OrderKey[],
): Promise<void> {
  const { db, policies } = context
  const known = (await shipmentsOf(db, due)).filter(
    (each) => !each.isToldLate && mayCount(each, policies),
  )
  if (known.length === 0) return
  const looked = await lookAt(db, context, await ordersByIds(db, known), known)
  const violations = looked.flatMap(violationOf)
  if (violations.length === 0) return
  await transact(db, (tx) => recordViolations(tx, context, violations))
}

function violationOf({ shipment, terms }: Looked): ToRecord[] {
  const { shopId, memberId, orderId, status, cause, lateSince } = shipment
  const violation = terms.late?.violation
  if (status !== 'late' || lateSince === null || violation === undefined) return []
  return [
    {
      shopId,
      violationId: `late:${memberId}/${orderId}`,
      ...violation,
      at: lateSince,
      cause: { code: 'lateShipment', memberId, orderId, cause },
    },
  ]
}

/** Whether one of the versions that a shipment goes by says anything of violations. */
function mayCount(shipment: Shipment, policies: PolicyBook): boolean {
  return shipment.policies.split(' ').some((named) => {
    const at = named.lastIndexOf('@')
    const known = policies.version(named.slice(0, at), Number(named.slice(at + 1)))
    const body = (known?.body ?? {}) as {
      readonly violation?: unknown
      readonly policies?: { readonly late?: { readonly violation?: unknown } }
    }
    return (body.violation ?? body.policies?.late?.violation) !== undefined
  })
}
