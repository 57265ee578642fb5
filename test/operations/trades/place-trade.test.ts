import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { closeTrade, payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { quoteBasket } from '#operations/trades/quote-basket.ts'
import { readTrade } from '#operations/trades/read-trades.ts'
import { bringInForce } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import {
  balance,
  basket,
  contextOf,
  coupons,
  doubleEleven,
  giveCoupon,
  openTradeMarket,
  put,
} from '#test/support/trades.ts'

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

function place(memberId: string, body: ReturnType<typeof basket>, at = doubleEleven) {
  return placeTrade(contextOf(market, at), { memberId, body, at }, key())
}

/** A member with 120 of allowance, an envelope of 8.88 and a coupon of shop B. */
async function rich(memberId: string): Promise<void> {
  await put(market, memberId, 'allowance', 12_000)
  await put(market, memberId, 'redEnvelope', 888, { ref: 'R1' })
  await giveCoupon(market, memberId, 1)
}

test('TR-1 a quote prices what the member holds, and changes nothing', async () => {
  await rich('quoter')
  const { tradeId: _, orders: _o, ...body } = basket('t')
  const quoted = await quoteBasket(market, { memberId: 'quoter', body, at: doubleEleven })
  equal(quoted.ok, true)
  if (!quoted.ok) return
  equal(quoted.quote.goodsFen, 43_000)
  deepEqual(quoted.quote.used, {
    coupons: [],
    allowanceFen: 5_000,
    redEnvelopesFen: { R1: 888 },
    points: 0,
    offers: ['offer:b-300-30'],
  })
  equal(quoted.quote.payFen, 43_000 - 3_000 - 5_000 - 888 + 600)
  deepEqual(await balance(market, 'quoter', 'allowance'), { available: 12_000, held: 0 })
  deepEqual(await coupons(market, 'quoter'), { 'b10.1': 'open' })
})

test('TR-4 placing holds what is used and freezes what each line pays, to the fen', async () => {
  await rich('placer')
  const placed = await place('placer', basket('t-1'))
  equal(placed.ok, true)
  deepEqual(await balance(market, 'placer', 'allowance'), { available: 7_000, held: 5_000 })
  deepEqual(await balance(market, 'placer', 'redEnvelope'), { available: 0, held: 888 })

  const view = await readTrade(market.db, 'placer', 't-1')
  equal(view?.trade.status, 'placed')
  deepEqual(
    view?.orders.map((order) => [order.orderId, order.shopId, order.freightFen]),
    [
      ['t-1-1', 'A', 600],
      ['t-1-2', 'B', 0],
    ],
  )
  const paid = view?.orders.flatMap((order) => order.lines.map((line) => line.paidFen)) ?? []
  const off = view?.allocations.reduce((sum, each) => sum + each.offFen, 0) ?? 0
  equal(paid.reduce((sum, fen) => sum + fen, 0) + off, 43_000)
  equal(
    paid.reduce((sum, fen) => sum + fen, 600),
    view?.trade.payFen,
  )
  deepEqual(
    [...new Set(view?.allocations.map((each) => each.policy))].filter((name) => name !== null),
    ['offer:b-300-30@1'],
  )
})

test('TR-3 the same trade again is told as it was placed; other content is refused', async () => {
  await rich('again')
  const [first, second] = await Promise.all([
    place('again', basket('t-1')),
    place('again', basket('t-1')),
  ])
  equal(first.ok && second.ok, true)
  deepEqual(first, second)
  const other = await place('again', basket('t-1', { freight: [] }))
  equal(!other.ok && other.refusal, 'trades/id-reused')
  deepEqual(await balance(market, 'again', 'allowance'), { available: 7_000, held: 5_000 })

  await payTrade(contextOf(market), { memberId: 'again', body: { tradeId: 't-1' } }, key())
  deepEqual(await place('again', basket('t-1')), first)
})

test('TR-3 an idempotency key is of one request', async () => {
  const same = { idempotencyKey: 'mine' }
  const at = doubleEleven
  const ask = (tradeId: string) =>
    placeTrade(contextOf(market), { memberId: 'keyed', body: basket(tradeId), at }, same)
  equal((await ask('t-1')).ok, true)
  equal((await ask('t-1')).ok, true)
  const reused = await ask('t-2')
  equal(!reused.ok && reused.refusal, 'requests/key-reused')
  equal(await readTrade(market.db, 'keyed', 't-2'), undefined)
})

test('TR-2 a quote that changed is refused with the new one and the differences', async () => {
  await rich('changed')
  const { tradeId: _, orders: _o, ...body } = basket('t')
  const quoted = await quoteBasket(market, { memberId: 'changed', body, at: doubleEleven })
  if (!quoted.ok) throw new Error(quoted.refusal)

  equal((await place('changed', basket('t-1', { expect: quoted.expect }))).ok, true)
  const late = await place('changed', basket('t-2', { expect: quoted.expect }))
  equal(!late.ok && late.refusal, 'trades/quote-changed')
  if (late.ok || late.refusal !== 'trades/quote-changed') return
  equal(late.quote.payFen, 43_000 - 3_000 - 5_000 + 600)
  deepEqual(
    late.differences.filter((each) => 'instrument' in each),
    [{ instrument: 'R1', expectedFen: 888 }],
  )
  equal(await readTrade(market.db, 'changed', 't-2'), undefined)
  deepEqual(await balance(market, 'changed', 'allowance'), { available: 7_000, held: 5_000 })

  const agreed = await place('changed', basket('t-2', { expect: late.expect }))
  equal(agreed.ok, true)
})

test('TR-4 of two baskets at once that want one coupon, one gets it', async () => {
  const couponId = await giveCoupon(market, 'torn', 1)
  const wanting = (tradeId: string) =>
    basket(tradeId, {
      lines: [{ id: '1', sku: 'b', shop: 'B', category: 'x', quantity: 1, listPrice: '400.00' }],
      freight: [],
    })
  const all = await Promise.all(
    Array.from({ length: 6 }, (_, n) => place('torn', wanting(`t-${n}`))),
  )
  const used = all.map((each) => (each.ok ? each.quote.used.coupons : ['refused']))
  equal(used.flat().length, 1)
  deepEqual(used.flat(), [couponId])
  deepEqual(await coupons(market, 'torn'), { [couponId]: 'held' })
})

test('TR-4 wallets are never held below zero, however many baskets come at once', async () => {
  await put(market, 'rush', 'allowance', 12_000)
  const all = await Promise.all(
    Array.from({ length: 5 }, (_, n) => place('rush', basket(`t-${n}`))),
  )
  const used = all.map((each) => (each.ok ? each.quote.used.allowanceFen : -1))
  deepEqual(
    used.toSorted((a, b) => a - b),
    [0, 0, 2_000, 5_000, 5_000],
  )
  deepEqual(await balance(market, 'rush', 'allowance'), { available: 0, held: 12_000 })
})

test('TR-5 paying spends what was held; the same payment again changes nothing', async () => {
  await rich('payer')
  const placed = await place('payer', basket('t-1', { choose: { pin: ['b10.1'] } }))
  equal(placed.ok, true)
  const pay = (paymentId: string, amount?: number) =>
    payTrade(
      contextOf(market, doubleEleven.add({ minutes: 5 })),
      { memberId: 'payer', body: { tradeId: 't-1', paymentId, amount: amount as never } },
      key(),
    )
  const wrong = await pay('p-1', 1)
  equal(!wrong.ok && wrong.refusal, 'trades/wrong-amount')
  const [one, two] = await Promise.all([pay('p-1'), pay('p-1')])
  deepEqual([one?.ok, two?.ok], [true, true])
  deepEqual(one, two)
  const other = await pay('p-2')
  equal(!other.ok && other.refusal, 'trades/already-paid')
  equal((await balance(market, 'payer', 'allowance'))?.held, 0)
  const view = await readTrade(market.db, 'payer', 't-1')
  equal(
    view?.orders.every((order) => order.paidAt !== null),
    true,
  )
  const closing = await closeTrade(
    contextOf(market),
    { memberId: 'payer', body: { tradeId: 't-1' } },
    key(),
  )
  equal(!closing.ok && closing.refusal, 'trades/already-paid')
})

test('TR-7 closing lets everything go, once', async () => {
  await rich('closer')
  await put(market, 'closer', 'points', 1_000)
  const body = basket('t-1', { choose: { coupons: ['b10.1'], redEnvelopes: ['R1'], points: 500 } })
  const placed = await place('closer', body)
  if (!placed.ok) throw new Error(placed.refusal)
  equal(placed.quote.used.points, 500)
  deepEqual(await balance(market, 'closer', 'points'), { available: 500, held: 500 })
  const close = () =>
    closeTrade(contextOf(market), { memberId: 'closer', body: { tradeId: 't-1' } }, key())
  const closed = await close()
  equal(closed.ok && closed.trade.status, 'closed')
  equal((await close()).ok, true)
  deepEqual(await balance(market, 'closer', 'allowance'), { available: 12_000, held: 0 })
  deepEqual(await balance(market, 'closer', 'redEnvelope'), { available: 888, held: 0 })
  deepEqual(await balance(market, 'closer', 'points'), { available: 1_000, held: 0 })
  deepEqual(await coupons(market, 'closer'), { 'b10.1': 'open' })
})

test('PR-14 a limit is one use for each trade; a closed trade gives its use back', async () => {
  await bringInForce(market, 'offer:two-only', {
    layer: 'item',
    target: { skus: ['scarce'] },
    effect: { type: 'amountOffUnit', off: '10.00' },
    limit: { total: 2 },
  })
  await bringInForce(market, 'offer:once-each', {
    layer: 'item',
    target: { skus: ['personal'] },
    effect: { type: 'amountOffUnit', off: '10.00' },
    limit: { perMember: 1 },
  })
  const of = (tradeId: string, sku: string) =>
    basket(tradeId, {
      lines: [{ id: '1', sku, shop: 'C', category: 'x', quantity: 1, listPrice: '50.00' }],
      freight: [],
    })
  const all = await Promise.all(
    Array.from({ length: 5 }, (_, n) => place(`scarce-${n}`, of('t-1', 'scarce'))),
  )
  const pay = all.map((each) => (each.ok ? each.quote.payFen : 0))
  deepEqual(
    pay.toSorted((a, b) => a - b),
    [4_000, 4_000, 5_000, 5_000, 5_000],
  )
  const winner = all.findIndex((each) => each.ok && each.quote.payFen === 4_000)
  const body = { tradeId: 't-1' }
  await closeTrade(contextOf(market), { memberId: `scarce-${winner}`, body }, key())
  const next = await place('scarce-9', of('t-1', 'scarce'))
  equal(next.ok && next.quote.payFen, 4_000)

  const twice = [
    await place('own', of('t-1', 'personal')),
    await place('own', of('t-2', 'personal')),
  ]
  deepEqual(
    twice.map((each) => each.ok && each.quote.payFen),
    [4_000, 5_000],
  )
})

test('A trade that fails in between leaves nothing', async () => {
  await rich('broken')
  await sql`
    create function jifen.fail() returns trigger language plpgsql as $$ begin
      if new.member_id = 'broken' then raise 'no'; end if;
      return new;
    end $$
  `.execute(market.owner)
  await sql`
    create trigger fail before insert on jifen.allocation for each row execute function jifen.fail()
  `.execute(market.owner)
  const failed = await place('broken', basket('t-1')).catch((error: Error) => error.message)
  equal(failed, 'no')
  await sql`drop trigger fail on jifen.allocation`.execute(market.owner)
  deepEqual(await balance(market, 'broken', 'allowance'), { available: 12_000, held: 0 })
  equal(await readTrade(market.db, 'broken', 't-1'), undefined)
  equal((await place('broken', basket('t-1'))).ok, true)
})

test('TR-3 a trade with a campaign is told again as it was placed', async () => {
  await rich('campaigner')
  const body = basket('t-1', { campaign: 'double-11' })
  const placed = await place('campaigner', body)
  deepEqual(await place('campaigner', body), placed)
  equal(placed.ok, true)
})

test('Trades of a member who is not known yet, placed at once, wait for each other', async () => {
  await put(market, 'unknown', 'allowance', 1_000_000)
  for (let round = 0; round < 6; round += 1) {
    await sql`delete from jifen.member where member_id = 'unknown'`.execute(market.owner)
    const ids = Array.from({ length: 16 }, (_, n) => `t-${round}-${n}`)
    const placed = await Promise.all(ids.map((id) => place('unknown', basket(id))))
    deepEqual(new Set(placed.map((each) => each.ok)), new Set([true]))
  }
  deepEqual(await balance(market, 'unknown', 'allowance'), { available: 520_000, held: 480_000 })
})
