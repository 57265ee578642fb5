import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy, policyNames } from '#rules/policies/catalogue.ts'
import { rowsOf } from '#test/support/table.ts'

const points = { ratios: { ordinary: '0.5' }, expiry: 'never' }
const event = {
  title: { zh: '双倍积分', en: 'Double points' },
  window: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
  overrides: {},
}

test('PO-1 a policy has a name of the catalogue, or a family and a slug', () => {
  deepEqual(policyNames, [
    'points',
    'pricing',
    'deposit',
    'late',
    'trade',
    'paidMembership',
    'instantRefund',
    'ending',
    'score',
    'invitation',
    'badges',
    'benefits',
    'transformation',
    'recruiting',
    'ruleNotices',
    'tickets',
    'merchantMetrics',
    'violations',
    'timeouts',
    'price',
    'enrolment',
    'delivery',
    'declarations',
    'priceProtection',
  ])
  const names = ['points-event:singles-day', 'points-event:11', 'points-event:a']
  for (const name of names) equal(parsePolicy(name, event).ok, true, name)
  const wrong = [
    '',
    'point',
    'points:x',
    'points-event',
    'points-events',
    'points-event:',
    'points-event:A',
    'toString',
  ]
  for (const name of [
    ...wrong,
    `points-event:${'a'.repeat(64)}`,
    'points-event:a:b',
    '__proto__',
  ]) {
    deepEqual(parsePolicy(name, event), { ok: false, refusal: 'policies/unknown-name' }, name)
  }
})

// Columns: what is laid over a points policy that fits | the path of the first problem.
const faults = `
  {"colour":"red"}                           | colour
  {"ratios":{"car":"0.5"}}                   | ratios
  {"ratios":{"ordinary":"-1"}}               | ratios.ordinary
  {"ratios":{"ordinary":"0.0000001"}}        | ratios.ordinary
  {"ratios":{"ordinary":"10001"}}            | ratios.ordinary
  {"ratios":{"ordinary":"1","a b":"x"}}      | ratios["a b"]
  {"ratios":null}                            | ratios
  {"classes":{"phones":"digital"}}           | classes.phones
  {"merchantMultipleMax":0}                  | merchantMultipleMax
  {"leastPaid":0.1}                          | leastPaid
  {"leastPaid":"-1.00"}                      | leastPaid
  {"leastPaid":"1.005"}                      | leastPaid
  {"mostPerLine":0}                          | mostPerLine
  {"mostPerLine":1.5}                        | mostPerLine
  {"expiry":"soon"}                          | expiry
  {"expiry":{"after":"6 months"}}            | expiry.after
  {"expiry":{"after":"P101Y"}}               | expiry.after
  {"expiry":{"after":"-P1D"}}                | expiry.after
  {"expiry":{"after":"P1Y","yearlyOn":"1"}}  | expiry.yearlyOn
  {"expiry":{"yearlyOn":"02-30","leastAge":"P1Y"}} | expiry.yearlyOn
  {"expiry":{"yearlyOn":"13-01","leastAge":"P1Y"}} | expiry.yearlyOn
  {"spend":"newest"}                         | spend
  {"clawBack":{"shortfall":"debt","x":1}}    | clawBack.x
  {"hold":{}}                                | hold.ttl
  {"hold":{"ttl":"P"}}                       | hold.ttl
`

test('PO-1 a value that does not fit is refused by its path, an unknown key too', () => {
  for (const [over = '', path = ''] of rowsOf(faults)) {
    const parsed = parsePolicy('points', { ...points, ...(JSON.parse(over) as object) })
    const problems = parsed.ok || parsed.refusal !== 'policies/invalid' ? [] : parsed.problems
    equal(problems[0]?.path, path, `${over} ${JSON.stringify(problems)}`)
  }
})

test('PO-1 what has an obvious value may be left out', () => {
  const parsed = parsePolicy('points', points)
  equal(parsed.ok, true)
  deepEqual(JSON.parse(JSON.stringify(parsed)).policy, {
    ratios: { ordinary: 500_000 },
    classes: {},
    merchantMultipleMax: 3_000_000,
    expiry: 'never',
    spend: 'soonestExpiry',
    clawBack: { shortfall: 'debt' },
    funder: 'shop',
    mergeLots: true,
    hold: { ttl: 'PT15M' },
  })
})

test('PO-1 an event overrides only what decides an earn, in a window that ends after it begins', () => {
  const pathsOf = (body: unknown): string[] => {
    const parsed = parsePolicy('points-event:x', body)
    return parsed.ok || parsed.refusal !== 'policies/invalid'
      ? []
      : parsed.problems.map((each) => each.path)
  }
  deepEqual(pathsOf({ ...event, overrides: { ratios: { ordinary: '1' }, funder: 'platform' } }), [])
  deepEqual(pathsOf({ ...event, overrides: { spend: 'oldest' } }), ['overrides.spend'])
  deepEqual(pathsOf({ ...event, window: { ...event.window, to: event.window.from } }), [
    'window.to',
  ])
  deepEqual(pathsOf({ ...event, window: { from: '2017-11-11', to: event.window.to } }), [
    'window.from',
  ])
})
