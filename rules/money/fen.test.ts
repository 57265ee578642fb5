import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen, fenFromText, fenToText } from '#rules/money/fen.ts'
import { add, asPoints, least, subtract } from '#rules/money/points.ts'

// Columns: text | digits of the currency | minor units, or nothing where it is refused.
const texts = `
  109.00              | 2 | 10900
  109                 | 2 | 10900
  0.1                 | 2 | 10
  0.29                | 2 | 29
  1.15                | 2 | 115
  -0.50               | 2 | -50
  -0.00               | 2 | 0
  90071992547409.91   | 2 | 9007199254740991
  90071992547409.92   | 2 |
  9007199254740991    | 0 | 9007199254740991
  9007199254740992    | 0 |
  109                 | 0 | 109
  109.0               | 0 |
  1.001               | 3 | 1001
  1.0001              | 3 |
  1.001               | 2 |
  01.00               | 2 |
  1.                  | 2 |
  .50                 | 2 |
  +1.00               | 2 |
  1,000.00            | 2 |
  1e3                 | 2 |
  0x10                | 2 |
  --1                 | 2 |
  NaN                 | 2 |
  Infinity            | 2 |
  1.00 yuan           | 2 |
  １.00               | 2 |
`

test('MO-2 a decimal text is read exactly, or refused', () => {
  for (const [text = '', digits = '', fen = ''] of rowsOf(texts)) {
    equal(fenFromText(text, Number(digits)), fen === '' ? undefined : Number(fen), text)
  }
  for (const text of ['', ' 1.00', '1.00 ', '1.00\n', '1\u0000']) {
    equal(fenFromText(text), undefined, JSON.stringify(text))
  }
})

test('MO-2 what is written is read back the same, whatever the currency', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 4 }), (amount, digits) => {
      equal(fenFromText(fenToText(asFen(amount), digits), digits), amount + 0)
    }),
  )
})

test('MO-2 an amount is written with all digits of its currency', () => {
  equal(fenToText(asFen(34712)), '347.12')
  equal(fenToText(asFen(5)), '0.05')
  equal(fenToText(asFen(-5)), '-0.05')
  equal(fenToText(asFen(0)), '0.00')
  equal(fenToText(asFen(7), 0), '7')
  equal(fenToText(asFen(-1234), 3), '-1.234')
})

test('MO-1 an amount that is no safe whole number is a bug', () => {
  for (const amount of [0.1, 2 ** 53, -(2 ** 53), Number.NaN, Infinity]) {
    throws(() => asFen(amount), /safe whole number/)
    throws(() => asPoints(amount), /safe whole number/)
  }
  equal(asFen(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
})

test('MO-1 points that leave the safe range by adding or subtracting are a bug', () => {
  const most = asPoints(Number.MAX_SAFE_INTEGER)
  throws(() => add(most, asPoints(1)), /safe whole number/)
  throws(() => subtract(asPoints(-1), most), /safe whole number/)
  equal(add(asPoints(2), asPoints(3)), 5)
  equal(subtract(asPoints(2), asPoints(3)), -1)
  equal(least(asPoints(2), asPoints(3)), 2)
  equal(least(asPoints(3), asPoints(2)), 2)
})

function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
}
