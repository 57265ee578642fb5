import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { Basket, BasketLine, Coupon, RedEnvelope } from '#rules/pricing/basket.ts'
import { type PricingPolicy, PricingPolicySchema } from '#rules/pricing/policy.ts'

/** Round amounts make equal sums; odd ones make rounding. */
const priceOf = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((yuan) => asFen(yuan * 100)),
  fc.integer({ min: 1, max: 4_000 }).map(asFen),
)
const stepsOfLines = [
  { every: asFen(1_000), off: asFen(200) },
  { every: asFen(1_500), off: asFen(400) },
  { every: asFen(700), off: asFen(150) },
]

const lineOf = fc.record({
  shop: fc.integer({ min: 0, max: 3 }),
  price: priceOf,
  quantity: fc.integer({ min: 1, max: 2 }),
  floor: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 4 }),
  step: fc.option(fc.constantFrom(...stepsOfLines)),
  deposit: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 6 }),
})

const couponOf = fc.record({
  kind: fc.constantFrom('shop', 'shop', 'shop', 'item', 'platform', 'category'),
  shop: fc.integer({ min: 0, max: 3 }),
  spans: fc.boolean(),
  threshold: fc.option(priceOf),
  off: priceOf.map((fen) => asFen(Math.ceil(fen / 4))),
  percent: fc.option(fc.integer({ min: 10_000, max: 600_000 }), { freq: 3 }),
  maxOff: fc.option(priceOf, { freq: 3 }),
  stacks: fc.integer({ min: 0, max: 3 }).map((nth) => nth === 0),
  exclusive: fc.integer({ min: 0, max: 5 }).map((nth) => nth === 0),
  priority: fc.integer({ min: 0, max: 2 }),
  budget: fc.option(priceOf, { freq: 5 }),
})

const envelopeOf = fc.record({
  amount: priceOf.map((fen) => asFen(Math.ceil(fen / 3))),
  expiresAtMs: fc.integer({ min: 1, max: 3 }),
  shop: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 3 }),
})

export const anyBasket = fc
  .record({
    lines: fc.array(lineOf, { minLength: 1, maxLength: 6 }),
    coupons: fc.array(couponOf, { maxLength: 6 }),
    envelopes: fc.array(envelopeOf, { maxLength: 2 }),
    allowance: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_500 })),
    points: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 })),
    pin: fc.array(fc.constantFrom('c0', 'c1', 'c2', 'e0', 'allowance', 'points'), { maxLength: 2 }),
    isGuided: fc.integer({ min: 0, max: 3 }).map((nth) => nth === 0),
  })
  .map(({ lines, coupons, envelopes, allowance, points, pin, isGuided }): Basket => {
    return {
      atMs: 0,
      lines: lines.map(basketLineOf),
      freight: [],
      extras: [],
      member: {
        coupons: coupons.map(heldCouponOf),
        allowance: asFen(allowance),
        redEnvelopes: envelopes.map(heldEnvelopeOf),
        points,
      },
      choose: isGuided ? { kind: 'guided', pin, without: ['c3'] } : { kind: 'best' },
    }
  })

type Of<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

function basketLineOf(line: Of<typeof lineOf>, at: number): BasketLine {
  const { price, floor, deposit } = line
  return {
    id: String(at),
    sku: String(at),
    shop: `s${line.shop}`,
    category: 'any',
    tags: [],
    quantity: line.quantity,
    listPrice: price,
    allowanceStep: line.step,
    ...(floor === null ? undefined : { minPrice: asFen(Math.floor((price * floor) / 100)) }),
    ...(deposit === null
      ? undefined
      : { presale: { deposit: asFen(Math.floor((price * deposit) / 100)) } }),
  }
}

function heldCouponOf(coupon: Of<typeof couponOf>, at: number): Coupon {
  const { kind, shop, spans, threshold, off, percent, maxOff, stacks, budget } = coupon
  const shops = spans ? [`s${shop}`, `s${(shop + 1) % 4}`] : [`s${shop}`]
  return {
    id: `c${at}`,
    kind: kind as Coupon['kind'],
    ...(kind === 'platform' && spans ? undefined : { target: { shops } }),
    ...(threshold === null ? undefined : { threshold }),
    ...(maxOff === null ? undefined : { maxOff }),
    ...(budget === null
      ? undefined
      : { limit: { used: 0, usedByMember: 0, budget, spent: asFen(0) } }),
    ...(percent === null ? { off } : { percent: percent as Ppm }),
    exclusive: coupon.exclusive,
    priority: coupon.priority,
    stacks,
  }
}

function heldEnvelopeOf(envelope: Of<typeof envelopeOf>, at: number): RedEnvelope {
  const { amount, expiresAtMs, shop } = envelope
  return {
    id: `e${at}`,
    amount,
    expiresAtMs,
    ...(shop === null ? undefined : { target: { shops: [`s${shop}`] } }),
  }
}

const chosenLayers = [
  'coupon',
  'platformCoupon',
  'allowance',
  'categoryCoupon',
  'redEnvelope',
  'points',
] as const

export const anyPolicy: fc.Arbitrary<PricingPolicy> = fc
  .record({
    layers: fc.oneof(
      { weight: 3, arbitrary: fc.constant([...chosenLayers]) },
      { weight: 1, arbitrary: fc.shuffledSubarray([...chosenLayers], { minLength: 6 }) },
    ),
    threshold: fc.constantFrom('sequential', 'sequential', 'parallel'),
    splitBase: fc.constantFrom('remaining', 'itemPrice'),
    remainder: fc.constantFrom('largestFraction', 'lastLineTakesRest'),
    floorPrice: fc.constantFrom('clamp', 'respread'),
    allowance: fc.record({
      automatic: fc.integer({ min: 0, max: 4 }).map((nth) => nth === 0),
      overflow: fc.constantFrom('block', 'clamp'),
    }),
    categoryCoupon: fc.record({ combines: fc.boolean() }),
    platformCoupon: fc.record({ combines: fc.boolean() }),
    points: fc.record({
      pay: fc.option(
        fc.record({
          perYuan: fc.constantFrom(100, 30, 1_000),
          mostPercent: fc.constantFrom(100, 50, 7.5),
          multipleOf: fc.constantFrom(1, 100),
          least: fc.constantFrom(0, 200),
        }),
      ),
    }),
  })
  .map((policy) =>
    PricingPolicySchema.parse({ ...policy, layers: ['item', 'shop', ...policy.layers] }),
  )
