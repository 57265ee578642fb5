import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideEnrolment } from '#rules/campaigns/enrolment/decide-enrolment.ts'
import { referenceAt, type ShopFigures } from '#rules/campaigns/enrolment/figures.ts'
import { EnrolmentPolicySchema } from '#rules/campaigns/enrolment/policy.ts'
import { rowsOf } from '#test/support/table.ts'

const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-09-01T10:00:00+08:00')

function decided(shop: ShopFigures, policy: object, identities: readonly string[] = []) {
  const terms = EnrolmentPolicySchema.parse(policy)
  return decideEnrolment(shop, terms, identities, referenceAt(at, zone))
}

// Columns: points as kind:points@day | bar | barred.
const violations = `
  general:11@08-31                    | 30 general 12 | no
  general:12@08-31                    | 30 general 12 | yes
  general:6@08-02 general:6@08-31     | 30 general 12 | yes
  general:6@08-01 general:6@08-31     | 30 general 12 | no
  general:12@09-01                    | 30 general 12 | no
  severe:1@08-02                      | 30 severe 1   | yes
  severe:1@08-01                      | 30 severe 1   | no
  severe:48@08-31                     | 30 general 1  | no
  fake:24@08-01                       | - fake 24     | yes
  fake:23@08-01                       | - fake 24     | no
`

test('EL-1 points of a kind bar from the number on, in their window alone', () => {
  for (const [points = '', bar = '', barred] of rowsOf(violations)) {
    const [days = '', kind = '', number = ''] = bar.split(' ')
    const entry = { [kind]: Number(number), ...(days === '-' ? {} : { days: Number(days) }) }
    const shop = { violations: points.split(' ').map(violationOf) }
    const { ok, criteria } = decided(shop, { violations: [entry] })
    equal(ok ? 'no' : 'yes', barred, `${points} | ${bar}`)
    equal(criteria[0]?.needs, Number(number))
  }
})

function violationOf(text: string) {
  const [kind = '', rest = ''] = text.split(':')
  const [points, day] = rest.split('@')
  return { kind, points: Number(points), at: `2017-${day}T23:59:59+08:00` }
}

test('EL-1 a shop that is barred for a time, or removed, is out whatever the windows say', () => {
  equal(decided({ barredUntil: at.add({ milliseconds: 1 }) }, {}).ok, false)
  equal(decided({ barredUntil: at }, {}).ok, true)
  equal(decided({ removed: true }, {}).ok, false)
  equal(decided({ removed: false }, {}).ok, true)
})

// Columns: figure as JSON | bound | what is seen, as JSON | whether it holds.
const figures = `
  4.6                                     | atLeast 4.6    | 4.6    | true
  "4.60"                                  | atLeast 4.6    | "4.60" | true
  4.5999                                  | atLeast 4.6    | 4.59   | false
  "4.888"                                 | atLeast 4.885  | "4.88" | true
  {"numerator":1380,"denominator":300}    | atLeast 4.6    | "4.6"  | true
  {"numerator":1379,"denominator":300}    | atLeast 4.6    | "4.59" | false
  {"numerator":0,"denominator":0}         | atLeast 0      | null   | false
  0.1                                     | atMost 0.1     | 0.1    | true
  0.30000000000000004                     | atMost 0.3     | 0.3    | false
  "a lot"                                 | atLeast 0      | null   | false
  null                                    | atLeast 0      | null   | false
`

test('EL-2 a figure that equals its bound is good, and nothing is rounded', () => {
  for (const [figure = '', bound = '', seen = '', ok] of rowsOf(figures)) {
    const [test = '', number = ''] = bound.split(' ')
    const criterion = { name: 'x', metric: 'dsr.service', [test]: number }
    const dsr = { service: JSON.parse(figure) as unknown }
    const [said] = decided({ dsr }, { criteria: [criterion] }).criteria
    deepEqual([said?.saw, String(said?.ok)], [JSON.parse(seen), ok], figure)
    deepEqual([said?.needs, said?.test], [number, test])
  }
})

test('EL-2 of any two decimals the comparison is that of their digits', () => {
  const digits = fc.integer({ min: 0, max: 5_000 })
  fc.assert(
    fc.property(digits, digits, (saw, needs) => {
      const text = (thousandths: number): string =>
        `${Math.floor(thousandths / 1_000)}.${String(thousandths % 1_000).padStart(3, '0')}`
      const criteria = [{ name: 'x', metric: 'dsr.service', atLeast: text(needs) }]
      equal(decided({ dsr: { service: text(saw) } }, { criteria }).ok, saw >= needs)
    }),
  )
})

