import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decision } from '#rules/decide/decision.ts'
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'
import { rowsOf } from '#test/support/table.ts'

const presetFile = new URL('../../presets/tmall-2017.json', import.meta.url)
const preset = JSON.parse(readFileSync(presetFile, 'utf8')) as { policies: Record<string, unknown> }
const receivedAt = '2017-11-20T10:00:00+08:00'

test('PT-4 before receipt there are no points, and that is a refusal', () => {
  const lines = [{ id: '1', category: 'ordinary', paid: '109.00' }]
  deepEqual(decide('earn', { receivedAt: null, lines }), {
    ok: false,
    refusal: 'points/not-received',
    points: 0,
    byLine: { '1': 0 },
    clawBack: 0,
    costFen: 0,
    expiresAt: null,
  })
})

// Columns: paid | refunded before | refunded after | points | claw back.
const refunds = `
  109.00 | 0.00  | 0.00   | 54 | 0
  109.00 | 0.00  | 9.00   | 54 | 4
  109.00 | 0.00  | 109.00 | 54 | 54
  109.00 | 9.00  | 0.00   | 50 | 0
  109.00 | 9.00  | 0.01   | 50 | 1
  109.00 | 9.00  | 100.00 | 50 | 50
`

test('PT-13 earn tells what a refund after receipt takes back', () => {
  for (const [paid = '', refundedBefore, refundedAfter, points, clawBack] of rowsOf(refunds)) {
    const line = { id: '1', category: 'ordinary', paid, refundedBefore, refundedAfter }
    const said = decide('earn', { receivedAt, lines: [line] })
    deepEqual([said['points'], said['clawBack']].map(String), [points, clawBack], paid)
    equal(said['costFen'], said['points'])
  }
})

test('DE-4 a line refunded above what was paid, and points past counting, are refused', () => {
  const line = { id: '7', category: 'ordinary', paid: '1.00', refundedAfter: '1.01' }
  deepEqual(decide('earn', { receivedAt, lines: [line] }), {
    ok: false,
    refusal: 'points/refunded-more-than-paid',
    line: '7',
    paidFen: 100,
    refundedFen: 101,
  })
  const huge = { id: '1', category: 'ordinary', paid: Number.MAX_SAFE_INTEGER }
  equal(decide('earn', { receivedAt, lines: [huge] })['points'], 45_035_996_273_704)
  const policy = { ratios: { ordinary: '10000' } }
  equal(decide('earn', { receivedAt, lines: [huge], policy })['refusal'], 'points/too-many')
})

test('PT-10 earn tells what an event that was joined changes', () => {
  const event = {
    title: { zh: '双倍积分', en: 'Double points' },
    window: { from: '2017-11-20T00:00:00+08:00', to: '2017-11-21T00:00:00+08:00' },
    overrides: { ratios: { ordinary: '1' } },
  }
  const events = [{ slug: 'double', optedAt: '2017-11-19T00:00:00+08:00', event }]
  const lines = [{ id: '1', category: 'ordinary', paid: '109.00', refundedAfter: '9.00' }]
  const said = decide('earn', { receivedAt, lines, events })
  deepEqual([said['points'], said['clawBack']], [109, 9])
  equal((said['why'] as { override: { without: number } }).override.without, 54)
})

test('PT-6 expiry tells the instant and the last day', () => {
  deepEqual(decide('expiry', { earnedAt: '2017-11-20T10:00:00+08:00' }), {
    ok: true,
    expiresAt: '2019-01-01T00:00:00+08:00',
    lastDay: '2018-12-31',
  })
  const policy = { expiry: 'never' }
  deepEqual(decide('expiry', { earnedAt: '2017-11-20T10:00:00+08:00', policy }), {
    ok: true,
    expiresAt: null,
    lastDay: null,
  })
})

