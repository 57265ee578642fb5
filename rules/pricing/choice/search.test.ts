import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { Basket, BasketLine, Coupon, Layer, RedEnvelope } from '#rules/pricing/basket.ts'
import { chooseAndApply } from '#rules/pricing/choice/choose.ts'
import { type Holdings, holdingsOf, type Ticket } from '#rules/pricing/choice/holdings.ts'
import { scratchOf, tryOn } from '#rules/pricing/choice/run.ts'
import {
  combines,
  compareScores,
  isEitherOr,
  type Score,
  type Selection,
} from '#rules/pricing/choice/selection.ts'
import { type PricingPolicy, PricingPolicySchema } from '#rules/pricing/policy.ts'
import { openSheet, type Sheet } from '#rules/pricing/sheet.ts'
import { nastyBasket } from '#test/support/nasty-baskets.ts'

test('PC-16, PC-17 the choice is the best of all combinations, to the fen', () => {
  fc.assert(
    fc.property(basketOf, policyOf, (basket, policy) => {
      const layers = policy.layers.filter((layer) => layer !== 'item' && layer !== 'shop')
      const sheet = openSheet(basket, policy)
      const best = bestOfAll(openSheet(basket, policy), layers)
      const chosen = chooseAndApply(sheet, layers)
      equal(chosen.optimal, true)

      const offFen = sum(sheet.goods) - sum(sheet.left)
      const ids = [...chosen.used.coupons, ...Object.keys(chosen.used.redEnvelopesFen)]
      if (chosen.used.allowanceFen > 0) ids.push('allowance')
      if (chosen.used.points > 0) ids.push('points')
      deepEqual({ pinned: best.pinned, offFen, ids: ids.toSorted() }, best)
    }),
    { numRuns: 1_500 },
  )
})

test('PC-16, PC-17 where giving up coupons gains steps, the choice is the best of all', () => {
  for (let seed = 1; seed <= 120; seed += 1) {
    const basket = nastyBasket(seed, {
      shops: 4,
      couponsPerShop: 3,
      linesPerShop: 1 + (seed % 3),
      pools: 1 + (seed % 4),
      grain: seed % 2 === 0 ? 1 : 500,
    })
    const policy = PricingPolicySchema.parse({ layers: ['coupon', 'allowance'] })
    const best = bestOfAll(openSheet(basket, policy), policy.layers)
    const sheet = openSheet(basket, policy)
    const { used, optimal } = chooseAndApply(sheet, policy.layers)
    const ids = used.allowanceFen > 0 ? [...used.coupons, 'allowance'] : used.coupons
    const offFen = sum(sheet.goods) - sum(sheet.left)
    deepEqual(
      { pinned: 0, offFen, ids: ids.toSorted(), optimal },
      { ...best, optimal: true },
      `${seed}`,
    )
  }
})

test('PC-16 the choice among 20 shops with 5 coupons each is proved', () => {
  for (let seed = 1; seed <= 36; seed += 1) {
    const basket = nastyBasket(seed, {
      shops: 20,
      couponsPerShop: 5,
      linesPerShop: 2,
      pools: 1 + (seed % 6),
      grain: [1, 100, 500][seed % 3]!,
      isPoolPerShop: seed % 4 === 0,
    })
    const policy = PricingPolicySchema.parse({ layers: ['coupon', 'allowance'] })
    equal(chooseAndApply(openSheet(basket, policy), policy.layers).optimal, true, `${seed}`)
  }
})

