import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { appeal, decide, statusOf } from '#rules/merchants/violations/appeal.ts'
import { nextAbove, reachedBy } from '#rules/merchants/violations/consequences.ts'
import { ViolationsPolicySchema } from '#rules/merchants/violations/policy.ts'
import { totalsAt, type Violation } from '#rules/merchants/violations/totals.ts'

const title = { zh: '测试', en: 'Test' }
const policy = ViolationsPolicySchema.parse({
  reset: {
    severe: { neverFrom: 48 },
    fake: { neverFrom: 48, carriesOver: { from: 24, to: 47 } },
  },
  consequences: [
    { kind: 'general', from: 12, repeats: true, barredDays: 7, penalty: '10000.00', title },
    { kind: 'severe', from: 48, removed: true, title },
  ],
})
const setting = { zone: 'Asia/Shanghai', policyAt: () => policy }
const instant = (text: string) => Temporal.Instant.from(text)

let made = 0
function of(kind: Violation['kind'], points: number, at: string): Violation {
  return { violationId: `v${(made += 1)}`, kind, points, at: instant(at) }
}

test('VI-1 totals are counted apart by kind, of what was done by the instant', () => {
  const at = instant('2017-06-01T00:00:00+08:00')
  const done = [
    of('general', 6, '2017-05-01T00:00:00+08:00'),
    of('severe', 12, '2017-06-01T00:00:00+08:00'),
    of('severe', 24, '2017-06-01T00:00:00.001+08:00'),
  ]
  const totals = totalsAt(done, at, setting)
  deepEqual([totals.general.points, totals.severe.points, totals.fake.points], [6, 12, 0])
})

// Columns: kind | points of 2016 | points of 2017 | total on 2017-12-31 24:00 | a year later.
const years = `
  general | 36 |  6 |  0 |  0
  severe  | 47 |  0 |  0 |  0
  severe  | 48 |  0 | 48 | 48
  severe  | 24 | 24 |  0 |  0
  fake    | 23 |  0 |  0 |  0
  fake    | 24 |  0 |  0 |  0
  fake    |  0 | 24 | 24 |  0
  fake    |  0 | 47 | 47 |  0
  fake    | 24 | 23 |  0 |  0
  fake    | 24 | 24 | 48 | 48
`

test('VI-3 VI-4 the end of December 31 resets totals, but for what is never reset or carries over', () => {
  const newYear = instant('2018-01-01T00:00:00+08:00')
  for (const line of years.trim().split('\n')) {
    const [kind = '', before = '', added = '', after = '', later = ''] = line
      .split('|')
      .map((cell) => cell.trim())
    const done = [
      ...(before === '0' ? [] : [of(kind as 'fake', Number(before), '2016-03-01T00:00:00+08:00')]),
      ...(added === '0'
        ? []
        : [of(kind as 'fake', Number(added), '2017-12-31T23:59:59.999+08:00')]),
    ]
    equal(totalsAt(done, newYear, setting)[kind as 'fake'].points, Number(after), line)
    const yearLater = newYear.add({ hours: 24 * 365 })
    equal(totalsAt(done, yearLater, setting)[kind as 'fake'].points, Number(later), line)
  }
})

test('VI-3 what is done at 00:00 of January 1 is of the new year', () => {
  const newYear = instant('2018-01-01T00:00:00+08:00')
  const total = totalsAt([of('general', 6, '2018-01-01T00:00:00+08:00')], newYear, setting).general
  equal(total.points, 6)
  equal(total.resetsAt.toString(), instant('2019-01-01T00:00:00+08:00').toString())
})

test('VI-3 a reset is told with its instant and points', () => {
  const done = [of('general', 6, '2016-05-01T00:00:00+08:00')]
  const { resets } = totalsAt(done, instant('2018-05-01T00:00:00+08:00'), setting).general
  deepEqual(resets, [{ at: instant('2017-01-01T00:00:00+08:00'), points: 6 }])
})

