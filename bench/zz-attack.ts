import { join } from 'node:path'
import { sql } from 'kysely'
import { connect } from '#db/connection.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { deploy } from '#test/accept/support/deployment.ts'
import { pause } from '#test/accept/support/program.ts'
import { runVerify } from '#test/accept/support/verify.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { giveCoupon, pricing, put } from '#test/support/trades.ts'
const clock = '2017-11-11T10:00:00+08:00'
const d = await deploy({ folder: join(import.meta.dirname, '..'), clock })
const only = new Set(process.argv.slice(2))
const want = (n: string) => only.size === 0 || only.has(n)
try {
  const url = await d.databaseUrl()
  const db = connect(url, { as: 'application' }), owner = connect(url, { as: 'owner', size: 2 })
  const policies = await openPolicyBook(db)
  const m: any = { db, owner, policies }
  await bringInForce(m, 'pricing', pricing)
  await bringInForce(m, 'offer:b-300-30', { layer: 'shop', target: { shops: ['B'] }, effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '30.00' }] } })
  await bringInForce(m, 'offer:few', { layer: 'shop', target: { shops: ['Q'] }, limit: { total: 10 }, effect: { type: 'thresholdOff', steps: [{ from: '100.00', off: '20.00' }] } })
  await bringInForce(m, 'coupon-batch:b10', { title: { zh: '测', en: 'T' }, terms: { kind: 'shop', target: { shops: ['B'] }, threshold: '300.00', off: '10.00' }, quantity: 1000, perMember: 50, claim: { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }, validity: { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' } })
  await pause(2500)
  const token = await d.service('svc')
  const op = await d.issuer.sign({ role: 'operator', subject: 'op', lifeSeconds: 9999 } as any)
  let k = 0
  const call = async (path: string, body: any, o: any = {}) => {
    const r = await fetch(d.url + path, { method: o.method ?? 'POST', headers: { authorization: `Bearer ${o.token ?? token}`, 'content-type': 'application/json', 'idempotency-key': o.key ?? `k${++k}` }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
    const text = await r.text(); let j: any = {}; try { j = JSON.parse(text) } catch {}
    return { status: r.status, code: j.code, j, text }
  }
  const line = (over: any = {}) => ({ id: '1', sku: 'b1', shop: 'B', category: 'apparel', quantity: 2, listPrice: '175.00', ...over })
  const basket = (memberId: string, tradeId: string, over: any = {}) => ({ memberId, tradeId, lines: [{ id: '0', sku: 'a', shop: 'A', category: 'x', quantity: 1, listPrice: '80.00' }, line()], freight: [{ shop: 'A', amount: '6.00' }], allowanceStep: { every: '400.00', off: '50.00' }, ...over })
  const tally = (rs: any[]) => JSON.stringify(Object.fromEntries([...Map.groupBy(rs, (r: any) => `${r.status} ${r.code ?? ''}`)].map(([a, b]) => [a, b.length])))
  const members = async (ids: string[]) => { for (const id of ids) { await sql`insert into jifen.member (member_id, joined_at, created_at) values (${id}, ${clock}::timestamptz, ${clock}::timestamptz) on conflict do nothing`.execute(owner) } }
  const many = (n: number, f: (i: number) => Promise<any>) => Promise.all(Array.from({ length: n }, (_, i) => f(i)))
  const q = async (s: string) => (await sql.raw(s).execute(owner)).rows

  if (want('same')) {
    await put(m, 'same', 'allowance', 12000); await giveCoupon(m, 'same', 1)
    let rs = await many(64, () => call('/v1/trades', basket('same', 't1'), { key: 'one' }))
    console.log('same x64 same key', tally(rs), 'bodies', new Set(rs.map((r) => r.text)).size)
    rs = await many(64, (i) => call('/v1/trades', basket('same', 't2')))
    console.log('same x64 own keys', tally(rs), 'bodies', new Set(rs.filter((r) => r.status === 201).map((r) => r.text)).size)
    rs = await many(64, (i) => call('/v1/trades', basket('same', 't3', i % 2 ? {} : { lines: [line({ quantity: 3 })], freight: [] })))
    console.log('one byte changed', tally(rs))
    rs = await many(64, () => call('/v1/trades', basket('fresh', 'f1', { campaign: 'c1' })))
    console.log('unknown member x64, campaign', tally(rs), await q("select count(*) from jifen.trade where member_id = 'fresh'"))
    rs = await many(32, (i) => call('/v1/trades', basket('same', `u${i}`), { key: 'shared-key' }))
    console.log('one key, 32 trades', tally(rs), await q("select count(*) from jifen.trade where member_id='same' and trade_id like 'u%'"))
  }
  if (want('coupon')) {
    await members(['cp']); await call('/v1/coupon-batches/b10/grants', { name: 'gcp', members: ['cp'] })
    const rs = await many(5, (i) => call('/v1/trades', basket('cp', `c${i}`, { choose: { pin: ['b10.1'] } })))
    console.log('coupon in five baskets', tally(rs), rs.map((r) => JSON.stringify(r.j.quote?.used?.coupons)).join(' '))
    const ps = await many(5, (i) => call(`/v1/trades/c${i}/payments`, { memberId: 'cp' }))
    console.log('pay all', tally(ps), await q("select trade_id,status from jifen.coupon where member_id='cp'"))
    await members(['cr']); let bad: any[] = []
    for (let i = 1; i <= 20; i++) { const g = await call('/v1/coupon-batches/b10/grants', { name: `g${i}`, members: ['cr'] }); if (g.status >= 300) console.log('grant', g.status, g.text.slice(0, 200)); const [a, b] = await Promise.all([call('/v1/trades', basket('cr', `cr${i}`)), call(`/v1/members/cr/coupons/b10.${i}/return`, undefined)]); bad.push(a, b) }
    console.log('place beside return of coupon', tally(bad))
  }
  if (want('pay')) {
    await put(m, 'pc', 'allowance', 1_000_000); const rs: any[] = []
    for (let i = 0; i < 25; i++) { await call('/v1/trades', basket('pc', `p${i}`)); rs.push(...await Promise.all([call(`/v1/trades/p${i}/payments`, { memberId: 'pc', paymentId: 'x' }), call(`/v1/trades/p${i}/closings`, { memberId: 'pc' })])) }
    console.log('pay and close', tally(rs), await q("select status, count(*) from jifen.trade where member_id='pc' group by 1"), await q("select held, available from jifen.wallet where member_id='pc'"))
    await call('/v1/trades', basket('pc', `tw`))
    let two = await many(16, (i) => call(`/v1/trades/tw/payments`, { memberId: 'pc', paymentId: 'same' }))
    console.log('pay 16x same payment', tally(two))
    await call('/v1/trades', basket('pc', `tx`))
    two = await many(16, (i) => call(`/v1/trades/tx/payments`, { memberId: 'pc', paymentId: `p${i}` }))
    console.log('pay 16 payments', tally(two))
    console.log('wrong amount', tally([await call('/v1/trades/tx/payments', { memberId: 'pc', amount: '1.00' })]), 'other member', tally([await call('/v1/trades/tx/payments', { memberId: 'cp' }), await call('/v1/trades/tx/closings', { memberId: 'nobody' })]))
  }
  if (want('bad')) {
    const bad = async (name: string, b: any) => { const r = await call('/v1/quotes', b); const b2 = typeof b === 'string' ? b : { ...b, tradeId: 'bad' }; const r2 = await call('/v1/trades', b2); console.log('bad', name, tally([r]), tally([r2]), r.j.errors?.[0]?.path ?? '') }
    const base = (l: any, more: any = {}) => ({ memberId: 'bad', lines: [line(l)], ...more })
    for (const [n, l] of Object.entries({ q0: { quantity: 0 }, qneg: { quantity: -1 }, qfrac: { quantity: 1.5 }, qhuge: { quantity: 1e15 }, q1e308: { quantity: 1e308 }, pneg: { listPrice: '-1.00' }, pfrac: { listPrice: 1.5 }, phuge: { listPrice: '90071992547409.91' }, phuge2: { listPrice: 9007199254740991 }, pmax: { listPrice: '99999999.00', quantity: 10000 }, p3: { listPrice: '1.001' }, pexp: { listPrice: '1e3' }, sku: { sku: '__proto__' }, id: { id: '__proto__' }, idctor: { id: 'constructor', shop: 'constructor', sku: 'hasOwnProperty' }, unknown: { nope: 1 }, frid: { id: 'freight:B' }, empty: { id: '' }, nul: { sku: 'a\u0000b' }, emoji: { sku: '😀' } })) await bad(n, base(l))
    await bad('dup keys', '{"memberId":"bad","memberId":"x","tradeId":"bad","lines":[]}')
    await bad('proto', '{"memberId":"bad","__proto__":{"x":1},"lines":[]}')
    await bad('1e400', '{"memberId":"bad","lines":[{"id":"1","sku":"a","shop":"B","category":"","quantity":1e400,"listPrice":"1.00"}]}')
    await bad('dup lines', base({}, { lines: [line(), line()] }))
    await bad('1000 lines', { memberId: 'bad', lines: Array.from({ length: 1000 }, (_, i) => line({ id: `l${i}`, shop: `S${i % 300}` })) })
    await bad('1001 lines', { memberId: 'bad', lines: Array.from({ length: 1001 }, (_, i) => line({ id: `l${i}` })) })
    await bad('2MB', '{"memberId":"' + 'a'.repeat(2e6) + '"}')
    await bad('deep', '['.repeat(100000))
    await bad('step 0', base({}, { allowanceStep: { every: '0.00', off: '50.00' } }))
    await bad('step off>every', base({}, { allowanceStep: { every: '10.00', off: '50.00' } }))
    await bad('choose', base({}, { choose: { pin: ['__proto__'], without: ['constructor'], points: -5 } }))
    await bad('freight neg', base({}, { freight: [{ shop: 'B', amount: '-1.00' }] }))
    console.log('bad tradeId', tally([await call('/v1/trades', basket('bad', '__proto__')), await call('/v1/trades', basket('bad', 'a/b%2f..')), await call('/v1/trades', basket('__proto__', 'x')), await call('/v1/trades', basket('bad', 'x'.repeat(101)))]))
    console.log('slash id pay', tally([await call('/v1/trades/' + encodeURIComponent('a/b%2f..') + '/payments', { memberId: 'bad' })]))
    const member = await d.issuer.sign({ role: 'member', subject: 'same', lifeSeconds: 999 } as any)
    console.log('member role', tally([await call('/v1/quotes', basket('same', 'm'), { token: member }), await call('/v1/trades', basket('same', 'm'), { token: member }), await call('/v1/trades/t1/payments', { memberId: 'same' }, { token: member }), await call('/v1/trades/t1/closings', { memberId: 'same' }, { token: member })]))
    console.log('bad expect', tally([await call('/v1/trades', basket('bad', 'e1', { expect: { digest: 'x', payFen: 1, byLine: { __proto__x: 1, constructor: 2 }, instruments: { toString: 3 } } }))]))
  }
  if (want('quota')) {
    const qb = (mm: string, t: string) => ({ memberId: mm, tradeId: t, lines: [line({ shop: 'Q' })] })
    const rs = await many(40, (i) => call('/v1/trades', qb(`q${i}`, 'q')))
    const on = rs.filter((r) => r.j.quote?.used?.offers?.includes('offer:few')).length
    console.log('quota 10 of 40', tally(rs), 'with offer', on, await q("select count(*) from jifen.offer_use where offer='offer:few'"))
    const winner = rs.findIndex((r) => r.j.quote?.used?.offers?.includes('offer:few'))
    const qt = await call('/v1/quotes', { memberId: 'late', lines: [line({ shop: 'Q' })] })
    console.log('quote then', qt.j.quote?.used?.offers, JSON.stringify(qt.j.quote?.notApplied))
    await call('/v1/trades/q/closings', { memberId: `q${winner}` })
    const q2 = await call('/v1/quotes', { memberId: 'late', lines: [line({ shop: 'Q' })] })
    console.log('after a closing', q2.j.quote?.used?.offers)
    const ex = await call('/v1/trades', { ...qb('late', 'q'), expect: q2.j.expect }); const ex2 = await call('/v1/trades', { ...qb('later', 'q'), expect: q2.j.expect })
    console.log('expect', ex.status, ex2.status, ex2.code, JSON.stringify(ex2.j.differences))
  }
  if (want('policy')) {
    await put(m, 'pol', 'allowance', 12000)
    const qt = await call('/v1/quotes', { ...basket('pol', 'x'), tradeId: undefined })
    await bringInForce(m, 'offer:new', { layer: 'item', target: { skus: ['a'] }, effect: { type: 'percentOff', percent: 10 } })
    await pause(1500)
    const r = await call('/v1/trades', basket('pol', 'x', { expect: qt.j.expect }))
    console.log('policy change', r.status, r.code, JSON.stringify(r.j.differences), 'new pay', r.j.quote?.payFen, 'expected', qt.j.expect.payFen)
    const r2 = await call('/v1/trades', basket('pol', 'x', { expect: r.j.expect }))
    console.log('placed by the new', r2.status, r2.code, r2.j.quote?.payFen)
    await call('/v1/events', { specversion: '1.0', source: 's', id: 'seal1', type: 'jifen.member.sealed.v1', time: clock, partitionkey: 'pol', data: { reason: 'x' } })
    console.log('sealed?', await q("select status from jifen.member where member_id='pol'"))
    console.log('sealed', tally([await call('/v1/quotes', { ...basket('pol', 'x'), tradeId: undefined }), await call('/v1/trades', basket('pol', 'y')), await call('/v1/trades/x/payments', { memberId: 'pol' })]), await q("select unit,status,available,held from jifen.wallet where member_id='pol'"))
  }
  if (want('kill')) {
    await put(m, 'kill', 'allowance', 100_000_000)
    let lost = 0, done: any[] = []
    for (let round = 0; round < 3; round++) {
      const ids = Array.from({ length: 60 }, (_, i) => `k${round}-${i}`)
      let sent = 0
      const first = Promise.all(ids.map((id) => call('/v1/trades', basket('kill', id), { key: id }).then((r) => { sent++; return r }).catch(() => { lost++; return undefined })))
      while (sent < 15) await pause(2)
      process.kill(d.program().pid, 'SIGKILL')
      const before = await first
      await d.program().ended.catch(() => 0)
      await d.restart({ clock })
      await pause(1000)
      const after = await Promise.all(ids.map((id) => call('/v1/trades', basket('kill', id), { key: id })))
      done.push(...after)
      for (let i = 0; i < ids.length; i++) if (before[i]?.status === 201 && before[i]!.text !== after[i]!.text) console.log('DIFFERS', ids[i])
    }
    console.log('kill: lost', lost, tally(done), await q("select count(*), count(distinct trade_id) from jifen.trade where member_id='kill'"), await q("select held, (select sum((used->>'allowanceFen')::int) from jifen.trade where member_id='kill') as used from jifen.wallet where member_id='kill' and unit='allowance'"))
  }
  if (want('timeout')) {
    const url2 = await d.databaseUrl()
    const n = 40
    for (let i = 0; i < n; i++) { await put(m, `to${i}`, 'allowance', 12000); await call('/v1/trades', basket(`to${i}`, 'tt')) }
    const t = await call('/v1/trades', basket('to20', 'tt'))
    const payBy = t.j.payBy
    console.log('payBy', payBy, (await call('/v1/clock', { to: Temporal.Instant.from(payBy).subtract({ milliseconds: 700 }).toString() }, { token: op })).status)
    await pause(150)
    const rs = await many(n * 2, async (i) => { await pause(i * 15); return await call('/v1/trades/tt/payments', { memberId: `to${i % n}`, paymentId: 'p' }) })
    await pause(2500)
    console.log('pay around time-out', tally(rs), await q("select t.status, w.held, w.available, count(*) from jifen.trade t join jifen.wallet w using (member_id) where trade_id='tt' group by 1,2,3"))
  }
  if (want('mass')) {
    const N = 10000
    const at = '2018-02-01T00:00:00+08:00'
    await call('/v1/clock', { to: at }, { token: op })
    const rows = await q(`select 1`)
    // one true trade, copied to others
    await put(m, 'mm', 'allowance', 12000)
    const { placeTrade } = await import('#operations/trades/place-trade.ts')
    const { PlaceBodySchema } = await import('#rules/trades/body.ts')
    const { readMarket } = await import('#db/market.ts')
    const market = await readMarket(db); const now = Temporal.Instant.from(at)
    await policies.refresh()
    const t0 = performance.now()
    let next = 0
    await many(8, async () => { while (next < N) { const i = next++; await put(m, `mm${i}`, 'allowance', 12000); const { memberId, ...b } = basket('x', 'mt') as any; const r = await placeTrade({ db, market, policies, now, actor: 'x' } as any, { memberId: `mm${i}`, body: PlaceBodySchema.parse(b), at: now }, { idempotencyKey: 'a' }); if (!r.ok) throw new Error(JSON.stringify(r)) } })
    console.log('placed', N, ((performance.now() - t0) / 1000).toFixed(1), 's')
    const due = Temporal.Instant.from((await q("select max(pay_by) as x from jifen.trade where trade_id='mt'"))[0]!.x as any)
    const lat: number[] = []; let stop = false
    const probing = (async () => { let i = 0; while (!stop) { const s = performance.now(); const r = await call('/v1/quotes', { memberId: `probe${i++}`, lines: [line()] }); lat.push(performance.now() - s); if (r.status !== 200) console.log('probe', r.status, r.code); await pause(20) } })()
    const t1 = performance.now(); const cpu0 = cpuOf(d.program().pid)
    await call('/v1/clock', { to: due.toString() }, { token: op })
    for (;;) { const [r] = await q("select count(*) as n from jifen.trade where trade_id='mt' and status='placed'"); if (Number((r as any).n) === 0) break; if (performance.now() - t1 > 120000) { console.log('left', r); break }; await pause(200) }
    const s = (performance.now() - t1) / 1000; stop = true; await probing
    lat.sort((a, b) => a - b)
    console.log('mass time-out', N, s.toFixed(1), 's', `cpu ${(cpuOf(d.program().pid) - cpu0)} ms`, 'quote p50', lat[lat.length >> 1]?.toFixed(0), 'p99', lat[Math.floor(lat.length * .99)]?.toFixed(0), 'max', lat.at(-1)?.toFixed(0), await q("select held, available, count(*) from jifen.wallet where member_id like 'mm%' group by 1,2"))
  }
  console.log('verify', JSON.stringify(await runVerify(d.home)).slice(0, 1500))
  const log = d.postgresLog(); const dl = log.indexOf('deadlock'); if (dl > 0) console.log(log.slice(dl - 200, dl + 1800)); console.log('pg errors', [...new Set(log.split('\n').filter((l) => /ERROR|deadlock/.test(l)).map((l) => l.replace(/^.*?(ERROR|FATAL)/, '$1').slice(0, 120)))].slice(0, 15))
  policies.close(); await db.destroy(); await owner.destroy()
} finally { await d.close() }
import { cpuMsOf } from '#bench/support/cpu.ts'
function cpuOf(pid: number) { return cpuMsOf(pid) }
