import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#cli/database.ts'
import { discardPostgres } from '#cli/postgres/start-postgres.ts'
import { connect } from '#db/connection.ts'
import { migrate } from '#db/migrate.ts'
import { commandsEach, fillBooks } from '#test/accept/support/fill-books.ts'
import { randomFrom } from '#test/accept/support/random.ts'
import { runJifen } from '#test/accept/support/verify.ts'
import { median, type Bench, type BenchOptions, type Figures } from '#bench/support/bench.ts'

/** How fast the whole of the books is recomputed, by the command a person runs. */
export const verify: Bench = {
  name: 'verify',
  about: 'entries a second that jifen verify recomputes, from its start to its end',
  run,
}

const promise = 'jifen verify checks at least 20,000 entries/s'
const leastPerSecond = 20_000

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const rounds = Number(flags.get('rounds') ?? 5)
  const wanted = Number(flags.get('size') ?? 200_000)
  const home = mkdtempSync(join(tmpdir(), `jifen-bench-${process.pid}-`))
  const opened = await openDatabase(home)
  try {
    await migrate(opened.url, undefined, [], Temporal.Instant.from('2017-01-01T00:00:00Z'))
    const db = connect(opened.url, { as: 'application' })
    const wallets = Math.ceil(wanted / commandsEach)
    await fillBooks(db, wallets, randomFrom(1))
    await db.destroy()
    say(`${wallets} wallets with ${commandsEach} entries each`)
    await runJifen(['anchor', '--home', home])

    const turns: { entries: number; wholeSeconds: number; perSecond: number }[] = []
    for (let round = 1; round <= rounds; round += 1) {
      const turn = await verifyOnce(home)
      turns.push(turn)
      say(`${round}: ${turn.entries} entries in ${turn.wholeSeconds} s, ${turn.perSecond}/s`)
    }
    const perSecond = median(turns.map((turn) => turn.perSecond))
    return { promise, holds: perSecond >= leastPerSecond, perSecond, turns }
  } finally {
    await opened.close()
    await discardPostgres(home)
  }
}

/** From the start of the process to its end: what a person waits for. */
async function verifyOnce(home: string) {
  const begunMs = performance.now()
  const ran = await runJifen(['verify', '--json', '--home', home])
  const wholeSeconds = (performance.now() - begunMs) / 1_000
  const verified = JSON.parse(ran.stdout) as { entries: number; faults: unknown[] }
  if (ran.code !== 0 || verified.faults.length > 0) throw new Error(`verify said ${ran.stdout}`)
  const { entries } = verified
  const perSecond = Math.round(entries / wholeSeconds)
  return { entries, wholeSeconds: Number(wholeSeconds.toFixed(2)), perSecond }
}
