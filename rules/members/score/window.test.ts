import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { monthEndsOf, windowFor } from '#rules/members/score/window.ts'
import { dayNumberAt, dayNumberOf, dayOfNumber } from '#rules/time/day-numbers.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: asked as of | months | first day | last day.
const windows = `
  2017-06-08 | 12 | 2016-06-01 | 2017-05-31
  2017-06-01 | 12 | 2016-06-01 | 2017-05-31
  2017-06-30 | 12 | 2016-06-01 | 2017-05-31
  2017-07-01 | 12 | 2016-07-01 | 2017-06-30
  2017-01-08 | 12 | 2016-01-01 | 2016-12-31
  2016-02-29 | 12 | 2015-02-01 | 2016-01-31
  2016-03-08 | 12 | 2015-03-01 | 2016-02-29
  2017-03-31 | 12 | 2016-03-01 | 2017-02-28
  2017-03-31 | 1  | 2017-02-01 | 2017-02-28
  2017-03-31 | 13 | 2016-02-01 | 2017-02-28
`

test('MS-3 the window is of whole months, up to the end of the month before', () => {
  for (const [asOf = '', months, from, to] of rowsOf(windows)) {
    const window = windowFor(Temporal.PlainDate.from(asOf), { months: Number(months) })
    deepEqual([window.from.toString(), window.to.toString()], [from, to], asOf)
  }
})

test('MS-3 the months of a window end on their last days, in a leap year too', () => {
  const window = {
    fromDay: dayNumberOf(Temporal.PlainDate.from('2015-12-01')),
    toDay: dayNumberOf(Temporal.PlainDate.from('2016-03-31')),
  }
  const ends = ['2015-12-31', '2016-01-31', '2016-02-29', '2016-03-31']
  deepEqual(monthEndsOf(window).map(String), ends.map(numberText))
  // Asked for the same window again, and then for another one.
  deepEqual(monthEndsOf({ ...window }), monthEndsOf(window))
  deepEqual(monthEndsOf({ ...window, toDay: window.fromDay }).map(String), [
    numberText('2015-12-31'),
  ])
})

test('MS-3 days are counted from 1970-01-01, before it below zero', () => {
  for (const [day, number] of Object.entries({
    '1970-01-01': 0,
    '1969-12-31': -1,
    '2017-05-31': 17_317,
  })) {
    equal(dayNumberOf(Temporal.PlainDate.from(day)), number)
    equal(dayOfNumber(number).toString(), day)
  }
})

test('MS-3 the day of an instant is that of the zone', () => {
  const instants = [
    '2017-05-31T15:59:59.999Z',
    '2017-05-31T16:00:00Z',
    '1969-12-31T15:59:59Z',
    '1900-06-01T00:00:00Z',
    '2018-11-04T02:59:59.999Z',
  ]
  for (const zone of ['Asia/Shanghai', 'America/Sao_Paulo', 'UTC', 'Asia/Kathmandu']) {
    for (const text of instants) {
      const instant = Temporal.Instant.from(text)
      const day = instant.toZonedDateTimeISO(zone).toPlainDate()
      equal(dayNumberAt(instant, zone), dayNumberOf(day), `${text} ${zone}`)
    }
  }
})

function numberText(day: string): string {
  return String(dayNumberOf(Temporal.PlainDate.from(day)))
}
