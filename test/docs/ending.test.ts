import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { removals } from '#db/membership/personal-columns.ts'

const page = readFileSync(new URL('../../docs/ending.md', import.meta.url), 'utf8')
const [, erasure = ''] = page.split('\n## Erasure\n')

test('docs/ending.md names every table and column that an erasure empties, and no other', () => {
  const cells = [...erasure.matchAll(/^\| (`[^|]*)\|/gm)].map(([, cell = '']) => cell)
  const removed = removals.flatMap((removal) =>
    'deletes' in removal
      ? [removal.table]
      : Object.keys(removal.sets).map((column) => `${removal.table}.${column}`),
  )
  deepEqual(cells.flatMap(placesIn).toSorted(), removed.toSorted())
})

/** The places that a cell names; `.column` is of the table of the one before. */
function placesIn(cell: string): string[] {
  let last = ''
  return [...cell.matchAll(/`([a-z_]*)(\.[a-z_]+)?`/g)].map(([, table = '', column = '']) => {
    if (table !== '') last = table
    return last + column
  })
}
