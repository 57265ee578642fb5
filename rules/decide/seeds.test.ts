import { equal, partialDeepStrictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Decision } from '#rules/decide/decision.ts'
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'

type Case = {
  readonly id: string
  readonly source: string
  readonly input: unknown
  readonly output: object
}

const presetFile = new URL('../../presets/tmall-2017.json', import.meta.url)
const preset = JSON.parse(readFileSync(presetFile, 'utf8')) as { policies: Record<string, unknown> }

for (const name of ['quote', 'deposit', 'refund', 'benefit']) {
  const file = new URL(`golden/seeds-${name}.json`, import.meta.url)
  const { agree } = JSON.parse(readFileSync(file, 'utf8')) as { agree: readonly Case[] }

  test(`DE-1 ${name} gives the worked figures of the rules of 2017 and 2018`, () => {
    const decision = decisions.get(name) as Decision
    const opened = openSetting(preset.policies, undefined, decision, 'Asia/Shanghai')
    if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
    for (const { id, source, input, output } of agree) {
      equal(source.length > 0, true, id)
      const decided = decideValue(decision, input, opened.setting)
      if (!decided.ok) throw new Error(`${id}: ${JSON.stringify(decided.problem)}`)
      decision.outputSchema.parse(decided.output)
      partialDeepStrictEqual(JSON.parse(JSON.stringify(decided.output)), output, id)
    }
  })
}
