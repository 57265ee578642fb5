import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { activeFrom, expiryOf, lastDayOf } from '#rules/points/expiry.ts'
import { ExpirySchema } from '#rules/points/policy.ts'
import { dayOf, instantToText, isBefore } from '#rules/time/instants.ts'
import { rowsOf } from '#test/support/table.ts'

const shanghai = 'Asia/Shanghai'
const saoPaulo = 'America/Sao_Paulo'

// Columns: earned at | zone | lapses at | last day.
const nextYearEnd = `
  2017-01-01T00:00:00+08:00     | Asia/Shanghai     | 2019-01-01T00:00:00+08:00 | 2018-12-31
  2017-12-31T23:59:59.999+08:00 | Asia/Shanghai     | 2019-01-01T00:00:00+08:00 | 2018-12-31
  2018-01-01T00:00:00+08:00     | Asia/Shanghai     | 2020-01-01T00:00:00+08:00 | 2019-12-31
  2017-12-31T16:00:00Z          | Asia/Shanghai     | 2020-01-01T00:00:00+08:00 | 2019-12-31
  2017-12-31T16:00:00Z          | America/Sao_Paulo | 2019-01-01T00:00:00-02:00 | 2018-12-31
  2016-02-29T12:00:00+08:00     | Asia/Shanghai     | 2018-01-01T00:00:00+08:00 | 2017-12-31
`

test('PT-6 points earned in a year can be spent until the end of the next, in the market zone', () => {
  for (const [earnedAt = '', zone = '', lapsesAt = '', lastDay = ''] of rowsOf(nextYearEnd)) {
    const expiresAt = lapses(earnedAt, 'endOfNextCalendarYear', zone)
    equal(expiresAt && instantToText(expiresAt, zone), lapsesAt, earnedAt)
    equal(lastDayOf(expiresAt, zone)?.toString(), lastDay, earnedAt)
  }
})

// Columns: earned at | after | lapses at | last day.
const after = `
  2017-03-15T10:00:00+08:00 | P6M    | 2017-09-15T10:00:00+08:00 | 2017-09-15
  2017-08-31T00:00:00+08:00 | P6M    | 2018-02-28T00:00:00+08:00 | 2018-02-27
  2015-08-31T10:00:00+08:00 | P6M    | 2016-02-29T10:00:00+08:00 | 2016-02-29
  2016-02-29T23:59:59+08:00 | P1Y    | 2017-02-28T23:59:59+08:00 | 2017-02-28
  2016-02-29T23:59:59+08:00 | P4Y    | 2020-02-29T23:59:59+08:00 | 2020-02-29
  2017-03-15T10:00:00+08:00 | P30D   | 2017-04-14T10:00:00+08:00 | 2017-04-14
  2017-03-15T10:00:00+08:00 | PT72H  | 2017-03-18T10:00:00+08:00 | 2017-03-18
  2017-03-15T10:00:00+08:00 | P1DT1H | 2017-03-16T11:00:00+08:00 | 2017-03-16
`

test('PT-7 points lapse so long after the instant they were earned at', () => {
  for (const [earnedAt = '', duration = '', lapsesAt = '', lastDay = ''] of rowsOf(after)) {
    const expiresAt = lapses(earnedAt, { after: duration }, shanghai)
    equal(expiresAt && instantToText(expiresAt, shanghai), lapsesAt, `${earnedAt} ${duration}`)
    equal(lastDayOf(expiresAt, shanghai)?.toString(), lastDay, `${earnedAt} ${duration}`)
  }
})

test('PT-7 a day is a day of the calendar, also over the change to summer time', () => {
  const expiresAt = lapses('2017-10-14T12:00:00-03:00', { after: 'P1D' }, saoPaulo)
  equal(expiresAt && instantToText(expiresAt, saoPaulo), '2017-10-15T12:00:00-02:00')
})

