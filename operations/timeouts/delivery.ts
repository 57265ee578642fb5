import { deliveryFactsOf, type DeliveryFact } from '#db/timeouts/deliveries.ts'
import type { Reader } from '#db/connection.ts'
import { orderName, type OrderKey } from '#db/timeouts/receipts.ts'
import { dayFromText } from '#rules/time/instants.ts'
import type { DeliveryMethod } from '#rules/timeouts/methods.ts'
import type { Signing } from '#rules/timeouts/no-reason.ts'

/** What was told of how an order comes. */
export type Delivery = {
  readonly method: DeliveryMethod | undefined
  /** Whether the freight of sending it back is insured. */
  readonly isInsured: boolean
  readonly signing: Signing | undefined
  /** When the first of it became known. */
  readonly knownAt: Temporal.Instant | undefined
}

/** How orders come, as facts told it, by the name of each order. */
export async function deliveriesOf(
  db: Reader,
  orders: readonly OrderKey[],
): Promise<Map<string, Delivery>> {
  const facts = await deliveryFactsOf(db, orders)
  return new Map(orders.map((order) => [orderName(order), deliveryOf(facts.get(orderName(order)))]))
}

/** How one order comes. */
export async function deliveryOfOrder(db: Reader, order: OrderKey): Promise<Delivery> {
  const facts = await deliveryFactsOf(db, [order])
  return deliveryOf(facts.get(orderName(order)))
}

type Told = {
  readonly method?: DeliveryMethod
  readonly freightInsured?: boolean
  readonly signedOn?: string
}

/** What was told first holds: a method, an insurance, a signing. */
function deliveryOf(facts: readonly DeliveryFact[] = []): Delivery {
  const told = facts.map((fact) => ({ ...fact, told: JSON.parse(fact.data) as Told }))
  const signed = told.find(({ type }) => type === 'jifen.order.signed.v1')
  const day = signed?.told.signedOn === undefined ? undefined : dayFromText(signed.told.signedOn)
  const exact = signed === undefined ? undefined : { signedAt: signed.occurredAt }
  return {
    method: told.find((each) => each.told.method !== undefined)?.told.method,
    isInsured: told.some((each) => each.told.freightInsured === true),
    signing: day === undefined ? exact : { signedOn: day },
    knownAt: facts
      .map((fact) => fact.receivedAt)
      .toSorted((a, b) => Temporal.Instant.compare(a, b))[0],
  }
}
