import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import { earn, type EarnLine } from '#rules/points/earn.ts'
import { earnDuring, eventFor, policyDuring, type JoinedEvent } from '#rules/points/event.ts'
import { PointsEventSchema, PointsPolicySchema } from '#rules/points/policy.ts'
import { rowsOf } from '#test/support/table.ts'

const zone = 'Asia/Shanghai'
const base = {
  ratios: { ordinary: '0.5', car: '0.001' },
  classes: { vans: 'car' },
  expiry: 'endOfNextCalendarYear',
}
const policy = PointsPolicySchema.parse(base)
const lines: readonly EarnLine[] = [
  {
    id: '1',
    category: 'ordinary',
    paidFen: asFen(10_900),
    refundedFen: asFen(0),
    multiplePpm: wholePpm as Ppm,
  },
]

// Columns: joined at | received at | which event applies; the window is the whole of 11 November.
const receipts = `
  2017-11-01T00:00:00+08:00 | 2017-11-11T00:00:00+08:00     | double
  2017-11-01T00:00:00+08:00 | 2017-11-11T23:59:59.999+08:00 | double
  2017-11-01T00:00:00+08:00 | 2017-11-12T00:00:00+08:00     | none
  2017-11-01T00:00:00+08:00 | 2017-11-10T23:59:59.999+08:00 | none
  2017-11-11T10:00:00+08:00 | 2017-11-11T10:00:00+08:00     | none
  2017-11-11T10:00:00+08:00 | 2017-11-11T10:00:00.001+08:00 | double
`

test('PT-10 an event counts for who joined before the receipt, inside its window', () => {
  for (const [joinedAt = '', receivedAt = '', slug = ''] of rowsOf(receipts)) {
    const chosen = eventFor([joined('double', joinedAt)], Temporal.Instant.from(receivedAt))
    equal(chosen?.slug ?? 'none', slug, `${joinedAt} ${receivedAt}`)
  }
})

test('PT-10 of several events the one joined last counts, and at one instant the later name', () => {
  const receivedAt = Temporal.Instant.from('2017-11-11T12:00:00+08:00')
  const first = joined('a', '2017-11-01T00:00:00+08:00')
  const last = joined('b', '2017-11-02T00:00:00+08:00')
  const alike = joined('c', '2017-11-02T00:00:00+08:00')
  equal(eventFor([last, first], receivedAt)?.slug, 'b')
  equal(eventFor([alike, first, last], receivedAt)?.slug, 'c')
})

test('PT-10 the explanation holds what there would have been without the event', () => {
  const receivedAt = Temporal.Instant.from('2017-11-11T12:00:00+08:00')
  const event = joined('double', '2017-11-01T00:00:00+08:00')
  const earned = earnDuring(lines, policy, [event], receivedAt, zone)
  equal(earned.points, 109)
  equal(earned.expiresAt?.toString(), '2018-05-11T04:00:00Z')
  deepEqual(earned.why.override, {
    event: 'double',
    title: event.event.title,
    policy: 'points-event:double@1',
    with: 109,
    without: 54,
    withoutByLine: { '1': 54 },
    expiresAtWithout: '2019-01-01T00:00:00+08:00',
  })
})

test('PT-10 without an event that counts nothing is different', () => {
  const receivedAt = Temporal.Instant.from('2017-12-01T00:00:00+08:00')
  const event = joined('double', '2017-11-01T00:00:00+08:00')
  const plain = earn(lines, policy, receivedAt, zone)
  deepEqual(earnDuring(lines, policy, [event], receivedAt, zone), plain)
})

test('PT-10 an event changes the values it names, and leaves the others', () => {
  const during = policyDuring(policy, joined('double', '2017-11-01T00:00:00+08:00').event)
  deepEqual(during.ratios, { ordinary: 1_000_000, car: 1_000 })
  deepEqual(during.classes, { vans: 'car' })
  equal(during.spend, 'soonestExpiry')
  equal(policy.ratios['ordinary'], 500_000)
})

test('PT-10 whatever an event may set, the result can be earned by', () => {
  const overrides = fc.record(
    {
      ratios: fc.dictionary(fc.constantFrom('ordinary', 'car', 'new'), fc.constant('2')),
      classes: fc.dictionary(fc.constantFrom('vans', 'bikes'), fc.constantFrom('car', 'unknown')),
      expiry: fc.constantFrom('never', { after: 'P1D' }, { yearlyOn: '02-29', leastAge: 'P1Y' }),
      mostPerLine: fc.integer({ min: 1, max: 100 }),
      pendingFor: fc.constant('P7D'),
    },
    { requiredKeys: [] },
  )
  const bases = fc.constantFrom('never', { after: 'P1Y' }, { yearlyOn: '12-31', leastAge: 'P1D' })
  fc.assert(
    fc.property(bases, overrides, (expiry, over) => {
      const event = PointsEventSchema.parse({ ...eventForm, overrides: over })
      const during = policyDuring(PointsPolicySchema.parse({ ...base, expiry }), event)
      const receivedAt = Temporal.Instant.from('2017-11-11T12:00:00+08:00')
      const bikes = lines.map((line) => ({ ...line, category: 'bikes' }))
      equal(earn(bikes, during, receivedAt, zone).points >= 0, true)
      deepEqual(during.expiry, over.expiry === undefined ? during.expiry : event.overrides.expiry)
    }),
  )
})

const eventForm = {
  title: { zh: '双倍积分', en: 'Double points' },
  window: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
  overrides: { ratios: { ordinary: '1' }, expiry: { after: 'P6M' } },
}

function joined(slug: string, at: string): JoinedEvent {
  return {
    slug,
    policy: `points-event:${slug}@1`,
    event: PointsEventSchema.parse(eventForm),
    optedAt: Temporal.Instant.from(at),
  }
}
