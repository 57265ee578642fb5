import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Quote } from '#rules/pricing/quote.ts'
import { pricingPolicy, quoted } from '#test/support/baskets.ts'

const shops = ['A', 'B', 'C']
const skus = ['s1', 's2', 's3', 's4']
const price = fc.integer({ min: 0, max: 30_000 })
const percent = fc.integer({ min: 0, max: 100 })
const count = fc.integer({ min: 1, max: 4 })

const line = fc.record(
  {
    sku: fc.constantFrom(...skus),
    shop: fc.constantFrom(...shops),
    category: fc.constantFrom('x', 'y'),
    quantity: fc.integer({ min: 1, max: 5 }),
    listPrice: price,
    promoPrice: price,
    minPrice: fc.integer({ min: 0, max: 5_000 }),
    presale: fc.record({ percent, more: fc.nat(5_000), isWorth: fc.boolean() }),
  },
  { requiredKeys: ['sku', 'shop', 'category', 'quantity', 'listPrice'] },
)

const target = fc.record(
  {
    shops: fc.subarray(shops, { minLength: 1 }),
    skus: fc.subarray(skus, { minLength: 1 }),
    exclude: fc.record({ categories: fc.constant(['y']) }),
  },
  { requiredKeys: [] },
)

const by = fc.oneof(fc.record({ percent }), fc.record({ off: price }), fc.record({ price }))
const off = fc.oneof(fc.record({ percent }), fc.record({ off: price }))
const choosing = {
  maxUnits: fc.option(count, { nil: undefined }),
  pick: fc.constantFrom('cheapest', 'dearest'),
}

const effect = fc.oneof(
  fc.record({ type: fc.constant('percentOff'), percent, ...choosing }),
  fc.record({ type: fc.constant('amountOffUnit'), off: price, ...choosing }),
  fc.record({ type: fc.constant('amountOffLine'), off: price, ...choosing }),
  fc.record({ type: fc.constant('amountOffTotal'), off: price }),
  fc.record({ type: fc.constant('fixedPrice'), price }),
  fc.record({ type: fc.constant('fixedTotal'), price }),
  off.map((each) => ({ type: 'thresholdOff', steps: [{ from: 5_000, ...each }] })),
  fc.record({
    type: fc.constant('everyXMinusY'),
    every: fc.integer({ min: 1, max: 20_000 }),
    off: price,
  }),
  fc
    .tuple(by, count, fc.constantFrom('group', 'all'))
    .map(([each, n, per]) => ({ type: 'nthUnit', n, per, ...each })),
  fc.tuple(by, count).map(([each, units]) => ({ type: 'perGroup', units, ...each })),
  fc.record({ type: fc.constant('buyXGetY'), buy: count, get: count, getTarget: target }),
  fc
    .tuple(by, count)
    .map(([each, from]) => ({ type: 'tieredByQuantity', steps: [{ from, ...each }] })),
  fc.record({ type: fc.constant('gift'), every: count, sku: fc.constant('toy'), quantity: count }),
)

const offer = fc.record(
  {
    layer: fc.constantFrom('item', 'shop'),
    effect,
    target,
    threshold: price,
    maxOff: price,
    priority: fc.integer({ min: 0, max: 1 }),
    stacks: fc.boolean(),
    exclusive: fc.boolean(),
    funder: fc.constant([
      { funder: 'brand', perMille: 333 },
      { funder: 'platform', perMille: 667 },
    ]),
  },
  { requiredKeys: ['layer', 'effect'] },
)

/** A deposit of some percent of the price, worth more or taking something off at once. */
function presaleOf(of: {
  readonly listPrice: number
  readonly promoPrice?: number
  readonly presale?: { readonly percent: number; readonly more: number; readonly isWorth: boolean }
}): object | undefined {
  if (of.presale === undefined) return undefined
  const { percent: part, more, isWorth } = of.presale
  const deposit = Math.floor(((of.promoPrice ?? of.listPrice) * part) / 100)
  return isWorth ? { deposit, worth: deposit + more } : { deposit, instantOff: more }
}

const basket = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    offers: fc.array(offer, { maxLength: 8 }),
  })
  .map(({ lines, offers }) => ({
    lines: lines.map((each, at) => ({ id: String(at + 1), ...each, presale: presaleOf(each) })),
    offers: offers.map((each, at) => ({ id: `O${at + 1}`, ...each })),
  }))

