import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
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
