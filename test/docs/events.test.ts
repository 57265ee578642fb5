import { deepEqual, equal } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { factTypes, readFact } from '#rules/orders/facts.ts'

const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((section) => section.split(/^## /m, 1)[0] ?? '')

test('docs/events.md explains every type of event, each with one example', () => {
  const named = sections.map((section) => section.slice(0, section.indexOf('\n')))
  deepEqual(named.toSorted(), factTypes.toSorted())
})

test('every example of docs/events.md is an event of its section that is read', () => {
  for (const section of sections) {
    const title = section.slice(0, section.indexOf('\n'))
    const examples = [...section.matchAll(/^```json\n(.*?)^```$/gms)]
    equal(examples.length, 1, title)
    const read = readFact(JSON.parse(examples[0]?.[1] ?? ''))
    deepEqual(read.ok ? [] : read.problems, [], title)
    equal(read.ok && read.fact.type, title)
  }
})

test('docs/events.md has a line for every event that others are told', () => {
  const [, out = ''] = page.split('\n## Events out\n')
  const rows = [...out.matchAll(/^\| `(jifen\.[a-zA-Z.-]+\.v1)` *\|/gm)].map(
    ([, type = '']) => type,
  )
  const operations = new URL('../../operations/', import.meta.url)
  const code = globSync('**/*.ts', { cwd: operations })
    .filter((path) => path !== 'announcements/announce.ts')
    .map((path) => readFileSync(new URL(path, operations), 'utf8'))
    .join('\n')
  const told = new Set(
    [...code.matchAll(/jifen\.[a-zA-Z-]+\.[a-zA-Z]+\.v1/g)].map(([type]) => type),
  )
  const isFact = (type: string): boolean => factTypes.some((known) => known === type)
  // Whether a right lapses soon or has lapsed is one line of the code.
  told.add('jifen.benefit.lapsed.v1').add('jifen.benefit.lapsing.v1')
  deepEqual(rows.toSorted(), [...told].filter((type) => !isFact(type)).toSorted())
})
