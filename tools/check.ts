import { spawn } from 'node:child_process'
import { styleText } from 'node:util'

type Step = {
  readonly name: string
  readonly program: string
  readonly options: readonly string[]
}

const tsc = 'node_modules/typescript-native/bin/tsc'

const steps: readonly Step[] = [
  { name: 'rules have tests', program: 'tools/tidy.ts', options: [] },
  { name: 'types', program: tsc, options: ['-p', '.'] },
  { name: 'types of rules', program: tsc, options: ['-p', 'rules'] },
  { name: 'types of web', program: tsc, options: ['-p', 'web'] },
  {
    name: 'lint',
    program: 'node_modules/oxlint/bin/oxlint',
    options: ['--type-aware', '--deny-warnings'],
  },
  { name: 'layers', program: 'tools/check-layers.ts', options: [] },
  {
    name: 'format',
    program: 'node_modules/prettier/bin/prettier.cjs',
    options: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'dead code', program: 'node_modules/knip/bin/knip.js', options: [] },
  { name: 'db/schema.ts', program: 'tools/write-schema.ts', options: ['--check'] },
  { name: 'http/openapi.json', program: 'tools/write-openapi.ts', options: ['--check'] },
  { name: 'lockfile', program: 'npm', options: ['ci', '--dry-run', '--ignore-scripts'] },
]

process.exitCode = await main(process.argv.slice(2))

/**
 * Everything that is checked besides the tests, in the order of speed: `npm run check`, or only the steps
 * named (`npm run check -- lint layers`). Every step runs, whatever the others found; fails if one did.
 */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) {
    console.error(`There is no step "${unknown}": ${steps.map((step) => step.name).join(', ')}.`)
    return 1
  }

  const failures: string[] = []
  for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const began = performance.now()
    const { passed, said } = await run(step)
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    const verdict = passed ? styleText('green', 'ok    ') : styleText('red', 'FAILED')
    console.log(`${verdict} ${step.name} (${seconds} s)`)
    if (passed) continue
    failures.push(step.name)
    console.log(said.trimEnd())
  }

  console.log(failures.length === 0 ? 'All checks passed.' : `Failed: ${failures.join(', ')}.`)
  return failures.length === 0 ? 0 : 1
}

async function run(step: Step): Promise<{ readonly passed: boolean; readonly said: string }> {
  const isNpm = step.program === 'npm'
  const command = isNpm ? 'npm' : process.execPath
  const options = isNpm ? step.options : [step.program, ...step.options]
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  }
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('error', (error) => {
    said += error.message
    resolve(1)
  })
  child.on('close', resolve)
  return { passed: (await promise) === 0, said }
}
