import { shipmentsOf, type Shipment } from '#db/delivery/shipments.ts'
import { ordersByIds, ordersOfTrades } from '#db/orders.ts'
import { orderName, receiptsOf, receiptsOfShop, type KeptReceipt } from '#db/timeouts/receipts.ts'
import { openRequestsOfShop } from '#db/timeouts/request-lists.ts'
import { openRequestsOf } from '#db/timeouts/requests.ts'
import { tradesConcerned } from '#db/trades/trades.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { deliveriesOf } from '#operations/timeouts/delivery.ts'
import { timeoutsAt } from '#operations/timeouts/timeouts-policy.ts'
import type { TradeContext } from '#operations/trades/trade-context.ts'
import { runningTimes, type Running, type RunningTime } from '#rules/timeouts/table.ts'
import { waitsOf } from '#rules/timeouts/turn.ts'

/** The time-outs that run for an order. */
export type OrderTimes = {
  readonly orderId: string
  readonly shopId: string
  /** The versions of the policy that a time-out which begins now is by. */
  readonly policy: string
  readonly receipt: KeptReceipt | undefined
  readonly times: readonly RunningTime[]
}

export type TimesRead =
  | { readonly ok: true; readonly orders: readonly OrderTimes[] }
  | { readonly ok: false; readonly refusal: 'trades/unknown-order' | 'timeouts/no-policy' }

/** TO-8: every time-out in force for an order, or for the orders of a trade. */
export async function readTimeouts(
  { db, policies, market }: TradeContext,
  of: { readonly memberId: string } & ({ readonly orderId: string } | { readonly tradeId: string }),
  now: Temporal.Instant,
): Promise<TimesRead> {
  return await inSnapshot(db, async (tx) => {
    const orders = 'orderId' in of ? await ordersByIds(tx, [of]) : await ordersOfTrades(tx, [of])
    if (orders.length === 0) return { ok: false, refusal: 'trades/unknown-order' }
    const keys = orders.map(({ memberId, order: { orderId } }) => ({ memberId, orderId }))
    const trades = orders.map(({ memberId, order: { tradeId } }) => ({ memberId, tradeId }))
    const [receipts, deliveries, requests, known, shipments] = await Promise.all([
      receiptsOf(tx, keys),
      deliveriesOf(tx, keys),
      openRequestsOf(tx, keys),
      tradesConcerned(tx, [], trades),
      shipmentsOf(tx, keys),
    ])
    const told: OrderTimes[] = []
    for (const { memberId, order } of orders) {
      const name = orderName({ memberId, orderId: order.orderId })
      const inForce = timeoutsAt(policies, now, order.paidAt)
      if (inForce === undefined) return { ok: false, refusal: 'timeouts/no-policy' }
      const receipt = receipts.get(name)
      const running = {
        order,
        payBy: known.find(({ trade }) => trade.tradeId === order.tradeId)?.trade.payBy,
        shipping: shippingOf(shipments.find((each) => orderName(each) === name)),
        receipt: receipt?.endedAt === null ? receipt : undefined,
        signing: deliveries.get(name)?.signing,
        requests: requests.filter((each) => each.orderId === order.orderId),
      }
      const times = runningTimes(running, inForce.policy, now, market.zone)
      const { orderId, shopId } = order
      told.push({ orderId, shopId, policy: inForce.versions, receipt, times })
    }
    return { ok: true, orders: told }
  })
}

/** What a shipment waits for, until it is late (SH-4). */
function shippingOf(shipment: Shipment | undefined): Running['shipping'] {
  if (shipment?.status !== 'waiting' || shipment.toDo === null) return undefined
  const limit = shipment[shipment.toDo]
  return limit === null ? undefined : { toDo: shipment.toDo, dueAt: limit.end }
}

/** A time-out that a shop is concerned by, with whose order it is of. */
export type ShopTime = RunningTime & { readonly memberId: string; readonly orderId: string }

/** What runs for a shop's orders that are under way and for its open requests, the first due first. */
export async function readShopTimeouts(
  { db }: Pick<TradeContext, 'db'>,
  shopId: string,
  limit: number,
): Promise<ShopTime[]> {
  const [receipts, requests] = await inSnapshot(db, async (tx) => {
    return await Promise.all([
      receiptsOfShop(tx, shopId, limit),
      openRequestsOfShop(tx, shopId, limit),
    ])
  })
  const ofReceipts = receipts.map(({ memberId, orderId, dueAt, pausedAt }): ShopTime => {
    const stands = pausedAt === null ? {} : { pausedAt }
    const named = { memberId, orderId, what: 'receive', late: 'member' } as const
    return { ...named, dueAt, lapse: 'received', ...stands }
  })
  const ofRequests = requests.flatMap((request): ShopTime[] => {
    const waits = waitsOf(request)
    const { memberId, orderId, returnId, dueAt } = request
    return waits === undefined || dueAt === null
      ? []
      : [{ memberId, orderId, returnId, dueAt, ...waits }]
  })
  return [...ofReceipts, ...ofRequests].toSorted(byDue).slice(0, limit)
}

function byDue(a: ShopTime, b: ShopTime): number {
  const byInstant = Temporal.Instant.compare(a.dueAt, b.dueAt)
  if (byInstant !== 0) return byInstant
  return nameOf(a) < nameOf(b) ? -1 : 1
}

function nameOf({ memberId, orderId, returnId }: ShopTime): string {
  return `${memberId}/${orderId}/${returnId ?? ''}`
}
