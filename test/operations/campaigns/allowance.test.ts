import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { tradeById } from '#db/trades/trades.ts'
import { allowanceOfDay } from '#operations/campaigns/allowance-of-day.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { quoteBasket } from '#operations/trades/quote-basket.ts'
import { QuoteBodySchema, PlaceBodySchema } from '#rules/trades/body.ts'
import { fairOf, shortlist } from '#test/support/campaigns.ts'
import { bringInForce } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'
import { balance, contextOf, doubleEleven, openTradeMarket, put } from '#test/support/trades.ts'

let market: TestMarket
const yuan = (fen: number) => fen * 100

before(async () => {
  market = await openTradeMarket()
  const categories = ['apparel', 'gold']
  const shops = ['a', 'b', 'plain'].map((shopId) => ({
    shopId,
    mainCategory: 'apparel',
    categories,
  }))
  await makeShops(market.db, shops)
  await bringInForce(market, 'campaign:fair', fairOf({}))
  await shortlist(market, 'fair', ['a'], {
    steps: [{ threshold: yuan(400), off: yuan(50) }],
  })
  await shortlist(market, 'fair', ['b'], { identity: 'happyMobilisation' })
  for (const memberId of ['lin', 'mei']) await put(market, memberId, 'allowance', yuan(120))
})
after(() => market.close())

const line = (id: string, shop: string, price: number, changes: object = {}) => ({
  id,
  sku: `sku-${id}`,
  shop,
  category: 'apparel',
  quantity: 1,
  listPrice: `${price}.00`,
  ...changes,
})

async function quoted(lines: object[], at: Temporal.Instant, changes: object = {}) {
  const body = QuoteBodySchema.parse({ lines, ...changes })
  const told = await quoteBasket(market, { memberId: 'lin', body, at })
  if (!told.ok) throw new Error(told.refusal)
  return told.quote
}

const allowanceOff = (quote: Awaited<ReturnType<typeof quoted>>) =>
  quote.lines.map(({ shares }) => shares.find(({ layer }) => layer === 'allowance')?.offFen ?? 0)

test('CP-10 on the day lines of shortlisted shops of either identity carry the allowance', async () => {
  const quote = await quoted([line('1', 'a', 80), line('2', 'b', 320)], doubleEleven)
  deepEqual(allowanceOff(quote), [yuan(10), yuan(40)])
  equal(quote.payFen, yuan(350))
  deepEqual(
    quote.allowances?.map(({ line: of, step, why }) => [of, step?.everyFen, why]),
    [
      ['1', yuan(400), 'shortlisted'],
      ['2', yuan(400), 'shortlisted'],
    ],
  )
  equal(quote.policies.includes('campaign:fair@1'), true)
  equal(quote.lines[0]?.shares[0]?.campaign, 'fair')
})

test('CP-10 other shops and excluded categories carry none, whatever the request says', async () => {
  const allowanceStep = { every: '10.00', off: '9.00' }
  const lines = [
    line('1', 'plain', 500, { allowanceStep }),
    line('2', 'a', 500, { category: 'gold', allowanceStep }),
    line('3', 'a', 500, { allowanceStep }),
  ]
  const quote = await quoted(lines, doubleEleven, { allowanceStep })
  deepEqual(allowanceOff(quote), [0, 0, yuan(50)])
  deepEqual(
    quote.allowances?.map(({ why }) => why),
    ['not-shortlisted', 'excluded-category', 'shortlisted'],
  )
  const elsewhere = await quoted([line('1', 'unknown', 500, { allowanceStep })], doubleEleven)
  equal(allowanceOff(elsewhere)[0], yuan(120))
  equal('allowances' in elsewhere, false)
})

test('CP-10 before and after the day nothing is set, and nothing is read', async () => {
  const begins = Temporal.Instant.from('2017-11-11T00:00:00+08:00')
  const lines = [line('1', 'a', 500)]
  const none = undefined as unknown as Reader
  for (const at of [begins.subtract({ milliseconds: 1 }), begins.add({ hours: 24 })]) {
    deepEqual(await allowanceOfDay(none, market.policies, lines as never, at), [])
    const quote = await quoted(lines, at)
    deepEqual([allowanceOff(quote), 'allowances' in quote], [[0], false])
  }
  for (const at of [begins, begins.add({ hours: 24 }).subtract({ milliseconds: 1 })]) {
    deepEqual(allowanceOff(await quoted(lines, at)), [yuan(50)])
  }
})

test('CP-11 a trade of the day keeps its campaign, and every share of the allowance names it', async () => {
  const place = async (tradeId: string, lines: object[], changes: object = {}) => {
    const body = PlaceBodySchema.parse({ tradeId, lines, ...changes })
    const request = { memberId: 'mei', body, at: doubleEleven }
    const placed = await placeTrade(contextOf(market), request, { idempotencyKey: tradeId })
    equal(placed.ok, true, JSON.stringify(placed))
    return (await tradeById(market.db, 'mei', tradeId))?.campaign
  }
  equal(await place('t-1', [line('1', 'a', 80), line('2', 'b', 320)]), 'fair')
  equal((await balance(market, 'mei', 'allowance'))?.held, yuan(50))
  const rows = await sql<{ campaign: string; policy: string; off: number }>`
    select campaign, policy, off_fen as off from jifen.allocation
    where member_id = 'mei' and trade_id = 't-1' and layer = 'allowance' order by line_id
  `.execute(market.db)
  deepEqual(rows.rows, [
    { campaign: 'fair', policy: 'campaign:fair@1', off: yuan(10) },
    { campaign: 'fair', policy: 'campaign:fair@1', off: yuan(40) },
  ])
  equal(await place('t-2', [line('1', 'plain', 80)]), null)
  equal(await place('t-3', [line('1', 'a', 80)], { campaign: 'own' }), 'own')
})
