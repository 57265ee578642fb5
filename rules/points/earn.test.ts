import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen, fenFromText, type Fen } from '#rules/money/fen.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'
import { earn, isCountable, owedBack, pointsFor, type EarnLine } from '#rules/points/earn.ts'
import { PointsPolicySchema, type PointsPolicy } from '#rules/points/policy.ts'
import { rowsOf } from '#test/support/table.ts'

const receivedAt = Temporal.Instant.from('2017-11-20T10:00:00+08:00')
const zone = 'Asia/Shanghai'

const tmall = policyWith({})

// Columns: category | paid in yuan | multiple | points.
const tmallLines = `
  ordinary   |    109.00 | 1   | 54
  ordinary   |     99.90 | 1   | 49
  ordinary   |      1.01 | 1   | 0
  ordinary   |      1.99 | 1   | 0
  ordinary   |      2.00 | 1   | 1
  ordinary   |      0.00 | 1   | 0
  virtual    |     99.90 | 1   | 9
  digital3c  |   5999.00 | 1   | 599
  car        | 150000.00 | 1   | 150
  car        |    999.99 | 1   | 0
  phoneTopUp |    100.00 | 3   | 0
  ordinary   |    109.00 | 2   | 109
  ordinary   |    109.00 | 1.5 | 81
  ordinary   |      0.67 | 3   | 1
`

test('PT-1 a line earns paid x ratio x multiple, floored once', () => {
  for (const [category = '', paid = '', multiple = '', points = ''] of rowsOf(tmallLines)) {
    const { points: earned } = earn([line({ category, paid, multiple })], tmall, receivedAt, zone)
    equal(earned, Number(points), `${category} ${paid} x ${multiple}`)
  }
})

test('PT-1 lines are floored one by one, so two halves of a point are none', () => {
  const lines = [line({ id: '1', paid: '1.00' }), line({ id: '2', paid: '1.00' })]
  const earned = earn(lines, tmall, receivedAt, zone)
  equal(earned.points, 0)
  deepEqual(
    [...earned.byLine],
    [
      ['1', 0],
      ['2', 0],
    ],
  )
})

test('PT-1 the product is exact where binary fractions and 53 bits are not', () => {
  const most = asFen(Number.MAX_SAFE_INTEGER)
  equal(pointsFor(line({}), most, tmall), 45_035_996_273_704)
  const third = policyWith({ ratios: { ordinary: '0.333333' } })
  equal(pointsFor(line({ multiple: '3' }), asFen(100_000_100), third), 999_999)
  equal(pointsFor(line({ multiple: '3' }), asFen(100_000_200), third), 1_000_000)
})

test('PT-1 a market without minor units counts whole units as paid', () => {
  equal(pointsFor(line({}), asFen(109), tmall, 0), 54)
  equal(pointsFor(line({}), asFen(109_000), tmall, 3), 54)
})

test('PT-1 the points are the largest whole number that is not above the exact product', () => {
  fc.assert(
    fc.property(fenUpTo(10 ** 12), ppmUpTo(10_000_000), ppmUpTo(9_000_000), (paid, ratio, by) => {
      const policy = { ...tmall, ratios: { ordinary: ratio }, merchantMultipleMax: by }
      const points = BigInt(pointsFor({ ...line({}), multiplePpm: by }, paid, policy))
      const exact = BigInt(paid) * BigInt(ratio) * BigInt(by)
      const unit = 10n ** 14n
      equal(points * unit <= exact && exact < (points + 1n) * unit, true)
    }),
  )
})

test('PT-2 a category without a ratio of its own earns the ordinary one, and says so', () => {
  const [why] = earn([line({ category: 'garden' })], tmall, receivedAt, zone).why.lines
  equal(why?.ratioKey, 'ordinary')
  deepEqual(why?.notes, ['category-without-ratio'])
})

test('PT-2 the class of a category comes before the ratio called like it', () => {
  const policy = policyWith({ classes: { phones: 'digital3c', car: 'ordinary' } })
  const lines = [line({ id: '1', category: 'phones' }), line({ id: '2', category: 'car' })]
  const { why } = earn(lines, policy, receivedAt, zone)
  deepEqual(
    why.lines.map((each) => [each.ratioKey, each.ratio, each.points, each.notes]),
    [
      ['digital3c', '0.1', 10, ['ratio-by-class']],
      ['ordinary', '0.5', 54, ['ratio-by-class']],
    ],
  )
})

test('PT-2 a category called like a part of every object is a category like any other', () => {
  for (const category of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    equal(earn([line({ category })], tmall, receivedAt, zone).points, 54)
  }
})

test('PT-3 a multiple above the largest counts as the largest, and the explanation keeps both', () => {
  const [why] = earn([line({ multiple: '5' })], tmall, receivedAt, zone).why.lines
  deepEqual([why?.multipleAsked, why?.multiple, why?.multipleMax], ['5', '3', '3'])
  deepEqual([why?.exact, why?.points, why?.notes], ['163.5', 163, ['multiple-capped']])
})

