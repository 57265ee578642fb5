import autocannon from 'autocannon'
import { openLocalIssuer } from '#http/auth/local-issuer.ts'
const [home = '', base = ''] = process.argv.slice(2)
const issuer = await openLocalIssuer(home)
const token = await issuer.sign({ role: 'service', subject: 'bench', lifeSeconds: 600 })
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const members = Array.from({ length: 64 }, (_, i) => `bm${i}`)
await fetch(`${base}/v1/events`, { method: 'POST', headers, body: JSON.stringify(members.map((m) => ({ specversion: '1.0', source: 'b', id: 'j', time: '2020-01-01T00:00:00Z', type: 'jifen.member.joined.v1', partitionkey: m, data: {} }))) })
let n = 0
const run = Math.random().toString(36).slice(2)
for (const m of members) await fetch(`${base}/v1/members/${m}/wallets/platform/points/earns`, { method: 'POST', headers: { ...headers, 'idempotency-key': `e${run}` }, body: JSON.stringify({ amount: 1000000 }) })
const result = await autocannon({
  url: base, connections: 16, duration: 10,
  requests: [{ method: 'POST', setupRequest: (r: any) => { n += 1; return { ...r, path: `/v1/members/bm${n % 64}/wallets/platform/points/spends`, headers: { ...headers, 'idempotency-key': `${run}-${n}` }, body: '{"amount":1}' } } }],
} as any)
console.log('spends/s', result.requests.average, 'p50', result.latency.p50, 'p99', result.latency.p99, 'non2xx', result.non2xx)
const r2 = await autocannon({ url: `${base}/v1/members/bm1/wallets`, connections: 16, duration: 5, headers } as any)
console.log('wallets/s', r2.requests.average, 'p99', r2.latency.p99, 'non2xx', r2.non2xx)
const r3 = await autocannon({ url: `${base}/v1/market`, connections: 16, duration: 5, headers } as any)
console.log('market/s', r3.requests.average, 'p99', r3.latency.p99, 'non2xx', r3.non2xx)
