import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { previewRefund } from '#operations/trades/preview-refund.ts'
import { readTrade } from '#operations/trades/read-trades.ts'
import { refundTrade, type Refunded } from '#operations/trades/refund-trade.ts'
import { tellOrder } from '#operations/trades/tell-order.ts'
import { buy, pay } from '#test/support/bought.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import {
  balance,
  basket,
  contextOf,
  coupons,
  doubleEleven,
  openTradeMarket,
} from '#test/support/trades.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
  await bringInForce(market, 'offer:last-one', {
    layer: 'item',
    target: { skus: ['last'] },
    effect: { type: 'amountOffUnit', off: '10.00' },
    limit: { total: 1, perMember: 1, budget: '10.00' },
  })
})
after(() => market.close())

let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

const later = doubleEleven.add({ hours: 24 })

async function receive(memberId: string, orderId: string, at = later) {
  const telling = { memberId, tradeId: 't-1', orderId, told: 'received' } as const
  return await tellOrder(contextOf(market, at), telling, key())
}

function refund(memberId: string, refundId: string, returned: object[], at = later) {
  const body = RefundBodySchema.parse({ tradeId: 't-1', refundId, returned })
  return refundTrade(contextOf(market, at), { memberId, body }, key())
}

function preview(memberId: string, returned: object[], at = later) {
  const { refundId: _, ...body } = RefundBodySchema.parse({
    tradeId: 't-1',
    refundId: 'r',
    returned,
  })
  return previewRefund(contextOf(market, at), { memberId, body })
}

/** What is left of the allocations, by layer. */
async function allocated(memberId: string): Promise<Record<string, number>> {
  const rows = await sql<{ layer: string; left: number }>`
    select a.layer, sum(a.off_fen - coalesce(r.off, 0))::bigint as left
    from jifen.allocation a
    left join (
      select member_id, trade_id, line_id, n, sum(off_fen) as off
      from jifen.allocation_reversal group by 1, 2, 3, 4
    ) r using (member_id, trade_id, line_id, n)
    where a.member_id = ${memberId}
    group by a.layer order by a.layer
  `.execute(market.owner)
  return Object.fromEntries(rows.rows.map(({ layer, left }) => [layer, left]))
}

async function holdings(memberId: string) {
  const [allowance, envelopes, points, held] = await Promise.all([
    balance(market, memberId, 'allowance'),
    balance(market, memberId, 'redEnvelope'),
    balance(market, memberId, 'points'),
    coupons(market, memberId),
  ])
  return [allowance?.available, envelopes?.available, points?.available, held['b10.1']]
}

function codeOf(refunded: Refunded | { ok: false; refusal: string }): string {
  return refunded.ok ? 'done' : refunded.refusal
}

test('TR-13 after everything is back before receipt, the member is as before, to the fen', async () => {
  await buy(market, 'whole')
  await pay(market, 'whole')
  deepEqual(await holdings('whole'), [7_000, 0, 500, 'used'])
  const paidFen = (await readTrade(market.db, 'whole', 't-1'))?.trade.payFen ?? 0

  const first = await refund('whole', 'r-1', [{ line: '1', quantity: 1 }, { freight: 'A' }])
  if (!first.ok) throw new Error(first.refusal)
  deepEqual([first.closedNow, first.tradeStatus], [['A'], 'paid'])
  equal(first.back.allowanceFen, 0)
  const second = await refund('whole', 'r-2', [{ line: '2', quantity: 1 }])
  const third = await refund('whole', 'r-3', [{ line: '2', quantity: 1 }])
  if (!second.ok || !third.ok) throw new Error('refused')
  equal(first.refundFen + second.refundFen + third.refundFen, paidFen)
  deepEqual([third.closed, third.tradeStatus, third.keptFen], [['A', 'B'], 'closed', 0])
  deepEqual(await holdings('whole'), [12_000, 888, 1_000, 'open'])
  const left = await allocated('whole')
  deepEqual(
    Object.values(left).filter((fen) => fen !== 0),
    [],
  )
  const view = await readTrade(market.db, 'whole', 't-1')
  deepEqual(
    [view?.trade.status, view?.trade.closeReason, view?.trade.paidAt !== null],
    ['closed', 'returned', true],
  )
  deepEqual(
    view?.orders.map((order) => order.closedAt?.toString()),
    [later.toString(), later.toString()],
  )
})

test('TR-10 the same return again is told as it was done; the id with other content is refused', async () => {
  await buy(market, 'again')
  await pay(market, 'again')
  const [one, two] = await Promise.all([
    refund('again', 'r-1', [{ line: '2', quantity: 1 }]),
    refund('again', 'r-1', [{ line: '2', quantity: 1 }]),
  ])
  equal(one.ok, true)
  deepEqual(one, two)
  const again = await refund('again', 'r-1', [{ line: '2', quantity: 1 }], later.add({ hours: 1 }))
  deepEqual(again, one)
  equal(
    codeOf(await refund('again', 'r-1', [{ line: '2', quantity: 2 }])),
    'trades/refund-id-reused',
  )
})

test('TR-10 of many returns of the last unit at once, one is done', async () => {
  await buy(market, 'race')
  await pay(market, 'race')
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, n) => refund('race', `r-${n}`, [{ line: '1', quantity: 1 }])),
  )
  deepEqual(all.map(codeOf).toSorted(), [
    'done',
    ...Array.from({ length: 7 }, () => 'returns/already-returned'),
  ])
  const view = await readTrade(market.db, 'race', 't-1')
  equal(view?.orders[0]?.lines[0]?.refundedQuantity, 1)
})