test('PC-10 of an own choice everything is used that fits beside what was named first', () => {
  fc.assert(
    fc.property(basketOf, policyOf, ownOf, (free, policy, own) => {
      const basket: Basket = { ...free, choose: { kind: 'own', ...own } }
      const layers = policy.layers.filter((layer) => layer !== 'item' && layer !== 'shop')
      const sheet = openSheet(basket, policy)
      const held = holdingsOf(openSheet(basket, policy), layers)
      const { used, optimal } = chooseAndApply(sheet, layers)
      equal(optimal, true)
      const { coupons, redEnvelopesFen, allowanceFen, points } = used
      const named = [...own.coupons, ...own.redEnvelopes]
      deepEqual(
        [...coupons, ...Object.keys(redEnvelopesFen)].filter((id) => !named.includes(id)),
        [],
      )
      equal(points <= own.points, true)

      const fresh = openSheet(basket, policy)
      const taking: Selection = {
        tickets: held.tickets.filter(({ id }) => coupons.includes(id)),
        envelopes: held.envelopes.filter(({ id }) => id in redEnvelopesFen),
        walletFen: allowanceFen > 0 ? held.walletFen : 0,
        points: points > 0 ? held.points : 0,
      }
      const again = tryOn(scratchOf(fresh), fresh, layers, held.pools, taking)
      equal(sum(sheet.goods) - sum(sheet.left), again.offFen)

      for (const ticket of held.tickets) {
        const isFree = !held.tickets.some((each) => each !== ticket && isEitherOr(each, ticket))
        if (coupons.includes(ticket.id) || !isFree) continue
        if (held.walletFen > 0 && !held.tickets.every((each) => combines(each, policy))) continue
        const more = {
          ...taking,
          tickets: held.tickets.filter((each) => each === ticket || taking.tickets.includes(each)),
        }
        const { ids } = tryOn(scratchOf(fresh), fresh, layers, held.pools, more)
        equal(ids.includes(ticket.id), false, ticket.id)
      }
    }),
    { numRuns: 500 },
  )
})

/** Every combination, each by the layers themselves. */
function bestOfAll(sheet: Sheet, layers: readonly Layer[]): Score {
  const held = holdingsOf(sheet, layers)
  const { choose } = sheet.basket
  const pinned = choose.kind === 'guided' ? choose.pin : []
  const scratch = scratchOf(sheet)
  let best: Score = { pinned: 0, offFen: 0, ids: [] }
  for (const selection of selectionsOf(sheet, held)) {
    const { offFen, ids } = tryOn(scratch, sheet, layers, held.pools, selection)
    const score = {
      pinned: ids.filter((id) => pinned.includes(id)).length,
      offFen,
      ids: ids.toSorted(),
    }
    if (compareScores(score, best) > 0) best = score
  }
  return best
}

function selectionsOf(sheet: Sheet, held: Holdings): readonly Selection[] {
  const selections: Selection[] = []
  for (const tickets of subsetsOf<Ticket>(held.tickets)) {
    if (tickets.some((a, at) => tickets.some((b, other) => at < other && isEitherOr(a, b))))
      continue
    const canCombine = tickets.every((ticket) => combines(ticket, sheet.policy))
    for (const envelopes of subsetsOf(held.envelopes)) {
      for (const walletFen of new Set([0, canCombine ? held.walletFen : 0])) {
        for (const points of new Set([0, held.points])) {
          selections.push({ tickets, envelopes, walletFen, points })
        }
      }
    }
  }
  return selections
}

function subsetsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.reduce<readonly (readonly Item[])[]>(
    (subsets, item) => [...subsets, ...subsets.map((subset) => [...subset, item])],
    [[]],
  )
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

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

const basketOf = fc
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

const ownOf = fc.record({
  coupons: fc.shuffledSubarray(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']),
  redEnvelopes: fc.shuffledSubarray(['e0', 'e1']),
  allowance: fc.oneof(fc.boolean(), fc.integer({ min: 0, max: 2_000 }).map(asFen)),
  points: fc.integer({ min: 0, max: 2_000 }),
})

const chosenLayers = [
  'coupon',
  'platformCoupon',
  'allowance',
  'categoryCoupon',
  'redEnvelope',
  'points',
] as const

const policyOf: fc.Arbitrary<PricingPolicy> = fc
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
