import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import type { Decision } from '#rules/decide/decision.ts'
import {
  decideText,
  decideValue,
  openSetting,
  outputText,
  schemaOf,
  type Setting,
} from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'
import { inYuan } from '#rules/decide/yuan.ts'
import { rowsOf } from '#test/support/table.ts'

const earn = decisions.get('earn') as Decision
const received = { receivedAt: '2017-11-20T10:00:00+08:00' }
const order = { ...received, lines: [{ id: '1', category: 'ordinary', paid: '109.00' }] }

test('DE-1 the names of decide.md are there, with what they decide', () => {
  deepEqual(
    [...decisions.keys()],
    [
      'quote',
      'refund',
      'earn',
      'expiry',
      'wallet',
      'deposit',
      'depth',
      'allocate',
      'score',
      'benefit',
      'tier',
      'enrolment',
      'price-check',
      'ship-by',
      'late-compensation',
    ],
  )
  for (const [name, decision] of decisions) equal(decision.name, name)
})

test('DE-3 a policy in the input counts for that decision alone, bare or under its name', () => {
  const setting = settingOf(earn)
  const over = { ratios: { ordinary: '1' } }
  equal(pointsOf({ ...order, policy: over }, setting), 109)
  equal(pointsOf({ ...order, policy: { points: over } }, setting), 109)
  equal(pointsOf({ ...order, policy: {} }, setting), 54)
  equal(pointsOf(order, setting), 54)
})

test('DE-3 a field of the own policy that is called like another policy is the field', () => {
  const quote = decisions.get('quote') as Decision
  const line = { id: '1', sku: 'a', shop: 'A', quantity: 1, listPrice: '9.00' }
  const asked = { at: received.receivedAt, lines: [line], member: { points: 100 } }
  const pay = (policy: object): unknown => {
    const decided = decideValue(quote, { ...asked, policy }, settingOf(quote))
    return decided.ok ? (decided.output as { payFen: number }).payFen : decided.problem.path
  }
  equal(pay({ points: { pay: { perYuan: 100 } } }), 800)
  equal(pay({ pricing: { points: { pay: { perYuan: 100 } } } }), 800)
  equal(pay({ points: { funder: 'platform' } }), 900)
  equal(pay({ points: { colour: 1 } }), 'policy.points.colour')
})

test('DE-3 what fits neither the own field nor the policy called like it is told of the own field', () => {
  const enrolment = decisions.get('enrolment') as Decision
  const pathFor = (policy: object): string => {
    const asked = { at: received.receivedAt, shop: {}, policy }
    const decided = decideValue(enrolment, asked, settingOf(enrolment))
    return decided.ok ? 'fits' : decided.problem.path
  }
  equal(pathFor({ violations: [{ days: 30, general: 12 }] }), 'fits')
  equal(pathFor({ violations: [{ days: 30 }] }), 'policy.violations[0]')
  equal(pathFor({ violations: { appealDays: 10 } }), 'fits')
})

test('DE-3 a policy of a file counts for the whole run, under those of the inputs', () => {
  const setting = settingOf(earn, { ratios: { ordinary: '2', virtual: '1' } })
  equal(pointsOf(order, setting), 218)
  equal(pointsOf({ ...order, policy: { ratios: { ordinary: '1' } } }, setting), 109)
})

// Columns: policy in the input | path of the problem.
const policies = `
  {"ratios":{"ordinary":"x"}}            | policy.ratios.ordinary
  {"points":{"ratios":{"ordinary":"x"}}} | policy.points.ratios.ordinary
  {"colour":1}                           | policy.colour
  {"points":{"colour":1}}                | policy.points.colour
  {"points":{},"colour":1}               | policy.points
  {"points":null}                        | policy.points
  null                                   | policy
  []                                     | policy
  "points"                               | policy
`

test('DE-3 a policy that does not fit is a problem at its path', () => {
  const setting = settingOf(earn)
  for (const [policy = '', path = ''] of rowsOf(policies)) {
    const decided = decideValue(earn, { ...order, policy: JSON.parse(policy) as unknown }, setting)
    equal(decided.ok ? 'fits' : decided.problem.path, path, policy)
    equal(!decided.ok && decided.problem.type, 'decide/policy-does-not-fit')
  }
})

test('DE-3 a preset without the policy that is needed is a problem', () => {
  const opened = openSetting({}, undefined, earn, 'Asia/Shanghai')
  equal(!opened.ok && opened.problem.path, 'policy')
  const allocate = decisions.get('allocate') as Decision
  equal(openSetting({}, undefined, allocate, 'Asia/Shanghai').ok, true)
})

