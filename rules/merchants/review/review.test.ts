import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkAnswers, checkFigures, isClear } from '#rules/merchants/review/checks.ts'
import { missingDocuments } from '#rules/merchants/review/documents.ts'
import {
  begun,
  decided,
  lapsed,
  submitted,
  withdrawn,
  type Approval,
  type Asked,
  type Review,
  type ReviewRules,
  type Stage,
} from '#rules/merchants/review/review.ts'
import { ppmFromText } from '#rules/money/rate.ts'
import { assert } from '#rules/assert.ts'

const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-11-20T10:00:00+08:00')
const title = { zh: '测试', en: 'Test' }
const day = Temporal.Duration.from('P1D')

function stage(name: string, changes: Partial<Stage> = {}): Stage {
  return { name, title, persons: 1, within: day, onLapse: 'escalate', ...changes }
}

function rulesOf(stages: readonly Stage[], changes: Partial<ReviewRules> = {}): ReviewRules {
  return {
    draftLasts: Temporal.Duration.from('P30D'),
    supplementWithin: Temporal.Duration.from('P7D'),
    resubmitAfter: Temporal.Duration.from('P3D'),
    resubmissionsAtMost: 1,
    secondPerson: true,
    documents: [{ kind: 'licence', title, atLeast: 1 }],
    stages,
    ...changes,
  }
}

const licence = { kind: 'licence', sha256: 'a' }
const two = rulesOf([stage('documents'), stage('risk')])

function inReview(rules: ReviewRules, when = at): Review {
  const handedIn = submitted(rules, begun(rules, { at, zone }), [licence], { at: when, zone })
  assert(handedIn.ok, 'it is complete')
  return handedIn.review
}

function decide(
  rules: ReviewRules,
  review: Review,
  asked: Partial<Asked> = {},
  approvals: readonly Approval[] = [],
  checks: Parameters<typeof decided>[3]['checks'] = [],
) {
  const whole = {
    decision: 'approve',
    stage: 'documents',
    by: 'ann',
    reason: '',
    ...asked,
  } as Asked
  const made = decided(rules, review, whole, { approvals, checks }, { at, zone })
  return made.ok ? `${made.review.status} ${made.review.stage}` : made.reason
}

test('RV-1 an application is complete with as many different documents of each kind as are asked', () => {
  const needs = [{ kind: 'brand', title, atLeast: 2 }, ...two.documents]
  const brand = (sha256: string) => ({ kind: 'brand', sha256 })
  deepEqual(missingDocuments(needs, []), [
    { kind: 'brand', missing: 2 },
    { kind: 'licence', missing: 1 },
  ])
  deepEqual(missingDocuments(needs, [brand('a'), brand('a'), licence]), [
    { kind: 'brand', missing: 1 },
  ])
  deepEqual(missingDocuments(needs, [brand('a'), brand('b'), licence]), [])
  const empty = submitted(two, begun(two, { at, zone }), [], { at, zone })
  equal(empty.ok ? '' : empty.reason, 'documents-missing')
})

// Columns: at least | at most | figure | met, and what was seen.
const figures = `
  4.6 |    | 4.6        | met 4.6
  4.6 |    | 4.599999   | unmet 4.599999
  4.6 |    | 4.59999999 | unmet 4.59999999
      | 12 | 12         | met 12
      | 12 | 12.000001  | unmet 12.000001
  1   | 2  | 3          | unmet 3
  1   |    | 99999999999 | met 99999999999
      | 12 |            | unmet null
      | 12 | many       | unmet null
`

test('RV-2 a figure is held against its bounds exactly, bounds included; one that is missing is not met', () => {
  for (const row of figures.trim().split('\n')) {
    const [least = '', most = '', figure = '', wanted] = row.split('|').map((cell) => cell.trim())
    const bounds = { atLeast: ppmFromText(least), atMost: ppmFromText(most) }
    const check = { metric: 'x', severity: 'blocks', ...bounds } as const
    const [saw] = checkFigures([check], figure === '' ? {} : { x: figure })
    equal(`${saw?.met ? 'met' : 'unmet'} ${saw?.saw ?? 'null'}`, wanted, row)
  }
})

test('RV-2 no figure meets a bound that a greater one does not meet', () => {
  const figure = fc.integer({ min: 0, max: 999_999_999 })
  fc.assert(
    fc.property(figure, figure, figure, (bound, a, b) => {
      const atLeast = ppmFromText(String(bound))
      assert(atLeast !== undefined, 'it is a rate')
      const isMet = (x: number) =>
        checkFigures([{ metric: 'x', atLeast, severity: 'blocks' }], { x })[0]?.met === true
      ok(!isMet(Math.min(a, b)) || isMet(Math.max(a, b)))
    }),
  )
})

test('RV-3 an answer from outside counts while it is fresh, and the last one alone', () => {
  const asked = [
    { name: 'entity', title, severity: 'blocks', validFor: Temporal.Duration.from('P30D') },
  ] as const
  const answer = (given: 'passed' | 'failed', days: number) => ({
    name: 'entity',
    answer: given,
    at: at.subtract({ hours: 24 * days }),
  })
  const seen = (...answers: ReturnType<typeof answer>[]) => checkAnswers(asked, answers, at, zone)
  deepEqual(
    [
      seen(),
      seen(answer('passed', 1)),
      seen(answer('passed', 30)),
      seen(answer('passed', 2), answer('failed', 1)),
    ].map(([each]) => [each?.met, each?.saw]),
    [
      [false, null],
      [true, 'passed'],
      [false, 'outdated'],
      [false, 'failed'],
    ],
  )
})

