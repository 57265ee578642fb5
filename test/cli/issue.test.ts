import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { allowanceOf, bringInForce, couponBatch, makeMembers } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'jifen-issue-'))
const members = Array.from({ length: 2_500 }, (_, n) => `m-${n}`)
let market: TestMarket

before(async () => {
  market = await openMarket(4)
  await makeMembers(market.db, members)
  await bringInForce(market, 'allowance:gift', allowanceOf({ amount: { most: '100.00' } }))
  await bringInForce(market, 'coupon-batch:gift', couponBatch(2_000))
})
after(async () => {
  rmSync(folder, { recursive: true })
  await market.close()
})

test('an allowance is issued to all members, and to nobody twice', async () => {
  const words = ['allowance', '--batch', 'gift', '--all', '--amount', '50.00']
  const first = await issue(...words)
  equal(first.code, 0, first.err)
  match(first.out, /^2,500 issued\n/)
  match(first.err, /Issuing the allowance gift, number 1\n/)
  deepEqual(await walletsOf(), { wallets: 2_500, pending: 12_500_000, entries: 2_500 })
  equal((await issue(...words)).code, 0)
  deepEqual(await walletsOf(), { wallets: 2_500, pending: 12_500_000, entries: 2_500 })
  equal((await issue(...words, '--number', '2')).code, 0)
  deepEqual(await walletsOf(), { wallets: 2_500, pending: 25_000_000, entries: 5_000 })
})

test('a file says who gets how much; what is wrong with it is written down', async () => {
  const file = join(folder, 'members.csv.gz')
  const lines = ['m-1,1.00', 'm-2,2.50', 'stranger,1.00', 'm-3', 'm-4,-1', 'm-5,100.01', 'm-1,1.00']
  writeFileSync(file, gzipSync(`member_id,amount\r\n${lines.join('\r\n')}\r\n`))
  const told = await issue('allowance', '--batch', 'gift', '--file', file, '--number', '3')
  equal(told.code, 0, told.err)
  match(told.out, /^2 bad-line\n3 issued\n1 issuing\/amount-out-of-range\n1 members\/unknown\n/)
  const rejects = readFileSync(join(folder, 'issue-rejects.csv'), 'utf8')
  deepEqual(rejects.trim().split('\n').toSorted(), [
    '"line 5: m-3",bad-line',
    '"line 6: m-4,-1",bad-line',
    'm-5,issuing/amount-out-of-range',
    'member_id,reason',
    'stranger,members/unknown',
  ])
})

test('coupons are given to as many as there are, in the order of their ids', async () => {
  const told = await issue('coupons', '--batch', 'gift', '--all', '--name', 'launch')
  equal(told.code, 0, told.err)
  match(told.out, /^2,000 granted\n500 issuing\/sold-out\n/)
  const again = await issue('coupons', '--batch', 'gift', '--all', '--name', 'launch')
  match(again.out, /^2,000 before\n500 issuing\/sold-out\n/)
})

test('codes are in a file that is not written over', async () => {
  await bringInForce(market, 'coupon-batch:codes', couponBatch(300))
  const out = join(folder, 'codes.txt')
  const words = ['codes', '--batch', 'codes', '--count', '300', '--out', out]
  equal((await issue(...words)).code, 0)
  const codes = readFileSync(out, 'utf8').trim().split('\n')
  equal(new Set(codes).size, 300)
  notEqual((await issue(...words)).code, 0)
  deepEqual(readFileSync(out, 'utf8').trim().split('\n'), codes)
})

// Columns: words | the sentence.
const refused = [
  [['allowance', '--batch', 'gift'], /^Say who is to get it: --file FILE, or --all\.\n$/],
  [['allowance', '--batch', 'none', '--all', '--amount', '1'], /allowance:none in force\.\n$/],
  [['allowance', '--batch', 'gift', '--all'], /Say how much m-0 is to get: --amount/],
  [['allowance', '--batch', 'gift', '--all', '--amount', '1.001'], /^An amount is written like 50/],
  [['codes', '--batch', 'gift', '--count', '0', '--out', 'x'], /whole number from 1 to 1000000/],
] as const

test('what cannot be issued is a sentence, and ends with 1', async () => {
  for (const [words, sentence] of refused) {
    const told = await issue(...words)
    equal(told.code, 1)
    match(told.err, sentence)
  }
})

async function walletsOf(): Promise<object | undefined> {
  const rows = await sql<object>`
    select count(*) as wallets, sum(pending)::bigint as pending, sum(seq)::bigint as entries
    from jifen.wallet where unit = 'allowance'
  `.execute(market.db)
  return rows.rows[0]
}

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string }

async function issue(...words: readonly string[]): Promise<Outcome> {
  const at = ['--at', '2017-11-05T10:00:00+08:00', '--home', folder]
  const program = spawn(process.execPath, ['cli/main.ts', 'issue', ...words, ...at], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: market.url },
  })
  const said = { out: '', err: '' }
  program.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  program.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const code = await new Promise<number | null>((done) => program.once('close', done))
  return { code, ...said }
}
