import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { enrolment } from '#bench/enrolment.ts'
import { imports } from '#bench/import.ts'
import { post } from '#bench/post.ts'
import { prices } from '#bench/prices.ts'
import { quote } from '#bench/quote.ts'
import { score } from '#bench/score.ts'
import { search } from '#bench/search.ts'
import { spend } from '#bench/spend.ts'
import type { Bench } from '#bench/support/bench.ts'
import { trades } from '#bench/trades.ts'
import { verify } from '#bench/verify.ts'

const benches: readonly Bench[] = [
  post,
  spend,
  verify,
  imports,
  quote,
  search,
  trades,
  score,
  enrolment,
  prices,
]

process.exitCode = await main(process.argv.slice(2))

/** `npm run bench -- NAME`: measures, and keeps the figures in `bench/results/`. Exit 0 when the promise held. */
async function main(words: readonly string[]): Promise<number> {
  const bench = benches.find((each) => each.name === words[0])
  if (bench === undefined) {
    const lines = benches.map((each) => `  ${each.name}  ${each.about}`)
    console.error(`Name a measurement:\n${lines.join('\n')}`)
    return 2
  }
  const options = { rounds: { type: 'string' }, seconds: { type: 'string' } } as const
  const more = { size: { type: 'string' }, profile: { type: 'string' } } as const
  const { values } = parseArgs({ args: words.slice(1), options: { ...options, ...more } })
  const flags = new Map(Object.entries(values))

  const figures = await bench.run({ say: (line) => console.log(line), flags })
  const on = Temporal.Now.plainDateISO().toString()
  const file = join(import.meta.dirname, 'results', `${on}-${bench.name}.json`)
  const kept = { bench: bench.name, on, commit: commit(), machine: machine(), ...figures }
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`)
  console.log(`${bench.name}: ${figures.promise}: ${figures.holds ? 'kept' : 'NOT KEPT'}`)
  return figures.holds ? 0 : 1
}

function commit(): string {
  try {
    const root = join(import.meta.dirname, '..')
    const options = { cwd: root, encoding: 'utf8' } as const
    const changed = execFileSync('git', ['status', '--porcelain', '-uno'], options) !== ''
    const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim()
    return changed ? `${head} with changes` : head
  } catch {
    return 'unknown'
  }
}

function machine() {
  const processors = cpus()
  return {
    processors: processors.length,
    model: processors[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
}
