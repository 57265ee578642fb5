import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkSteps, type ChosenStep } from '#rules/campaigns/enrolment/allowance-steps.ts'
import { referenceAt } from '#rules/campaigns/enrolment/figures.ts'
import { poolFor, rankOf } from '#rules/campaigns/enrolment/places.ts'
import { EnrolmentPolicySchema } from '#rules/campaigns/enrolment/policy.ts'
import { turnReview } from '#rules/campaigns/enrolment/review.ts'
import { mayWithdraw, statusTold } from '#rules/campaigns/enrolment/status.ts'
import {
  supplementsFor,
  turnSupplements,
  type DueSupplement,
  type SupplementTurn,
} from '#rules/campaigns/enrolment/supplements.ts'
import { CampaignSchema } from '#rules/campaigns/policy.ts'
import { asFen } from '#rules/money/fen.ts'
import { springCampaign, march } from '#test/support/enrolment.ts'

const campaign = CampaignSchema.parse(springCampaign())
const supplements = supplementsFor(campaign, null)
const zone = 'Asia/Shanghai'
const remindBefore = ['P3D', 'P1D', 'PT2H'].map((text) => Temporal.Duration.from(text))

function turned(done: readonly string[], by: string, lookedAt = '06', due = supplements) {
  const state = { supplements: due, done: new Set(done), approvedAt: march('06') }
  return turnSupplements({ ...state, lookedAt: march(lookedAt), remindBefore, zone }, march(by))
}

function remindersOf(turn: SupplementTurn): readonly string[] {
  if (turn.to !== 'approved') return []
  return turn.reminders.map(({ before, missing }) => `${before.toString()} ${missing.join('+')}`)
}

test('EL-8 against the machine a second person has to say the same', () => {
  const said = (outcome: 'passed' | 'refused', by: string) => ({ outcome, by })
  deepEqual(turnReview('passed', undefined, said('passed', 'ann')).ok, true)
  deepEqual(turnReview('refused', undefined, said('passed', 'ann')), {
    ok: true,
    to: 'proposed',
    outcome: 'passed',
  })
  const proposal = said('passed', 'ann')
  deepEqual(turnReview('refused', proposal, proposal), {
    ok: false,
    refusal: 'enrolment/second-person-needed',
  })
  equal(turnReview('refused', proposal, said('passed', 'bob')).ok, true)
  deepEqual(turnReview('refused', proposal, said('refused', 'bob')), {
    ok: true,
    to: 'decided',
    outcome: 'refused',
  })
})

test('EL-9 a result that was not told is an application', () => {
  for (const status of ['passed', 'refused', 'inReview', 'waiting'] as const) {
    equal(statusTold({ status, toldAt: null }), 'applied')
    equal(statusTold({ status, toldAt: march('06') }), status)
  }
  equal(statusTold({ status: 'withdrawn', toldAt: null }), 'withdrawn')
})

test('EL-10 the first places that fit count, and the better figure comes first', () => {
  const policy = EnrolmentPolicySchema.parse({
    places: [
      { category: 'clothes', identity: 'event', places: 2 },
      { category: 'clothes', places: 5 },
      { identity: 'happy', places: 9 },
    ],
    rank: { metric: 'sales' },
  })
  const pool = (category: string, identity: string) => poolFor(policy, { category, identity })
  deepEqual(
    [
      pool('clothes', 'event'),
      pool('clothes', 'happy'),
      pool('toys', 'happy'),
      pool('toys', 'event'),
    ],
    ['clothes/event', 'clothes/*', '*/happy', null],
  )
  const reference = referenceAt(march('05'), zone)
  const rank = (sales: unknown) => rankOf(policy, { sales }, reference)
  deepEqual([rank(7), rank('0.5'), rank(undefined)], ['-7', '-0.5', null])
  const least = { ...policy, rank: { metric: 'sales', first: 'least' } as const }
  equal(rankOf(least, { sales: 7 }, reference), '7')
})

test('EL-11 whoever comes late has the longer of both times', () => {
  const until = (extendedTo: Temporal.Instant) =>
    supplementsFor(campaign, extendedTo).map(({ name, to }) => [name, to.toString()])
  const end = march('12').toString()
  deepEqual(
    until(march('12T10:00')).map(([, to]) => to),
    Array(3).fill(march('12T10:00').toString()),
  )
  deepEqual(until(march('08')), [
    ['integrity', end],
    ['steps', march('11T22:00').toString()],
    ['identity', end],
  ])
})