test('MO-4 allocate shares as the worked example does, and refuses what cannot be shared over', () => {
  const shares = { amount: '50.00', weights: ['80.00', '320.00'] }
  deepEqual(decide('allocate', shares), { ok: true, sharesFen: [1_000, 4_000] })
  deepEqual(decide('allocate', { amount: '-0.03', weights: [1, 1] }), {
    ok: true,
    sharesFen: [-1, -2],
  })
  const lastLine = { amount: 100, weights: [1, 1, 1], remainder: 'lastLineTakesRest' }
  deepEqual(decide('allocate', lastLine)['sharesFen'], [33, 33, 34])
  equal(decide('allocate', { amount: 1, weights: [] })['refusal'], 'money/no-weights')
  equal(decide('allocate', { amount: 1, weights: [0] })['refusal'], 'money/zero-weights')
  equal(decide('allocate', { amount: 1, weights: [1, -1] })['refusal'], 'money/negative-weight')
})

// Columns: events as type ref amount [of] @ hour of 20 November | available held debt spent | answers.
const histories = `
  earn a 100 @1                                            | 100 0 0 0   | ok
  earn a 100 @1, spend s 30 @2                             | 70 0 0 30   | ok ok
  earn a 0 @1, spend s 0 @2                                | 0 0 0 0     | ok ok
  earn a 100 @1, spend s 101 @2                            | 100 0 0 0   | ok ledger/insufficient
  earn a 100 @1, earn a 100 @2                             | 100 0 0 0   | ok ok
  earn a 100 @1, earn a 99 @2                              | 100 0 0 0   | ok ledger/ref-reused
  spend s 50 @1, earn a 100 @2, spend s 50 @3              | 100 0 0 0   | ledger/insufficient ok ledger/insufficient
  earn a 100 @1, hold h 60 @2, capture c 20 h @3           | 40 40 0 20  | ok ok ok
  earn a 100 @1, hold h 60 @2, capture c 20 h @3, release r - h @4 | 80 0 0 20 | ok ok ok ok
  earn a 100 @1, hold h 60 @2, capture c 61 h @3           | 40 60 0 0   | ok ok ledger/more-than-held
  earn a 100 @1, hold h 60 @2, capture c - h @3, giveBack g 60 c @4 | 100 0 0 0 | ok ok ok ok
  earn a 100 @1, spend s 30 @2, giveBack g 31 s @3         | 70 0 0 30   | ok ok ledger/more-than-left-to-undo
  earn a 100 @1, spend s 80 @2, clawBack c 100 a @3        | 0 0 80 80   | ok ok ok
  earn a 100 @1, spend s 80 @2, clawBack c 100 a @3, earn b 90 @4 | 10 0 0 80 | ok ok ok ok
  earn a 100 @1, clawBack c 60 a @2, clawBack d 41 a @3    | 40 0 0 0    | ok ok ledger/more-than-left-to-undo
  earn a 100 @1, forfeit f - @2, spend s 1 @3              | 0 0 0 0     | ok ok ledger/insufficient
  earn a 100 @5, spend s 100 @2                            | 0 0 0 100   | ok ok
  earn a 100 @1, spend s 100 @22                           | 100 0 0 0   | ok wallet/after-as-of
  giveBack g 1 s @1                                        | 0 0 0 0     | ledger/unknown-reference
  release r - h @1                                         | 0 0 0 0     | ledger/unknown-hold
`

test('DE-7 a wallet folds its history in the order it is given', () => {
  for (const [history = '', figures = '', answers = ''] of rowsOf(histories)) {
    const events = history.split(', ').map(eventOf)
    const said = decide('wallet', { events, asOf: '2017-11-20T20:00:00+08:00' })
    const { available, held, debt, spent } = said
    equal([available, held, debt, spent].join(' '), figures, history)
    const told = said['answers'] as { ok: boolean; refusal?: string }[]
    equal(told.map((each) => each.refusal ?? 'ok').join(' '), answers, history)
  }
})

test('DE-7 points lapse by the policy from when they were earned, unless the event says otherwise', () => {
  const earned = { type: 'earn', at: receivedAt, amount: 100 }
  const events = [
    { ...earned, ref: 'by-policy' },
    { ...earned, ref: 'never', expiresAt: null },
    { ...earned, ref: 'soon', expiresAt: '2017-12-01T00:00:00+08:00' },
  ]
  const said = decide('wallet', { events, asOf: '2017-12-01T00:00:00+08:00' })
  deepEqual(
    (said['lots'] as { ref: string; expiresAt: string | null }[]).map((lot) => [
      lot.ref,
      lot.expiresAt,
    ]),
    [
      ['by-policy', '2019-01-01T00:00:00+08:00'],
      ['never', null],
    ],
  )
  equal(said['expired'], 100)
})

