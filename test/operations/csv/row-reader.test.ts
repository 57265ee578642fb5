import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'csv-stringify/sync'
import { rowReader } from '#operations/csv/row-reader.ts'

test('quoted cells hold commas, quotes and new lines', () => {
  deepEqual(cells('a,b\n1,"x, ""y""\nz"\n2,\n'), [
    ['a', 'b'],
    ['1', 'x, "y"\nz'],
    ['2', ''],
  ])
})

test('a byte order mark, carriage returns and empty lines are no part of a row', () => {
  deepEqual(cells('\uFEFFa,b\r\n\r\n1,2\r\n'), [
    ['a', 'b'],
    ['1', '2'],
  ])
})

// Columns: text of the file | lines that are rows | lines that are bad, with the reason.
const damaged = [
  ['a,b\n1,"x"y\n2,3\n4,5\n', [1, 3, 4], ['2 bad-csv']],
  ['a,b\n1,x"y\n2,3\n4,z"5\n6,7\n', [1, 3, 5], ['2 bad-csv', '4 bad-csv']],
  ['a,b\n1,"open\n2,3\n4,5', [1, 3, 4], ['2 bad-csv']],
  ['a,b\n1,"two\nlines"\n2,"open\n4,5', [1, 2, 5], ['4 bad-csv']],
  ['a,b\n1\n2,3,4\n5,6\n', [1, 4], ['2 wrong-columns', '3 wrong-columns']],
  ['a,b\n1,\0\n2,3\n', [1, 3], ['2 not-text']],
] as const

test('a row that cannot be read is told by its line and costs no other', () => {
  for (const [text, rows, bad] of damaged) {
    const block = rowReader().read(text, true)
    deepEqual(
      block.rows.map((row) => row.line),
      rows,
      text,
    )
    deepEqual(
      block.bad.map((row) => `${row.line} ${row.reason}`),
      bad,
      text,
    )
  }
})

test('an open quote takes no more than the lines that a row can have', () => {
  const lines = Array.from({ length: 2_000 }, (_, index) => `${index},x`)
  const block = rowReader().read(`a,b\n1,"open\n${lines.join('\n')}\n9,y"\n`, true)
  deepEqual([block.rows.length, block.bad.length], [2_001, 2])
})

test('bytes that were not UTF-8 are counted', () => {
  const text = Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xa3, 0x2c, 0xff, 0x0a]).toString('utf8')
  equal(rowReader().read(text, true).replaced, 2)
})

test('what is written as CSV is read as it was, however the file is cut into blocks', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é'), maxLength: 6 })
  const table = fc.array(fc.tuple(fc.constant('x'), cell, cell), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(table, fc.array(fc.nat({ max: 400 }), { maxLength: 4 }), (rows, cuts) => {
      const lines = stringify(rows, { eof: false }).split('\n')
      const reader = rowReader()
      const read: (readonly string[])[] = []
      let from = 0
      for (const cut of cuts.map((each) => each % lines.length).toSorted((a, b) => a - b)) {
        if (cut <= from) continue
        read.push(...cellsOf(reader.read(lines.slice(from, cut).join('\n'), false)))
        from = cut
      }
      read.push(...cellsOf(reader.read(lines.slice(from).join('\n'), true)))
      deepEqual(read, rows)
    }),
  )
})

function cells(text: string): readonly (readonly string[])[] {
  return cellsOf(rowReader().read(text, true))
}

function cellsOf(block: ReturnType<ReturnType<typeof rowReader>['read']>) {
  return block.rows.map((row) => row.cells)
}
