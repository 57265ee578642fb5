import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import tmall2018 from '#presets/tmall-2018-parallel.json' with { type: 'json' }
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { shipByDecision } from '#rules/decide/ship-by.ts'
import { isLate } from '#rules/delivery/assess.ts'
import { exactLimit, printedLimit } from '#rules/delivery/limits.ts'
import { DeliveryPolicySchema } from '#rules/delivery/policy.ts'
import { latestOf, shipByOf, type Goods } from '#rules/delivery/ship-by.ts'
import { dayFromText, instantFromText, instantToText } from '#rules/time/instants.ts'
import { rowsOf } from '#test/support/table.ts'

const zone = 'Asia/Shanghai'
const ordinary = Temporal.Duration.from('PT72H')
const rulesOf = (rules: unknown) => ({ rules: DeliveryPolicySchema.parse(rules), ordinary, zone })
const rules2017 = rulesOf(tmall2017.policies.delivery)
const rules2018 = rulesOf(tmall2018.policies.delivery)

const plain: Goods = { category: 'ordinary', isPresale: false, isCustom: false }

function instant(text: string): Temporal.Instant {
  const read = instantFromText(`${text}+08:00`)
  if (read === undefined) throw new Error(text)
  return read
}

function textOf(limit: { readonly at: Temporal.Instant } | null): string {
  return limit === null ? 'never' : instantToText(limit.at, zone).replace('+08:00', '')
}

// Columns: paid | category | shipped by | recorded by, where it is another.
const of2017 = `
  2015-11-11T00:00:00     | ordinary  | 2015-11-20T23:59:59 | 2015-11-25T23:59:59
  2015-11-17T23:59:59     | fresh     | 2015-11-25T23:59:59 |
  2016-11-17T23:59:59.999 | ordinary  | 2016-11-20T23:59:59 | 2016-11-25T23:59:59
  2017-11-10T23:59:59.999 | ordinary  | 2017-11-13T23:59:59.999 |
  2017-11-11T00:00:00     | ordinary  | 2017-11-20T23:59:59 |
  2017-11-11T00:00:00     | fresh     | 2017-11-20T23:59:59 |
  2017-11-17T23:59:59.999 | ordinary  | 2017-11-20T23:59:59 |
  2017-11-18T00:00:00     | ordinary  | 2017-11-21T00:00:00 |
  2017-11-11T10:00:00     | furniture | 2017-12-01T10:00:00 |
  2017-11-11T10:00:00     | virtual   | never               |
  2017-12-12T00:00:00     | ordinary  | 2017-12-21T23:59:59 |
  2017-12-19T00:00:00     | ordinary  | 2017-12-22T00:00:00 |
`

// The same of the other preset.
const of2018 = `
  2018-02-08T00:00:00     | ordinary | 2018-02-27T23:59:59 |
  2018-02-25T00:00:00     | ordinary | 2018-02-28T00:00:00 |
  2018-11-17T23:59:59     | ordinary | 2018-11-20T23:59:59 |
  2018-11-18T10:00:00     | ordinary | 2018-11-21T10:00:00 |
  2019-02-13T23:59:59     | ordinary | 2019-02-16T00:00:00 |
  2019-11-15T23:59:59     | ordinary | 2019-11-18T23:59:59 |
  2019-11-16T00:00:00     | ordinary | 2019-11-19T00:00:00 |
`

test('SH-2, SH-4 the first rule that fits sets both limits; else it is the ordinary hours', () => {
  for (const [table, rules] of [[of2017, rules2017] as const, [of2018, rules2018] as const]) {
    for (const [paid = '', category = '', by = '', trace = ''] of rowsOf(table)) {
      const found = shipByOf({ ...plain, category }, instant(paid), rules)
      deepEqual([textOf(found.ship), textOf(found.trace)], [by, trace === '' ? by : trace], paid)
    }
  }
})

test('SH-4 a rule may ask for the record later, or for none', () => {
  const rule = { by: '2021-11-16' }
  const at = instant('2021-11-12T10:00:00')
  const traceOf = (more: object) =>
    textOf(shipByOf(plain, at, rulesOf([{ ...rule, ...more }])).trace)
  equal(traceOf({ traceHours: 48 }), '2021-11-18T23:59:59')
  equal(traceOf({ traceBy: null }), 'never')
})

test('SH-1 a printed limit is good to the end of its second, a counted one at its instant', () => {
  const printed = printedLimit(instant('2017-11-20T23:59:59'), zone)
  const counted = exactLimit(instant('2017-11-21T00:00:00'))
  const late = (limit: typeof printed, at: string) =>
    isLate({ ship: limit, trace: null }, { shippedAt: instant(at), collectedAt: null }, null)
  deepEqual(
    ['2017-11-20T23:59:59', '2017-11-20T23:59:59.999', '2017-11-21T00:00:00'].map((at) =>
      late(printed, at),
    ),
    [false, false, true],
  )
  deepEqual(
    ['2017-11-21T00:00:00', '2017-11-21T00:00:00.001'].map((at) => late(counted, at)),
    [false, true],
  )
  const day = dayFromText('2017-11-20')
  deepEqual(day && printedLimit(day, zone), printed)
})

