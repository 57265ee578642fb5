import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Basket, BasketLine } from '#rules/pricing/basket.ts'
import { figuresOf } from '#rules/trades/expectation.ts'
import { allocationsOf, holdRef, holdsOf, orderIdsOf, ordersOf } from '#rules/trades/freeze.ts'

const policy = PricingPolicySchema.parse({
  layers: ['item', 'shop', 'coupon', 'allowance', 'redEnvelope', 'points', 'freight'],
  points: { pay: { perYuan: 100 } },
})
const at = Temporal.Instant.from('2017-11-11T00:00:00+08:00')

const line = fc.record({
  shop: fc.constantFrom('A', 'B', 'C'),
  quantity: fc.integer({ min: 1, max: 4 }),
  listPrice: fc.integer({ min: 1, max: 60_000 }).map(asFen),
})
const anyBasket = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  allowance: fc.integer({ min: 0, max: 20_000 }),
  envelopes: fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 3 }),
  points: fc.integer({ min: 0, max: 900 }),
  freight: fc.integer({ min: 0, max: 1_000 }),
})

test('TR-4 orders, allocations and holds of a trade add up to its quote', () => {
  fc.assert(
    fc.property(anyBasket, (any) => {
      const lines = any.lines.map((each, n): BasketLine => ({
        ...each,
        id: String(n),
        sku: `s${n}`,
        category: 'ordinary',
        tags: [],
      }))
      const basket: Basket = {
        atMs: at.epochMilliseconds,
        lines,
        freight: [{ shop: lines[0]?.shop ?? 'A', amount: asFen(any.freight) }],
        extras: [],
        member: {
          coupons: [],
          allowance: asFen(any.allowance),
          redEnvelopes: any.envelopes.map((fen, n) => ({ id: `R${n}`, amount: asFen(fen) })),
          points: any.points,
        },
        allowanceStep: { every: asFen(20_000), off: asFen(2_500) },
        choose: { kind: 'best' },
      }
      const quote = priceBasket(basket, indexOffers([]), policy, 'pricing@1')
      const ids = orderIdsOf('t', lines, [])
      const orders = ordersOf('t', { lines, quote }, ids, at)
      const allocations = allocationsOf({ lines, quote }, ids)
      const paid = orders.flatMap((order) => [
        order.freightFen,
        ...order.lines.map((each) => each.paidFen),
      ])
      equal(sum(paid), quote.payFen)
      const off = sum(allocations.map((each) => each.offFen))
      equal(sum(paid) + off, quote.goodsFen + quote.freightFen)

      const held = holdsOf('t', quote.used)
      const money = held.filter((each) => each.unit !== 'points').map((each) => each.amount)
      const ofWallets = allocations.filter(({ layer }) => /allowance|redEnvelope/.test(layer))
      equal(sum(money), sum(ofWallets.map((each) => each.offFen)))
      equal(sum(Object.values(figuresOf(quote).byLine)), quote.payFen)
    }),
    { numRuns: 200 },
  )
})

test('TR-4 every order has the id given for its shop, else one made of the trade’s', () => {
  const lines = [{ shop: 'B' }, { shop: 'A' }, { shop: 'B' }]
  deepEqual(
    [...orderIdsOf('t', lines, [{ shop: 'A', orderId: 'mine' }])],
    [
      ['B', 't-1'],
      ['A', 'mine'],
    ],
  )
})

test('TR-4 no two trades and envelopes hold under one reference', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
      equal(holdRef(a, b) === holdRef(c, d), a === c && b === d)
      equal(holdRef(a) === holdRef(c, d), false)
    }),
  )
  equal(holdRef('a/b') === holdRef('a', 'b'), false)
})

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, each) => total + each, 0)
}
