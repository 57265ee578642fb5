import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { parsePolicy, policySchema } from '#rules/policies/catalogue.ts'
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

test('docs/benefits.md has a line for every benefit of the preset tmall-2017', () => {
  const text = readFileSync(new URL('../../docs/benefits.md', import.meta.url), 'utf8')
  const [table = ''] = text.split('\n## ', 1)
  const rows = [...table.matchAll(/^\| (`[^|]*)\|/gm)].map(([, cell = '']) => cell)
  const named = rows.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, slug = '']) => slug),
  )
  const benefits = Object.keys(tmall2017.policies).filter((name) => name.startsWith('benefit:'))
  deepEqual(named.map((slug) => `benefit:${slug}`).toSorted(), benefits.toSorted())
})

const explained = {
  points: 'points',
  score: 'score',
  badges: 'badges',
  instantRefund: 'instantRefund',
  ending: 'ending',
  timeouts: 'timeouts',
  merchantMetrics: 'merchantMetrics',
  violations: 'violations',
  delivery: 'delivery',
  late: 'late',
  price: 'price',
  invitation: 'invitation',
  'interchange:NAME': 'interchange:x',
  transformation: 'transformation',
  recruiting: 'recruiting',
  ruleNotices: 'ruleNotices',
  tickets: 'tickets',
  benefits: 'benefits',
  'benefit:NAME': 'benefit:x',
  paidMembership: 'paidMembership',
  'campaign:NAME': 'campaign:x',
  declarations: 'declarations',
  priceProtection: 'priceProtection',
  enrolment: 'enrolment',
  'entry:NAME': 'entry:x',
}

for (const [title, name] of Object.entries(explained)) {
  test(`docs/policies.md explains every field of the policy ${title}, and no other`, () => {
    const [, section = ''] = page.split(`\n## ${title}\n`)
    const [text = ''] = section.split('\n## ', 1)
    const fields = fieldsOf(name)
    const rows = [...text.matchAll(/^\| `([a-zA-Z.]+)` *\|.*\|.*\|$/gm)].map(([, row = '']) => row)
    ok(rows.length > 0)
    deepEqual(
      rows.filter((row) => !fields.has(row)),
      [],
    )
    const said = new Set(
      [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`[^`]+`/g)].flatMap(
        ([words]) => words.match(/\w+/g) ?? [],
      ),
    )
    const silent = [...fields].filter((field) => !said.has(field.split('.').at(-1) ?? ''))
    deepEqual(silent, [])
  })
}

type Node = {
  readonly properties?: Readonly<Record<string, Node>>
  readonly anyOf?: readonly Node[]
  readonly oneOf?: readonly Node[]
  readonly items?: Node
  readonly additionalProperties?: Node | boolean
}

/** The paths of all fields; what a title, a target or a ratio is made of is explained elsewhere. */
function fieldsOf(name: string): ReadonlySet<string> {
  const schema = policySchema(name)
  ok(schema !== undefined, name)
  return new Set(pathsIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node))
}

function pathsIn(node: Node, path = ''): readonly string[] {
  const { properties = {}, anyOf = [], oneOf = [], items, additionalProperties } = node
  const own = Object.entries(properties).flatMap(([key, below]) => {
    const at = path === '' ? key : `${path}.${key}`
    if (['zh', 'en'].includes(key)) return []
    return ['target', 'exclusive'].includes(key) ? [at] : [at, ...pathsIn(below, at)]
  })
  const named = typeof additionalProperties === 'object' ? [additionalProperties] : []
  const others = [...anyOf, ...oneOf, ...(items === undefined ? [] : [items]), ...named]
  return [...own, ...others.flatMap((other) => pathsIn(other, path))]
}
