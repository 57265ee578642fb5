import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesFrom, pricingPolicy, quoted } from '#test/support/baskets.ts'

const freeFrom = (threshold: unknown): object => {
  return { id: 'F', layer: 'freight', threshold, effect: { type: 'freeFreight' } }
}

test('PR-13 a coupon that costs more freight than it takes off is left', () => {
  const input = {
    lines: linesFrom('A 105.00'),
    freight: [{ shop: 'A', amount: '20.00' }],
    offers: [freeFrom('100.00')],
    member: { coupons: [{ id: 'C', kind: 'shop', off: '10.00' }] },
  }
  const best = quoted(input)
  equal(best.payFen, 10_500)
  equal(best.optimal, true)
  deepEqual(best.used.offers, ['F'])
  deepEqual(best.notApplied, [{ id: 'C', refusal: 'pricing/not-best' }])
  equal(quoted({ ...input, choose: { coupons: ['C'] } }).payFen, 9_500 + 2_000)
  equal(quoted({ ...input, choose: { pin: ['C'] } }).payFen, 9_500 + 2_000)
  const dear = { coupons: [{ id: 'C', kind: 'shop', off: '20.01' }] }
  equal(quoted({ ...input, member: dear }).payFen, 8_499 + 2_000)
  const equalTo = { coupons: [{ id: 'C', kind: 'shop', off: '20.00' }] }
  deepEqual(quoted({ ...input, member: equalTo }).used.coupons, [])
})

const amount = fc.integer({ min: 0, max: 4_000 })
const shop = fc.constantFrom('A', 'B')
const basket = fc.record({
  lines: fc.array(fc.record({ shop, listPrice: fc.integer({ min: 1, max: 20_000 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  freight: fc.tuple(amount, amount),
  thresholds: fc.array(fc.tuple(fc.integer({ min: 1, max: 30_000 }), amount), { maxLength: 2 }),
  coupons: fc.array(fc.record({ shop: fc.option(shop), off: amount, stacks: fc.boolean() }), {
    maxLength: 3,
  }),
  envelopes: fc.array(amount, { maxLength: 1 }),
  allowance: fc.constantFrom(0, 1_500, 10_000),
})

test('PR-13 with freight no other choice leaves less to pay', () => {
  const policy = pricingPolicy({ allowance: { overflow: 'clamp' } })
  const holds = fc.property(basket, (of) => {
    const coupons = of.coupons.map(({ shop: only, ...coupon }, n) => {
      return {
        id: `C${n}`,
        kind: 'shop',
        ...coupon,
        ...(only ? { target: { shops: [only] } } : {}),
      }
    })
    const redEnvelopes = of.envelopes.map((each, n) => ({ id: `R${n}`, amount: each }))
    const input = {
      lines: of.lines.map((line, n) => ({ id: `${n}`, sku: `s${n}`, quantity: 1, ...line })),
      freight: ['A', 'B'].map((name, n) => ({ shop: name, amount: of.freight[n] })),
      offers: of.thresholds.map(([threshold, off], n) => {
        return { id: `F${n}`, layer: 'freight', threshold, effect: { type: 'freightOff', off } }
      }),
      allowanceStep: { every: 5_000, off: 700 },
      member: { coupons, redEnvelopes, allowance: of.allowance },
    }
    const best = quoted(input, policy)
    ok(best.optimal)
    for (const used of subsetsOf(coupons.map(({ id }) => id))) {
      for (const envelopes of subsetsOf(redEnvelopes.map(({ id }) => id))) {
        for (const allowance of [true, false]) {
          const choose = { coupons: used, redEnvelopes: envelopes, allowance }
          ok(quoted({ ...input, choose }, policy).payFen >= best.payFen, JSON.stringify(choose))
        }
      }
    }
  })
  fc.assert(holds, { numRuns: 150, seed: 20_171_111 })
})

function subsetsOf(ids: readonly string[]): readonly (readonly string[])[] {
  return ids.reduce<readonly (readonly string[])[]>(
    (subsets, id) => [...subsets, ...subsets.map((each) => [...each, id])],
    [[]],
  )
}
