import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parsePolicy } from '#rules/policies/catalogue.ts'

const page = readFileSync(new URL('../../docs/issuing.md', import.meta.url), 'utf8')
const bodies = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
  ([, json]) => JSON.parse(json ?? '') as unknown,
)

test('the policies of docs/issuing.md fit their schemas', () => {
  const names = ['coupon-batch:x', 'allowance:x', 'red-envelope:x']
  deepEqual(
    bodies.map((body, index) => parsePolicy(names[index] ?? '', body).ok),
    [true, true, true],
  )
})
