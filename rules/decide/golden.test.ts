import { equal } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decideValue, openSetting, type Setting } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'
import { mulDiv, type Rounding } from '#rules/money/mul-div.ts'
import type { Decision } from '#rules/decide/decision.ts'

type Case = { readonly id: string; readonly input?: unknown; readonly output?: unknown }
type Golden = {
  readonly decision: string
  readonly agree: readonly Case[]
  readonly differ: readonly (Case & Difference)[]
  /** What cannot be said as an input of this decision, and why. */
  readonly unfit?: readonly Reason[]
}
type Difference = Reason & { readonly theirs: unknown }
type Reason = { readonly id: string; readonly why: string }

for (const name of goldenNames()) {
  const { decision: of, agree, differ, unfit = [] } = goldenOf<Golden>(name)
  const decision = decisions.get(of)
  if (decision === undefined) throw new Error(`${name}: ${of} is no decision`)

  test(`DE-1 ${name}: ${of} decides ${agree.length} cases of others as they do`, () => {
    for (const each of agree) holds(decision, each)
  })

  test(`DE-1 ${name}: ${of} decides ${differ.length} cases otherwise than others, on purpose`, () => {
    for (const each of differ) {
      equal(each.theirs !== undefined && each.why.endsWith('.'), true, each.id)
      if (each.input !== undefined) holds(decision, each)
    }
    for (const { id, why } of unfit) equal(why.endsWith('.'), true, id)
  })
}

type Rounded = {
  readonly id: string
  readonly products: readonly (readonly [number, number, number])[]
  readonly rounding: Rounding
  readonly sum: number
}

test('MO-3 products are rounded as other systems round them', () => {
  for (const { id, products, rounding, sum } of goldenOf<{ agree: Rounded[] }>('round').agree) {
    const rounded = products.map(([a, b, c]) => mulDiv(a, b, c, rounding))
    equal(
      rounded.reduce((total, each) => total + each, 0),
      sum,
      id,
    )
  }
})

function holds(decision: Decision, { id, input, output }: Case): void {
  const decided = decideValue(decision, input, settingOf(decision))
  if (!decided.ok) throw new Error(`${id}: ${JSON.stringify(decided.problem)}`)
  decision.outputSchema.parse(decided.output)
  // Through JSON, as a caller would see it.
  const said: unknown = JSON.parse(JSON.stringify(decided.output))
  holdsAll(said, output, id)
}

/** Every key that is expected is there as expected; arrays are as long as expected. */
function holdsAll(said: unknown, expected: unknown, at: string): void {
  if (typeof expected !== 'object' || expected === null) return equal(said, expected, at)
  if (Array.isArray(expected)) equal((said as unknown[]).length, expected.length, at)
  for (const [key, value] of Object.entries(expected)) {
    holdsAll((said as Record<string, unknown>)[key], value, `${at}.${key}`)
  }
}

function settingOf(decision: Decision): Setting {
  const file = new URL('../../presets/tmall-2017.json', import.meta.url)
  const preset = JSON.parse(readFileSync(file, 'utf8')) as { policies: Record<string, unknown> }
  const opened = openSetting(preset.policies, undefined, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
  return opened.setting
}

/** Every file of cases of a decision; `round` is of an operation, `seeds-` have a test of their own. */
function goldenNames(): string[] {
  const files = readdirSync(new URL('golden/', import.meta.url))
  const names = files.map((file) => file.replace(/\.json$/, ''))
  return names.filter((name) => name !== 'round' && !name.startsWith('seeds-'))
}

function goldenOf<Contents>(name: string): Contents {
  const file = new URL(`golden/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Contents
}
