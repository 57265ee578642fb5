import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { replayTrades, type Replayed } from '#operations/replay/replay-trades.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { recordTrade } from '#operations/trades/record-trade.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { ReplayReport } from '#rules/replay/report.ts'
import { RecordBodySchema } from '#rules/trades/body.ts'
import type { TestMarket } from '#test/support/market.ts'
import { basket, contextOf, doubleEleven, openTradeMarket, put } from '#test/support/trades.ts'

let market: TestMarket
const later = doubleEleven.add({ minutes: 5 })
const period = { from: doubleEleven, to: doubleEleven.add({ hours: 1 }) }
const members = ['ann', 'bob', 'cai', 'dan', 'eve']

/** Five members buy for 430.00: with an allowance and an envelope, with one of them, with nothing. */
before(async () => {
  market = await openTradeMarket()
  for (const [n, memberId] of members.entries()) {
    if (n < 3) await put(market, memberId, 'allowance', 12_000)
    if (n < 2) await put(market, memberId, 'redEnvelope', 888, { ref: 'R1' })
    for (const tradeId of n === 0 ? ['t-1', 't-2'] : ['t-1']) await placeAndPay(memberId, tradeId)
  }
  await record('fay')
})
after(() => market.close())

async function placeAndPay(memberId: string, tradeId: string): Promise<void> {
  const key = (what: string) => ({ idempotencyKey: `${memberId} ${tradeId} ${what}` })
  const body = basket(tradeId)
  const request = { memberId, body, at: doubleEleven }
  const placed = await placeTrade(contextOf(market, doubleEleven), request, key('place'))
  ok(placed.ok, JSON.stringify(placed))
  const paid = { memberId, body: { tradeId } }
  ok((await payTrade(contextOf(market, later), paid, key('pay'))).ok)
}

async function record(memberId: string): Promise<void> {
  const shares = [{ layer: 'coupon', instrument: 'C', off: '10.00', funder: 'brand:acme' }]
  const line = { id: '1', sku: 's', shop: 'C', quantity: 1, price: '100.00', pay: '90.00', shares }
  const body = RecordBodySchema.parse({ tradeId: 'elsewhere', lines: [line] })
  const context = contextOf(market, doubleEleven)
  const request = { memberId, body, at: doubleEleven }
  ok((await recordTrade(context, request, { idempotencyKey: 'record' })).ok)
  const paid = { memberId, body: { tradeId: 'elsewhere' } }
  ok((await payTrade(contextOf(market, later), paid, { idempotencyKey: 'pay' })).ok)
}

async function replay(drafts: object): Promise<Replayed> {
  const leastRatio = 900_000 as Ppm
  return await replayTrades(market.db, market.policies, {
    ...period,
    drafts: drafts as Readonly<Record<string, unknown>>,
    leastRatio,
  })
}

async function reportOf(drafts: object): Promise<ReplayReport> {
  const replayed = await replay(drafts)
  ok(replayed.ok, JSON.stringify(replayed))
  return replayed.report
}

test('RP-1 under the policies it was placed with no trade changes', async () => {
  const { trades, changed, notPriced, pay, members: counts } = await reportOf({})
  deepEqual([trades, changed, notPriced], [6, 0, 1])
  equal(pay.differenceFen, 0)
  deepEqual(counts, { better: 0, worse: 0, same: 5, most: null, least: null })
})

test('RP-2, RP-5 a deeper offer takes the allowance from those who have one', async () => {
  const steps = [{ from: '300.00', off: '60.00' }]
  const report = await reportOf({ 'offer:b-300-30': { effect: { type: 'thresholdOff', steps } } })
  // 30.00 more of shop B leave 370.00: under the 400.00 that take 50.00 of the allowance off.
  deepEqual(report.members, {
    better: 2,
    worse: 3,
    same: 0,
    most: { memberId: 'dan', differenceFen: -3_000 },
    least: { memberId: 'ann', differenceFen: 4_000 },
  })
  deepEqual(
    report.funders.map((row) => [row.funder, row.differenceFen]),
    [
      ['platform', 0],
      ['shop:A', -4 * 1_000],
      ['shop:B', 6 * 3_000 - 4 * 4_000],
    ],
  )
  equal(report.pay.differenceFen, 4_000 - 2_000)
})

test('RP-2 an offer left out is paid by members', async () => {
  const report = await reportOf({ 'offer:b-300-30': null })
  const gone = report.funders.find((row) => row.funder === 'shop:B')
  ok(gone !== undefined && gone.differenceFen < 0)
  equal(report.members.worse + report.members.same, 5)
  ok(report.pay.differenceFen > 0)
})

test('RP-3, RP-4 a new offer is seen in the deepest lines and in those that cost too little', async () => {
  const effect = { type: 'percentOff', percent: 50 }
  const half = { layer: 'item', target: { shops: ['B'] }, effect }
  const report = await reportOf({ 'offer:half': half })
  equal(report.deepest.length, 8)
  ok((report.deepest[0]?.ppm ?? 0) > 500_000)
  ok(report.deepest[0]?.instruments.includes('offer:half'))
  ok(report.underRatio.after > report.underRatio.before)
})

test('RP-7 what a replay cannot try is refused with its path', async () => {
  const refusal = async (drafts: object) => {
    const replayed = await replay(drafts)
    if (replayed.ok || !('problems' in replayed)) return 'none'
    return `${replayed.refusal} ${replayed.problems[0]?.path}`
  }
  equal(await refusal({ points: {} }), 'policies/unknown-name points')
  equal(await refusal({ 'offer:UPPER': {} }), 'policies/unknown-name offer:UPPER')
  const wrong = { 'offer:b-300-30': { effect: { type: 'thresholdOff', steps: [] } } }
  equal(await refusal(wrong), 'policies/invalid offer:b-300-30.effect.steps')
  equal(await refusal({ pricing: { layers: [] } }), 'policies/invalid pricing.layers')
})

test('A replay writes nothing', async () => {
  const rows = async () => {
    const { rows: found } = await sql<{ all: number }>`
      select (select count(*) from jifen.entry) + (select count(*) from jifen.allocation)
        + (select count(*) from jifen.trade) + (select sum(seq) from jifen.wallet) as all
    `.execute(market.db)
    return found[0]?.all
  }
  const then = await rows()
  await reportOf({ pricing: { threshold: 'parallel' } })
  equal(await rows(), then)
})
