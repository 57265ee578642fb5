import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { timeReader } from '#cli/import/read-time.ts'
import { readAmount, readPrice, readUnits } from '#cli/import/values.ts'

// Columns: text | digits of the currency | minor units.
const amounts = [
  ['109.00', 2, 10_900],
  ['7', 2, 700],
  ['2.500', 2, 250],
  ['0.1', 2, 10],
  ['120', 0, 120],
  ['0.001', 2, undefined],
  ['-1.00', 2, undefined],
  ['1,50', 2, undefined],
  ['1e3', 2, undefined],
  ['', 2, undefined],
] as const

test('an amount is a plain decimal of zero or more, no finer than the currency', () => {
  for (const [text, digits, fen] of amounts) equal(readAmount(text, digits), fen, text)
})

// Columns: price of a unit | units | minor units.
const prices = [
  ['2.08', 80_995, 16_846_960],
  ['0.0025', 400, 100],
  ['0.001', 1, undefined],
  ['1.00005', 2, undefined],
  ['-2.00', 1, undefined],
] as const

test('a price of a unit may be finer than the currency when the amount is not', () => {
  for (const [price, units, fen] of prices) equal(readPrice(price, units, 2), fen, price)
})

test('units are whole numbers, however many zeros follow the point', () => {
  for (const [text, units] of [
    ['6', 6],
    ['-12.0', -12],
    ['1.5', undefined],
    ['x', undefined],
  ] as const) {
    equal(readUnits(text), units, text)
  }
})

// Columns: local time in Sao Paulo, or with an offset | the instant.
const times = [
  ['2017-11-24 10:30:00', '2017-11-24T12:30:00Z'],
  ['11/24/2017 8:05', '2017-11-24T10:05:00Z'],
  ['2017-11-24T10:30:00+08:00', '2017-11-24T02:30:00Z'],
  // Clocks went forward at midnight: the hour was skipped.
  ['2017-10-15 00:30:00', '2017-10-15T03:30:00Z'],
  // Clocks went back at midnight: the hour came twice.
  ['2018-02-17 23:30:00', '2018-02-18T01:30:00Z'],
  ['2017-02-29 10:00:00', undefined],
  ['2017-11-24 24:00:00', undefined],
  ['24.11.2017', undefined],
  ['', undefined],
] as const

test('a time is read by one of the formats in the zone, or with its own offset', () => {
  const read = timeReader(['YYYY-MM-DD HH:mm:ss', 'M/D/YYYY H:mm'], 'America/Sao_Paulo')
  for (const [text, instant] of times) {
    const expected = instant === undefined ? undefined : Temporal.Instant.from(instant)
    equal(read(text), expected?.epochMilliseconds, text)
  }
})

test('a time format that says nothing of the day, or something unknown, is refused', () => {
  throws(() => timeReader(['HH:mm'], 'UTC'), /it has no year, month and day/)
  throws(() => timeReader(['YYYY-MM-DD q'], 'UTC'), /q means nothing in it/)
})
