import type { Reader } from '#db/connection.ts'
import { campaignsOfOrders, saidOfLines, type LineSaid } from '#db/delivery/order-goods.ts'
import type { OrderKey } from '#db/delivery/shipments.ts'
import type { MemberOrder } from '#db/orders.ts'
import { deliveryTerms, type DeliveryTerms } from '#operations/delivery/delivery-rules.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { Limits } from '#rules/delivery/assess.ts'
import { latestOf, shipByOf, type Goods, type ShipByWhy } from '#rules/delivery/ship-by.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'

/** Until when an order is shipped, by which terms, and what set it for each line. */
export type OrderLimits = {
  readonly limits: Limits
  readonly terms: DeliveryTerms
  readonly why: { readonly lines: readonly LineLimit[] }
}

type LineLimit = {
  readonly line: string
  readonly category: string
  readonly presale: boolean
  readonly custom: boolean
  readonly shipBy: string | null
  readonly traceBy: string | null
  readonly why: ShipByWhy
}

/**
 * Until when paid orders are shipped (SH-1 to SH-5), by order; those of a market that watches no shipments
 * are left out.
 */
export async function shipByOfOrders(
  db: Reader,
  context: { readonly policies: PolicyBook; readonly market: { readonly zone: string } },
  orders: readonly MemberOrder[],
): Promise<Map<string, OrderLimits>> {
  const keys = orders.map(keyOf)
  const [said, campaigns] = await Promise.all([saidOfLines(db, keys), campaignsOfOrders(db, keys)])
  const saidByOrder = Map.groupBy(said, nameOf)
  const campaignByOrder = new Map(campaigns.map((each) => [nameOf(each), each.campaign]))
  const found = new Map<string, OrderLimits>()
  for (const each of orders) {
    const name = nameOf(keyOf(each))
    const { paidAt } = each.order
    if (paidAt === null) continue
    const campaign = campaignByOrder.get(name)
    const terms = deliveryTerms(context.policies, context.market.zone, campaign, paidAt)
    if (terms === undefined) continue
    found.set(name, limitsOf(each.order, paidAt, terms, saidByOrder.get(name) ?? []))
  }
  return found
}

/** What an order is known by among those of all members. */
export function nameOf({ memberId, orderId }: OrderKey): string {
  return `${memberId}/${orderId}`
}

export function keyOf({ memberId, order }: MemberOrder): OrderKey {
  return { memberId, orderId: order.orderId }
}

function limitsOf(
  order: Order,
  paidAt: Temporal.Instant,
  terms: DeliveryTerms,
  said: readonly LineSaid[],
): OrderLimits {
  const lines = order.lines.map((line) => {
    const goods = goodsOf(
      line,
      said.find((each) => each.lineId === line.lineId),
    )
    const { ship, trace, why } = shipByOf(goods, paidAt, terms.rules)
    const told: LineLimit = {
      line: line.lineId,
      category: goods.category,
      presale: goods.isPresale,
      custom: goods.isCustom,
      shipBy: ship?.at.toString() ?? null,
      traceBy: trace?.at.toString() ?? null,
      why,
    }
    return { ship, trace, why, told }
  })
  return { limits: latestOf(lines), terms, why: { lines: lines.map((line) => line.told) } }
}

/** Goods whose delivery was promised were sold by that promise, whatever else is said of them. */
function goodsOf({ category }: OrderLine, said: LineSaid | undefined): Goods {
  const promise = said?.shipBy ?? undefined
  const isPresale = said?.isPresale ?? false
  return {
    category,
    isPresale,
    isCustom: (said?.isCustom ?? false) || (promise !== undefined && !isPresale),
    ...(promise === undefined ? {} : { promise }),
  }
}
