import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Bench, Figures } from '#bench/support/bench.ts'
import { peakKbOf } from '#bench/support/memory.ts'
import { discardPostgres } from '#cli/postgres/start-postgres.ts'

/** Each data set, how long its import may take from cold, and where its files are. */
const sets = [
  { name: 'olist', folder: 'olist', mostSeconds: 30 },
  { name: 'online-retail', folder: 'online-retail', mostSeconds: 180 },
] as const

const mostMegabytes = 500

/** The import of whole public data sets, from cold: time, memory, and a second time. */
export const imports: Bench = {
  name: 'import',
  about:
    'import of the Olist sample and of UCI Online Retail, from cold and again (needs the data)',
  async run({ say }): Promise<Figures> {
    const data = resolve(process.env['JIFEN_DATA'] ?? '../shared/data')
    const taken = []
    for (const set of sets) {
      const folder = join(data, set.folder)
      if (!existsSync(folder)) {
        say(`${set.name}: skipped, ${folder} is not there; JIFEN_DATA names the folder of the data`)
        continue
      }
      const home = mkdtempSync(join(tmpdir(), 'jifen-bench-'))
      try {
        const cold = await importOnce(set.name, folder, home)
        const again = await importOnce(set.name, folder, home)
        say(`${set.name}: ${cold.seconds} s, ${cold.megabytes} MB; again ${again.seconds} s`)
        say(`${cold.told}\n${again.told}`)
        const isFast = cold.seconds < set.mostSeconds && cold.megabytes < mostMegabytes
        taken.push({ set: set.name, promised: set.mostSeconds, holds: isFast, cold, again })
      } finally {
        await discardPostgres(home)
        rmSync(home, { recursive: true, force: true })
      }
    }
    return {
      promise: 'Olist in under 30 s and UCI in under 180 s from cold, each in under 500 MB',
      holds: taken.length === sets.length && taken.every((each) => each.holds),
      taken,
    }
  },
}

type Taken = { readonly seconds: number; readonly megabytes: number; readonly told: string }

/** Runs the program as a person would, server and all; peak memory is that of its own process. */
async function importOnce(name: string, folder: string, home: string): Promise<Taken> {
  const begun = performance.now()
  const words = ['cli/main.ts', 'import', '--home', home, '--market', name, '--mapping', name]
  const root = resolve(import.meta.dirname, '..')
  const child = spawn(process.execPath, [...words, folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  let peakKb = 0
  const watch = setInterval(() => (peakKb = Math.max(peakKb, peakKbOf(child.pid))), 200)
  const code = await new Promise((end) => child.on('close', end))
  clearInterval(watch)
  if (code !== 0) throw new Error(`the import of ${name} ended with ${String(code)}:\n${said}`)

  const told = said.split('\n').filter((line) => /^Told|applied,|earned,/.test(line))
  return {
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    megabytes: Math.round(peakKb / 1024),
    told: told.map((line) => line.trim()).join('; '),
  }
}
