import { deepEqual, equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { makeMembers } from '#test/support/issuing.ts'
import {
  changesOf,
  inYear,
  openStandings,
  refresh,
  settleBy,
  standing,
  type StandingMarket,
} from '#test/support/standings.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'jifen-levels-'))
const imported = inYear('06-08')
let market: StandingMarket

before(async () => {
  market = await openStandings()
  await makeMembers(market.db, ['t3', 'v5', 'low', 'none', 'sealed', 'late', 'both'])
  await sql`update jifen.member set status = 'sealed' where member_id = 'sealed'`.execute(
    market.owner,
  )
})
after(async () => {
  rmSync(folder, { recursive: true })
  await market.close()
})

const rows = [
  't3,T3,',
  'v5,1,V5',
  'low,2,4',
  'none,,',
  'sealed,3,',
  'stranger,3,',
  'both,T4,',
  'both,-1,',
  'both,,V7',
  'both,3,x',
  'bad id,3,',
  'both,3',
  '"both,3,',
]

test('old levels give the tiers they promise, and what is wrong with a file is written down', async () => {
  const file = write('levels.csv', rows)
  const told = await levels(file)
  equal(told.code, 0, told.err)
  deepEqual(told.out.split('\n').slice(0, 5), [
    '7 bad-row',
    '2 granted',
    '1 members/sealed',
    '1 members/unknown',
    '2 nothing-promised',
  ])
  const rejects = readFileSync(join(folder, 'levels-rejects.csv'), 'utf8').trim().split('\n')
  equal(rejects.length, 10)
  equal(rejects.includes('6,sealed,members/sealed'), true)
  match(rejects.join('\n'), /bad-t-level/)
  match(rejects.join('\n'), /bad-v-level/)
  match(rejects.join('\n'), /bad-member-id/)
  match(rejects.join('\n'), /wrong-columns/)
  deepEqual(await Promise.all(['t3', 'v5', 'low'].map(async (id) => (await at(id)).tier)), [
    'super',
    'super',
    'ordinary',
  ])
  equal((await at('t3')).tierUntil?.toString(), '2018-06-07T16:00:00Z')
})

test('the same file again changes nothing, packed or in other batches', async () => {
  const before = await grants()
  const packed = join(folder, 'levels.csv.gz')
  writeFileSync(packed, gzipSync(`\uFEFFmember_id,t,v\r\n${rows.join('\r\n')}`))
  const told = await levels(packed, '--size', '1')
  equal(told.code, 0, told.err)
  match(told.out, /^7 bad-row\n2 before\n/)
  deepEqual(await grants(), before)
})

test('a refresh takes nobody below the promise, and after the period of grace it does', async () => {
  await refresh(market, inYear('07-08 10:00'), { t3: [300], low: [300] })
  equal((await at('t3', inYear('07-08 10:00'))).tier, 'super')
  await settleBy(market, inYear('06-08', 2018))
  deepEqual(await changesOf(market, 't3'), [
    '2017-06-07T16:00:00Z ordinary > super grantBegan',
    '2018-06-07T16:00:00Z super > ordinary grantEnded',
  ])
})

test('levels of the other ladder that are told later raise the promise, not its period', async () => {
  equal((await levels(write('t.csv', ['late,3'], 'member_id,t'))).code, 0)
  const told = await levels(
    write('v.csv', ['late,6'], 'MEMBER_ID,V'),
    '--at',
    '2017-07-01T00:00:00+08:00',
  )
  match(told.out, /^1 raised\n/)
  equal((await at('late')).tierUntil?.toString(), '2018-06-07T16:00:00Z')
})

test('a file that is none is told in one sentence', async () => {
  for (const [file, said] of [
    [join(folder, 'missing.csv'), /There is no file/],
    [write('empty.csv', [], ''), /names the columns|is empty/],
    [write('other.csv', ['a,b'], 'x,y'), /names the columns/],
  ] as const) {
    const told = await levels(file)
    equal(told.code, 1)
    match(told.err, said)
  }
})

function write(name: string, lines: readonly string[], header = 'member_id,t,v'): string {
  const path = join(folder, name)
  writeFileSync(path, [header, ...lines].join('\n'))
  return path
}

async function at(memberId: string, instant = imported) {
  return await standing(market, memberId, instant)
}

async function grants(): Promise<unknown> {
  const rowsOf = await sql`select * from jifen.tier_grant order by member_id`.execute(market.db)
  return rowsOf.rows
}

async function levels(file: string, ...words: string[]) {
  const at = words.includes('--at') ? [] : ['--at', '2017-06-08T00:00:00+08:00']
  const args = ['cli/main.ts', 'levels', file, ...at, ...words, '--home', folder]
  const env = { ...process.env, DATABASE_URL: market.url }
  const child = spawn(process.execPath, args, { cwd: root, env })
  let [out, err] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const code = await new Promise((done) => child.on('close', done))
  return { code, out, err }
}
