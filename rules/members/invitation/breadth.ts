import { indicator, type Indicator } from '#rules/members/invitation/indicator.ts'
import {
  concentrationOf,
  mostOf,
  shareOf,
  sumOf,
  type ShopSummary,
  type Summary,
} from '#rules/members/invitation/summary.ts'

const received = 'received orders'
const lines = 'lines of received orders'

/** Over how many categories and shops the purchases are spread. */
export const breadth: readonly Indicator[] = [
  indicator(
    'breadth.categories',
    ['购买类目数', 'Categories'],
    'count',
    'categories with spend',
    lines,
    (of) => of.keptByCategory.size,
  ),
  indicator(
    'breadth.shops',
    ['购买店铺数', 'Shops'],
    'count',
    'shops with an order',
    received,
    (of) => of.shops.size,
  ),
  indicator(
    'breadth.skus',
    ['购买商品数', 'Different goods'],
    'count',
    'different SKUs of which a unit stays',
    lines,
    (of) =>
      new Set(
        of.lines.filter((line) => line.quantity > line.refundedQuantity).map((line) => line.sku),
      ).size,
  ),
  indicator(
    'breadth.categoryConcentration',
    ['类目集中度', 'Concentration on categories'],
    'ppm',
    'sum of the squares of the shares of categories (Herfindahl); 0 without spend',
    lines,
    (of) => concentrationOf([...of.keptByCategory.values()]),
  ),
  indicator(
    'breadth.shopConcentration',
    ['店铺集中度', 'Concentration on shops'],
    'ppm',
    'sum of the squares of the shares of shops (Herfindahl); 0 without spend',
    received,
    (of) => concentrationOf(shopsOf(of).map((shop) => shop.keptFen)),
  ),
  indicator(
    'breadth.topCategoryShare',
    ['最大类目占比', 'Share of the largest category'],
    'ppm',
    'largest category / spend; 0 without spend',
    lines,
    (of) => shareOf(mostOf([...of.keptByCategory.values()]), of.keptFen),
  ),
  indicator(
    'breadth.topShopShare',
    ['最大店铺占比', 'Share of the largest shop'],
    'ppm',
    'largest shop / spend; 0 without spend',
    received,
    (of) => shareOf(mostOf(shopsOf(of).map((shop) => shop.keptFen)), of.keptFen),
  ),
  indicator(
    'breadth.newShops',
    ['新店铺数', 'New shops'],
    'count',
    'shops whose first order of the window is in its later half',
    received,
    (of) => {
      const { monthStarts, fromDay } = of.facts.window
      const half = monthStarts[Math.floor(monthStarts.length / 2)] ?? fromDay
      return shopsOf(of).filter((shop) => shop.firstDay >= half).length
    },
  ),
  indicator(
    'breadth.repeatShops',
    ['复购店铺数', 'Shops bought from again'],
    'count',
    'shops with two orders or more',
    received,
    (of) => repeated(of).length,
  ),
  indicator(
    'breadth.repeatOrderShare',
    ['复购订单占比', 'Share of orders with such shops'],
    'ppm',
    'orders with shops that have two or more / orders; 0 without orders',
    received,
    (of) => shareOf(sumOf(repeated(of).map((shop) => shop.orders)), of.orders.length),
  ),
]

function shopsOf({ shops }: Summary): readonly ShopSummary[] {
  return [...shops.values()]
}

function repeated(of: Summary): readonly ShopSummary[] {
  return shopsOf(of).filter((shop) => shop.orders >= 2)
}
