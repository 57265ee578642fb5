import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { exchangeInTrade } from '#operations/trades/exchange-units.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { recordTrade } from '#operations/trades/record-trade.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { RecordBodySchema } from '#rules/trades/body.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import {
  balance,
  basket,
  contextOf,
  doubleEleven,
  openTradeMarket,
  platformWallet,
  put,
} from '#test/support/trades.ts'
import { post } from '#test/support/ledger.ts'
import { asPoints } from '#rules/money/points.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

const day = (n: number) => doubleEleven.add({ hours: 24 * n })
const now = day(10)

async function buyAndPay(memberId: string): Promise<void> {
  await put(market, memberId, 'allowance', 12_000)
  const body = basket('t-1')
  const placed = await placeTrade(contextOf(market), { memberId, body, at: doubleEleven }, key())
  if (!placed.ok) throw new Error(placed.refusal)
  const paid = await payTrade(contextOf(market), { memberId, body: { tradeId: 't-1' } }, key())
  if (!paid.ok) throw new Error(paid.refusal)
}

function refund(memberId: string, refundId: string, returned: object[], at?: Temporal.Instant) {
  const more = at === undefined ? {} : { refundedAt: at.toString() }
  const body = RefundBodySchema.parse({ tradeId: 't-1', refundId, returned, ...more })
  return refundTrade(contextOf(market, now), { memberId, body }, key())
}

function received(memberId: string, orderId: string, at: Temporal.Instant) {
  return fact(memberId, `rec-${orderId}`, 'order.received', at.toString(), { orderId })
}

// Columns: order 1 received on day | refunded | order 2 received | refunded | does the allowance come back?
const histories = `
  - | 1 | - | 2 | yes
  1 | 2 | - | 3 | no
  3 | 2 | - | 4 | yes
  - | 2 | 2 | 2 | no
  - | 2 | 3 | 2 | yes
`

test('TR-11 what was received before its order closed keeps the allowance, whenever it was told', async () => {
  for (const [n, row] of histories.trim().split('\n').entries()) {
    const [got1 = '', back1 = '', got2 = '', back2 = '', comes] = row
      .split('|')
      .map((each) => each.trim())
    const memberId = `history-${n}`
    await buyAndPay(memberId)
    const receipts = [
      ...(got1 === '-' ? [] : [received(memberId, 't-1-1', day(Number(got1)))]),
      ...(got2 === '-' ? [] : [received(memberId, 't-1-2', day(Number(got2)))]),
    ]
    await tell(market, receipts, now)
    await refund(memberId, 'r-1', [{ line: '1', quantity: 1 }], day(Number(back1)))
    await refund(memberId, 'r-2', [{ line: '2', quantity: 2 }], day(Number(back2)))
    const allowance = (await balance(market, memberId, 'allowance'))?.available
    equal(allowance, comes === 'yes' ? 12_000 : 7_000, row)
  }
})

test('OR-7 after receipt each refund takes back what was earned beyond what stays, or it is owed', async () => {
  await buyAndPay('owing')
  await tell(market, [received('owing', 't-1-2', day(1))], now)
  const wallet = platformWallet('owing', 'points')
  const earned = (await balance(market, 'owing', 'points'))?.available ?? 0
  await post(market.db, [
    {
      key: wallet,
      kind: 'spend',
      at: day(2),
      ref: 'all',
      amount: asPoints(earned),
      meta: { fingerprint: 'x', actor: 'test', occurredAt: day(2), cause: '{}', policies: [] },
    },
  ])
  let clawed = 0
  for (const [n, returned] of [
    [{ line: '2', amount: '0.99' }],
    [{ line: '2', quantity: 1 }],
    [{ line: '2', amount: '50.00' }],
    [{ line: '2', quantity: 1 }],
  ].entries()) {
    const done = await refund('owing', `r-${n}`, returned)
    if (!done.ok) throw new Error(done.refusal)
    clawed += done.pointsClawedBack['t-1-2'] ?? 0
  }
  equal(clawed, earned)
  const debt = await sql<{ debt: number }>`
    select debt from jifen.wallet where member_id = 'owing' and unit = 'points'
  `.execute(market.owner)
  equal(debt.rows[0]?.debt, earned)
})

test('TR-9 a recorded trade is refunded like any other', async () => {
  const body = RecordBodySchema.parse({
    tradeId: 't-1',
    lines: [
      {
        id: '1',
        sku: 'a',
        shop: 'A',
        quantity: 3,
        price: '10.00',
        pay: '20.00',
        shares: [{ layer: 'shop', instrument: 'x', off: '10.00', funder: 'platform' }],
      },
    ],
    freight: [{ shop: 'A', amount: '6.00' }],
  })
  const at = doubleEleven
  const recorded = await recordTrade(contextOf(market), { memberId: 'rec', body, at }, key())
  equal(recorded.ok, true)
  await payTrade(contextOf(market), { memberId: 'rec', body: { tradeId: 't-1' } }, key())
  const refunds = []
  for (const [n, items] of [
    [{ line: '1', quantity: 1 }],
    [{ line: '1', quantity: 1 }, { freight: 'A' }],
    [{ line: '1', quantity: 1 }],
  ].entries()) {
    const done = await refund('rec', `r-${n}`, items)
    if (!done.ok) throw new Error(done.refusal)
    refunds.push([done.refundFen, done.reversals[0]?.offFen, done.tradeStatus])
  }
  deepEqual(refunds, [
    [666, 333, 'paid'],
    [1_267, 333, 'paid'],
    [667, 334, 'closed'],
  ])
})

test('TR-14 an exchange is done once, and what replaced a unit is refunded like it', async () => {
  await buyAndPay('changer')
  const exchange = (exchangeId: string, changes: object = {}) =>
    exchangeInTrade(
      contextOf(market, now),
      {
        memberId: 'changer',
        body: { tradeId: 't-1', exchangeId, line: '2', quantity: 1, sku: 'b2', ...changes },
      },
      key(),
    )
  const [one, two] = await Promise.all([exchange('x-1'), exchange('x-1')])
  equal(one.ok, true)
  deepEqual(one, two)
  const reused = await exchange('x-1', { sku: 'b3' })
  equal(!reused.ok && reused.refusal, 'trades/exchange-id-reused')
  const done = await refund('changer', 'r-1', [{ line: '2', quantity: 2 }])
  equal(done.ok && done.refundFen, 28_000)
  const late = await exchange('x-2')
  equal(!late.ok && late.refusal, 'returns/already-returned')
  const unknown = await exchange('x-3', { line: '9' })
  equal(!unknown.ok && unknown.refusal, 'returns/unknown-line')
})