const step: ChosenStep = { threshold: asFen(40_000), off: asFen(5_000) }
const offered = {
  steps: [step, { threshold: asFen(60_000), off: asFen(3_000) }],
  excludedCategories: ['gold'],
  categories: ['clothes', 'toys', 'gold'],
}

test('EL-12 every category that is sold and not excluded has a step, of those that are offered', () => {
  const wrong = (chosen: readonly ChosenStep[]): string => {
    const checked = checkSteps(chosen, offered)
    return checked.ok ? 'ok' : `${checked.wrong} ${checked.category}`
  }
  const of = (category: string): ChosenStep => ({ ...step, category })
  equal(wrong([step]), 'ok')
  equal(wrong([of('clothes'), of('toys')]), 'ok')
  equal(wrong([step, { ...of('toys'), threshold: asFen(60_000), off: asFen(3_000) }]), 'ok')
  equal(wrong([of('clothes')]), 'missing toys')
  equal(wrong([of('clothes'), of('toys'), of('gold')]), 'excluded gold')
  equal(wrong([of('clothes'), of('toys'), of('cars')]), 'not-sold cars')
  equal(wrong([of('clothes'), of('clothes')]), 'twice clothes')
  equal(wrong([step, step]), 'twice null')
  equal(wrong([{ ...step, off: asFen(3_000) }]), 'unknown-step null')
  equal(wrong([]), 'missing clothes')
})

test('EL-13 all done is shortlisted when the last window ends, and what is missing drops at its own', () => {
  const all = ['integrity', 'steps', 'identity']
  equal(turned(all, '11T23:59').to, 'approved')
  deepEqual(turned(all, '13'), { to: 'shortlisted', at: march('12') })
  deepEqual(turned(['integrity', 'identity'], '11T22:00'), {
    to: 'dropped',
    at: march('11T22:00'),
    missing: ['steps'],
  })
  deepEqual(turned(['steps'], '30'), {
    to: 'dropped',
    at: march('12'),
    missing: ['identity', 'integrity'],
  })
  deepEqual(turned([], '06', '06', []), { to: 'shortlisted', at: march('06') })
})

test('EL-14 withdrawing is free until approval, and nothing is left to withdraw after an end', () => {
  const told = march('06')
  const may = (status: Parameters<typeof mayWithdraw>[0]['status'], toldAt = told) => {
    const answer = mayWithdraw({ status, toldAt })
    return answer.ok ? 'ok' : answer.refusal
  }
  deepEqual(
    [may('applied'), may('waiting'), mayWithdraw({ status: 'refused', toldAt: null }).ok],
    ['ok', 'ok', true],
  )
  deepEqual([may('approved'), may('shortlisted')], ['enrolment/approved', 'enrolment/approved'])
  const over = ['refused', 'dropped', 'withdrawn', 'left'] as const
  for (const status of over) equal(may(status), 'enrolment/over')
})

test('EL-16 each reminder comes once, and of several that have come the last alone', () => {
  deepEqual(remindersOf(turned([], '08T21:59')), [])
  deepEqual(remindersOf(turned([], '08T22:00')), ['P3D steps'])
  deepEqual(remindersOf(turned([], '08T23:00', '08T22:00')), [])
  deepEqual(remindersOf(turned([], '11T21:00')), ['PT2H steps', 'P1D identity+integrity'])
  deepEqual(remindersOf(turned(['steps', 'identity', 'integrity'], '11T21:00')), [])
})

test('EL-16 looked at in any steps, nothing is told twice and every shop comes to the same end', () => {
  const names: readonly string[] = supplements.map(({ name }: DueSupplement) => name)
  const minutes = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 40 })
  fc.assert(
    fc.property(minutes, fc.subarray([...names]), (steps, done) => {
      const told: string[] = []
      let lookedAt = march('06')
      let end: SupplementTurn | undefined
      const looks = steps
        .toSorted((a, b) => a - b)
        .map((each) => march('06').add({ minutes: each }))
      for (const by of [...looks, march('13')]) {
        const state = { supplements, done: new Set(done), approvedAt: march('06'), lookedAt }
        end = turnSupplements({ ...state, remindBefore, zone }, by)
        if (end.to !== 'approved') break
        told.push(
          ...end.reminders.map(
            ({ deadline, before }) => `${deadline.toString()} ${before.toString()}`,
          ),
        )
        lookedAt = by
      }
      equal(new Set(told).size, told.length)
      const missing = supplements.filter(({ name }) => !done.includes(name))
      equal(end?.to, missing.length === 0 ? 'shortlisted' : 'dropped')
    }),
    { numRuns: 200 },
  )
})