test('EL-3 the DSR as a whole is the lowest dimension, and the age is counted in days', () => {
  const whole = { criteria: [{ name: 'dsr', metric: 'dsr', atLeast: '4.6' }] }
  const dsr = { description: 4.9, service: '4.61', delivery: 4.7 }
  equal(decided({ dsr }, whole).criteria[0]?.saw, '4.61')
  equal(decided({ dsr: { description: 4.9, service: 4.9 } }, whole).criteria[0]?.saw, null)
  equal(decided({ dsr: '4.7' }, whole).ok, true)
  const age = { criteria: [{ name: 'age', metric: 'openDays', atLeast: 365 }] }
  deepEqual(
    ['2016-09-01', '2016-09-02', 'soon'].map(
      (day) => decided({ openedOn: day }, age).criteria[0]?.saw,
    ),
    [365, 364, null],
  )
  const nested = { criteria: [{ name: 's', metric: 'sales.days30.orders', atLeast: 1 }] }
  equal(decided({ sales: { days30: { orders: 1 } } }, nested).ok, true)
  equal(decided({}, nested).ok, false)
  equal(decided({ sales: 5 }, nested).criteria[0]?.saw, null)
})

test('EL-3 violation points are a figure too, of all kinds or of one, within the days asked', () => {
  const violations = [
    { kind: 'general', points: 6, at: '2017-08-31' },
    { kind: 'severe', points: 2, at: '2017-08-31' },
    { kind: 'general', points: 3, at: '2017-08-01' },
  ]
  const saw = (metric: string, windowDays?: number) => {
    const criterion = { name: 'v', metric, atMost: 6, windowDays }
    return decided({ violations }, { criteria: [criterion] }).criteria[0]?.saw
  }
  deepEqual(
    [
      saw('violations.general', 30),
      saw('violations.general'),
      saw('violations'),
      saw('violations.fake'),
    ],
    [6, 9, 11, 0],
  )
  const age = { criteria: [{ name: 'age', metric: 'openDays', atLeast: 90 }] }
  equal(decided({ openDays: 120 }, age).criteria[0]?.saw, 120)
})

test('EL-3 an unknown figure is not met unless the criterion says so', () => {
  const criterion = { name: 'x', metric: 'afterSales', atLeast: 1 }
  equal(decided({}, { criteria: [criterion] }).ok, false)
  const passes = decided({}, { criteria: [{ ...criterion, missing: 'passes' }] })
  deepEqual([passes.ok, passes.criteria[0]?.saw], [true, null])
})

test('EL-4 days before the reference day are added up, the day itself is not', () => {
  const sales = ['2017-08-01', '2017-08-02', '2017-08-31', '2017-09-01'].map((day, n) => {
    return { at: day, value: 10 ** n }
  })
  const criterion = { name: 's', metric: 'sales', atLeast: 1, windowDays: 30 }
  const [said] = decided({ sales }, { criteria: [criterion] }).criteria
  equal(said?.saw, 110)
  const { first, last } = said?.window ?? {}
  deepEqual([first, last].map(String), ['2017-08-02', '2017-08-31'])
  const exact = ['0.1', '0.2'].map((value) => ({ at: '2017-08-31T23:59:59.999+08:00', value }))
  equal(decided({ sales: exact }, { criteria: [criterion] }).criteria[0]?.saw, '0.3')
})

test('EL-5 what is asked of a category stands for the general one of the same name', () => {
  const criteria = [
    { name: 'dsr', metric: 'dsr.service', atLeast: '4.6' },
    { name: 'dsr', metric: 'dsr.service', atLeast: '4.4', category: 'fresh' },
    { name: 'cold', metric: 'coldChain', atLeast: 1, category: 'fresh' },
  ]
  const asked = (category: string | undefined) =>
    decided({ category, dsr: { service: 4.5 }, coldChain: 1 }, { criteria }).criteria.map(
      ({ name, needs, ok }) => [name, needs, ok],
    )
  deepEqual(asked('fresh'), [
    ['dsr', '4.4', true],
    ['cold', 1, true],
  ])
  deepEqual(asked('clothes'), [['dsr', '4.6', false]])
  deepEqual(asked(undefined), [['dsr', '4.6', false]])
})

test('EL-6 a condition decides whether something is asked at all', () => {
  const when = { metric: 'openDays', atLeast: 180 }
  const criteria = [{ name: 'sales', metric: 'orders', atLeast: 1, when }]
  const asked = (openedOn: string) => decided({ openedOn, orders: 0 }, { criteria })
  deepEqual([asked('2017-03-05').ok, asked('2017-03-05').criteria.length], [false, 1])
  deepEqual([asked('2017-03-06').ok, asked('2017-03-06').criteria.length], [true, 0])
})

test('EL-7 a shop takes part as the first identity of which all holds', () => {
  const criteria = [
    { name: 'base', metric: 'a', atLeast: 1 },
    { name: 'more', metric: 'b', atLeast: 1, identities: ['event'] },
  ]
  const asked = (a: number, b: number) => {
    const { ok, identity, identities } = decided({ a, b }, { criteria }, ['event', 'happy'])
    return [ok, identity, identities]
  }
  deepEqual(asked(1, 1), [true, 'event', ['event', 'happy']])
  deepEqual(asked(1, 0), [true, 'happy', ['happy']])
  deepEqual(asked(0, 1), [false, undefined, []])
  equal(decided({ a: 1, b: 0 }, { criteria }).ok, false)
})
