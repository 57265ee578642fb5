import { capture } from './support/captured.ts'
import { startTestServer, urlOfDatabase, templateName } from '#test/support/server.ts'
import { connect } from '#db/connection.ts'
import { migrate } from '#db/migrate.ts'
import { readMarket } from '#db/market.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { asPoints } from '#rules/money/points.ts'
import { insertMembers } from '#db/members.ts'
import { runStatement } from '#test/support/server.ts'
import { readFileSync } from 'node:fs'
const server = await startTestServer()
await runStatement(server.url, 'create database x')
const url = urlOfDatabase(server.url,'x')
const preset = JSON.parse(readFileSync('presets/tmall-2017.json','utf8')).policies
await migrate(url, undefined, Object.entries(preset).map(([name, body])=>({name, body: JSON.stringify(body)})), Temporal.Now.instant())
const flights = await capture(async (begin) => {
const db = connect(url,{as:'application', size: 2})
const market = await readMarket(db)
const policies = await openPolicyBook(db)
const at = () => Temporal.Now.instant().round({smallestUnit:'millisecond'})
await db.transaction().execute(tx => insertMembers(tx, [{memberId:'m', joinedAt: at()}], at()))
const key = {memberId:'m', program:'platform', unit:'points'}
const post = (body:any, k:string) => postForMember({db,policies,market},{key, body, caller:'service:x', idempotencyKey:k, at: at()})
console.log(await post({kind:'earn', amount: asPoints(100000), ref:'seed'},'k0'))
for (let i=1;i<4;i++) await post({kind:'spend', amount: asPoints(1), ref:'s'+i},'k'+i)
policies.close()
begin()
await post({kind:'spend', amount: asPoints(1), ref:'s9'},'k9')
await db.destroy() })
for (const f of flights) { console.log('--- flight', f.length); for (const s of f) console.log(s.writes ?? '-', JSON.stringify(s.columns), JSON.stringify(s.values).slice(0,200), '\n   ', s.text.replace(/\s+/g,' ').slice(0,300)) }
await server.stop()