// Columns: decision | input | path of the first problem.
const faults = `
  earn     | {}                                                                        | receivedAt
  earn     | {"receivedAt":null}                                                       | lines
  earn     | {"receivedAt":null,"lines":[],"colour":1}                                 | colour
  earn     | {"receivedAt":"2017-11-20","lines":[]}                                    | receivedAt
  earn     | {"receivedAt":"2017-11-20T10:00:00","lines":[]}                           | receivedAt
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":0.1}]}                       | lines[0].paid
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":-1}]}                        | lines[0].paid
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":"1.005"}]}                   | lines[0].paid
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":"1e3"}]}                     | lines[0].paid
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":true}]}                      | lines[0].paid
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":[]}]}                        | lines[0].paid
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":1,"multiple":0}]}            | lines[0].multiple
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":1},{"id":"1","paid":1}]}     | lines[1].id
  earn     | {"receivedAt":null,"lines":[{"id":"","paid":1}]}                          | lines[0].id
  earn     | {"receivedAt":null,"lines":[{"id":"1","paid":1,"x":1}]}                   | lines[0].x
  earn     | {"receivedAt":null,"lines":{"0":1}}                                       | lines
  earn     | []                                                                        |
  earn     | null                                                                      |
  expiry   | {"earnedAt":null}                                                         | earnedAt
  expiry   | {"earnedAt":"2017-02-29T10:00:00+08:00"}                                  | earnedAt
  allocate | {"amount":"1.00","weights":[1],"policy":{}}                               | policy
  allocate | {"amount":"1.00","weights":["1.00",0.5]}                                  | weights[1]
  wallet   | {"events":[{"type":"earn"}],"asOf":"2018-01-01T00:00:00Z"}                | events[0].at
  wallet   | {"events":[{"type":"gift"}],"asOf":"2018-01-01T00:00:00Z"}                | events[0].type
`

test('DE-4 input that does not fit is a problem that names the path', () => {
  for (const [name = '', input = '', path = ''] of rowsOf(faults)) {
    const decision = decisions.get(name) as Decision
    const decided = decideText(decision, input, settingOf(decision))
    equal(decided.ok ? 'fits' : decided.problem.path, path, `${name} ${input}`)
  }
})

test('DE-4 a problem tells the first fault in full and lists the others', () => {
  const decided = decideText(earn, '{"receivedAt":null,"colour":1}', settingOf(earn))
  deepEqual(decided, {
    ok: false,
    problem: {
      type: 'decide/input-does-not-fit',
      title: 'The input does not fit its schema.',
      path: 'lines',
      detail: 'This is missing.',
      problems: [
        { path: 'lines', message: 'This is missing.' },
        { path: 'colour', message: 'There is no key "colour" here.' },
      ],
    },
  })
})

test('DE-5 in yuan a key loses its Fen and the amount is a decimal text', () => {
  const output = {
    payFen: 34_712,
    Fen: 1,
    points: 54,
    byShopFen: { A: 1_000, B: -5 },
    sharesFen: [0, 100],
    depositFen: null,
    lines: [{ id: '1', payFen: 6_822, exact: '54.5' }],
  }
  deepEqual(inYuan(output), {
    pay: '347.12',
    Fen: 1,
    points: 54,
    byShop: { A: '10.00', B: '-0.05' },
    shares: ['0.00', '1.00'],
    deposit: null,
    lines: [{ id: '1', pay: '68.22', exact: '54.5' }],
  })
  equal(outputText({ payFen: 5 }, false), '{"payFen":5}')
  equal(outputText({ payFen: 5 }, true), '{"pay":"0.05"}')
})

test('DE-5 in yuan no key of an output takes the name of another', () => {
  for (const decision of decisions.values()) {
    for (const { properties = {} } of objectsIn(schemaOf(decision))) {
      for (const key of Object.keys(properties).filter((each) => each.endsWith('Fen'))) {
        equal(Object.hasOwn(properties, key.slice(0, -3)), false, `${decision.name} ${key}`)
      }
    }
  }
})

test('DE-6 the schema of every decision describes its input and output', () => {
  for (const decision of decisions.values()) {
    const text = JSON.stringify(schemaOf(decision))
    match(text, /"input":\{"type":"object"/)
    equal(text.includes('"output":{'), true)
    equal(text.includes('"policy":{'), decision.policy !== null, decision.name)
  }
  const { input } = schemaOf(earn) as { input: object }
  equal(z.fromJSONSchema(input as never).safeParse(order).success, true)
  equal(z.fromJSONSchema(input as never).safeParse({ ...order, colour: 1 }).success, false)
})

type Described = { readonly properties?: object }

function objectsIn(schema: unknown): readonly Described[] {
  if (typeof schema !== 'object' || schema === null) return []
  return [schema as Described, ...Object.values(schema).flatMap(objectsIn)]
}

function pointsOf(input: unknown, setting: Setting): unknown {
  const decided = decideValue(earn, input, setting)
  return decided.ok ? (decided.output as { points: number }).points : decided.problem
}

function settingOf(decision: Decision, patch?: unknown): Setting {
  const file = new URL('../../presets/tmall-2017.json', import.meta.url)
  const preset = JSON.parse(readFileSync(file, 'utf8')) as { policies: Record<string, unknown> }
  const opened = openSetting(preset.policies, patch, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
  return opened.setting
}
