import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { closeAll, discardLeftovers } from '#test/accept/support/deployment.ts'
import { plantFault } from '#test/accept/support/fault.ts'
import { countLines, openFindings, type Findings } from '#test/accept/support/findings.ts'
import { randomFrom } from '#test/accept/support/random.ts'
import { tenants } from '#test/accept/tenants.ts'
import { time } from '#test/accept/time.ts'
import type { Sizes, Trial } from '#test/accept/support/trial.ts'
import { audit } from '#test/accept/audit.ts'
import { crash } from '#test/accept/crash.ts'
import { erase } from '#test/accept/erase.ts'
import { fields } from '#test/accept/fields.ts'
import { hooks } from '#test/accept/hooks.ts'
import { fuzz } from '#test/accept/fuzz.ts'
import { model } from '#test/accept/model.ts'
import { oversell } from '#test/accept/oversell.ts'
import { race } from '#test/accept/race.ts'
import { refund } from '#test/accept/refund.ts'
import { replay } from '#test/accept/replay.ts'
import { stop } from '#test/accept/stop.ts'
import { storm } from '#test/accept/storm.ts'

const trials: readonly Trial[] = [
  storm,
  race,
  oversell,
  replay,
  refund,
  model,
  audit,
  crash,
  stop,
  time,
  erase,
  hooks,
  tenants,
  fields,
  fuzz,
]

process.exitCode = await main(process.argv.slice(2))

/**
 * `npm run accept -- NAME`: tries what the product promises, on a server of its own. Exit 0 only when all of
 * it held; with `--control FAULT` only when the planted fault was seen.
 */
async function main(words: readonly string[]): Promise<number> {
  const [name, ...flags] = words
  const wanted = name === 'quick' ? trials.filter((each) => each.quick) : namedBy(name)
  if (wanted.length === 0) return usage(name)

  const sizeNames = new Set(wanted.flatMap((each) => Object.keys(each.full)))
  const options = Object.fromEntries(
    ['seed', 'control', ...sizeNames].map((each) => [each, { type: 'string' as const }]),
  )
  const { values } = parseArgs({ args: [...flags], options })
  const given = new Map(Object.entries(values))
  const control = given.get('control')
  if (control !== undefined && wanted.some((each) => each.controls?.[control] === undefined)) {
    return usage(name)
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void closeAll().then(() => process.exit(130)))
  }
  await discardLeftovers()
  const seed = Number(given.get('seed') ?? Math.floor(Math.random() * 2 ** 32))
  let failed = 0
  for (const trial of wanted) {
    const base = name === 'quick' ? (trial.quick ?? trial.full) : trial.full
    const sizes = Object.fromEntries(
      Object.entries(base).map(([key, usual]) => [key, Number(given.get(key) ?? usual)]),
    )
    if (!(await runTrial(trial, sizes, seed, control))) failed += 1
  }
  return failed === 0 ? 0 : 1
}

function namedBy(name: string | undefined): readonly Trial[] {
  return trials.filter((each) => each.name === name)
}

function usage(name: string | undefined): number {
  const lines = trials.map((trial) => {
    const sizes = Object.entries(trial.full).map(([key, usual]) => `[--${key} ${usual}]`)
    const controls = Object.keys(trial.controls ?? {}).map((each) => `[--control ${each}]`)
    return `  ${trial.name} ${[...sizes, ...controls].join(' ')}\n      ${trial.about}`
  })
  const wrong = name === undefined ? 'Name a trial' : `There is no trial or control like that`
  console.error(`${wrong}:\n${lines.join('\n')}\n  quick\n      the part that fits in six minutes`)
  return 2
}

async function runTrial(
  trial: Trial,
  sizes: Sizes,
  seed: number,
  control: string | undefined,
): Promise<boolean> {
  const begunMs = performance.now()
  const flags = Object.entries(sizes).map(([key, size]) => `--${key} ${size}`)
  const planted = control === undefined ? '' : ` --control ${control}`
  console.log(`${trial.name} --seed ${seed} ${flags.join(' ')}${planted}`)

  const findings = openFindings((line) => console.log(line))
  const edits = control === undefined ? undefined : trial.controls?.[control]
  const copy = edits === undefined ? undefined : plantFault(edits)
  const broken = await attempt(async () =>
    trial.run({
      folder: copy?.folder ?? resolve(import.meta.dirname, '../..'),
      seed,
      random: randomFrom(seed),
      size: (key) => sizes[key] ?? 0,
      findings,
    }),
  )
  await closeAll()
  copy?.discard()

  for (const line of countLines(findings)) console.log(line)
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(0)
  if (broken !== undefined) {
    console.log(`${trial.name}: could not be tried, after ${seconds} s: ${broken}\n`)
    return false
  }
  const passed = control === undefined ? findings.faults.length === 0 : isSeen(findings)
  console.log(`${trial.name}: ${verdict(findings, control)}, in ${seconds} s\n`)
  return passed
}

/** Why a trial could not be run to its end: a broken harness is neither a pass nor a fault that was seen. */
async function attempt(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

function isSeen(findings: Findings): boolean {
  return findings.faults.length > 0
}

function verdict(findings: Findings, control: string | undefined): string {
  const count = `${findings.faults.length} faults`
  if (control === undefined) return findings.faults.length === 0 ? 'passed' : `FAILED, ${count}`
  return isSeen(findings) ? `the planted fault was seen, ${count}` : 'FAILED: the fault went unseen'
}
