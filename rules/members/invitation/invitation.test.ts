import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { InvitationPolicySchema } from '#rules/members/invitation/policy.ts'
import { assess, byRank, partBetween, type Ranked } from '#rules/members/invitation/ranking.ts'
import { after, keptFor, mayOpen, placesOf } from '#rules/members/invitation/round.ts'
import {
  shortAnswer,
  whyOf,
  type CandidateRecord,
  type RoundRecord,
} from '#rules/members/invitation/why.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { rowsOf } from '#test/support/table.ts'

const policy = InvitationPolicySchema.parse(tmall2017.policies.invitation)
const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-06-10T10:00:00+08:00')

// Columns: value | from | to | parts per million.
const parts = `
        0 |      0 |  100 |       0
       50 |      0 |  100 |  500000
        1 |      0 |    3 |  333333
      100 |      0 |  100 | 1000000
     9999 |      0 |  100 | 1000000
       -5 |      0 |  100 |       0
   300000 | 300000 |    0 |       0
   100000 | 300000 |    0 |  666666
        0 | 300000 |    0 | 1000000
   900000 | 300000 |    0 |       0
        0 |   -300 |  300 |  500000
`

test('IV-4 an indicator counts in proportion to its way between the bounds, either way round', () => {
  for (const [value, from, to, part] of rowsOf(parts)) {
    equal(partBetween(Number(value), Number(from), Number(to)), Number(part), `${value} ${from}`)
  }
  const weights = {
    'spend.total': { weight: 3, from: 0, to: 1_000 },
    'returns.amountRate': { weight: 2, from: 500_000, to: 0 },
  }
  const values = { 'spend.total': 333, 'returns.amountRate': 500_000 }
  deepEqual(assess(values, { weights, limits: {} }), {
    total: 999_000,
    contributions: { 'spend.total': 999_000, 'returns.amountRate': 0 },
    limitsFailed: [],
  })
})

test('IV-4 the sum is that of the contributions, and more of what is good never lowers it', () => {
  const figure = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })
  fc.assert(
    fc.property(figure, figure, figure, figure, (a, b, from, to) => {
      if (from === to) return
      const [low, high] = a < b ? [a, b] : [b, a]
      const [worse, better] = from < to ? [low, high] : [high, low]
      ok(partBetween(worse, from, to) <= partBetween(better, from, to))
    }),
  )
  const told = assess({}, policy)
  const sum = Object.values(told.contributions).reduce((all, each) => all + each, 0)
  equal(told.total, sum)
  ok(Number.isSafeInteger(1_000 * 1_000_000 * 1_000))
})

test('IV-5 every hard limit that is not kept to is told with the value', () => {
  const limits = {
    'spend.total': { atLeast: 100 },
    'credit.unpaidAdvances': { atMost: 0 },
    'loyalty.daysMember': { atLeast: 10, atMost: 20 },
  }
  const values = { 'spend.total': 99, 'credit.unpaidAdvances': 1, 'loyalty.daysMember': 20 }
  deepEqual(assess(values, { weights: {}, limits }).limitsFailed, [
    { indicator: 'spend.total', value: 99, atLeast: 100 },
    { indicator: 'credit.unpaidAdvances', value: 1, atMost: 0 },
  ])
})

// Columns: what is changed of the preset's policy | the path of the first problem.
const faults = `
  {"weights":{}}                                            | weights
  {"weights":{"spend.nothing":{"weight":1,"from":0,"to":1}}} | weights["spend.nothing"]
  {"weights":{"spend.total":{"weight":0,"from":0,"to":1}}}  | weights["spend.total"].weight
  {"weights":{"spend.total":{"weight":1,"from":1,"to":1}}}  | weights["spend.total"].to
  {"limits":{"spend.total":{}}}                             | limits["spend.total"]
  {"limits":{"spend.total":{"atLeast":2,"atMost":1}}}       | limits["spend.total"].atMost
  {"quota":{"members":0}}                                   | quota.members
  {"quota":{"members":5,"oneIn":5}}                         | quota
  {"lasts":"P0D"}                                           | lasts
`

test('IV-4 a policy whose weights, limits or quota cannot be is refused by its path', () => {
  for (const [change = '', path = ''] of rowsOf(faults)) {
    const body = { ...tmall2017.policies.invitation, ...(JSON.parse(change) as object) }
    const read = parsePolicy('invitation', body)
    const problems = read.ok || read.refusal !== 'policies/invalid' ? [] : read.problems
    equal(problems[0]?.path, path, `${change} ${JSON.stringify(problems)}`)
  }
})

test('IV-6 places are a number, or one for each so many active members and at least one', () => {
  equal(placesOf({ members: 100_000 }, 5), 100_000)
  equal(placesOf({ oneIn: 10_000 }, 1_000_000_000), 100_000)
  equal(placesOf({ oneIn: 10_000 }, 19_999), 1)
  equal(placesOf({ oneIn: 10_000 }, 9), 1)
})

test('IV-7 the order of candidates is total and the same however they come', () => {
  const ranked = fc.record({
    memberId: fc.constantFrom('a', 'b', 'c', 'd', 'B', 'é', 'z1', 'z10', 'z2'),
    total: fc.integer({ min: 0, max: 3 }),
    score: fc.integer({ min: 2_500, max: 2_502 }),
  })
  const candidates = fc.uniqueArray(ranked, { selector: (each) => each.memberId })
  fc.assert(
    fc.property(candidates, (all: readonly Ranked[]) => {
      const inOrder = all.toSorted(byRank)
      deepEqual(all.toReversed().toSorted(byRank), inOrder)
      for (const [n, each] of inOrder.slice(1).entries()) {
        const before = inOrder[n]
        ok(before !== undefined && byRank(before, each) < 0)
      }
    }),
  )
})

