import type { Order } from '#rules/orders/order.ts'
import type { Layer } from '#rules/pricing/basket.ts'
import type { Deal, Reductions } from '#rules/prices/deals.ts'
import { components, type Component } from '#rules/prices/policy.ts'

/** What of a frozen trade concerns one line: a share that was taken off it. */
export type LineShare = {
  readonly layer: Layer
  readonly offFen: number
  /** Of a coupon: whether it is of single items; otherwise it is the shop's. */
  readonly isItemCoupon: boolean
}

/** A line's deal, with its SKU and category. */
export type LineDeal = { readonly sku: string; readonly deal: Deal & { event: string | null } }

/**
 * The deals of an order (PV-15): one for each line, when it is paid, by the time of ordering. Of a trade
 * that was placed here the shares tell what came off beside the price; of another order only what was
 * paid is known. What was given for nothing is no deal.
 */
export function dealsOfOrder(
  order: Order,
  trade: ReadonlyMap<string, readonly LineShare[]> | undefined,
  eventOf: (line: { readonly lineId: string; readonly sku: string }) => string | null,
): LineDeal[] {
  if (order.paidAt === null) return []
  return order.lines.flatMap((line): LineDeal[] => {
    const off = reductionsOf(trade?.get(line.lineId) ?? [])
    const offFen = components.reduce((sum, name) => sum + (off[name] ?? 0), 0)
    const priceFen = line.paidFen + offFen
    if (priceFen === 0) return []
    const deal = {
      dealId: `${order.orderId}/${line.lineId}`,
      orderedAt: order.placedAt,
      units: line.quantity,
      priceFen,
      off,
      event: eventOf(line),
      paidOnly: trade === undefined,
    }
    return [{ sku: line.sku, deal }]
  })
}

/** What a layer takes off is a component, or makes the price itself: the item level and a presale do. */
function componentOf({ layer, isItemCoupon }: LineShare): Component | undefined {
  switch (layer) {
    case 'shop':
      return 'shopReduction'
    case 'coupon':
      return isItemCoupon ? 'itemCoupon' : 'shopCoupon'
    case 'platformCoupon':
      return 'platformCoupon'
    case 'categoryCoupon':
      return 'voucher'
    case 'allowance':
    case 'redEnvelope':
    case 'points':
      return layer
    case 'presale':
    case 'item':
    case 'freight':
      return undefined
  }
}

function reductionsOf(shares: readonly LineShare[]): Reductions {
  const off: Partial<Record<Component, number>> = {}
  for (const share of shares) {
    const component = componentOf(share)
    if (component !== undefined) off[component] = (off[component] ?? 0) + share.offFen
  }
  return off
}
