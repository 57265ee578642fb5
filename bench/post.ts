import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { median, type Bench } from '#bench/support/bench.ts'
import { ownCpuMsNow } from '#bench/support/cpu.ts'
import { startPostgres } from '#cli/postgres/start-postgres.ts'
import { connect, type Database } from '#db/connection.ts'
import { migrate } from '#db/migrate.ts'
import { transact } from '#operations/_transact.ts'
import { postCommands, type WalletCommand } from '#operations/ledger/post-commands.ts'
import { asPoints } from '#rules/money/points.ts'

const earnedAt = Temporal.Instant.from('2017-11-15T02:00:00Z')
const expiresAt = Temporal.Instant.from('2018-12-31T16:00:00Z')
const rounds = 5
const earnsAtOnce = 1_000
const batchesAtOnce = 2
const tables = ['wallet', 'lot', 'entry', 'transfer', 'outbox'] as const

/** Batch posting of earns for many members, against one INSERT ... SELECT of the very same rows. */
export const post: Bench = {
  name: 'post',
  about: 'batch posting of earns through the operation, against INSERT ... SELECT of the same rows',
  async run({ say, flags }) {
    const earns = Number(flags.get('size') ?? 50_000)
    const home = mkdtempSync(join(tmpdir(), 'jifen-bench-'))
    const server = await startPostgres({ home })
    const raw = new pg.Client({ connectionString: server.superuserUrl })
    const db = connect(server.superuserUrl, { as: 'application', size: batchesAtOnce })
    try {
      await migrate(server.superuserUrl, undefined, [], earnedAt)
      await raw.connect()
      const taken = []
      for (let round = 0; round < rounds; round += 1) {
        await raw.query('checkpoint')
        const product = await postEarns(db, `p${round}-`, earns)
        await raw.query('checkpoint')
        const reference = await insertSelect(raw, `p${round}-`, `q${round}-`, earns)
        const ratio = product.perSecond / reference
        taken.push({ ...product, reference, ratio })
        say(
          `${Math.round(product.perSecond)} earns/s (${product.cpuUs.toFixed(0)} us of this process each), INSERT ... SELECT ${Math.round(reference)}/s, ratio ${ratio.toFixed(2)}`,
        )
      }
      const ratio = median(taken.map((each) => each.ratio))
      return {
        promise: 'at least 0.40 of INSERT ... SELECT of the same rows into the same tables',
        holds: ratio >= 0.4,
        ratio,
        earnsPerSecond: Math.round(median(taken.map((each) => each.perSecond))),
        referencePerSecond: Math.round(median(taken.map((each) => each.reference))),
        processCpuUsPerEarn: Math.round(median(taken.map((each) => each.cpuUs))),
        earns,
        earnsAtOnce,
        batchesAtOnce,
        rounds,
      }
    } finally {
      await db.destroy()
      await raw.end()
      await server.stop()
      rmSync(home, { recursive: true, force: true })
    }
  },
}

async function postEarns(
  db: Database,
  prefix: string,
  count: number,
): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  const batches: WalletCommand[][] = []
  for (let from = 0; from < count; from += earnsAtOnce) {
    const size = Math.min(earnsAtOnce, count - from)
    batches.push(Array.from({ length: size }, (_, index) => earnOf(prefix, from + index)))
  }
  const begun = performance.now()
  const cpuBegun = ownCpuMsNow()
  const worker = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const commands = batch
      await transact(db, (tx) => postCommands(tx, commands))
    }
  }
  await Promise.all(Array.from({ length: batchesAtOnce }, worker))
  const seconds = (performance.now() - begun) / 1000
  return { perSecond: count / seconds, cpuUs: ((ownCpuMsNow() - cpuBegun) * 1000) / count }
}

function earnOf(prefix: string, index: number): WalletCommand {
  const memberId = `${prefix}${String(index).padStart(8, '0')}`
  const orderId = `o-${index}`
  const line = {
    id: '1',
    category: 'ordinary',
    ratioKey: 'ordinary',
    ratio: '0.5',
    multiple: '1',
    paidFen: 10_900,
    baseFen: 10_900,
    exact: '54.5',
    points: 54,
  }
  const shopId = `s${index % 50}`
  const cause = { type: 'order.received', orderId, shopId, why: { lines: [line] } }
  return {
    key: { memberId, program: 'platform', unit: 'points' },
    kind: 'earn',
    ref: `order:${orderId}`,
    amount: asPoints(54),
    expiresAt,
    funder: `shop:${shopId}`,
    merge: true,
    at: earnedAt,
    meta: {
      fingerprint: String(index).padStart(64, '0'),
      actor: 'bench',
      occurredAt: earnedAt,
      cause: JSON.stringify(cause),
      policies: ['points@1'],
    },
  }
}

/** Copies the rows of one set of members as another's, by one statement a table; rows per second. */
async function insertSelect(
  raw: pg.Client,
  from: string,
  to: string,
  count: number,
): Promise<number> {
  for (const table of tables) {
    await raw.query(
      `create unlogged table stage_${table} as select * from jifen.${table} where member_id like '${from}%'`,
    )
    await raw.query(
      `update stage_${table} set member_id = '${to}' || substr(member_id, ${from.length + 1})`,
    )
    await raw.query(`analyze stage_${table}`)
  }
  const begun = performance.now()
  await raw.query('begin')
  for (const table of tables) {
    await raw.query(`insert into jifen.${table} select * from stage_${table}`)
  }
  await raw.query('commit')
  const seconds = (performance.now() - begun) / 1000
  for (const table of tables) await raw.query(`drop table stage_${table}`)
  return count / seconds
}
