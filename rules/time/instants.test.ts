import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  dayOf,
  instantFromText,
  instantToText,
  isBefore,
  isInside,
  latest,
  startOfDay,
  toMillisecond,
} from '#rules/time/instants.ts'

// Columns: text | the instant in UTC, or nothing where it is refused.
const texts = `
  2017-11-11T00:00:00+08:00           | 2017-11-10T16:00:00Z
  2017-11-11T00:00+08:00              | 2017-11-10T16:00:00Z
  2017-11-11T00:00:00Z                | 2017-11-11T00:00:00Z
  2017-11-11T00:00:00.1Z              | 2017-11-11T00:00:00.1Z
  2017-11-11T00:00:00.123999999Z      | 2017-11-11T00:00:00.123Z
  1969-12-31T23:59:59.9999Z           | 1969-12-31T23:59:59.999Z
  2016-02-29T12:00:00-03:00           | 2016-02-29T15:00:00Z
  2016-12-31T23:59:60Z                | 2016-12-31T23:59:59Z
  0001-01-01T00:00:00Z                | 0001-01-01T00:00:00Z
  9999-12-31T23:59:59.999Z            | 9999-12-31T23:59:59.999Z
  0001-01-01T00:00:00+08:00           |
  0000-01-01T00:00:00Z                |
  9999-12-31T23:59:59-12:00           |
  +010000-01-01T00:00:00Z             |
  2017-11-11T00:00:00                 |
  2017-11-11                          |
  2017-11-11 00:00:00+08:00           |
  2017-11-11t00:00:00z                |
  20171111T000000Z                    |
  2017-11-11T00:00:00+0800            |
  2017-11-11T00:00:00+08              |
  2017-11-11T00:00:00+08:00:00        |
  2017-11-11T00:00:00+24:00           |
  2017-11-11T24:00:00Z                |
  2017-02-29T00:00:00Z                |
  2017-13-01T00:00:00Z                |
  2017-11-11T00:00:00,5Z              |
  2017-11-11T00:00:00.1234567890Z     |
  2017-11-11T00:00:00Z[Asia/Shanghai] |
  1510329600                          |
`

test('TI-1 an instant is read from ISO 8601 with an offset, cut to the millisecond, or refused', () => {
  for (const [text = '', wanted = ''] of rowsOf(texts)) {
    equal(instantFromText(text)?.toString(), wanted === '' ? undefined : wanted, text)
  }
  for (const text of ['', ' 2017-11-11T00:00:00Z', '2017-11-11T00:00:00Z\n']) {
    equal(instantFromText(text), undefined, JSON.stringify(text))
  }
})

test('TI-1 an instant is written with the offset of its zone and read back the same', () => {
  const zone = fc.constantFrom('Asia/Shanghai', 'America/Sao_Paulo', 'Europe/London', 'UTC')
  fc.assert(
    fc.property(instants(), zone, (instant, name) => {
      equal(instantFromText(instantToText(instant, name))?.equals(instant), true)
    }),
  )
  const newYear = Temporal.Instant.from('2018-12-31T16:00:00Z')
  equal(instantToText(newYear, 'Asia/Shanghai'), '2019-01-01T00:00:00+08:00')
})

test('TI-1 an instant finer than the millisecond is never written', () => {
  const fine = Temporal.Instant.from('2017-11-11T00:00:00.0001Z')
  throws(() => instantToText(fine, 'UTC'), /millisecond/)
  equal(instantToText(toMillisecond(fine), 'UTC'), '2017-11-11T00:00:00+00:00')
})

// Columns: zone | day | its first instant in UTC.
const days = `
  Asia/Shanghai     | 2017-11-11 | 2017-11-10T16:00:00Z
  Asia/Shanghai     | 2019-01-01 | 2018-12-31T16:00:00Z
  Europe/London     | 2011-03-27 | 2011-03-27T00:00:00Z
  Europe/London     | 2011-06-01 | 2011-05-31T23:00:00Z
  America/Sao_Paulo | 2017-10-15 | 2017-10-15T03:00:00Z
  America/Sao_Paulo | 2018-11-04 | 2018-11-04T03:00:00Z
`

test('TI-2 a business day begins at its zone’s first instant of the date, also where midnight is skipped', () => {
  for (const [zone = '', day = '', first = ''] of rowsOf(days)) {
    const start = startOfDay(Temporal.PlainDate.from(day), zone)
    equal(start.toString(), first, `${zone} ${day}`)
    equal(dayOf(start, zone).toString(), day)
    equal(dayOf(start.subtract({ milliseconds: 1 }), zone).toString() < day, true)
  }
})

test('TI-2 every instant lies within its own business day', () => {
  const zone = fc.constantFrom('Asia/Shanghai', 'America/Sao_Paulo', 'Europe/London')
  fc.assert(
    fc.property(instants(), zone, (instant, name) => {
      const day = dayOf(instant, name)
      const window = { from: startOfDay(day, name), to: startOfDay(day.add({ days: 1 }), name) }
      equal(isInside(instant, window), true)
    }),
  )
})

test('TI-3 a window has its first instant and not its last', () => {
  const from = Temporal.Instant.from('2017-11-11T00:00:00+08:00')
  const to = Temporal.Instant.from('2017-11-12T00:00:00+08:00')
  equal(isInside(from, { from, to }), true)
  equal(isInside(to.subtract({ milliseconds: 1 }), { from, to }), true)
  equal(isInside(to, { from, to }), false)
  equal(isInside(from.subtract({ milliseconds: 1 }), { from, to }), false)
  equal(isInside(from, { from, to: from }), false)
})

test('TI-3 windows that follow each other share no instant and leave none out', () => {
  fc.assert(
    fc.property(instants(), instants(), instants(), instants(), (instant, ...borders) => {
      const [a, b, c] = borders.toSorted((one, other) => Temporal.Instant.compare(one, other))
      if (a === undefined || b === undefined || c === undefined) return
      const inFirst = isInside(instant, { from: a, to: b })
      const inSecond = isInside(instant, { from: b, to: c })
      equal(inFirst && inSecond, false)
      equal(inFirst || inSecond, isInside(instant, { from: a, to: c }))
    }),
  )
})

test('TI-4 what is earlier and later depends on the instants given and nothing else', () => {
  fc.assert(
    fc.property(instants(), instants(), (a, b) => {
      equal(isBefore(a, b), Temporal.Instant.compare(a, b) < 0)
      equal(latest(a, b).equals(Temporal.Instant.compare(a, b) < 0 ? b : a), true)
    }),
  )
})

function instants(): fc.Arbitrary<Temporal.Instant> {
  const first = Temporal.Instant.from('1970-01-01T00:00:00Z').epochMilliseconds
  const last = Temporal.Instant.from('2100-01-01T00:00:00Z').epochMilliseconds
  return fc
    .integer({ min: first, max: last })
    .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))
}

function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
}
