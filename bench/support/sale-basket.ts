import { asFen, fenToText } from '#rules/money/fen.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers, type OfferIndex } from '#rules/pricing/offer-index.ts'
import { randomFrom } from '#test/accept/support/random.ts'

/** What the engine is given. */
export type Priced = { readonly basket: Basket; readonly offers: OfferIndex }

/**
 * A basket of a sale: an item offer for each line, a threshold and a coupon for each shop, one allowance
 * (every X minus Y over all shops) and one red envelope. Amounts in fen.
 */
export type Sale = {
  readonly lines: readonly SaleLine[]
  readonly shops: readonly SaleShop[]
  readonly everyFen: number
  readonly offFen: number
  readonly envelopeFen: number
}

export type SaleLine = {
  /** Index into `shops`. */
  readonly shop: number
  readonly priceFen: number
  readonly quantity: number
  readonly percent: number
}

export type SaleShop = {
  readonly thresholdFen: number
  readonly offFen: number
  readonly couponFromFen: number
  readonly couponFen: number
}

const yuan = 100

/**
 * A sale of a seed, its lines over its shops in turn. Every threshold is reached, and no coupon is worth
 * leaving out for the sake of another step of the allowance, so that its figures can be worked out by hand.
 */
export function saleOf(seed: number, lineCount: number, shopCount: number): Sale {
  const random = randomFrom(seed)
  const lines = Array.from({ length: lineCount }, (_, n): SaleLine => {
    const shop = Math.floor((n * shopCount) / lineCount)
    const priceFen = random.int(39, 299) * yuan + random.pick([0, 90, 99])
    return { shop, priceFen, quantity: random.int(1, 3), percent: random.int(5, 20) }
  })
  const afterItem = Array.from({ length: shopCount }, (_, shop) =>
    lines.reduce((sum, line) => sum + (line.shop === shop ? afterItemFen(line) : 0), 0),
  )
  const shops = afterItem.map((fen): SaleShop => {
    const thresholdFen = Math.floor((fen * 0.8) / yuan) * yuan
    const offFen = Math.floor(thresholdFen / (12 * yuan)) * yuan
    const couponFromFen = Math.floor(((fen - offFen) * 0.7) / yuan) * yuan
    const couponFen = Math.floor(couponFromFen / (15 * yuan)) * yuan
    return { thresholdFen, offFen, couponFromFen, couponFen }
  })
  const left = shops.reduce(
    (sum, { offFen, couponFen }) => sum - offFen - couponFen,
    afterItem.reduce((sum, fen) => sum + fen, 0),
  )
  const sale = { lines, shops, everyFen: 400 * yuan, offFen: 50 * yuan, envelopeFen: 888 }
  const overStep = left % sale.everyFen
  if (overStep > sale.everyFen - sale.offFen - yuan) {
    return saleOf(seed + 1_000_003, lineCount, shopCount)
  }
  return sale
}

/** What a line costs after its item offer: the percentage is rounded half up, once a line. */
export function afterItemFen({ priceFen, quantity, percent }: SaleLine): number {
  const worth = priceFen * quantity
  return worth - Math.floor((worth * percent + 50) / 100)
}

/** The basket and its offers, as the engine reads them, with so many active offers for other goods. */
export function engineSideOf(sale: Sale, others = 0): Priced {
  const lines = sale.lines.map((line, n) => {
    const { quantity, priceFen } = line
    const where = { sku: skuId(n), shop: shopId(line.shop), category: 'ordinary' }
    return { id: lineId(n), ...where, quantity, listPrice: text(priceFen) }
  })
  const coupons = sale.shops.map((shop, n) => {
    const target = { shops: [shopId(n)] }
    const [threshold, off] = [text(shop.couponFromFen), text(shop.couponFen)]
    return { id: `coupon-${n}`, kind: 'shop', target, window, threshold, off }
  })
  const envelope = { id: 'envelope', amount: text(sale.envelopeFen), expiresAt: window.to }
  const member = { tier: 'ordinary', coupons, allowance: '10000.00', redEnvelopes: [envelope] }
  const { basket, offers } = basketOf(
    QuoteInputSchema.parse({
      at: '2017-11-11T00:00:00+08:00',
      lines,
      offers: [...offersOf(sale), ...Array.from({ length: others }, (_, n) => otherOffer(n))],
      member,
      allowanceStep: { every: text(sale.everyFen), off: text(sale.offFen) },
    }),
    'Asia/Shanghai',
  )
  return { basket, offers: indexOffers(offers) }
}

const window = { from: '2017-11-10T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' }

function offersOf(sale: Sale) {
  const items = sale.lines.map((line, n) => {
    const effect = { type: 'percentOff', percent: line.percent }
    return { id: `item-${n}`, layer: 'item', target: { skus: [skuId(n)] }, window, effect }
  })
  const shops = sale.shops.map((shop, n) => {
    const effect = thresholdOff(shop.thresholdFen, shop.offFen)
    return { id: `shop-${n}`, layer: 'shop', target: { shops: [shopId(n)] }, window, effect }
  })
  return [...items, ...shops]
}

/** An active offer for other goods, another shop, another category or another tag than the sale's. */
function otherOffer(n: number) {
  const id = `other-${n}`
  const item = { id, layer: 'item', window, effect: { type: 'percentOff', percent: (n % 20) + 1 } }
  switch (n % 10) {
    case 6:
    case 7:
    case 8: {
      const target = { shops: [`other-shop-${n}`] }
      return { id, layer: 'shop', target, window, effect: thresholdOff(30_000, 3_000) }
    }
    case 9:
      return { ...item, target: { categories: [`other-category-${n}`] } }
    case 5:
      return { ...item, target: { tags: [`other-tag-${n}`] } }
    default:
      return { ...item, target: { skus: [`other-sku-${n}`] } }
  }
}

function thresholdOff(fromFen: number, offFen: number) {
  return { type: 'thresholdOff', steps: [{ from: text(fromFen), off: text(offFen) }] }
}

function text(fen: number): string {
  return fenToText(asFen(fen))
}

export function lineId(n: number): string {
  return `line-${n}`
}

export function skuId(n: number): string {
  return `sku-${n}`
}

export function shopId(n: number): string {
  return `shop-${n}`
}