test('RV-3 nobody approves over what blocks, and over what only asks with a reason alone', () => {
  const unmet = (severity: 'blocks' | 'asks') => [{ check: 'x', severity, met: false, saw: '1' }]
  equal(isClear(unmet('asks')), true)
  equal(decide(two, inReview(two), {}, [], unmet('blocks')), 'check-failed')
  equal(decide(two, inReview(two), { reason: 'known' }, [], unmet('blocks')), 'check-failed')
  equal(decide(two, inReview(two), {}, [], unmet('asks')), 'reason-missing')
  equal(decide(two, inReview(two), { reason: 'known' }, [], unmet('asks')), 'inReview 1')
})

test('RV-4 a decision is of the stage that it names, by those who review it', () => {
  equal(decide(two, inReview(two), { stage: 'risk' }), 'other-stage')
  equal(decide(two, inReview(two)), 'inReview 1')
  const named = rulesOf([stage('documents', { reviewers: ['bob'] })])
  equal(decide(named, inReview(named)), 'not-reviewer')
  equal(decide(named, inReview(named), { by: 'bob' }), 'approved 0')
  equal(decide(named, { ...inReview(named), isEscalated: true }), 'approved 0')
  equal(decide(two, begun(two, { at, zone })), 'wrong-status')
})

test('RV-5 nobody approves twice in a round; a stage of two persons needs two', () => {
  const second = { ...inReview(two), stage: 1 }
  const before = [{ stage: 'documents', by: 'ann' }]
  equal(decide(two, second, { stage: 'risk' }, before), 'same-person')
  equal(decide(two, second, { stage: 'risk', by: 'bob' }, before), 'approved 1')
  const alone = rulesOf(two.stages, { secondPerson: false })
  equal(decide(alone, second, { stage: 'risk' }, before), 'approved 1')
  const pair = rulesOf([stage('documents', { persons: 2 })], { secondPerson: false })
  equal(decide(pair, inReview(pair)), 'inReview 0')
  equal(decide(pair, inReview(pair), {}, before), 'same-person')
  equal(decide(pair, inReview(pair), { by: 'bob' }, before), 'approved 0')
})

test('RV-6 a stage that lapses is escalated once, rejected, or passed where nothing blocks', () => {
  const met = [{ check: 'x', severity: 'blocks', met: true, saw: '1' }] as const
  const unmet = [{ ...met[0], met: false }]
  const due = at.add({ hours: 24 })
  const after = (onLapse: Stage['onLapse'], checks: readonly (typeof met)[0][] | typeof unmet) => {
    const rules = rulesOf([stage('documents', { onLapse }), stage('risk')])
    return lapsed(rules, inReview(rules), checks, { at: due, zone })
  }
  deepEqual([after('reject', met).status, after('pass', met).stage], ['rejected', 1])
  const raised = after('pass', unmet)
  deepEqual([raised.status, raised.stage, raised.isEscalated], ['inReview', 0, true])
  equal(raised.dueAt?.toString(), due.add({ hours: 24 }).toString())
  const again = lapsed(two, raised, [], { at: due.add({ hours: 24 }), zone })
  deepEqual([again.status, again.dueAt], ['inReview', null])
})

test('RV-7 what a reviewer asks for is given in its time, and the stage goes on afresh', () => {
  const asking = decided(
    two,
    { ...inReview(two), stage: 1 },
    { decision: 'askSupplement', stage: 'risk', by: 'ann', reason: 'which brand?' },
    { approvals: [], checks: [] },
    { at, zone },
  )
  assert(asking.ok, 'it is asked for')
  equal(asking.review.dueAt?.toString(), at.add({ hours: 24 * 7 }).toString())
  equal(lapsed(two, asking.review, [], { at, zone }).status, 'lapsed')
  const given = submitted(two, asking.review, [licence], { at: at.add({ hours: 5 }), zone })
  assert(given.ok, 'it is complete')
  deepEqual([given.review.stage, given.review.round], [1, 1])
  equal(given.review.dueAt?.toString(), at.add({ hours: 29 }).toString())
})

test('RV-8 a rejection has a reason; it is submitted again after a time, so often, from the first stage', () => {
  equal(decide(two, inReview(two), { decision: 'reject' }), 'reason-missing')
  const rejected = { ...inReview(two), stage: 1, status: 'rejected', rejectedAt: at } as const
  const again = (hours: number, round = 1) => {
    const moment = { at: at.add({ hours }), zone }
    const made = submitted(two, { ...rejected, round }, [licence], moment)
    return made.ok ? `${made.review.round}/${made.review.stage}` : made.reason
  }
  deepEqual([again(71), again(72), again(72, 2)], ['too-soon', '2/0', 'too-often'])
})

test('RV-9 an application is withdrawn until it is over', () => {
  const outcome = (status: Review['status']) => {
    const made = withdrawn({ ...inReview(two), status })
    return made.ok ? made.review.status : made.reason
  }
  deepEqual(
    (['draft', 'inReview', 'supplement', 'approved'] as const).map(outcome),
    Array.from({ length: 4 }, () => 'withdrawn'),
  )
  deepEqual(
    (['rejected', 'withdrawn', 'lapsed'] as const).map(outcome),
    Array.from({ length: 3 }, () => 'wrong-status'),
  )
})
