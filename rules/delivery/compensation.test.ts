import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import tmall2018 from '#presets/tmall-2018-parallel.json' with { type: 'json' }
import type { LateCause } from '#rules/delivery/assess.ts'
import { compensationOf, pairPaid } from '#rules/delivery/compensation.ts'
import { LatePolicySchema } from '#rules/delivery/late-policy.ts'
import { asFen, fenFromText, fenToText } from '#rules/money/fen.ts'
import { rowsOf } from '#test/support/table.ts'

const of2017 = LatePolicySchema.parse(tmall2017.policies.late)
const of2018 = LatePolicySchema.parse(tmall2018.policies.late)
const of2020 = LatePolicySchema.parse({
  rate: '0.05',
  min: '5.00',
  cap: '50.00',
  falseShipment: { rate: '0.30', min: '5.00', cap: '500.00' },
})

function fen(text: string) {
  return fenFromText(text) ?? asFen(0)
}

// Columns: deal price | of 2017 | of 2018 | of 2020 | of 2020, false shipment.
const penalties = `
  0.00     | 0.00   | 5.00   | 5.00  | 5.00
  0.03     | 0.00   | 5.00   | 5.00  | 5.00
  16.66    | 4.99   | 5.00   | 5.00  | 5.00
  99.99    | 29.99  | 29.99  | 5.00  | 29.99
  109.00   | 32.70  | 32.70  | 5.45  | 32.70
  1000.00  | 300.00 | 300.00 | 50.00 | 300.00
  1666.66  | 499.99 | 499.99 | 50.00 | 499.99
  1666.67  | 500.00 | 500.00 | 50.00 | 500.00
  99999.00 | 500.00 | 500.00 | 50.00 | 500.00
`

test('SH-9 the compensation is a part of the deal price between the least and the cap', () => {
  for (const [price = '', ...expected] of rowsOf(penalties)) {
    const of = (policy: typeof of2017, cause: LateCause = 'notShipped') => {
      const asked = { dealPrice: fen(price), cause, pairFen: asFen(0) }
      const { compensationFen, points } = compensationOf(asked, policy)
      equal(points, compensationFen)
      return fenToText(compensationFen)
    }
    deepEqual([of(of2017), of(of2018), of(of2020), of(of2020, 'noRecord')], expected, price)
  }
})

test('SH-9 the deposit of a presale is paid again outside the bounds', () => {
  const asked = { dealPrice: fen('3000.00'), cause: 'notShipped' as const, pairFen: asFen(0) }
  const { compensationFen, why } = compensationOf({ ...asked, deposit: fen('50.00') }, of2017)
  deepEqual([compensationFen, why.bound, why.penaltyFen], [55_000, 'cap', 50_000])
})

test('SH-10 what was paid to the pair before leaves less, down to nothing', () => {
  const of = (paid: string) => {
    const asked = { dealPrice: fen('1000.00'), cause: 'notShipped' as const, pairFen: fen(paid) }
    const { compensationFen, why } = compensationOf(asked, of2018)
    return [fenToText(compensationFen), why.bound]
  }
  deepEqual(of('200.00'), ['300.00', null])
  deepEqual(of('350.00'), ['150.00', 'pair'])
  deepEqual(of('500.00'), ['0.00', 'pair'])
  deepEqual(of('900.00'), ['0.00', 'pair'])
})

test('SH-10 payments within the hours count as far as one stretch of so long holds them', () => {
  const hour = 3_600_000
  const others = [
    { paidMs: -23 * hour, fen: 100 },
    { paidMs: 23 * hour, fen: 30 },
    { paidMs: 24 * hour, fen: 1_000 },
    { paidMs: -24 * hour, fen: 1_000 },
  ]
  equal(pairPaid(others, 0, 24 * hour), 100)
  equal(pairPaid([], 0, 24 * hour), 0)
})

test('SH-10 in whatever order orders are paid for, no stretch comes to more than the most', () => {
  const order = fc.record({
    paidMs: fc.integer({ min: 0, max: 100 }),
    price: fc.integer({ min: 0, max: 400_000 }),
  })
  fc.assert(
    fc.property(fc.array(order, { maxLength: 12 }), (orders) => {
      const paid: { paidMs: number; fen: number }[] = []
      for (const { paidMs, price } of orders) {
        const pairFen = pairPaid(paid, paidMs, 24)
        const asked = { dealPrice: asFen(price), cause: 'notShipped' as const, pairFen }
        paid.push({ paidMs, fen: compensationOf(asked, of2018).compensationFen })
      }
      for (const { paidMs: from } of paid) {
        const inside = paid.filter((each) => each.paidMs >= from && each.paidMs < from + 24)
        equal(inside.reduce((sum, each) => sum + each.fen, 0) <= 50_000, true)
      }
    }),
  )
})

test('SH-12, SH-13, SH-14 what the policy does not say is paid at once, taken back and looked at for a month', () => {
  const { pays, waits, toldLater, lookBack, excuses } = of2017
  deepEqual(
    [pays, waits.toString(), toldLater, lookBack.toString(), excuses],
    ['automatically', 'PT0S', 'takeBack', 'P30D', ['refunded', 'closed', 'outOfStock']],
  )
  equal(LatePolicySchema.safeParse({ rate: '0.3', cap: '5.00', min: '6.00' }).success, false)
})
