import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import tmall2018 from '#presets/tmall-2018-parallel.json' with { type: 'json' }
import { latePenalty } from '#rules/delivery/compensation.ts'
import { LatePolicySchema } from '#rules/delivery/late-policy.ts'
import { asFen, fenFromText, fenToText, type Fen } from '#rules/money/fen.ts'
import { figuresOf, type OnBalance } from '#rules/presale/balance.ts'
import { outcomeOf, type Outcome } from '#rules/presale/outcome.ts'
import { DepositPolicySchema } from '#rules/presale/policy.ts'
import { balanceOf, refusalsOf, type PresaleTerms } from '#rules/presale/terms.ts'
import { rowsOf } from '#test/support/table.ts'

const policy2017 = DepositPolicySchema.parse(tmall2017.policies.deposit)
const policy2018 = DepositPolicySchema.parse(tmall2018.policies.deposit)
const late2017 = LatePolicySchema.parse(tmall2017.policies.late)

// Columns: price | deposit | worth | refusals of 2017 and the figure each asks for.
const limits = `
  100.00  | 10.00  |        |
  100.00  | 9.99   |        | deposit-below-least 10.00
  99.99   | 9.99   |        | deposit-below-least 10.00
  99.99   | 10.00  |        |
  100.00  | 20.00  | 25.00  |
  100.00  | 20.01  |        | deposit-above-most 20.00
  100.00  | 20.00  | 22.00  | worth-not-a-multiple 5.00
  489.99  | 49.00  | 55.00  |
  489.99  | 48.00  |        | deposit-below-least 49.00
  490.00  | 49.00  | 60.00  |
  490.00  | 49.00  | 55.00  | worth-not-a-multiple 10.00
  490.00  | 48.00  |        | deposit-below-least 49.00, deposit-wrong-ending 0 5 9
  490.00  | 51.00  |        | deposit-wrong-ending 0 5 9
  490.00  | 55.50  |        | deposit-wrong-ending 0 5 9
  490.00  | 98.00  |        | deposit-wrong-ending 0 5 9
  490.00  | 99.00  |        | deposit-above-most 98.00
  989.99  | 49.00  |        |
  990.00  | 99.00  |        |
  990.00  | 95.00  |        | deposit-below-least 99.00
  990.00  | 199.00 | 400.00 | deposit-above-most 198.00
  1000.00 | 199.00 | 190.00 | worth-below-deposit 199.00
  100.00  | 10.00  | 100.00 | no-balance-left 99.99
  100.00  | 10.00  | 200.00 | no-balance-left 99.99
`

test('PS-1, PS-2, PS-3, PS-4 a deposit is held against the band of its price, and every broken limit told', () => {
  for (const [price = '', deposit = '', worth = '', expected = ''] of rowsOf(limits)) {
    const terms = termsOf(price, deposit, worth)
    const told = refusalsOf(terms, policy2017).map((each) => {
      const asked = each.leastFen ?? each.mostFen ?? each.multipleOfFen
      const figure = asked === undefined ? each.endsIn?.join(' ') : fenToText(asFen(asked))
      return `${each.refusal.replace('presale/', '')} ${figure}`
    })
    deepEqual(told, expected === '' ? [] : expected.split(', '), `${price} ${deposit} ${worth}`)
  }
})

test('PS-1 a price under the least is refused, and a price that reaches no band has no limits', () => {
  const policy = DepositPolicySchema.parse({
    leastPrice: '50.00',
    bands: [{ from: '100.00', least: '50.00', multipleOf: '10.00' }],
  })
  deepEqual(refusalsOf(termsOf('49.99', '1.00'), policy), [
    { refusal: 'presale/price-below-least', givenFen: 4_999, leastFen: 5_000 },
  ])
  deepEqual(refusalsOf(termsOf('99.99', '1.00'), policy), [])
  const [first] = refusalsOf(termsOf('100.00', '55.00'), policy)
  deepEqual(first, {
    refusal: 'presale/deposit-not-a-multiple',
    givenFen: 5_500,
    multipleOfFen: 1_000,
  })
  const unordered = { bands: [{ from: '100.00' }, { from: '100.00' }] }
  equal(DepositPolicySchema.safeParse(unordered).error?.issues[0]?.path.join('.'), 'bands.1.from')
})

