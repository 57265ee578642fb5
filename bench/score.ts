import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import type { Bench, BenchOptions, Figures } from '#bench/support/bench.ts'
import { peakKbOf } from '#bench/support/memory.ts'
import { aggregate, factsEach, fillScoreMarket } from '#bench/support/score-market.ts'
import { discardPostgres, startPostgres } from '#cli/postgres/start-postgres.ts'
import { loadPreset } from '#cli/presets.ts'
import { migrate } from '#db/migrate.ts'

/** The monthly refresh of all scores by its command, beside one aggregate in SQL over the same facts. */
export const score: Bench = {
  name: 'score',
  about: 'monthly scores of 1,000,000 members with 24,000,000 facts, against one SQL aggregate',
  run,
}

const promise =
  '1,000,000 members with 24,000,000 facts in under 5 minutes and 3 times one SQL aggregate; twice the members take at most twice as long, memory stays'
const mostSeconds = 300
const mostRatio = 3
/** Twice as long for twice the members. */
const mostDoubling = 2
const mostMegabytes = 400
const foundedAt = Temporal.Instant.from('2009-01-01T00:00:00+08:00')

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const members = Number(flags.get('size') ?? 1_000_000)
  const home = mkdtempSync(join(tmpdir(), 'jifen-bench-'))
  const server = await startPostgres({ home })
  const raw = new pg.Client({ connectionString: server.superuserUrl })
  try {
    const { policies } = await loadPreset('tmall-2017')
    const bodies = Object.entries(policies).map(([name, body]) => {
      return { name, body: JSON.stringify(body) }
    })
    await migrate(server.superuserUrl, undefined, bodies, foundedAt)
    await raw.connect()
    const program = programOn(server.superuserUrl, home)

    const half = await measure(raw, program, 0, members / 2, say)
    const whole = await measure(raw, program, members / 2, members, say)
    const fromFacts = await program(['refresh', ...june, '--again', '--from-facts'])
    say(`from the recorded facts: ${fromFacts.seconds} s, ${fromFacts.megabytes} MB`)
    if ((await digestOf(raw)) !== whole.digest)
      throw new Error('from the facts it is another score')

    const doubling = rounded(whole.refresh.seconds / half.refresh.seconds, 2)
    // Of the first month and the next, the slower.
    const seconds = Math.max(whole.first.seconds, whole.refresh.seconds)
    const megabytes = Math.max(whole.first.megabytes, whole.refresh.megabytes)
    const ratio = rounded(seconds / whole.sqlSeconds, 2)
    const scale = members / 1_000_000
    say(`ratio ${ratio}, doubling ${doubling}`)
    return {
      promise,
      holds:
        seconds < mostSeconds * scale &&
        ratio <= mostRatio &&
        doubling <= mostDoubling &&
        megabytes < mostMegabytes,
      members,
      facts: members * factsEach,
      ratio,
      ratioFromFacts: rounded(fromFacts.seconds / whole.sqlSeconds, 2),
      doubling,
      seconds,
      megabytes,
      fromFacts,
      half,
      whole,
    }
  } finally {
    await raw.end()
    await server.stop()
    await discardPostgres(home)
    rmSync(home, { recursive: true, force: true })
  }
}

const june = ['--month', '2017-06', '--at', '2017-06-08T12:00:00+08:00']
const july = ['--month', '2017-07', '--at', '2017-07-08T12:00:00+08:00']

/** Adds members, makes their facts ready, and takes the time of everything with all that are there. */
async function measure(
  raw: pg.Client,
  program: Program,
  from: number,
  to: number,
  say: (line: string) => void,
) {
  await raw.query('set synchronous_commit = off')
  const filled = await secondsOf(async () => await fillScoreMarket(raw, from, to))
  await raw.query('vacuum analyze')
  const rebuilt = await program(['rebuild'])
  await raw.query('vacuum analyze')
  await raw.query('checkpoint')
  say(`${to} members: made in ${filled} s, facts ready in ${rebuilt.seconds} s`)

  await raw.query('drop table if exists bench_score')
  await raw.query(
    'create table bench_score (member_id text primary key, purchase bigint, reward bigint, base bigint, score bigint)',
  )
  const cold = await aggregated(raw)
  const sqlSeconds = Math.min(cold, await aggregated(raw))
  say(`one SQL aggregate: ${sqlSeconds} s (the first time ${cold} s)`)

  const first = await program(['refresh', ...june, '--again'])
  say(`refresh of the first month: ${first.seconds} s, ${first.megabytes} MB`)
  const digest = await digestOf(raw)
  await raw.query('vacuum analyze jifen.membership')
  await raw.query('checkpoint')
  const refresh = await program(['refresh', ...july, '--again'])
  say(`refresh of the next: ${refresh.seconds} s, ${refresh.megabytes} MB`)
  return { members: to, filled, rebuilt, sqlSeconds, first, refresh, digest }
}

async function aggregated(raw: pg.Client): Promise<number> {
  await raw.query('truncate bench_score')
  await raw.query('set synchronous_commit = on')
  return await secondsOf(async () => void (await raw.query(aggregate)))
}

/** All that is kept of the scores of June, but when they were computed. */
async function digestOf(raw: pg.Client): Promise<string> {
  const { rows } = await raw.query<{ digest: string }>(`
    select md5(string_agg(md5(member_id || score || purchase || reward || base || figures::text), ''
      order by member_id)) as digest
    from jifen.member_score
    where month = '2017-06-01'
  `)
  return rows[0]?.digest ?? ''
}

type Taken = { readonly seconds: number; readonly megabytes: number }
type Program = (words: readonly string[]) => Promise<Taken>

/** Runs `jifen score` as a person would; the time is that of the whole command. */
function programOn(url: string, home: string): Program {
  const root = resolve(import.meta.dirname, '..')
  return async (words) => {
    const begunMs = performance.now()
    const child = spawn(process.execPath, ['cli/main.ts', 'score', ...words, '--home', home], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
    let peakKb = 0
    const watch = setInterval(() => (peakKb = Math.max(peakKb, peakKbOf(child.pid))), 100)
    const code = await new Promise((end) => child.on('close', end))
    clearInterval(watch)
    if (code !== 0)
      throw new Error(`jifen score ${words.join(' ')} ended with ${String(code)}:\n${said}`)
    const seconds = rounded((performance.now() - begunMs) / 1_000, 1)
    return { seconds, megabytes: Math.round(peakKb / 1024) }
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return rounded((performance.now() - begunMs) / 1_000, 1)
}

function rounded(figure: number, digits: number): number {
  return Number(figure.toFixed(digits))
}
