import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calendarPeriod, grantPeriod, subjectPeriod } from '#rules/benefits/periods.ts'

const zone = 'Asia/Shanghai'

function keyAt(kind: 'day' | 'week' | 'month' | 'year', at: string): string {
  return calendarPeriod(kind, Temporal.Instant.from(at), zone).key
}

test('BF-3 periods change at midnight of the zone, on Monday, on the 1st and at New Year', () => {
  // Kind | the last instant of one | the first of the next.
  const edges = [
    ['day', '2017-06-07', '2017-06-08'],
    ['day', '2016-02-28', '2016-02-29'],
    ['day', '2016-02-29', '2016-03-01'],
    ['week', '2017-06-04', '2017-06-05'],
    ['week', '2017-12-31', '2018-01-01'],
    ['month', '2016-02-29', '2016-03-01'],
    ['month', '2017-02-28', '2017-03-01'],
    ['year', '2017-12-31', '2018-01-01'],
  ] as const
  for (const [kind, last, next] of edges) {
    const [before, after] = [
      keyAt(kind, `${last}T23:59:59.999+08:00`),
      keyAt(kind, `${next}T00:00:00+08:00`),
    ]
    equal(after, `${kind}:${next}`)
    equal(before === after, false, `${kind} ${next}`)
  }
  equal(keyAt('week', '2018-01-03T00:00:00+08:00'), 'week:2018-01-01')
  equal(keyAt('week', '2016-03-01T12:00:00+08:00'), 'week:2016-02-29')
})

test('BF-3 an instant is in its own period, whose end begins the next', () => {
  const kinds = fc.constantFrom('day', 'week', 'month', 'year')
  fc.assert(
    fc.property(kinds, fc.integer({ min: 0, max: 4_000_000_000_000 }), (kind, ms) => {
      const at = Temporal.Instant.fromEpochMilliseconds(ms)
      const { key, from, to } = calendarPeriod(kind, at, zone)
      equal(from !== undefined && from.epochMilliseconds <= ms, true)
      equal(to !== undefined && ms < to.epochMilliseconds, true)
      equal(from !== undefined && calendarPeriod(kind, from, zone).key, key)
      equal(
        to !== undefined && calendarPeriod(kind, to, zone).from?.epochMilliseconds,
        to?.epochMilliseconds,
      )
    }),
  )
})

test('BF-4 a purchase, a live view and a grant are periods of their own', () => {
  equal(subjectPeriod({ kind: 'purchase', id: 'o-1' }).key, 'purchase:o-1')
  equal(subjectPeriod({ kind: 'liveView', id: 'o-1' }).key, 'liveView:o-1')
  const [from, to] = ['2017-06-08T00:00:00Z', '2017-07-08T00:00:00Z'].map((text) =>
    Temporal.Instant.from(text),
  ) as [Temporal.Instant, Temporal.Instant]
  deepEqual(grantPeriod({ source: 'rise:2017-06', from, to }), {
    key: 'grant:rise:2017-06',
    from,
    to,
  })
})