// Columns: earned at | yearly on | least age | lapses at | last day.
const yearly = `
  2017-02-28T10:00:00+08:00 | 02-28 | P1Y | 2018-03-01T00:00:00+08:00 | 2018-02-28
  2017-03-01T00:00:00+08:00 | 02-28 | P1Y | 2019-03-01T00:00:00+08:00 | 2019-02-28
  2017-02-27T23:59:59+08:00 | 02-28 | P1Y | 2018-03-01T00:00:00+08:00 | 2018-02-28
  2017-02-27T10:00:00+08:00 | 02-28 | P0D | 2017-03-01T00:00:00+08:00 | 2017-02-28
  2017-06-30T10:00:00+08:00 | 06-30 | P0D | 2017-07-01T00:00:00+08:00 | 2017-06-30
  2015-03-01T10:00:00+08:00 | 02-29 | P1Y | 2017-03-01T00:00:00+08:00 | 2017-02-28
  2015-02-28T10:00:00+08:00 | 02-29 | P1Y | 2016-03-01T00:00:00+08:00 | 2016-02-29
  2016-02-29T10:00:00+08:00 | 02-28 | P1Y | 2017-03-01T00:00:00+08:00 | 2017-02-28
  2016-02-29T10:00:00+08:00 | 12-31 | P6M | 2017-01-01T00:00:00+08:00 | 2016-12-31
`

test('PT-8 points lapse at the end of the first yearly day on which they are old enough', () => {
  for (const [earnedAt = '', yearlyOn = '', leastAge = '', at = '', day = ''] of rowsOf(yearly)) {
    const expiresAt = lapses(earnedAt, { yearlyOn, leastAge }, shanghai)
    equal(expiresAt && instantToText(expiresAt, shanghai), at, `${earnedAt} ${yearlyOn}`)
    equal(lastDayOf(expiresAt, shanghai)?.toString(), day, `${earnedAt} ${yearlyOn}`)
  }
})

test('PT-9 points that never lapse have no last day', () => {
  const expiresAt = lapses('2017-11-11T10:00:00+08:00', 'never', shanghai)
  equal(expiresAt, null)
  equal(lastDayOf(expiresAt, shanghai), null)
})

test('PT-6, PT-7 and PT-8 points can always be spent on the day they were earned on', () => {
  const rules = ['endOfNextCalendarYear', { after: 'P6M' }, { yearlyOn: '02-29', leastAge: 'P1Y' }]
  const zones = [shanghai, saoPaulo, 'UTC', 'Pacific/Apia']
  const instants = fc.integer({ min: 0, max: 4_000_000_000_000 })
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.constantFrom(...zones),
      instants,
      (rule, zone, ms) => {
        const earnedAt = Temporal.Instant.fromEpochMilliseconds(ms)
        const expiresAt = expiryOf(earnedAt, { expiry: ExpirySchema.parse(rule) }, zone)
        equal(expiresAt !== null && isBefore(earnedAt, expiresAt), true)
        const lastDay = lastDayOf(expiresAt, zone) ?? dayOf(earnedAt, zone)
        equal(Temporal.PlainDate.compare(dayOf(earnedAt, zone), lastDay) <= 0, true)
      },
    ),
  )
})

test('PT-11 points wait as long as the policy says, and not at all without it', () => {
  const earnedAt = Temporal.Instant.from('2017-11-20T10:00:00+08:00')
  const waiting = { pendingFor: Temporal.Duration.from('P7D') }
  equal(activeFrom(earnedAt, {}, shanghai).toString(), '2017-11-20T02:00:00Z')
  equal(activeFrom(earnedAt, waiting, shanghai).toString(), '2017-11-27T02:00:00Z')
})

function lapses(earnedAt: string, expiry: unknown, zone: string): Temporal.Instant | null {
  return expiryOf(Temporal.Instant.from(earnedAt), { expiry: ExpirySchema.parse(expiry) }, zone)
}
