import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { CouponTermsSchema } from '#rules/pricing/offer-terms.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { problemsOf } from '#rules/policies/problems.ts'
import { effectFrom, linesFrom } from '#test/support/baskets.ts'

const at = '2017-11-11T10:00:00+08:00'
const [line] = linesFrom('A 10.00')
const off = { id: 'O', layer: 'item', effect: effectFrom('percentOff percent=10') }

test('PR-5 percentages are numbers or decimal texts from 0 to 100, at most four digits after the point', () => {
  const percentOf = (percent: unknown): unknown => {
    const read = CouponTermsSchema.safeParse({ kind: 'shop', percent })
    return read.success ? read.data.percent : problemsOf(read.error)[0]?.path
  }
  deepEqual(
    [12.5, '12.5', 0, 100, '0.0001', 33.3333].map(percentOf),
    [125_000, 125_000, 0, 1_000_000, 1, 333_333],
  )
  for (const wrong of [-1, 100.0001, '101', '12.55555', '1e1', 'ten', '', Number.NaN, true, null]) {
    equal(percentOf(wrong), 'percent', String(wrong))
  }
})

// What is wrong | where.
const wrongInputs = [
  [{ lines: [] }, 'lines'],
  [{ lines: [{ ...line, quantity: 0 }] }, 'lines[0].quantity'],
  [{ lines: [{ ...line, quantity: 10_001 }] }, 'lines[0].quantity'],
  [{ lines: [{ ...line, quantity: 1.5 }] }, 'lines[0].quantity'],
  [{ lines: [{ ...line, listPrice: '-1.00' }] }, 'lines[0].listPrice'],
  [{ lines: [{ ...line, listPrice: 10.5 }] }, 'lines[0].listPrice'],
  [{ lines: [{ ...line, listPrice: '1000000000.01' }] }, 'lines[0].listPrice'],
  [{ lines: [{ ...line, colour: 'red' }] }, 'lines[0].colour'],
  [{ lines: [line, line] }, 'lines[1].id'],
  [{ lines: [{ ...line, presale: { deposit: '10.01' } }] }, 'lines[0].presale.deposit'],
  [{ lines: [{ ...line, presale: { deposit: '5.00', worth: '4.00' } }] }, 'lines[0].presale.worth'],
  [
    { lines: [{ ...line, presale: { deposit: '5.00', worth: '6.00', instantOff: '1.00' } }] },
    'lines[0].presale.instantOff',
  ],
  [
    { lines: [{ ...line, allowanceStep: { every: '0.00', off: '1.00' } }] },
    'lines[0].allowanceStep.every',
  ],
  [
    {
      freight: [
        { shop: 'A', amount: '1.00' },
        { shop: 'A', amount: '1.00' },
      ],
    },
    'freight[1].shop',
  ],
  [{ extras: [{ shop: 'A', kind: 'tip', amount: '1.00' }] }, 'extras[0].kind'],
  [{ offers: [off, off] }, 'offers[1].id'],
  [{ offers: [{ ...off, id: 'allowance' }] }, 'offers[0].id'],
  [{ offers: [{ ...off, layer: 'freight' }] }, 'offers[0].effect.type'],
  [{ offers: [{ ...off, effect: { type: 'freeFreight' } }] }, 'offers[0].effect.type'],
  [{ offers: [{ ...off, effect: { type: 'half' } }] }, 'offers[0].effect.type'],
  [{ offers: [{ ...off, effect: { type: 'thresholdOff', steps: [] } }] }, 'offers[0].effect.steps'],
  [
    { offers: [{ ...off, effect: effectFrom('thresholdOff steps=2.00:1.00,2.00:2.00') }] },
    'offers[0].effect.steps',
  ],
  [
    { offers: [{ ...off, effect: { type: 'thresholdOff', steps: [{ from: '1.00' }] } }] },
    'offers[0].effect.steps[0]',
  ],
  [
    { offers: [{ ...off, effect: effectFrom('everyXMinusY every=0.00 off=1.00') }] },
    'offers[0].effect.every',
  ],
  [
    { offers: [{ ...off, effect: effectFrom('gift every=0 sku=toy quantity=1') }] },
    'offers[0].effect.every',
  ],
  [{ offers: [{ ...off, effect: { type: 'nthUnit', n: 2 } }] }, 'offers[0].effect'],
  [{ offers: [{ ...off, window: { from: at, to: at } }] }, 'offers[0].window.to'],
  [{ offers: [{ ...off, funder: [{ funder: 'a', perMille: 999 }] }] }, 'offers[0].funder'],
  [{ offers: [{ ...off, target: { brand: ['x'] } }] }, 'offers[0].target.brand'],
  [{ member: { coupons: [{ id: 'C', kind: 'shop' }] } }, 'member.coupons[0]'],
  [
    { offers: [off], member: { coupons: [{ id: 'O', kind: 'shop', off: '1.00' }] } },
    'member.coupons[0].id',
  ],
  [
    { offers: [off], member: { redEnvelopes: [{ id: 'O', amount: '1.00' }] } },
    'member.redEnvelopes[0].id',
  ],
  [{ member: { points: -1 } }, 'member.points'],
  [{ choose: { pin: [], points: 1 } }, 'choose'],
  [{ choose: { allowance: 'all' } }, 'choose.allowance'],
  [{ at: 'noon' }, 'at'],
  [{ lines: [{ ...line, id: '__proto__' }] }, 'lines[0].id'],
  [{ lines: [{ ...line, shop: '__proto__' }] }, 'lines[0].shop'],
  [{ freight: [{ shop: '__proto__', amount: '1.00' }] }, 'freight[0].shop'],
  [{ offers: [{ ...off, id: '__proto__' }] }, 'offers[0].id'],
  [{ offers: [{ ...off, policy: '__proto__' }] }, 'offers[0].policy'],
  [{ offers: [{ ...off, campaign: '__proto__' }] }, 'offers[0].campaign'],
  [{ offers: [{ ...off, target: { shops: ['__proto__'] } }] }, 'offers[0].target.shops[0]'],
  [{ member: { redEnvelopes: [{ id: '__proto__', amount: 1 }] } }, 'member.redEnvelopes[0].id'],
  [{ choose: { coupons: ['__proto__'] } }, 'choose.coupons[0]'],
  [{ channel: '__proto__' }, 'channel'],
] as const

