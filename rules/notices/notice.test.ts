import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { assert } from '#rules/assert.ts'
import {
  effectiveBesideNotice,
  published,
  remindersOf,
  takesOpinions,
} from '#rules/notices/notice.ts'
import { RuleNoticesPolicySchema } from '#rules/notices/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

const policy = RuleNoticesPolicySchema.parse(tmall2017.policies.ruleNotices)
const zone = 'Asia/Shanghai'
const at = Temporal.Instant.from('2017-11-20T10:00:00+08:00')
const usual = { author: 'ann', publisher: 'ann', emergency: undefined }

function timesOf() {
  const out = published(policy, usual, at, zone)
  assert(out.ok, 'it is published')
  return out.times
}

test('RN-2 a notice runs for whole days, to the end of the last', () => {
  const { opinionsUntil, endsAt } = timesOf()
  ok(opinionsUntil.equals(Temporal.Instant.from('2017-11-26T00:00:00+08:00')))
  ok(endsAt.equals(Temporal.Instant.from('2017-11-28T00:00:00+08:00')))
})

test('RN-2 whenever it is published, a notice runs for as many days as the policy says, at least', () => {
  const days = fc.integer({ min: 1, max: 365 })
  const seconds = fc.integer({ min: 0, max: 86_400 * 400 })
  fc.assert(
    fc.property(days, seconds, (noticeDays, later) => {
      const when = at.add({ seconds: later })
      const asked = { ...policy, noticeDays, opinionDays: 1 }
      const out = published(asked, usual, when, zone)
      ok(out.ok && !isBefore(out.times.endsAt, when.add({ hours: 24 * noticeDays })))
      ok(out.ok && !isBefore(out.times.endsAt, out.times.opinionsUntil))
    }),
  )
})

test('RN-3 an emergency has the shorter time, published by somebody else', () => {
  const emergency = { ...usual, emergency: 'a hole' }
  deepEqual(published(policy, emergency, at, zone), {
    ok: false,
    refusal: 'notices/second-person',
  })
  const out = published(policy, { ...emergency, publisher: 'bob' }, at, zone)
  assert(out.ok, 'it is published')
  ok(out.times.endsAt.equals(at.add({ hours: 24 })))
})

test('RN-4 opinions are taken while they run, of what is published', () => {
  const times = timesOf()
  equal(takesOpinions('published', times, at), true)
  equal(takesOpinions('published', times, times.opinionsUntil), false)
  equal(takesOpinions('draft', undefined, at), false)
  equal(takesOpinions('over', times, at), false)
})

test('RN-5 where the policy says so, a change waits for the summary', () => {
  const { endsAt } = timesOf()
  const notice = (isAnswered: boolean) => [{ endsAt, isAnswered }]
  const asked = (answerFirst: boolean, isAnswered: boolean) =>
    effectiveBesideNotice({ needed: [], answerFirst }, 'price', notice(isAnswered), endsAt, at).ok
  deepEqual([asked(true, false), asked(true, true), asked(false, false)], [false, true, true])
})

test('RN-6 a draft counts from the end of its notice, and one that needs a notice not without', () => {
  const { endsAt } = timesOf()
  const rules = { needed: ['price', 'campaign:*'], answerFirst: false }
  const notices = [{ endsAt, isAnswered: false }]
  const decide = (name: string, announced: boolean, asked?: Temporal.Instant) => {
    const made = effectiveBesideNotice(rules, name, announced ? notices : [], asked, at)
    return made.ok ? (made.effectiveAt?.toString() ?? 'as soon as may be') : made.refusal
  }
  equal(decide('price', true), endsAt.toString())
  equal(decide('price', true, endsAt), endsAt.toString())
  equal(decide('price', true, endsAt.subtract({ milliseconds: 1 })), 'notices/not-over')
  equal(decide('price', false), 'notices/needed')
  equal(decide('campaign:double11-2017', false), 'notices/needed')
  equal(decide('campaigns', false), 'as soon as may be')
  equal(decide('score', false), 'as soon as may be')
  equal(effectiveBesideNotice(undefined, 'price', [], undefined, at).ok, true)
})

test('RN-7 merchants are reminded before each end, and never with the publication', () => {
  const names = (...before: string[]) => {
    const remindBefore = before.map((each) => Temporal.Duration.from(each))
    return remindersOf({ remindBefore }, timesOf(), zone).map((each) => each.name)
  }
  deepEqual(names('P2D'), ['opinions-P2D', 'end-P2D'])
  deepEqual(names('P6D'), ['end-P6D'])
  const same = { ...timesOf(), opinionsUntil: timesOf().endsAt }
  const one = remindersOf({ remindBefore: [Temporal.Duration.from('P1D')] }, same, zone)
  deepEqual(
    one.map((each) => each.name),
    ['end-P1D'],
  )
})
