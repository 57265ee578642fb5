import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { PointsPolicySchema } from '#rules/points/policy.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { readMarketFile } from '#rules/policies/market-file.ts'

const page = readFileSync(new URL('../../docs/policies.md', import.meta.url), 'utf8')
const [points, event, benefit, market] = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
  ([, json]) => JSON.parse(json ?? '') as unknown,
)

test('docs/policies.md shows the points policy of the preset tmall-2017', () => {
  deepEqual(points, tmall2017.policies.points)
})

test('docs/policies.md shows a benefit of the preset tmall-2017', () => {
  deepEqual(benefit, tmall2017.policies['benefit:hotel'])
})

test('the event and the market of docs/policies.md fit their schemas', () => {
  equal(parsePolicy('points-event:beauty-week', event).ok, true)
  equal(readMarketFile(market).ok, true)
})

test('docs/policies.md explains every field of the policy points, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-zA-Z.]+)` *\|/gm)].map(([, name = '']) => name)
  const fields = Object.keys(PointsPolicySchema.shape)
  deepEqual(rows.map((name) => name.split('.')[0] ?? '').toSorted(), [...fields].toSorted())
})
