import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { problems, type ProblemCode } from '#http/problems.ts'

/** The pages that explain every refusal of an area. */
const pages = {
  benefits: 'benefits',
  transformation: 'governance',
  recruiting: 'governance',
  notices: 'governance',
  tickets: 'governance',
  paid: 'paid-membership',
  prices: 'price-verification',
  metrics: 'merchant-metrics',
  enrolment: 'enrolment',
  violations: 'merchant-metrics',
  campaigns: 'campaigns',
  shops: 'campaigns',
  merchants: 'campaigns',
  declarations: 'declarations',
  protection: 'price-protection',
  delivery: 'delivery',
  timeouts: 'time-outs',
  'return-requests': 'time-outs',
  entry: 'event-entry',
  webhooks: 'webhooks',
}

for (const [area, name] of Object.entries(pages)) {
  test(`docs/${name}.md explains the refusals ${area}/ with their status`, () => {
    const page = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `([a-z-]+\/[a-z-]+)` *\| ([0-9]{3}) /gm)]
    for (const [, code = '', status] of rows) {
      equal(String(problems[code as ProblemCode].status), status, code)
    }
    const own = Object.keys(problems).filter((code) => code.startsWith(`${area}/`))
    const told = rows.flatMap(([, code = '']) => (code.startsWith(`${area}/`) ? [code] : []))
    deepEqual(told.toSorted(), own.toSorted())
  })
}
