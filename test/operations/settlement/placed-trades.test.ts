import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { proveSettlement } from '#operations/settlement/prove.ts'
import { settle } from '#operations/settlement/settle.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import type { TestMarket } from '#test/support/market.ts'
import { basket, contextOf, doubleEleven, openTradeMarket, put } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
})
after(() => market.close())

const minutes = (n: number) => doubleEleven.add({ minutes: n })
const always = { from: minutes(-1), to: minutes(1_000) }

/** What can be sent back of the basket: a line of one unit, a line of two, freight, an extra. */
const items = [
  { line: '1', quantity: 1 },
  { line: '2', quantity: 1 },
  { line: '2', quantity: 1 },
  { line: '1', amount: '3.33' },
  { line: '2', amount: '0.01' },
  { freight: 'A' },
  { extras: 'B' },
] as const

const anyTrade = fc.record({
  allowance: fc.constantFrom(0, 4_999, 12_000),
  envelope: fc.constantFrom(0, 888),
  isPaid: fc.oneof({ arbitrary: fc.constant(true), weight: 5 }, fc.constant(false)),
  returns: fc.shuffledSubarray([...items.keys()]),
})

type AnyTrade = typeof anyTrade extends fc.Arbitrary<infer Drawn> ? Drawn : never

let members = 0

async function live({ allowance, envelope, isPaid, returns }: AnyTrade): Promise<void> {
  members += 1
  const memberId = `m${String(members).padStart(4, '0')}`
  if (allowance > 0) await put(market, memberId, 'allowance', allowance)
  if (envelope > 0) await put(market, memberId, 'redEnvelope', envelope, { ref: 'R1' })
  const extras = [{ shop: 'B', kind: 'service', amount: '5.00' }]
  const request = { memberId, body: basket('T', { extras }), at: doubleEleven }
  const placed = await placeTrade(contextOf(market), request, { idempotencyKey: 'place' })
  ok(placed.ok, JSON.stringify(placed))
  if (!isPaid) return

  const paid = { memberId, body: { tradeId: 'T' } }
  ok((await payTrade(contextOf(market, minutes(1)), paid, { idempotencyKey: 'pay' })).ok)
  for (const [n, at] of returns.entries()) {
    const refundId = `r${n}`
    const body = RefundBodySchema.parse({ tradeId: 'T', refundId, returned: [items[at]] })
    // More than is left is refused, and then nothing is written: that too must leave the books right.
    const context = contextOf(market, minutes(100 + 100 * n))
    await refundTrade(context, { memberId, body }, { idempotencyKey: refundId })
  }
}

test('ST-5, ST-8 after any returns the statement is the sum over trades, in every period', async () => {
  const property = fc.asyncProperty(
    fc.array(anyTrade, { minLength: 1, maxLength: 3 }),
    async (drawn) => {
      for (const each of drawn) await live(each)
      const cut = minutes(250)
      const parts = [
        { from: always.from, to: cut },
        { from: cut, to: always.to },
      ]
      for (const period of [always, ...parts]) {
        const { faults } = await proveSettlement(market.db, period)
        deepEqual(faults, [])
      }
      const whole = await settle(market.db, always)
      const told = await Promise.all(parts.map((period) => settle(market.db, period)))
      for (const key of ['netFen', 'paidFen', 'refundedFen', 'dueFen'] as const) {
        equal(
          told.reduce((sum, { totals }) => sum + totals[key], 0),
          whole.totals[key],
        )
      }
    },
  )
  await fc.assert(property, { numRuns: 8, endOnFailure: true })
})

test('What the statement tells is what the trades and their refunds tell', async () => {
  const { totals, funders } = await settle(market.db, always)
  const { rows } = await sql<{ paid: number; refunded: number }>`
    select (select sum(pay_fen) from jifen.trade where paid_at is not null)::bigint as paid,
      (select coalesce(sum(refund_fen), 0) from jifen.trade_refund)::bigint as refunded
  `.execute(market.db)
  deepEqual([totals.paidFen, totals.refundedFen], [rows[0]?.paid, rows[0]?.refunded])
  ok(members > 3 && totals.refundedFen > 0)
  ok(funders.every((row) => row.netFen >= 0 && row.reversedFen <= row.allocatedFen))
})