test('VI-1 the order in which violations are given never changes a total', () => {
  const anyViolation = fc.record({
    violationId: fc.uuid(),
    kind: fc.constantFrom('general', 'severe', 'fake'),
    points: fc.integer({ min: 1, max: 48 }),
    at: fc
      .integer({ min: 0, max: 5 * 366 * 24 })
      .map((hours) => instant('2014-01-01T00:00:00+08:00').add({ hours })),
  })
  fc.assert(
    fc.property(fc.array(anyViolation, { maxLength: 12 }), (violations) => {
      const at = instant('2018-06-01T00:00:00+08:00')
      deepEqual(totalsAt(violations, at, setting), totalsAt(violations.toReversed(), at, setting))
    }),
  )
})

test('VI-5 each multiple that a total passes has its consequence, several at once', () => {
  const thresholds = (before: number, after: number) =>
    reachedBy(policy.consequences, 'general', before, after).map((each) => each.threshold)
  deepEqual(thresholds(0, 11), [])
  deepEqual(thresholds(6, 12), [12])
  deepEqual(thresholds(12, 23), [])
  deepEqual(thresholds(11, 36), [12, 24, 36])
  deepEqual(
    reachedBy(policy.consequences, 'severe', 47, 60).map((each) => each.threshold),
    [48],
  )
  deepEqual(reachedBy(policy.consequences, 'severe', 48, 60), [])
})

test('VI-5 the next consequence is told with the points to it', () => {
  const next = nextAbove(policy.consequences, 'general', 12)
  equal(next?.threshold, 24)
  equal(next?.missingPoints, 12)
  equal(nextAbove(policy.consequences, 'severe', 48), undefined)
})

const recordedAt = instant('2017-11-01T00:00:00+08:00')
const recorded = { recordedAt, recordedBy: 'jifen', turns: [] }

test('VI-7 a shop appeals once, within fifteen times 24 hours', () => {
  const lastMoment = recordedAt.add({ hours: 360 }).subtract({ milliseconds: 1 })
  ok(appeal(recorded, policy, lastMoment).ok)
  const late = appeal(recorded, policy, recordedAt.add({ hours: 360 }))
  ok(!late.ok && late.refusal === 'violations/appeal-too-late')
  const turns = [{ turn: 'appealed' as const, actor: 'm' }]
  const again = appeal({ ...recorded, turns }, policy, recordedAt)
  ok(!again.ok && again.refusal === 'violations/already-appealed')
})

test('VI-8 who recorded a violation decides nothing, and one person alone strikes nothing', () => {
  const ofAnn = { ...recorded, recordedBy: 'ann' }
  const own = decide(ofAnn, 'strike', 'ann')
  ok(!own.ok && own.refusal === 'violations/recorder-decides')
  const proposed = [{ turn: 'strikeProposed' as const, actor: 'bob' }]
  const alone = decide({ ...ofAnn, turns: proposed }, 'strike', 'bob')
  ok(!alone.ok && alone.refusal === 'violations/needs-second-person')
  deepEqual(decide({ ...ofAnn, turns: proposed }, 'strike', 'eve'), { ok: true, turn: 'struck' })
  deepEqual(decide({ ...ofAnn, turns: proposed }, 'uphold', 'eve'), { ok: true, turn: 'upheld' })
  const quiet = decide(ofAnn, 'uphold', 'bob')
  ok(!quiet.ok && quiet.refusal === 'violations/not-appealed')
})

test('VI-8 what is struck is struck for good', () => {
  const turns = [
    { turn: 'strikeProposed' as const, actor: 'bob' },
    { turn: 'struck' as const, actor: 'eve' },
  ]
  equal(statusOf({ turns }), 'struck')
  const again = decide({ ...recorded, turns }, 'strike', 'ann')
  ok(!again.ok && again.refusal === 'violations/struck')
})
