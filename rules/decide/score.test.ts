import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { decideValue, openSetting, type Setting } from '#rules/decide/frame.ts'
import { scoreDecision } from '#rules/decide/score.ts'
import { inYuan } from '#rules/decide/yuan.ts'
import { rowsOf } from '#test/support/table.ts'

const at = '2017-05-20T10:00:00+08:00'
const bought = { type: 'purchase', at, order: 'o1', shop: 'A', category: 'books', amount: '83.00' }

// Columns: what is laid over an input that fits | the path of the first problem.
const faults = `
  {"asOf":"2017-06-31"}                             | asOf
  {"asOf":"2017-06-08T00:00:00+08:00"}              | asOf
  {"asOf":20170608}                                 | asOf
  {"colour":1}                                      | colour
  {"facts":{}}                                      | facts
  {"facts":[{"type":"gift"}]}                       | facts[0].type
  {"facts":[{"type":"share"}]}                      | facts[0].at
  {"facts":[{"type":"share","at":"2017-05-20"}]}    | facts[0].at
  {"facts":[{"type":"share","at":"${at}","count":-1}]} | facts[0].count
  {"facts":[{"type":"share","at":"${at}","highValue":true}]} | facts[0].highValue
  {"facts":[{"type":"purchase","at":"${at}"}]}      | facts[0].order
  {"credit":{"unpaidAdvances":1.5}}                 | credit.unpaidAdvances
  {"credit":{"score":1}}                            | credit.score
  {"policy":{"months":0}}                           | policy.months
  {"policy":{"score":{"base":{"usual":"x"}}}}       | policy.score.base.usual
`

test('DE-4 input of a score that does not fit is a problem with its path', () => {
  for (const [patch = '', path = ''] of rowsOf(faults)) {
    const input = { asOf: '2017-06-08', ...(JSON.parse(patch) as object) }
    equal(problemOf(input)?.path, path, patch)
  }
  const faultsOfPurchase = {
    refunded: { ...bought, refunded: '83.01' },
    amount: { ...bought, amount: '-1.00' },
    shop: { ...bought, shop: '' },
    physical: { ...bought, physical: 'yes' },
  }
  for (const [path, fact] of Object.entries(faultsOfPurchase)) {
    equal(problemOf({ asOf: '2017-06-08', facts: [bought, fact] })?.path, `facts[1].${path}`)
  }
})

test('DE-4 amounts that together no whole number holds are a problem of the one that goes past it', () => {
  const huge = { ...bought, amount: Number.MAX_SAFE_INTEGER }
  const facts = [huge, { ...bought, amount: 1 }, { ...bought, amount: 1 }]
  equal(problemOf({ asOf: '2017-06-08', facts })?.path, 'facts[1].amount')
  equal(problemOf({ asOf: '2017-06-08', facts: [huge] }), undefined)
})

test('MS-13 bad conduct counts from facts of the window and from the numbers told', () => {
  const facts = [
    { type: 'maliciousReview', at },
    { type: 'maliciousReview', at: '2016-05-31T23:59:59+08:00' },
    { type: 'brokenPromise', at, count: 2 },
  ]
  const said = decide({ asOf: '2017-06-08', facts, credit: { maliciousReviews: 1 } })
  // Usual 200, less 2 x 40 and 2 x 20.
  deepEqual(said['parts'], { purchase: 0, reward: 0, base: 80 })
})

test('DE-5 the amounts of an explanation can be told in yuan', () => {
  const said = inYuan(decide({ asOf: '2017-06-08', facts: [{ ...bought, amount: '10000.01' }] }))
  const [line] = (said as { why: unknown[] }).why
  deepEqual(line, {
    part: 'purchase',
    rule: 'purchase.physical',
    amount: '10000.01',
    countedAmount: '10000.00',
    amountPerPoint: '83.00',
    gave: 120,
    heldAmount: { order: '0.01' },
  })
})

function decide(input: unknown): Record<string, unknown> {
  const decided = decideValue(scoreDecision, input, setting())
  if (!decided.ok) throw new Error(JSON.stringify(decided.problem))
  scoreDecision.outputSchema.parse(decided.output)
  return decided.output as Record<string, unknown>
}

function problemOf(input: unknown): { readonly path: string } | undefined {
  const decided = decideValue(scoreDecision, input, setting())
  return decided.ok ? undefined : decided.problem
}

function setting(): Setting {
  const opened = openSetting(tmall2017.policies, undefined, scoreDecision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
  return opened.setting
}
