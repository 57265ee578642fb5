import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#cli/database.ts'
import { discardPostgres } from '#cli/postgres/start-postgres.ts'
import { connect, type Database } from '#db/connection.ts'
import { migrate } from '#db/migrate.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { asPoints } from '#rules/money/points.ts'
import { randomFrom, type Random } from '#test/accept/support/random.ts'
import { runJifen } from '#test/accept/support/verify.ts'
import { median, type Bench, type BenchOptions, type Figures } from './support/bench.ts'

/** How fast the whole of the books is recomputed, by the command a person runs. */
export const verify: Bench = {
  name: 'verify',
  about: 'entries a second that jifen verify recomputes, from its start to its end',
  run,
}

const promise = 'jifen verify checks at least 20,000 entries/s'
const leastPerSecond = 20_000
const walletsAtOnce = 250

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const rounds = Number(flags.get('rounds') ?? 5)
  const wanted = Number(flags.get('size') ?? 200_000)
  const home = mkdtempSync(join(tmpdir(), `jifen-bench-${process.pid}-`))
  const opened = await openDatabase(home)
  try {
    await migrate(opened.url, undefined, [], begin)
    const db = connect(opened.url, { as: 'application' })
    await fill(db, wanted, say)
    await db.destroy()
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

const begin = Temporal.Instant.from('2017-11-01T00:00:00+08:00')
const expiresAt = Temporal.Instant.from('2019-01-01T00:00:00+08:00')

/** The commands of one wallet, over and over; with the lapses and time-outs they bring, about 13 entries. */
const commandsEach = 12

async function fill(db: Database, wanted: number, say: (line: string) => void): Promise<void> {
  const random = randomFrom(1)
  const wallets = Math.ceil(wanted / commandsEach)
  for (let first = 0; first < wallets; first += walletsAtOnce) {
    const commands: WalletCommand[] = []
    for (let n = first; n < Math.min(first + walletsAtOnce, wallets); n += 1) {
      commands.push(...commandsOf(`member-${n}`, random))
    }
    await db.transaction().execute(async (tx) => await postCommands(tx, commands))
  }
  say(`${wallets} wallets with ${commandsEach} commands each`)
}

function commandsOf(memberId: string, random: Random): WalletCommand[] {
  return Array.from({ length: commandsEach }, (_, n): WalletCommand => {
    const at = begin.add({ minutes: n * 20 })
    const meta = {
      fingerprint: `${memberId}/${n}`,
      actor: 'service:bench',
      occurredAt: at,
      cause: '{"type":"bench"}',
      policies: ['points@1'],
    }
    const key = { memberId, program: 'platform', unit: 'points' }
    const base = { key, at, meta, ref: `ref-${n}` }
    const amount = asPoints(random.int(1, 40))
    if (n % 3 === 0) {
      const funder = `shop:${random.int(1, 3)}`
      return { ...base, kind: 'earn', amount: asPoints(200), expiresAt, funder, merge: true }
    }
    if (n % 3 === 1) return { ...base, kind: 'spend', amount }
    if (n === 5) return { ...base, kind: 'capture', of: 'ref-2' }
    if (n === 8) return { ...base, kind: 'giveBack', of: 'ref-1', amount: asPoints(1) }
    const holdEnds = at.add({ minutes: n === 2 ? 120 : 15 })
    return { ...base, kind: 'hold', amount, expiresAt: holdEnds }
  })
}
