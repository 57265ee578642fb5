import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { removals } from '#db/membership/personal-columns.ts'

const page = readFileSync(new URL('../../docs/ending.md', import.meta.url), 'utf8')
const [, erasure = ''] = page.split('\n## Erasure\n')

test('docs/ending.md names every table of which an erasure removes something, and no other', () => {
  const cells = [...erasure.matchAll(/^\| (`[^|]*)\|/gm)].map(([, cell = '']) => cell)
  const named = cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z_]+)[^`]*`/g)].flatMap(([, table = '']) => table),
  )
  deepEqual(
    [...new Set(named)].toSorted(),
    [...new Set(removals.map(({ table }) => table))].toSorted(),
  )
})