test('TR-10 a preview tells what the deed then answers, and writes nothing', async () => {
  await buy(market, 'preview')
  await pay(market, 'preview')
  await receive('preview', 't-1-2')
  const items = [{ line: '2', quantity: 1 }, { line: '1', amount: '1.00' }, { freight: 'A' }]
  const before = await holdings('preview')
  const told = await preview('preview', items)
  deepEqual(await holdings('preview'), before)
  const done = await refund('preview', 'r-1', items)
  if (!told.ok || !done.ok) throw new Error('refused')
  const { refundId: _, ...answer } = done
  deepEqual(answer, told)
  deepEqual(Object.keys(done.pointsClawedBack), ['t-1-2'])
})

test('RE-9 after receipt only points that paid come back, and what was earned is taken back', async () => {
  await buy(market, 'received')
  await pay(market, 'received')
  const order = await receive('received', 't-1-2')
  const earned = order.ok ? (order.order.lines[0]?.pointsEarned ?? 0) : 0
  const before = await holdings('received')
  const done = await refund('received', 'r-1', [{ line: '2', quantity: 2 }])
  const rest = await refund('received', 'r-2', [{ line: '1', quantity: 1 }, { freight: 'A' }])
  if (!done.ok || !rest.ok) throw new Error('refused')
  deepEqual(done.pointsClawedBack, { 't-1-2': earned })
  equal(done.back.points > 0, true)
  equal(done.back.points + rest.back.points, 500)
  const [allowance, envelope, points, coupon] = await holdings('received')
  deepEqual([allowance, coupon], [before[0], 'used'])
  // Envelopes come back per order: the part of the order that was not received.
  equal(envelope, rest.back.redEnvelopesFen)
  equal(points, 1_000)
})

test('TR-12 an order that nobody paid counts as closed', async () => {
  await buy(market, 'half')
  const now = later.add({ hours: 1 })
  const at = later.toString()
  await tell(
    market,
    [
      fact('half', 'p', 'order.paid', at, { orderId: 't-1-2' }),
      fact('half', 'c', 'order.closed', at, { orderId: 't-1-1' }),
    ],
    now,
  )
  const gone = await refund('half', 'r-0', [{ line: '1', quantity: 1 }])
  equal(codeOf(gone), 'returns/already-returned')
  equal(codeOf(await refund('half', 'r-0', [{ freight: 'A' }])), 'returns/unknown-charge')
  const done = await refund('half', 'r-1', [{ line: '2', quantity: 2 }])
  if (!done.ok) throw new Error(done.refusal)
  deepEqual([done.tradeStatus, done.keptFen], ['closed', 0])
  deepEqual(
    Object.values(await allocated('half')).filter((fen) => fen !== 0),
    [],
  )
  const view = await readTrade(market.db, 'half', 't-1')
  equal(done.refundFen, view?.orders[1]?.lines[0]?.paidFen)
  deepEqual(await holdings('half'), [12_000, 888, 1_000, 'open'])
})

test('TR-13 a limited offer can be used again once all of the trade came back', async () => {
  const lines = [
    { id: '1', sku: 'last', shop: 'C', category: 'x', quantity: 1, listPrice: '50.00' },
  ]
  const place = async (memberId: string, tradeId: string) => {
    const body = basket(tradeId, { lines, freight: [] })
    const placed = await placeTrade(contextOf(market), { memberId, body, at: doubleEleven }, key())
    return placed.ok ? placed.quote.payFen : placed.refusal
  }
  equal(await place('limited', 't-1'), 4_000)
  await pay(market, 'limited')
  equal(await place('other', 't-1'), 5_000)
  await receive('limited', 't-1-1')
  equal(codeOf(await refund('limited', 'r-1', [{ line: '1', amount: '39.99' }])), 'done')
  equal(await place('other', 't-2'), 5_000)
  equal(codeOf(await refund('limited', 'r-2', [{ line: '1', quantity: 1 }])), 'done')
  equal(await place('other', 't-3'), 4_000)
  equal(await place('limited', 't-2'), 5_000)
})

test('TR-10 what makes no sense is refused, and leaves nothing', async () => {
  await buy(market, 'wrong')
  equal(codeOf(await refund('wrong', 'r-1', [{ line: '1', quantity: 1 }])), 'trades/not-paid')
  await pay(market, 'wrong')
  const refusals: [object[], string][] = [
    [[{ line: '9', quantity: 1 }], 'returns/unknown-line'],
    [[{ line: '2', quantity: 3 }], 'returns/more-than-bought'],
    [[{ line: '2', amount: '9999.00' }], 'returns/more-than-left'],
    [[{ freight: 'B' }], 'returns/unknown-charge'],
    [[{ freight: 'A' }, { freight: 'A' }], 'returns/already-returned'],
    [
      [
        { line: '1', quantity: 1 },
        { line: '1', quantity: 1 },
      ],
      'returns/already-returned',
    ],
  ]
  for (const [items, refusal] of refusals) {
    equal(codeOf(await refund('wrong', 'r-1', items)), refusal)
    const told = await preview('wrong', items)
    equal(!told.ok && told.refusal, refusal)
  }
  equal(codeOf(await refund('nobody', 'r-1', [{ line: '1', quantity: 1 }])), 'trades/unknown')
  const ahead = RefundBodySchema.parse({
    tradeId: 't-1',
    refundId: 'r-1',
    returned: [{ line: '1', quantity: 1 }],
    refundedAt: later.add({ hours: 1 }).toString(),
  })
  const early = await refundTrade(
    contextOf(market, later),
    { memberId: 'wrong', body: ahead },
    key(),
  )
  equal(codeOf(early), 'events/in-the-future')
  equal(codeOf(await refund('wrong', 'r-1', [{ line: '1', quantity: 1 }])), 'done')
})