const policy = fc
  .record({
    threshold: fc.constantFrom('sequential', 'parallel'),
    splitBase: fc.constantFrom('remaining', 'itemPrice'),
    remainder: fc.constantFrom('largestFraction', 'lastLineTakesRest'),
    floorPrice: fc.constantFrom('clamp', 'respread'),
  })
  .map(pricingPolicy)

/** A basket as fast-check made it, without the keys that are undefined. */
type Input = {
  readonly lines: readonly Line[]
  readonly offers: readonly { readonly id: string }[]
}
type Line = {
  readonly quantity: number
  readonly listPrice: number
  readonly promoPrice?: number
  readonly minPrice?: number
  readonly presale?: { readonly deposit: number }
}

function everyBasket(law: (quote: Quote, input: Input) => void): void {
  fc.assert(
    fc.property(basket, policy, (written, by) => {
      const input = JSON.parse(JSON.stringify(written)) as Input
      law(quoted(input, by), input)
    }),
    { numRuns: 1_000 },
  )
}

test('PR-9 shares add up to what the line costs less than its goods, and no line falls below its floor', () => {
  everyBasket((quote, { lines }) => {
    for (const [at, { payFen, shares }] of quote.lines.entries()) {
      const { quantity, listPrice, promoPrice = listPrice, minPrice = 0, presale } = lines[at]!
      const off = shares.reduce((sum, { offFen }) => sum + offFen, 0)
      equal(off, promoPrice * quantity - payFen)
      const floor = Math.max(minPrice, presale?.deposit ?? 0)
      ok(payFen >= Math.min(floor, promoPrice) * quantity)
      ok(shares.every(({ offFen }) => Number.isSafeInteger(offFen) && offFen > 0))
    }
  })
})

test('PR-1 layers, shops and instruments add up to the difference between goods and pay', () => {
  everyBasket((quote) => {
    const off = quote.goodsFen - quote.payFen - (quote.depositFen ?? 0)
    equal(
      quote.layers.reduce((sum, { offFen }) => sum + offFen, 0),
      off,
    )
    for (const { offFen, byShopFen, applied } of quote.layers) {
      equal(
        Object.values(byShopFen).reduce((sum, each) => sum + each, 0),
        offFen,
      )
      equal(
        applied.reduce((sum, each) => sum + each.offFen, 0),
        offFen,
      )
    }
  })
})

test('PR-16 units add up to their line, and differ by a fen at most', () => {
  everyBasket((quote, { lines }) => {
    for (const [at, { payFen, unitsFen }] of quote.lines.entries()) {
      equal(unitsFen.length, lines[at]!.quantity)
      equal(
        unitsFen.reduce((sum, unit) => sum + unit, 0),
        payFen,
      )
      deepEqual(
        unitsFen,
        unitsFen.toSorted((a, b) => a - b),
      )
      ok(unitsFen.at(-1)! - unitsFen[0]! <= 1)
    }
  })
})

test('PR-18 every offer in question took something off, gave a gift, or is told with its reason', () => {
  everyBasket((quote, input) => {
    const told = new Set([...quote.used.offers, ...quote.notApplied.map(({ id }) => id)])
    for (const each of input.offers) {
      const alone = quoted({ ...input, offers: [each] })
      const inQuestion = alone.used.offers.length > 0 || alone.notApplied.length > 0
      equal(told.has(each.id), inQuestion, each.id)
    }
  })
})

test('PR-4 the order in which offers are given changes nothing', () => {
  everyBasket((quote, input) => {
    const turned = quoted({ ...input, offers: input.offers.toReversed() })
    // Any policy of the generator would do, but only the first quote knows which it was.
    deepEqual(quoted(input).lines, turned.lines)
    equal(turned.ok, quote.ok)
  })
})

test('PR-4 offers that mean no line change nothing', () => {
  const others = ['skus', 'shops', 'categories', 'tags', 'lines'].map((key) => ({
    id: `other-${key}`,
    layer: 'item',
    target: { [key]: ['elsewhere'] },
    effect: { type: 'percentOff', percent: 50 },
  }))
  everyBasket((_, input) => {
    deepEqual(quoted({ ...input, offers: [...others, ...input.offers] }), quoted(input))
  })
})

test('PR-10 an offer that does not stack takes nothing more when it is there twice', () => {
  everyBasket((_, input) => {
    for (const each of input.offers.slice(0, 1)) {
      const alone = quoted({ ...input, offers: [each] })
      const twice = quoted({ ...input, offers: [each, { ...each, id: 'again' }] })
      const stacks = 'stacks' in each && each.stacks === true
      if (!stacks) equal(twice.payFen, alone.payFen)
    }
  })
})
