import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench, BenchOptions, Figures } from '#bench/support/bench.ts'
import { applyAll, daysEach, expectedFailures, fillShops } from '#bench/support/enrolment-market.ts'
import { discardPostgres, startPostgres } from '#cli/postgres/start-postgres.ts'
import { loadPreset } from '#cli/presets.ts'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { migrate } from '#db/migrate.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import type { EnrolmentContext } from '#operations/enrolment/terms.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'

/** The close of sign-up and the day of results of many shops, as the job does both. */
export const enrolment: Bench = {
  name: 'enrolment',
  about: 'deciding and telling the applications of 100,000 shops to a campaign',
  run,
}

const promise =
  '100,000 shops decided with their figures and told in under 2 minutes; twice the shops take at most 2.5 times as long'
const mostSeconds = 120
/** Twice the work on a machine that does other things besides. */
const mostDoubling = 2.5
const foundedAt = Temporal.Instant.from('2009-01-01T00:00:00+08:00')

/** Sign-up of the first closes a day before that of the second, so that both make their own figures. */
const rounds = [
  { campaign: 'bench-half', day: '2017-09-05' },
  { campaign: 'bench-whole', day: '2017-09-06' },
] as const

type Round = (typeof rounds)[number]

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const shops = Number(flags.get('size') ?? 100_000)
  const home = mkdtempSync(join(tmpdir(), 'jifen-bench-'))
  const server = await startPostgres({ home })
  const raw = new pg.Client({ connectionString: server.superuserUrl })
  try {
    await migrate(server.superuserUrl, undefined, await policies(), foundedAt)
    await raw.connect()
    const half = await measure(raw, server.superuserUrl, rounds[0], [0, shops / 2], say)
    const whole = await measure(raw, server.superuserUrl, rounds[1], [shops / 2, shops], say)
    const doubling = Number((whole.seconds / half.seconds).toFixed(2))
    say(`doubling ${doubling}`)
    return {
      promise,
      holds: whole.seconds < (mostSeconds * shops) / 100_000 && doubling <= mostDoubling,
      shops,
      days: shops * daysEach,
      doubling,
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

/** Those of the preset, with the campaigns of the bench beside its own. */
async function policies(): Promise<readonly { readonly name: string; readonly body: string }[]> {
  const preset = await loadPreset('tmall-2017')
  const own = preset.policies['campaign:double11-2017'] as Readonly<Record<string, unknown>>
  const copies = rounds.map(({ campaign, day }) => {
    const closes = `${day}T00:00:00+08:00`
    const phases = [
      { name: 'signUp', window: { from: '2017-08-01T00:00:00+08:00', to: closes } },
      { name: 'results', window: windowOf(closes) },
      { name: 'supplements', window: windowOf(closes) },
      { name: 'allowanceSetup', window: windowOf(closes) },
      {
        name: 'day',
        window: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
      },
    ]
    const { price: _, ...terms } = own
    return [`campaign:${campaign}`, { ...terms, phases }] as const
  })
  const all = [...Object.entries(preset.policies), ...copies]
  return all.map(([name, body]) => ({ name, body: JSON.stringify(body) }))
}

function windowOf(from: string): { readonly from: string; readonly to: string } {
  return { from, to: '2017-09-20T00:00:00+08:00' }
}

/** Adds shops, has all of them apply, and takes the time of deciding and telling. */
async function measure(
  raw: pg.Client,
  url: string,
  { campaign, day }: Round,
  [from, to]: readonly [number, number],
  say: (line: string) => void,
) {
  const closes = Temporal.Instant.from(`${day}T00:00:00+08:00`)
  await raw.query('set synchronous_commit = off')
  const filled = await secondsOf(async () => {
    await fillShops(raw, from, to)
    await applyAll(raw, campaign, closes.toString())
  })
  await raw.query('vacuum analyze')
  await raw.query('checkpoint')
  say(`${to} shops made in ${filled} s`)

  const db = connect(url, { as: 'application', size: 4 })
  const book = await openPolicyBook(db)
  try {
    const context: EnrolmentContext = { db, policies: book, market: await readMarket(db) }
    // Results are told from the close of sign-up on: one run decides, and tells.
    const seconds = await secondsOf(async () => void (await settleEnrolments(context, closes)))
    const again = await secondsOf(async () => void (await settleEnrolments(context, closes)))
    say(`${to} shops decided and told in ${seconds} s; again, with nothing due, ${again} s`)
    const failures = await check(raw, campaign, day, to)
    return { shops: to, filled, seconds, again, failures }
  } finally {
    book.close()
    await db.destroy()
  }
}

/** Every shop was decided once by all that is asked, as plain SQL finds it, and told once. */
async function check(raw: pg.Client, campaign: string, day: string, shops: number) {
  const { rows } = await raw.query<{ name: string; seen: string; failed: string }>(
    `select c ->> 0 as name, count(*) as seen, count(*) filter (where c ->> 4 = 'false') as failed
    from jifen.enrolment_decision d cross join lateral json_array_elements(d.criteria) as c
    where d.campaign = $1 group by 1`,
    [campaign],
  )
  const failures = Object.fromEntries(rows.map(({ name, failed }) => [name, Number(failed)]))
  for (const [name, expected] of Object.entries(await expectedFailures(raw, day))) {
    const row = rows.find((each) => each.name === name)
    const isPlausible = expected > 0 && expected < shops && Number(row?.seen) === shops
    if (failures[name] !== expected || !isPlausible) {
      throw new Error(`${name}: ${expected} of ${shops} fail, not ${JSON.stringify(row)}`)
    }
  }
  const { rows: told } = await raw.query<{ status: string; shops: string; told: string }>(
    `select e.status, count(*) as shops, count(a.shop_id) as told
    from jifen.enrolment e
    left join jifen.shop_announcement a on a.shop_id = e.shop_id
      and a.announcement_id = 'enrolment-' || e.status || '/' || e.campaign || '/1'
    join jifen.enrolment_decision d on d.campaign = e.campaign and d.shop_id = e.shop_id
      and (d.outcome = 'passed') = (e.status = 'approved')
      and (d.outcome = 'passed') = not exists (
        select from json_array_elements(d.criteria) as c
        where c ->> 4 = 'false' and c -> 9 is null
      )
    where e.campaign = $1 group by 1`,
    [campaign],
  )
  const counts = told.map((row) => [row.status, Number(row.shops), Number(row.told)] as const)
  const sum = counts.reduce((all, [, count]) => all + count, 0)
  const isToldOnce = counts.every(([, count, notices]) => count === notices)
  if (sum !== shops || counts.length !== 2 || !isToldOnce) {
    throw new Error(`all ${shops} are approved or refused, and told: ${JSON.stringify(counts)}`)
  }
  return { ...failures, ...Object.fromEntries(counts.map(([status, count]) => [status, count])) }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return Number(((performance.now() - begunMs) / 1_000).toFixed(1))
}