test('IV-8 a round opens when the one before is closed, and no sooner than the policy says', () => {
  const year = Temporal.Duration.from('P11M')
  const openedAt = Temporal.Instant.from('2016-07-10T10:00:00+08:00')
  deepEqual(mayOpen(undefined, year, at, zone), { ok: true })
  const open = mayOpen({ status: 'inviting', openedAt }, year, at, zone)
  deepEqual(open, { ok: false, refusal: 'invitation/round-open' })
  deepEqual(mayOpen({ status: 'closed', openedAt }, year, at, zone), { ok: true })
  const soon = mayOpen({ status: 'closed', openedAt }, year, at.subtract({ seconds: 1 }), zone)
  equal(!soon.ok && soon.refusal === 'invitation/too-soon' && soon.earliest.equals(at), true)
})

test('IV-12 a holder who is kept has the tier on from where it would have ended, or from now', () => {
  const lasts = Temporal.Duration.from('P1Y')
  const later = at.add({ hours: 48 })
  const kept = keptFor(later, lasts, at, zone)
  deepEqual([kept.from.equals(later), kept.to.equals(after(later, lasts, zone))], [true, true])
  const late = keptFor(at.subtract({ hours: 1 }), lasts, at, zone)
  equal(late.from.equals(at), true)
})

const round = { status: 'reviewing', places: 10, scoreFrom: 2_500 } as const
const candidate: CandidateRecord = {
  status: 'ranked',
  score: 2_600,
  rank: 11,
  limitsFailed: [],
  reviewedBy: undefined,
  reason: undefined,
}

function recordOf(
  changes: Partial<CandidateRecord>,
  status: RoundRecord['round']['status'] = 'reviewing',
): RoundRecord {
  return { round: { ...round, status }, score: 2_600, candidate: { ...candidate, ...changes } }
}

// Columns: what the record says | state of the round | reasons | what the member is told.
const answers = `
  {"status":"ranked"}                                      | reviewing | behindPlaces notYetReviewed                     | underReview
  {"status":"ranked"}                                      | closed    | behindPlaces noPlaceLeft                        | behindPlaces
  {"status":"ranked","rank":10}                            | reviewing | withinPlaces notYetReviewed                     | underReview
  {"status":"accepted","reviewedBy":"o"}                   | inviting  | behindPlaces acceptedByReviewer notYetSent      | underReview
  {"status":"accepted","reviewedBy":"o"}                   | closed    | behindPlaces acceptedByReviewer noPlaceLeft     | behindPlaces
  {"status":"turnedDown","reviewedBy":"o","reason":"why"}  | inviting  | behindPlaces turnedDown                         | turnedDown
  {"status":"excluded","rank":null,"limitsFailed":[{"indicator":"spend.total","value":1,"atLeast":2}]} | closed | limitFailed | limitsFailed
  {"status":"excluded","rank":null,"score":2400}           | closed    | scoreTooLow                                     | scoreTooLow
  {"status":"invited","reviewedBy":"o","rank":1}           | inviting  | withinPlaces acceptedByReviewer invited         | invited
  {"status":"expired","reviewedBy":"o","rank":1}           | closed    | withinPlaces acceptedByReviewer expired         | expired
`

test('IV-13 the record answers why somebody was or was not invited', () => {
  for (const [changes = '', status = '', reasons = ''] of rowsOf(answers)) {
    const record = recordOf(readChanges(changes), status as RoundRecord['round']['status'])
    deepEqual(
      whyOf(record)
        .map((each) => each.reason)
        .join(' '),
      reasons,
      changes,
    )
  }
  const text = whyOf(recordOf({ status: 'turnedDown', reviewedBy: 'o', reason: 'why' })).at(-1)
  deepEqual(text, { reason: 'turnedDown', reviewedBy: 'o', text: 'why' })
  const none = { round, score: 2_600, candidate: undefined }
  deepEqual(whyOf(none), [{ reason: 'notSeen', score: 2_600, scoreFrom: 2_500 }])
  deepEqual(whyOf({ ...none, score: 100 }), [
    { reason: 'scoreTooLow', score: 100, scoreFrom: 2_500 },
  ])
  const collecting = { ...none, round: { ...round, status: 'collecting' as const } }
  deepEqual(whyOf(collecting), [{ reason: 'notYetCollected' }])
})

test('IV-14 the member is told the same in one word', () => {
  for (const [changes = '', status = '', , told] of rowsOf(answers)) {
    const record = recordOf(readChanges(changes), status as RoundRecord['round']['status'])
    equal(shortAnswer(record), told, changes)
  }
  equal(shortAnswer({ round, score: 2_600, candidate: undefined }), 'notConsidered')
  equal(shortAnswer({ round, score: 2_000, candidate: undefined }), 'scoreTooLow')
})

function readChanges(text: string): Partial<CandidateRecord> {
  const changes = JSON.parse(text) as Partial<CandidateRecord> & { rank?: number | null }
  return { ...changes, ...(changes.rank === null ? { rank: undefined } : {}) }
}
