import { asFen, fenToText } from '#rules/money/fen.ts'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import type { Random } from '#test/accept/support/random.ts'
import type { Priced } from '#bench/support/sale-basket.ts'

const yuan = 100

/** Steps of different categories: their lines never share a pool. */
const steps = [
  { every: '400.00', off: '50.00' },
  { every: '300.00', off: '30.00' },
  { every: '200.00', off: '25.00' },
]

type Line = {
  readonly worthFen: number
  readonly line: {
    readonly id: string
    readonly sku: string
    readonly shop: string
    readonly category: string
    readonly quantity: number
    readonly listPrice: string
    readonly allowanceStep: { readonly every: string; readonly off: string } | null
  }
}

/**
 * What one buys on a day of sales: many shops, each with so many coupons and a threshold of its own, more coupons than
 * can be used, lines of several steps of the allowance, and mostly too little allowance for them.
 */
export function festival(random: Random, shopCount: number, couponsEach: number): Priced {
  const shops = Array.from({ length: shopCount }, (_, n) => {
    const shop = `shop-${n}`
    return { shop, lines: linesOf(shop, random) }
  })
  const lines = shops.flatMap((each) => each.lines)
  const coupons = shops.flatMap(({ shop, lines: own }) =>
    Array.from({ length: couponsEach }, (_, n) => couponOf(`${shop}-coupon-${n}`, own, random)),
  )
  const redEnvelopes = Array.from({ length: random.int(0, 3) }, (_, n) => {
    const expiresAt = `2017-11-${random.int(12, 20)}T00:00:00+08:00`
    return { id: `envelope-${n}`, amount: text(random.int(188, 3_888)), expiresAt }
  })
  const allowance = text(Math.floor((worthOf(lines) * random.int(1, 12)) / 100))
  const { basket, offers } = basketOf(
    QuoteInputSchema.parse({
      at: '2017-11-11T00:00:00+08:00',
      lines: lines.map((each) => each.line),
      offers: shops.map(({ shop, lines: own }) => offerOf(shop, worthOf(own), random)),
      member: { tier: 'super', coupons, allowance, redEnvelopes },
    }),
    'Asia/Shanghai',
  )
  return { basket, offers: indexOffers(offers) }
}

function linesOf(shop: string, random: Random): readonly Line[] {
  return Array.from({ length: random.int(1, 3) }, (_, n): Line => {
    const step = random.int(0, steps.length)
    const priceFen = random.int(19, 399) * yuan + random.pick([0, 50, 90, 99])
    const quantity = random.int(1, 3)
    const line = {
      id: `${shop}-line-${n}`,
      sku: `${shop}-sku-${n}`,
      shop,
      category: `category-${step}`,
      quantity,
      listPrice: text(priceFen),
      allowanceStep: steps[step] ?? null,
    }
    return { line, worthFen: priceFen * quantity }
  })
}

/** A threshold near what the basket has: reached, missed by a little, or made useless by another coupon. */
function couponOf(id: string, lines: readonly Line[], random: Random) {
  const { line, worthFen: worthOfOneFen } = random.pick(lines)
  const isOfOne = random.chance(0.3)
  const worthFen = isOfOne ? worthOfOneFen : worthOf(lines)
  const thresholdFen = Math.floor((worthFen * random.int(30, 110)) / 100 / yuan) * yuan
  const offFen = Math.max(yuan, Math.floor((thresholdFen * random.int(2, 15)) / 100))
  return {
    id,
    kind: isOfOne ? 'item' : 'shop',
    target: { shops: [line.shop], ...(isOfOne ? { skus: [line.sku] } : {}) },
    threshold: text(thresholdFen),
    ...(random.chance(0.2) ? { percent: random.int(3, 12) } : { off: text(offFen) }),
  }
}

function offerOf(shop: string, worthFen: number, random: Random) {
  const fromFen = Math.floor((worthFen * random.int(50, 120)) / 100 / yuan) * yuan
  const step = { from: text(fromFen), off: text(Math.floor(fromFen / 12)) }
  const effect = { type: 'thresholdOff', steps: [step] }
  return { id: `${shop}-offer`, layer: 'shop', target: { shops: [shop] }, effect }
}

function worthOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.worthFen, 0)
}

function text(fen: number): string {
  return fenToText(asFen(fen))
}