test('PR-14 input that does not fit names the place', () => {
  for (const [wrong, path] of wrongInputs) {
    const read = QuoteInputSchema.safeParse({ at, lines: [line], ...wrong })
    equal(read.success ? 'fits' : problemsOf(read.error)[0]?.path, path, JSON.stringify(wrong))
  }
})

test('PR-14 a basket of too many units or of too much worth is refused', () => {
  const many = (quantity: number, listPrice: string): unknown => {
    const lines = Array.from({ length: 11 }, (_, id) => ({
      ...line,
      id: String(id),
      quantity,
      listPrice,
    }))
    const read = QuoteInputSchema.safeParse({ at, lines })
    return read.success ? 'fits' : problemsOf(read.error)[0]?.path
  }
  equal(many(9_090, '1.00'), 'fits')
  equal(many(9_999, '1.00'), 'lines[10].quantity')
  equal(many(9_000, '1000000000.00'), 'lines[0]')
  equal(many(1, '1000000000.00'), 'fits')
})

test('PR-12 a choice is the own one, a guided one, or the best', () => {
  const chosen = (choose?: object): unknown => {
    const input = { at, lines: [line], ...(choose === undefined ? {} : { choose }) }
    return basketOf(QuoteInputSchema.parse(input), 'Asia/Shanghai').basket.choose
  }
  deepEqual(chosen(), { kind: 'best' })
  deepEqual(chosen({ coupons: ['C'], allowance: '50.00' }), {
    kind: 'own',
    coupons: ['C'],
    allowance: 5_000,
  })
  deepEqual(chosen({ pin: ['C'] }), { kind: 'guided', pin: ['C'], without: [] })
})

test('PR-1 presale, item and shop come first in a policy and in this order; freight anywhere', () => {
  const fits = (layers: readonly string[]): boolean =>
    PricingPolicySchema.safeParse({ layers }).success
  equal(fits(['presale', 'item', 'shop', 'coupon', 'freight']), true)
  equal(fits(['freight', 'item', 'coupon']), true)
  equal(fits(['shop', 'allowance', 'freight', 'points']), true)
  equal(fits(['coupon']), true)
  equal(fits(['shop', 'item']), false)
  equal(fits(['coupon', 'item']), false)
  equal(fits(['item', 'item']), false)
  equal(fits([]), false)
})