test('PT-4 what was refunded before receipt does not earn', () => {
  const refunded = { ...line({ paid: '109.00' }), refundedFen: asFen(900) }
  const { points, why } = earn([refunded], tmall, receivedAt, zone)
  equal(points, 50)
  deepEqual(why.lines[0]?.notes, ['refunded-before-receipt'])
  deepEqual([why.lines[0]?.paidFen, why.lines[0]?.baseFen], [10_900, 10_000])
})

// Columns: paid | what stays | least paid | most a line | points for what stays.
const limited = `
  50.00  | 50.00  | 50.00 | 1000 | 25
  50.00  | 49.99  | 50.00 | 1000 | 0
  49.99  | 49.99  | 50.00 | 1000 | 0
  900.00 | 900.00 | 50.00 | 300  | 300
  900.00 | 700.00 | 50.00 | 300  | 300
  900.00 | 500.00 | 50.00 | 300  | 250
`

test('PT-5 a line earns nothing below the least paid and never more than the most a line', () => {
  for (const [paid = '', stays = '', leastPaid = '', most = '', points = ''] of rowsOf(limited)) {
    const policy = policyWith({ leastPaid, mostPerLine: Number(most) })
    equal(pointsFor(line({ paid }), fen(stays), policy), Number(points), `${paid} ${stays}`)
  }
})

test('PT-5 the explanation says which limit held', () => {
  const policy = policyWith({ leastPaid: '50.00', mostPerLine: 30 })
  const lines = [line({ id: '1', paid: '49.00' }), line({ id: '2', paid: '109.00' })]
  const notes = earn(lines, policy, receivedAt, zone).why.lines.map((each) => each.notes)
  deepEqual(notes, [['below-least-paid'], ['held-at-most-per-line']])
})

test('PT-12 points cost one fen each', () => {
  equal(earn([line({ paid: '109.00' })], tmall, receivedAt, zone).costFen, 54)
})

// Columns: paid | earned | refunds in parts | owed back in total after each.
const refunds = `
  109.00 | 54 | 9.00 100.00      | 4 54
  109.00 | 54 | 0.01             | 0
  109.00 | 54 | 1.00 1.00 1.00   | 0 1 1
  2.00   | 1  | 0.01 1.99        | 1 1
  1.01   | 0  | 1.01             | 0
`

test('PT-13 what is owed back is what was earned less the points for what stays', () => {
  for (const [paid = '', earned = '', parts = '', owed = ''] of rowsOf(refunds)) {
    const whole = line({ paid })
    equal(pointsFor(whole, whole.paidFen, tmall), Number(earned))
    let stays = whole.paidFen
    const totals = parts.split(' ').map((part) => {
      stays = asFen(stays - fen(part))
      return owedBack(pointsFor(whole, whole.paidFen, tmall), whole, stays, tmall)
    })
    equal(totals.join(' '), owed, `${paid} less ${parts}`)
  }
})

test('PT-13 less that stays never leaves more points, and nothing leaves none', () => {
  const policies = [tmall, policyWith({ leastPaid: '30.00', mostPerLine: 40 })]
  fc.assert(
    fc.property(fc.constantFrom(...policies), fenUpTo(100_000), fenUpTo(100_000), (by, a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a]
      equal(pointsFor(line({}), less, by) <= pointsFor(line({}), more, by), true)
      equal(pointsFor(line({}), asFen(0), by), 0)
    }),
  )
})

test('lines that earn more than can be counted are found before they are added up', () => {
  const lines = [1, 2, 3].map((id) => ({ ...line({ id: String(id) }), paidFen: mostFen }))
  const hundredfold = policyWith({ ratios: { ordinary: '100' } })
  equal(isCountable(lines.slice(0, 1), tmall), true)
  equal(isCountable(lines, hundredfold), false)
})

const mostFen = asFen(Number.MAX_SAFE_INTEGER)

function policyWith(over: Record<string, unknown>): PointsPolicy {
  return PointsPolicySchema.parse({
    ratios: { ordinary: '0.5', virtual: '0.1', digital3c: '0.1', car: '0.001', phoneTopUp: '0' },
    expiry: 'endOfNextCalendarYear',
    ...over,
  })
}

function line(of: {
  readonly id?: string
  readonly category?: string
  readonly paid?: string
  readonly multiple?: string
}): EarnLine {
  return {
    id: of.id ?? '1',
    category: of.category ?? 'ordinary',
    paidFen: fen(of.paid ?? '109.00'),
    refundedFen: asFen(0),
    multiplePpm: ppmFromText(of.multiple ?? '1') as Ppm,
  }
}

function fen(text: string): Fen {
  return fenFromText(text) as Fen
}

function fenUpTo(most: number): fc.Arbitrary<Fen> {
  return fc.integer({ min: 0, max: most }).map(asFen)
}

function ppmUpTo(most: number): fc.Arbitrary<Ppm> {
  return fc.integer({ min: 1, max: most }).map((rate) => rate as Ppm)
}
