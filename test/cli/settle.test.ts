import { deepEqual, equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { isInstrument } from '#rules/depth/of-policies.ts'
import { QuoteInputSchema } from '#rules/pricing/input.ts'
import type { TestMarket } from '#test/support/market.ts'
import { basket, contextOf, doubleEleven, openTradeMarket, put } from '#test/support/trades.ts'

const folder = mkdtempSync(join(tmpdir(), 'jifen-settle-'))
const period = ['--from', '2017-11-11T00:00:00+08:00', '--to', '2017-11-12T00:00:00+08:00']
let market: TestMarket

before(async () => {
  market = await openTradeMarket()
  await put(market, 'lin', 'allowance', 12_000)
  const context = contextOf(market, doubleEleven)
  const request = { memberId: 'lin', body: basket('T1'), at: doubleEleven }
  await placeTrade(context, request, { idempotencyKey: 'place' })
  const paid = { memberId: 'lin', body: { tradeId: 'T1' } }
  await payTrade(context, paid, { idempotencyKey: 'pay' })
})
after(async () => {
  await market.close()
  rmSync(folder, { recursive: true })
})

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

async function jifen(...words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, ['cli/main.ts', ...words], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, DATABASE_URL: market.url },
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

function fileOf(name: string, json: object): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(json))
  return path
}

test('jifen settle tells who paid which fen, as text, as JSON and as CSV', async () => {
  const text = await jifen('settle', ...period)
  equal(text.code, 0, text.err)
  match(text.out, /^shop:B +70\.00 +0\.00 +70\.00$/m)
  const csv = join(folder, 'statement.csv')
  const { out } = await jifen('settle', ...period, '--shop', 'B', '--json', '--csv', csv)
  const { totals } = JSON.parse(out) as { totals: Record<string, number> }
  deepEqual([totals['paidFen'], totals['dueFen'], totals['netFen']], [28_000, 28_000, 7_000])
  match(readFileSync(csv, 'utf8'), /^section,campaign,shop,[^]*\nfunding,,B,shop:B,allowance,/)
})

test('jifen settle --prove ends with 0 when the statement is the sum over trades, else with 1', async () => {
  const right = await jifen('settle', ...period, '--prove')
  deepEqual([right.code, right.out.split(',')[0]], [0, 'The statement is the sum over all trades'])
  await sql`update jifen.allocation set off_fen = off_fen + 1 where n = 0`.execute(market.owner)
  const wrong = await jifen('settle', ...period, '--prove')
  equal(wrong.code, 1)
  match(wrong.out, /lin T1: goods 43000 less allocations/)
  await sql`update jifen.allocation set off_fen = off_fen - 1 where n = 0`.execute(market.owner)
})

test('jifen settle says in one sentence what is wrong with a period', async () => {
  const backwards = await jifen('settle', '--from', period[3] ?? '', '--to', period[1] ?? '')
  deepEqual(
    [backwards.code, backwards.err],
    [1, 'The period ends before it begins: --from is before --to.\n'],
  )
})

test('jifen replay compares past trades under a draft', async () => {
  const steps = [{ from: '300.00', off: '100.00' }]
  const draft = { 'offer:b-300-30': { effect: { type: 'thresholdOff', steps } } }
  const file = fileOf('draft.json', draft)
  const text = await jifen('replay', ...period, '--policy', file)
  equal(text.code, 0, text.err)
  match(text.out, /^1 trades, 1 changed$/m)
  match(text.out, /^shop:B +70\.00 +100\.00 +30\.00$/m)
  const { out } = await jifen('replay', ...period, '--policy', file, '--json')
  const report = JSON.parse(out) as { members: { better: number } }
  equal(report.members.better, 1)
  const wrong = fileOf('wrong.json', { 'offer:b-300-30': { layer: 'roof' } })
  const refused = await jifen('replay', ...period, '--policy', wrong)
  equal(refused.code, 1)
  match(refused.err, /cannot be tried: offer:b-300-30\.layer: /)
})

test('jifen depth names the combination, ends with 1 past the limit, and its quote proves it', async () => {
  const file = fileOf('depth.json', {
    ...withoutThose(),
    'offer:half': { layer: 'item', effect: { type: 'percentOff', percent: 50 } },
    'offer:shop': {
      layer: 'shop',
      effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '30.00' }] },
    },
  })
  const past = await jifen('depth', '--policy', file, '--most', '50', '--budget', '1000')
  equal(past.code, 1, past.err)
  match(past.out, /^At most 55[.0-9]* % is off a line/)
  match(past.out, /^This is past 50 %/m)
  const told = await jifen('depth', '--policy', file, '--json', '--budget', '1000')
  equal(told.code, 0)
  const { quote, percent } = JSON.parse(told.out) as { quote: object; percent: number }
  equal(Math.floor(percent), 55)
  equal(QuoteInputSchema.safeParse(quote).success, true)
})

/** What the preset gives paid members, left out. */
function withoutThose(): Record<string, null> {
  const names = Object.keys(tmall2017.policies).filter((name) => isInstrument(name))
  return Object.fromEntries(names.map((name) => [name, null]))
}
