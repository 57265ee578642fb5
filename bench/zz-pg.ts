import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { PlaceBodySchema } from '#rules/trades/body.ts'
import { deploy } from '#test/accept/support/deployment.ts'
import { fillMarket, memberName, shoppingListOf } from '#bench/support/market-day.ts'
import { capture } from '#bench/support/captured.ts'
import { replayer } from '#bench/support/replayed.ts'
const day = { members: 5000, offers: 3000, shops: 500, skusEach: 4 }
const d = await deploy({ folder: join(import.meta.dirname, '..') })
try {
  const url = await d.databaseUrl()
  const db0 = connect(url, { as: 'application' }), owner = connect(url, { as: 'owner', size: 1 })
  await fillMarket(db0, owner, day); await Promise.all([db0.destroy(), owner.destroy()])
  const name = (n: number) => `t-${String(n).padStart(6, '0')}`
  const flights = await capture(async (begin) => {
    const db = connect(url, { as: 'application', size: 1 })
    const [market, policies] = [await readMarket(db), await openPolicyBook(db)]; policies.close()
    const one = async (n: number) => {
      const at = Temporal.Now.instant().round({ smallestUnit: 'millisecond' })
      const a = await placeTrade({ db, market, policies, now: at, actor: 'service:bench' } as any, { memberId: memberName(n), body: PlaceBodySchema.parse({ tradeId: name(n), lines: shoppingListOf(n, day), allowanceStep: { every: '400.00', off: '50.00' } }), at }, { idempotencyKey: name(n) })
      if (!a.ok) throw new Error(JSON.stringify(a))
    }
    await one(4998); begin(); await one(4999); await db.destroy()
  })
  const client = new pg.Client({ connectionString: url, options: '-c role=jifen_app -c plan_cache_mode=force_generic_plan', pipeline: true } as any)
  await client.connect()
  const pid = (await client.query('select pg_backend_pid() as p')).rows[0].p
  const ns = () => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0])
  const all = flights.flat().filter((s) => !/^(begin|commit)$/.test(s.text))
  let m = 0
  const run = async (k: number, end: string, count: number) => {
    const send = replayer([[{ text: 'begin', values: [], columns: [] }, ...all.slice(0, k), { text: end, values: [], columns: [] }]], [memberName(4999), name(4999)])
    for (let i = 0; i < 30; i++) { m++; await send(client, [memberName(m % 4500), name(m)]) ; }
    const a = ns(); const t = performance.now()
    for (let i = 0; i < count; i++) { m++; await send(client, [memberName(m % 4500), name(m)]) }
    return [(ns() - a) / 1000 / count, (performance.now() - t) * 1000 / count]
  }
  // replayer prepared names collide between runs: fresh client names by deallocate
  let last = 0
  for (let k = 0; k <= all.length; k++) {
    await client.query('deallocate all'); (client as any).connection.parsedStatements = {}
    const [cpu, wall] = await run(k, 'rollback', 250)
    console.log(k, `cpu ${cpu!.toFixed(0)} +${(cpu! - last).toFixed(0)}us wall ${wall!.toFixed(0)}`, k ? all[k - 1]!.text.replace(/\s+/g, ' ').trim().slice(0, 90) : '', k ? 'bytes ' + all[k-1]!.values.reduce((s: number, v: any) => s + (v?.length ?? 8), 0) : '')
    last = cpu!
  }
  await client.query('deallocate all'); (client as any).connection.parsedStatements = {}
  m = 500
  const [cpu, wall] = await run(all.length, 'commit', 1000)
  console.log('commit', `cpu ${cpu!.toFixed(0)} +${(cpu! - last).toFixed(0)} wall ${wall!.toFixed(0)}`)
  await client.end()
} finally { await d.close() }
