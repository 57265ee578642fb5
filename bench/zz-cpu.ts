import { join } from 'node:path'
import { writeFileSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from '#db/connection.ts'
import { deploy } from '#test/accept/support/deployment.ts'
import { pause } from '#test/accept/support/program.ts'
import { closedLoop } from '#bench/support/closed-loop.ts'
import { fillMarket, memberName, shoppingListOf } from '#bench/support/market-day.ts'
import { openCpuMeter } from '#bench/support/cpu-meter.ts'
import { openRawConnection } from '#bench/support/raw-http.ts'
const prof = process.argv[2]
const day = { members: 9000, offers: 10000, shops: 500, skusEach: 4 }
const d = await deploy({ folder: join(import.meta.dirname, '..'), nodeOptions: prof ? ['--cpu-prof', '--cpu-prof-dir', prof, '--cpu-prof-interval', '400'] : [] })
const windows: any = {}
try {
  const url = await d.databaseUrl()
  const db = connect(url, { as: 'application' }), owner = connect(url, { as: 'owner', size: 1 })
  await fillMarket(db, owner, day)
  await Promise.all([db.destroy(), owner.destroy()])
  await pause(2500)
  const token = await d.service('bench')
  const conns: any[] = []
  for (let i = 0; i < 16; i++) conns.push(await openRawConnection(d.port))
  const auth = `authorization: Bearer ${token}\r\n`
  let q = 0, t = 0
  const quote = async (c: number) => { q++; const s = await conns[c].post('/v1/quotes', auth, JSON.stringify({ memberId: memberName((q * 37) % day.members), lines: shoppingListOf(q, day) })); if (s !== 200) throw new Error('q ' + s) }
  const trade = async (c: number) => { t++; const n = `t-${String(t).padStart(6, '0')}`; const s = await conns[c].post('/v1/trades', `${auth}idempotency-key: ${n}\r\n`, JSON.stringify({ memberId: memberName(t), tradeId: n, lines: shoppingListOf(t, day), allowanceStep: { every: '400.00', off: '50.00' } })); if (s !== 201) throw new Error('t ' + s) }
  const many = async (n: number, f: (c: number) => Promise<void>) => { let left = n; const t0 = performance.now(); await Promise.all(conns.map(async (_, c) => { while (left-- > 0) await f(c) })); return performance.now() - t0 }
  await many(1500, quote); await many(800, trade)
  const pg = await d.database(); await pg.query('analyze')
  for (const round of [1, 2, 3]) {
    for (const [name, f, n] of [['quote', quote, 1500], ['trade', trade, 1000]] as const) {
      const used = openCpuMeter(d); const from = Number(process.hrtime.bigint() / 1000n)
      const ms = await many(n, f)
      const to = Number(process.hrtime.bigint() / 1000n)
      ;(windows[name] ??= []).push([from, to])
      const u = used(n)
      console.log(name, 'server', u.serverUs, 'pg', u.postgresUs, 'client', u.clientUs, `${(n / ms * 1000).toFixed(0)}/s`)
    }
  }
  conns.forEach((c) => c.close())
} finally { await d.close() }
if (prof) {
  const file = readdirSync(prof).filter((f) => f.endsWith('.cpuprofile')).map((f) => join(prof, f)).at(-1)!
  const p = JSON.parse(readFileSync(file, 'utf8'))
  const byId = new Map<number, any>(p.nodes.map((n: any) => [n.id, n])); const parent = new Map<number, number>()
  for (const n of p.nodes) for (const c of n.children ?? []) parent.set(c, n.id)
  for (const name of Object.keys(windows)) {
    const self = new Map<string, number>(), incl = new Map<string, number>(); let total = 0, ts = p.startTime
    p.samples.forEach((id: number, i: number) => {
      ts += p.timeDeltas[i]
      if (!windows[name].some(([a, b]: any) => ts >= a && ts <= b)) return
      const dt = p.timeDeltas[i + 1] ?? 0
      const lab = (n: any) => `${n.callFrame.functionName || '(anon)'} ${n.callFrame.url.replace(/.*\/main\//, '').replace(/node_modules\//, '')}:${n.callFrame.lineNumber + 1}`
      const n = byId.get(id); const l = lab(n)
      if (/^\((idle)\)/.test(l)) return
      total += dt; self.set(l, (self.get(l) ?? 0) + dt)
      const seen = new Set<string>(); let c: number | undefined = id
      while (c !== undefined) { const k = lab(byId.get(c)); if (!seen.has(k)) { seen.add(k); incl.set(k, (incl.get(k) ?? 0) + dt) } c = parent.get(c) }
    })
    const show = (m: Map<string, number>, k: number) => [...m].sort((a, b) => b[1] - a[1]).slice(0, k).map(([l, v]) => `${(v / total * 100).toFixed(1).padStart(5)}% ${l}`).join('\n')
    writeFileSync(join(prof, name + '.txt'), `TOTAL ${total}\nSELF\n${show(self, 70)}\n\nINCL\n${show(incl, 130)}\n`)
  }
}
