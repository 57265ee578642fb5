import { equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { plant } from '#test/support/planted.ts'

const planted = plant()
after(planted.discard)

const sound = `import { z } from 'zod'
export const Day = z.string()
export function later(at: Temporal.Instant, hours: number): Temporal.Instant {
  return at.add({ hours: Math.floor(hours) })
}
`
planted.write('rules/time/sound.ts', sound)
planted.write(
  'rules/time/sound.test.ts',
  "import { test } from 'node:test'\ntest('x', async () => {})\n",
)

const faults = [
  ['rules/a.ts', 'export const a = Math.random()', "'Math.random' is restricted"],
  [
    'rules/b.ts',
    'const { random } = Math\nexport const b = random()',
    "'Math.random' is restricted",
  ],
  ['rules/c.ts', 'export const c = Temporal.Now.instant()', "'Temporal.Now' is restricted"],
  ['rules/d.ts', 'export const d = new Date()', 'Rules do not know the time'],
  ['rules/e.ts', 'export const e = performance.now()', 'Rules do not know the time'],
  [
    'rules/f.ts',
    "import { readFileSync } from 'node:fs'\nexport const f = readFileSync",
    "'node:fs' import is",
  ],
  ['rules/g.ts', "import fc from 'fast-check'\nexport const g = fc", "'fast-check' import is"],
  ['rules/h.ts', "export { h } from '#db/points.ts'", "'#db/points.ts' import is"],
  ['rules/i.ts', 'export const i = crypto.randomUUID()', 'Rules know no randomness'],
  ['db/j.ts', 'export const j = Date.now()', 'Use Temporal'],
  ['db/k.ts', 'export type K = Date', 'Do not use `Date` as a type'],
  [
    'db/l.ts',
    'async function l(): Promise<void> {}\nexport const run = () => { l() }',
    'must be awaited',
  ],
  [
    'db/m.ts',
    "export function m(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n  return 2\n}",
    'Switch is not exhaustive',
  ],
] as const

test('TI-4 the linter finds clocks, dice and foreign packages in rules, and lost promises anywhere', () => {
  for (const [file, text] of faults) planted.write(file, `${text}\n`)
  const { code, said } = planted.run(
    'node_modules/oxlint/bin/oxlint',
    '--type-aware',
    '--format=unix',
    'rules',
    'db',
  )
  equal(code, 1)
  for (const [file, , message] of faults) {
    const found = said.split('\n').some((line) => line.includes(file) && line.includes(message))
    equal(found, true, `${file} is reported: ${message}\n${said}`)
  }
  equal(said.includes('sound'), false, said)
})

test('TI-4 in rules the compiler knows neither Node nor a browser', () => {
  planted.write('rules/n.ts', 'export const n = [process.env, setTimeout, document, fetch]\n')
  const { code, said } = planted.run(
    'node_modules/typescript-native/bin/tsc',
    '-p',
    'rules',
    '--pretty',
    'false',
  )
  equal(code === 0, false)
  for (const name of ['process', 'setTimeout', 'document', 'fetch', 'performance', 'node:fs']) {
    equal(said.includes(`'${name}'`), true, `${name} is unknown in rules\n${said}`)
  }
  equal(said.includes('Temporal'), false, said)
})
