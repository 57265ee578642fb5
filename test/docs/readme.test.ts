import { deepEqual, equal, ok } from 'node:assert/strict'
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
    const decided = outputText(decide('earn', input), false)
    const output = JSON.parse(decided) as { readonly points: number }
    const [, shown] = /```json\n(\{.*?\})\n```/s.exec(page) ?? []
    if (shown !== undefined) deepEqual(JSON.parse(shown), output)
    equal(output.points, 109)
  })

  test(`the benefit of ${name} is what the program decides`, () => {
    const block = /echo '(\{"benefit".*?\})'.*?^```\n((?:\n|^ {4}[^\n]*\n)*)/ms.exec(page)
    const [, input = '', shown = ''] = block ?? []
    const decided = outputText(decide('benefit', input), false)
    const pieces = shown.replaceAll(/\s/g, '').split(/,?\.\.\.,?/)
    for (const piece of pieces) ok(decided.includes(piece), `${piece} is not in ${decided}`)
    equal(pieces.length, 3)
  })
}

function decide(name: string, input: string): unknown {
  const decision = decisions.get(name)
  assert(decision !== undefined, `there is a decision called ${name}`)
  const opened = openSetting(tmall2017.policies, undefined, decision, 'Asia/Shanghai')
  assert(opened.ok, 'the preset fits')
  const decided = decideText(decision, input, opened.setting)
  assert(decided.ok, 'the input fits')
  return decided.output
}
