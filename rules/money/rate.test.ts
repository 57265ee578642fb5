import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ppmFromText, ppmToText, timesRate, type Ppm } from '#rules/money/rate.ts'

// Columns: text | parts per million, or nothing where it is refused.
const rates = `
  0.5              | 500000
  1                | 1000000
  0                | 0
  0.001            | 1000
  0.000001         | 1
  0.0000001        |
  1.5000000        |
  100              | 100000000
  999999999.999999 | 999999999999999
  1000000000       |
  -0.5             |
  .5               |
  5.               |
  1e-3             |
  00.5             |
  0,5              |
`

test('MO-8 a rate is a decimal text of at most six digits after the point', () => {
  for (const [text = '', parts = ''] of rowsOf(rates)) {
    equal(ppmFromText(text), parts === '' ? undefined : Number(parts), text)
  }
  for (const text of ['', ' 1', '1 ', '1\n']) equal(ppmFromText(text), undefined)
})

test('MO-8 a rate is written as its shortest text and read back the same', () => {
  equal(ppmToText(500_000 as Ppm), '0.5')
  equal(ppmToText(10_000_000 as Ppm), '10')
  equal(ppmToText(0 as Ppm), '0')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (parts) => {
      const text = ppmToText(parts as Ppm)
      equal(ppmFromText(text), parts)
      equal(/\.\d*0$|\.$/.test(text), false)
    }),
  )
})

test('MO-8 a rate of a rate is cut to a whole part per million', () => {
  equal(timesRate(500_000 as Ppm, 500_000 as Ppm), 250_000)
  equal(timesRate(333_333 as Ppm, 3 as Ppm), 0)
  equal(timesRate(333_333 as Ppm, 3_000_000 as Ppm), 999_999)
})

function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
}