test('SH-2 a window of instants has not its end, unless that is printed as the last second', () => {
  const from = '2017-11-11T00:00:00+08:00'
  const fits = (to: string, paid: string) => {
    const rules = rulesOf([{ paid: [from, to], by: '2017-11-20' }])
    return shipByOf(plain, instant(paid), rules).why.set === 'rule'
  }
  equal(fits('2017-11-18T00:00:00+08:00', '2017-11-17T23:59:59.999'), true)
  equal(fits('2017-11-18T00:00:00+08:00', '2017-11-18T00:00:00'), false)
  equal(fits('2017-11-17T23:59:59+08:00', '2017-11-17T23:59:59.999'), true)
  equal(fits('2017-11-17T23:59:59+08:00', '2017-11-18T00:00:00'), false)
})

test('SH-3 presale and custom goods go by their promise, else by a rule that names them', () => {
  const at = instant('2017-11-11T10:00:00')
  const promise = dayFromText('2017-12-15')
  for (const goods of [
    { ...plain, isPresale: true },
    { ...plain, isCustom: true },
  ]) {
    const byPromise = shipByOf({ ...goods, promise }, at, rules2017)
    deepEqual([textOf(byPromise.ship), byPromise.why.set], ['2017-12-15T23:59:59', 'promise'])
    const untold = shipByOf(goods, at, rules2017)
    deepEqual([textOf(untold.ship), untold.why.set], ['2017-11-14T10:00:00', 'ordinaryHours'])
    const named = { paid: ['2017-11-11', '2017-11-11'], days: 15 }
    const rules = rulesOf([
      { ...named, presale: true },
      { ...named, custom: true },
    ])
    equal(textOf(shipByOf(goods, at, rules).ship), '2017-11-26T10:00:00')
    equal(shipByOf(plain, at, rules).why.set, 'ordinaryHours')
  }
  const fromPayment = shipByOf({ ...plain, isPresale: true, promise: { hours: 48 } }, at, rules2017)
  equal(textOf(fromPayment.ship), '2017-11-13T10:00:00')
  equal(shipByOf({ ...plain, promise }, at, rules2017).why.set, 'rule')
})

test('SH-5 an order is shipped by the latest limit of its lines; lines without one do not count', () => {
  const at = instant('2017-11-11T10:00:00')
  const of = (category: string) => shipByOf({ ...plain, category }, at, rules2017)
  const [ordinaryGoods, sofa, virtual] = [of('ordinary'), of('furniture'), of('virtual')]
  equal(textOf(latestOf([sofa, ordinaryGoods]).ship), '2017-12-01T10:00:00')
  equal(textOf(latestOf([virtual, ordinaryGoods]).ship), '2017-11-20T23:59:59')
  deepEqual(latestOf([virtual]), { ship: null, trace: null })
})

test('SH-2 every rule tried before the one that sets the limit is told with what it misses', () => {
  const { why } = shipByOf(plain, instant('2017-11-12T10:00:00'), rules2017)
  deepEqual(why, {
    set: 'rule',
    rule: 6,
    title: { zh: '2017双11', en: 'Double 11 2017' },
    tried: [
      { rule: 0, misses: 'categories' },
      { rule: 1, misses: 'categories' },
      ...[2, 3, 4, 5].map((rule) => ({ rule, misses: 'paid' })),
    ],
  })
})

test('SH-2 a policy has rules with one limit each, and windows that do not end before they begin', () => {
  const wrong = [
    [{}],
    [{ by: '2017-11-20', hours: 72 }],
    [{ hours: 0 }],
    [{ hours: 72, traceBy: '2017-11-20', traceHours: 1 }],
    [{ paid: ['2017-11-12', '2017-11-11'], hours: 72 }],
    [{ paid: ['2017-11-11', '2017-11-12T00:00:00+08:00'], hours: 72 }],
    [{ hours: 72, unless: 'raining' }],
  ]
  for (const rules of wrong) {
    equal(DeliveryPolicySchema.safeParse(rules).success, false, JSON.stringify(rules))
  }
})

test('SH-2 whoever pays later is never asked to ship earlier by the ordinary hours', () => {
  const hour = fc.integer({ min: 0, max: 24 * 60 })
  const rules = rulesOf([])
  fc.assert(
    fc.property(hour, hour, (a, b) => {
      const [first, second] = [a, b].toSorted((one, other) => one - other)
      const at = (minutes = 0) => instant('2017-11-11T00:00:00').add({ minutes })
      const ends = [first, second].map((each) => shipByOf(plain, at(each), rules).ship?.end)
      const [one, other] = ends.map((end) => end?.epochMilliseconds ?? 0)
      return (one ?? 0) <= (other ?? 0)
    }),
  )
})

test('SH-2 a campaign is known by its name with and without what it is, and an unknown one is told', () => {
  const opened = openSetting(tmall2017.policies, undefined, shipByDecision, zone)
  if (!opened.ok) throw new Error(opened.problem.detail)
  const refusalOf = (campaign: string | null): unknown => {
    const asked = { campaign, paidAt: '2017-11-11T00:00:00+08:00', category: null }
    const decided = decideValue(shipByDecision, asked, opened.setting)
    return decided.ok && (decided.output as { refusal?: string }).refusal
  }
  equal(refusalOf('double11-2017'), undefined)
  equal(refusalOf('campaign:double11-2017'), undefined)
  equal(refusalOf(null), undefined)
  equal(refusalOf('double11-2016'), 'campaigns/unknown')
})