test('PS-3 an instant reduction has its own limits, and does not come with an expansion', () => {
  const instantly = (price: string, instantOff: string): readonly string[] => {
    const terms = { ...termsOf(price, '10.00'), instantOff: fen(instantOff) }
    return refusalsOf(terms, policy2018).map(({ refusal }) => refusal)
  }
  deepEqual(instantly('100.00', '40.00'), [])
  deepEqual(instantly('100.00', '42.00'), [
    'presale/instant-off-not-a-multiple',
    'presale/instant-off-above-most',
  ])
  const both = { ...termsOf('100.00', '10.00', '20.00'), instantOff: fen('5.00') }
  deepEqual(
    refusalsOf(both, policy2017).map(({ refusal }) => refusal),
    ['presale/worth-and-instant-off'],
  )
})

// Columns: price | deposit | worth or -instantOff | coupon | allowance | tests | expansion balance base due total | usable.
const balances = `
  300.00  | 50.00  | 100.00  |            |            | sequential | 50.00 200.00 250.00 200.00 250.00   |
  100.00  | 10.00  | -20.00  |            |            | parallel   | 0.00 70.00 80.00 70.00 80.00        |
  1000.00 | 100.00 | 200.00  | 900-100    |            | sequential | 100.00 800.00 900.00 700.00 800.00  | coupon
  1000.00 | 100.00 | 200.00  | 900.01-100 |            | sequential | 100.00 800.00 900.00 800.00 900.00  |
  1000.00 | 100.00 | 200.00  | 900-100    | 400-50     | sequential | 100.00 800.00 900.00 600.00 700.00  | coupon allowance
  900.00  | 100.00 | 200.00  | 500-100    | 400-50     | sequential | 100.00 700.00 800.00 550.00 650.00  | coupon allowance
  900.00  | 100.00 | 200.00  | 500-100    | 400-50     | parallel   | 100.00 700.00 800.00 500.00 600.00  | coupon allowance
  500.00  | 100.00 | 200.00  | 100-300    |            | sequential | 100.00 300.00 400.00 300.00 400.00  |
  500.00  | 100.00 | 200.00  | 100-299.99 |            | sequential | 100.00 300.00 400.00 0.01 100.01    | coupon
  450.00  | 49.00  | 99.00   | 100-301    | 400-50     | sequential | 50.00 351.00 400.00 50.00 99.00     | coupon
  450.00  | 49.00  | 99.00   | 100-301    | 400-50     | parallel   | 50.00 351.00 400.00 50.00 99.00     | coupon
  450.00  | 49.00  | 99.00   | 100-300.99 | 400-50     | parallel   | 50.00 351.00 400.00 0.01 49.01      | coupon allowance
  400.00  | 40.00  | 41.00   |            | 400-50     | sequential | 1.00 359.00 399.00 359.00 399.00    |
  400.00  | 350.00 | 350.00  |            | 400-50     | sequential | 0.00 50.00 400.00 50.00 400.00      |
  100.00  | 10.00  | 200.00  |            |            | sequential | 190.00 0.00 10.00 0.00 10.00        |
`

test('PS-5, PS-6, PS-7 thresholds test deposit and balance, and something of the balance stays to be paid', () => {
  for (const row of rowsOf(balances)) {
    const [price = '', deposit = '', worth = '', coupon = '', allowance = '', tests = ''] = row
    const terms = termsOf(price, deposit, worth)
    const on = { ...couponOf(coupon), ...allowanceOf(allowance) }
    const figures = figuresOf(terms, on, tests as 'sequential' | 'parallel')
    const { expansionFen, balanceFen, thresholdBaseFen, dueFen, totalFen } = figures
    const told = [expansionFen, balanceFen, thresholdBaseFen, dueFen, totalFen]
    const usable = [
      ...(figures.couponUsable ? ['coupon'] : []),
      ...(figures.allowanceUsable ? ['allowance'] : []),
    ]
    deepEqual(
      [told.map((each) => fenToText(asFen(each))).join(' '), usable.join(' ')],
      [row[6], row[7]],
      row.join(' | '),
    )
    equal(figures.couponUsable === undefined, coupon === '')
    equal(figures.allowanceUsable === undefined, allowance === '')
  }
})

