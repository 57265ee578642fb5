import type { MedusaContext, MedusaPromotion } from '#bench/support/medusa.ts'
import { afterItemFen, lineId, shopId, skuId, type Sale } from '#bench/support/sale-basket.ts'

/**
 * The same reductions as promotions of Medusa, in the order of the layers. Steps it does not know: the
 * allowance is given as the fixed amount `allowanceFen` that it comes to, and thresholds are rules about
 * totals which `medusaContextOf` has already worked out. Amounts are whole fen, with which its arithmetic is quickest,
 * or yuan (`unitFen` 100), as its users write them.
 */
export function medusaPromotionsOf(
  sale: Sale,
  allowanceFen: number,
  unitFen: 1 | 100 = 1,
): readonly MedusaPromotion[] {
  const items = sale.lines.map((line, n) =>
    promotion(`item-${n}`, [], {
      type: 'percentage',
      allocation: 'each',
      value: line.percent,
      max_quantity: line.quantity,
      target_rules: [rule('items.product.id', 'eq', skuId(n))],
    }),
  )
  const shops = sale.shops.map((shop, n) =>
    promotion(
      `shop-${n}`,
      [rule(`shops.${shopId(n)}`, 'gte', String(shop.thresholdFen / unitFen))],
      {
        value: shop.offFen / unitFen,
        target_rules: [rule('items.shop', 'eq', shopId(n))],
      },
    ),
  )
  const coupons = sale.shops.map((shop, n) =>
    promotion(
      `coupon-${n}`,
      [rule(`shops.${shopId(n)}`, 'gte', String(shop.couponFromFen / unitFen))],
      {
        value: shop.couponFen / unitFen,
        target_rules: [rule('items.shop', 'eq', shopId(n))],
      },
    ),
  )
  const joint = [
    promotion('allowance', [], { value: allowanceFen / unitFen, target_type: 'order' }),
    promotion('envelope', [], { value: sale.envelopeFen / unitFen, target_type: 'order' }),
  ]
  return [...items, ...shops, ...coupons, ...joint]
}

export function medusaContextOf(sale: Sale, unitFen: 1 | 100 = 1): MedusaContext {
  const shops: Record<string, number> = {}
  const items = sale.lines.map((line, n) => {
    const shop = shopId(line.shop)
    const subtotal = (line.priceFen * line.quantity) / unitFen
    shops[shop] = (shops[shop] ?? 0) + afterItemFen(line) / unitFen
    return {
      id: lineId(n),
      quantity: line.quantity,
      unit_price: line.priceFen / unitFen,
      subtotal,
      original_total: subtotal,
      is_discountable: true,
      product: { id: skuId(n) },
      shop,
    }
  })
  return { currency_code: 'cny', items, shops }
}

function promotion(
  code: string,
  rules: MedusaPromotion['rules'],
  method: Partial<MedusaPromotion['application_method']>,
): MedusaPromotion {
  return {
    code,
    type: 'standard',
    is_automatic: true,
    is_tax_inclusive: false,
    limit: null,
    used: 0,
    rules,
    application_method: {
      type: 'fixed',
      target_type: 'items',
      allocation: 'across',
      value: 0,
      max_quantity: null,
      currency_code: 'cny',
      target_rules: [],
      buy_rules: [],
      ...method,
    },
  }
}

function rule(attribute: string, operator: 'eq' | 'gte', value: string) {
  return { attribute, operator, values: [{ value }] }
}
