import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quoted } from '#test/support/baskets.ts'
import { plainlyPriced, type Effect, type Line, type Offer } from '#test/support/plain-offers.ts'

const fen = fc.integer({ min: 0, max: 9_999 })
const few = fc.integer({ min: 1, max: 4 })
const pick = fc.constantFrom('cheapest', 'dearest')
const lineOf: fc.Arbitrary<Line> = fc.record({
  shop: fc.constantFrom('A', 'B'),
  sku: fc.constantFrom('s1', 's2', 's3'),
  quantity: few,
  listPrice: fen,
  minPrice: fc.oneof(fc.constant(0), fen),
})
const effectOf: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({
    type: fc.constant('percentOff' as const),
    by: fc.nat(100),
    maxUnits: fc.integer({ min: 1, max: 9 }),
    pick,
  }),
  fc.record({ type: fc.constant('amountOffUnit' as const), by: fen, maxUnits: few, pick }),
  fc.record({ type: fc.constantFrom('amountOffTotal', 'fixedTotal', 'fixedPrice'), by: fen }),
  fc.record({
    type: fc.constantFrom('thresholdOff', 'everyXMinusY'),
    from: fc.integer({ min: 1, max: 9_999 }),
    by: fen,
  }),
  fc.record({ type: fc.constantFrom('nthUnit', 'tieredByQuantity'), n: few, by: fen }),
  fc.record({ type: fc.constant('buyXGetY' as const), buy: few, get: few }),
)
const offerOf = fc.record(
  {
    layer: fc.constantFrom('item', 'shop'),
    shop: fc.constantFrom('A', 'B'),
    sku: fc.constantFrom('s1', 's2', 's3'),
    threshold: fen,
    priority: fc.nat(1),
    stacks: fc.boolean(),
    exclusive: fc.boolean(),
    effect: effectOf,
  },
  { requiredKeys: ['layer', 'threshold', 'priority', 'stacks', 'exclusive', 'effect'] },
)

/** The same effect as an input writes it. */
function written(effect: Effect): object {
  switch (effect.type) {
    case 'percentOff':
      return { type: effect.type, percent: effect.by, maxUnits: effect.maxUnits, pick: effect.pick }
    case 'amountOffUnit':
      return { type: effect.type, off: effect.by, maxUnits: effect.maxUnits, pick: effect.pick }
    case 'amountOffTotal':
      return { type: effect.type, off: effect.by }
    case 'fixedTotal':
    case 'fixedPrice':
      return { type: effect.type, price: effect.by }
    case 'thresholdOff':
      return { type: effect.type, steps: [{ from: effect.from, off: effect.by }] }
    case 'everyXMinusY':
      return { type: effect.type, every: effect.from, off: effect.by }
    case 'nthUnit':
      return { type: effect.type, n: effect.n, off: effect.by }
    case 'tieredByQuantity':
      return { type: effect.type, steps: [{ from: effect.n, off: effect.by }] }
    case 'buyXGetY':
      return effect
  }
}

test('PR-10 the item and shop layers agree to the fen with the plainest computation', () => {
  fc.assert(
    fc.property(
      fc.array(lineOf, { minLength: 1, maxLength: 5 }),
      fc.array(offerOf, { maxLength: 6 }),
      (lines, some) => {
        const offers = some.map((each, at) => ({ ...each, id: `O${at + 1}` })) as Offer[]
        const quote = quoted({
          lines: lines.map((line, at) => ({ id: String(at + 1), ...line })),
          offers: offers.map(({ shop, sku, effect, ...rest }) => ({
            ...rest,
            effect: written(effect),
            target: {
              ...(shop === undefined ? {} : { shops: [shop] }),
              ...(sku === undefined ? {} : { skus: [sku] }),
            },
          })),
        })
        deepEqual(
          quote.lines.map(({ payFen }) => payFen),
          plainlyPriced(lines, offers),
        )
      },
    ),
    { numRuns: 4_000 },
  )
})
