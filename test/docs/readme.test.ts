import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { assert } from '#rules/assert.ts'
import { decideText, openSetting, outputText } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'
import { readFact } from '#rules/orders/facts.ts'

for (const name of ['README.md', 'README.zh.md']) {
  const page = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

  test(`the events of ${name} are read`, () => {
    const [, batch = ''] = /-d '(\[.*?\])'/s.exec(page) ?? []
    const events = JSON.parse(batch) as readonly unknown[]
    deepEqual(
      events.map((event) => readFact(event).ok),
      [true, true],
    )
  })

  test(`the decision of ${name} is what the program decides`, () => {
    const [, input = ''] = /echo '(\{.*?\})'/.exec(page) ?? []
    const decision = decisions.get('earn')
    assert(decision !== undefined, 'there is a decision called earn')
    const opened = openSetting(tmall2017.policies, undefined, decision, 'Asia/Shanghai')
    assert(opened.ok, 'the preset fits')
    const decided = decideText(decision, input, opened.setting)
    assert(decided.ok, 'the input fits')

    const output = JSON.parse(outputText(decided.output, false)) as { readonly points: number }
    const [, shown] = /```json\n(\{.*?\})\n```/s.exec(page) ?? []
    if (shown !== undefined) deepEqual(JSON.parse(shown), output)
    equal(output.points, 109)
  })
}