test('DE-7 points that wait, by the event or by the policy, are pending until then', () => {
  const earned = { type: 'earn', at: receivedAt, ref: 'a', amount: 100 }
  const asOf = '2017-11-21T00:00:00+08:00'
  const later = { ...earned, activeAt: '2017-11-22T00:00:00+08:00' }
  equal(decide('wallet', { events: [later], asOf })['pending'], 100)
  const policy = { pendingFor: 'P7D' }
  equal(decide('wallet', { events: [earned], asOf, policy })['pending'], 100)
  const after = { events: [earned], asOf: '2017-11-27T10:00:00+08:00', policy }
  equal(decide('wallet', after)['available'], 100)
})

test('DE-7 a hold without an end is kept, one with an end goes back by itself', () => {
  const earned = { type: 'earn', at: receivedAt, ref: 'a', amount: 100 }
  const held = { type: 'hold', at: '2017-11-20T11:00:00+08:00', ref: 'h', amount: 60 }
  const asOf = '2018-11-21T00:00:00+08:00'
  equal(decide('wallet', { events: [earned, held], asOf })['held'], 60)
  const ends = { ...held, expiresAt: '2017-11-20T12:00:00+08:00' }
  equal(decide('wallet', { events: [earned, ends], asOf })['held'], 0)
})

test('DE-7 whatever happens, all that was earned is somewhere', () => {
  const refs = fc.constantFrom('a', 'b', 'c', 'd')
  const amounts = fc.integer({ min: 0, max: 50 })
  const types = ['earn', 'spend', 'hold', 'capture', 'release', 'giveBack', 'clawBack', 'forfeit']
  const events = fc.array(
    fc.tuple(fc.constantFrom(...types), refs, amounts, refs, fc.integer({ min: 0, max: 23 })),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(events, (history) => {
      const input = history.map(([type, ref, amount, of, hour]) =>
        eventOf(`${type} ${ref} ${type === 'forfeit' ? '-' : amount} ${of} @${hour}`),
      )
      const said = decide('wallet', { events: input, asOf: '2017-11-21T00:00:00+08:00' })
      const told = said['answers'] as { ok: boolean; amount: number }[]
      const refsSeen = new Set<string>()
      const earned = input.reduce((sum, event, index) => {
        if (event['type'] !== 'earn' || refsSeen.has(String(event['ref']))) return sum
        refsSeen.add(String(event['ref']))
        return sum + (told[index]?.ok === true ? Number(event['amount']) : 0)
      }, 0)
      const { available, pending, held, debt, expired, clawedBack, spent } = said
      const there = [available, pending, held, expired, clawedBack, spent].map(Number)
      equal(
        there.reduce((sum, each) => sum + each, 0),
        earned + Number(debt),
      )
    }),
    { numRuns: 200 },
  )
})

function eventOf(text: string): Record<string, unknown> {
  const [type = '', ref = '', amount = '', ...rest] = text.split(' ')
  const [hour = ''] = rest.slice(-1)
  const at = `2017-11-20T${hour.slice(1).padStart(2, '0')}:00:00+08:00`
  const undoes = ['capture', 'release', 'giveBack', 'clawBack'].includes(type)
  return {
    type,
    ref,
    at,
    ...(amount.startsWith('@') || amount === '-' ? {} : { amount: Number(amount) }),
    ...(undoes ? { of: rest[0] } : {}),
  }
}

function decide(name: string, input: unknown): Record<string, unknown> {
  const decision = decisions.get(name) as Decision
  const opened = openSetting(preset.policies, undefined, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
  const decided = decideValue(decision, input, opened.setting)
  if (!decided.ok) throw new Error(JSON.stringify(decided.problem))
  decision.outputSchema.parse(decided.output)
  return decided.output as Record<string, unknown>
}