test('PS-5, PS-7 whatever the terms, nothing goes below zero and the parts add up', () => {
  const amount = fc.nat(200_000).map(asFen)
  const terms = fc.record({ price: amount, deposit: amount, worth: amount, instantOff: amount })
  const on = fc.record({
    coupon: fc.record({ threshold: amount, off: amount }),
    allowance: fc.record({ every: amount.filter((each) => each > 0), off: amount }),
  })
  const tests = fc.constantFrom('sequential' as const, 'parallel' as const)
  fc.assert(
    fc.property(terms, on, tests, (given, using, threshold) => {
      const figures = figuresOf(given, using, threshold)
      const { balanceFen, dueFen, totalFen, thresholdBaseFen } = figures
      equal(balanceFen, balanceOf(given))
      equal(thresholdBaseFen, given.deposit + balanceFen)
      equal(totalFen, given.deposit + dueFen)
      equal(dueFen >= 0 && dueFen <= balanceFen, true)
      const isUsed = figures.couponUsable === true || figures.allowanceUsable === true
      if (isUsed) equal(dueFen > 0, true)
    }),
    { numRuns: 1_000 },
  )
})

// Columns: outcome | deposit | total | to whom the deposit goes, refund, compensation.
const outcomes = `
  balancePaid          | 50.00  | 250.00  | shop 0.00 0.00
  buyerDefaults        | 50.00  | 250.00  | shop 0.00 0.00
  refundedAfterBalance | 50.00  | 250.00  | member 250.00 0.00
  shopDefaults         | 50.00  | 250.00  | member 50.00 50.00
  shopLate             | 50.00  | 250.00  | member 250.00 125.00
  shopLate             | 100.00 | 5000.00 | member 5000.00 600.00
`

test('PS-8, PS-9 each outcome sends the deposit where it belongs', () => {
  for (const [outcome = '', deposit = '', total = '', expected = ''] of rowsOf(outcomes)) {
    const paid = { deposit: fen(deposit), total: fen(total) }
    const told = outcomeOf(outcome as Outcome, paid, late2017)
    const { depositGoesTo, refundFen, compensationFen } = told
    const money = [refundFen, compensationFen].map((each) => fenToText(asFen(each)))
    equal([depositGoesTo, ...money].join(' '), expected, outcome)
  }
  const paid = { deposit: fen('50.00'), total: fen('250.00') }
  equal(outcomeOf('shopLate', paid, undefined).compensationFen, 5_000)
})

test('PS-10 the penalty for being late is a part of the deal price between its least and its cap', () => {
  const late = LatePolicySchema.parse({ rate: '0.30', min: '5.00', cap: '500.00' })
  const penalties = ['0.00', '16.66', '16.67', '100.00', '100.05', '1666.66', '1666.67', '9999.00']
  deepEqual(
    penalties.map((price) => fenToText(latePenalty(fen(price), late))),
    ['5.00', '5.00', '5.00', '30.00', '30.01', '499.99', '500.00', '500.00'],
  )
  equal(latePenalty(fen('1.00'), late2017), 30)
  equal(LatePolicySchema.safeParse({ rate: '0.3', min: '6.00', cap: '5.00' }).success, false)
})

function fen(text: string): Fen {
  const read = fenFromText(text)
  if (read === undefined) throw new Error(text)
  return read
}

/** What stands after a minus is taken off at once. */
function termsOf(price: string, deposit: string, worth = ''): PresaleTerms {
  const terms = { price: fen(price), deposit: fen(deposit) }
  if (worth.startsWith('-')) return { ...terms, instantOff: fen(worth.slice(1)) }
  return worth === '' ? terms : { ...terms, worth: fen(worth) }
}

function couponOf(cell: string): OnBalance {
  const [threshold = '', off = ''] = cell.split('-')
  return cell === '' ? {} : { coupon: { threshold: fen(threshold), off: fen(off) } }
}

function allowanceOf(cell: string): OnBalance {
  const [every = '', off = ''] = cell.split('-')
  return cell === '' ? {} : { allowance: { every: fen(every), off: fen(off) } }
}
