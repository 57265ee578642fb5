import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { nextCompensations } from '#db/delivery/compensations.ts'
import { presalesByIds } from '#db/trades/presales.ts'
import { lapseDuePresales } from '#operations/trades/close-due.ts'
import { closeTrade, payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { bookPresale, endPresale, payDeposit } from '#operations/trades/presales.ts'
import { readTrade } from '#operations/trades/read-trades.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { BookBodySchema } from '#rules/trades/body.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import type { TestMarket } from '#test/support/market.ts'
import { basket, contextOf, openTradeMarket } from '#test/support/trades.ts'

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

const october = Temporal.Instant.from('2017-10-25T10:00:00+08:00')
const theDay = Temporal.Instant.from('2017-11-11T00:10:00+08:00')
const over = Temporal.Instant.from('2017-11-12T00:00:00+08:00')

/** A coat of 500 at a deposit of 50, which is worth 100. */
const coat = {
  sku: 'coat',
  shop: 'A',
  quantity: 1,
  price: '500.00',
  deposit: '50.00',
  worth: '100.00',
}

function book(memberId: string, changes: object = {}, now = october) {
  const body = BookBodySchema.parse({
    presaleId: 'p',
    line: { ...coat, ...changes },
    balance: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
  })
  return bookPresale(contextOf(market, now), { memberId, body }, key())
}

function deposit(memberId: string, paymentId = 'd-1', now = october) {
  const body = { presaleId: 'p', paymentId }
  return payDeposit(contextOf(market, now), { memberId, body }, key())
}

/** A trade of the coat that was booked and of something else. */
function buy(memberId: string, tradeId: string, now = theDay, line: object = {}) {
  const presale = { deposit: '50.00', worth: '100.00' }
  const body = basket(tradeId, {
    lines: [
      {
        id: '1',
        sku: 'coat',
        shop: 'A',
        quantity: 1,
        listPrice: '500.00',
        presale,
        booking: 'p',
        ...line,
      },
      { id: '2', sku: 'scarf', shop: 'C', quantity: 1, listPrice: '60.00' },
    ],
    freight: [],
  })
  return placeTrade(contextOf(market, now), { memberId, body, at: now }, key())
}

function end(memberId: string, fault: 'shopDefaults' | 'shopLate') {
  return endPresale(contextOf(market, over), { memberId, body: { presaleId: 'p', fault } }, key())
}

test('TR-15 a presale is booked and its deposit paid, each once', async () => {
  const booked = await book('lin')
  equal(booked.ok && booked.booking.status, 'booked')
  deepEqual(await book('lin'), booked)
  const other = await book('lin', { quantity: 2 })
  equal(!other.ok && other.refusal, 'presales/id-reused')

  const paid = await deposit('lin')
  equal(paid.ok && paid.booking.status, 'deposited')
  deepEqual(await deposit('lin'), paid)
  const twice = await deposit('lin', 'd-2')
  equal(!twice.ok && twice.refusal, 'presales/already-paid')
  await book('late')
  const late = await deposit('late', 'd-1', over)
  equal(!late.ok && late.refusal, 'presales/closed')
})

test('TR-16 the balance is paid in a trade with other goods, in its window and once', async () => {
  await book('buyer')
  const early = await buy('buyer', 't-0')
  equal(!early.ok && early.refusal, 'presales/not-deposited')
  await deposit('buyer')
  const before = await buy('buyer', 't-0', october)
  equal(!before.ok && before.refusal, 'presales/not-in-window')
  const other = await buy('buyer', 't-0', theDay, { listPrice: '499.00' })
  equal(!other.ok && other.refusal, 'presales/other-line')

  const [one, two] = await Promise.all([buy('buyer', 't-1'), buy('buyer', 't-2')])
  const bought = [one, two].filter((each) => each?.ok === true)
  equal(bought.length, 1)
  const [placed] = bought
  if (placed?.ok !== true) return
  equal(placed.quote.depositFen, 5_000)
  // 500 less the expansion of 50 and the deposit of 50, and the scarf.
  equal(placed.quote.payFen, 40_000 + 6_000)

  const { tradeId } = placed
  await closeTrade(contextOf(market, theDay), { memberId: 'buyer', body: { tradeId } }, key())
  const again = await buy('buyer', 't-3')
  equal(again.ok, true)
  await payTrade(contextOf(market, theDay), { memberId: 'buyer', body: { tradeId: 't-3' } }, key())
  const view = await readTrade(market.db, 'buyer', 't-3')
  equal(view?.orders[0]?.lines[0]?.paidFen, 45_000)
})

test('TR-17 a balance that is not paid in time leaves the deposit to the shop', async () => {
  await book('idle')
  await deposit('idle')
  equal((await lapseDuePresales(contextOf(market, over))) >= 1, true)
  equal(await lapseDuePresales(contextOf(market, over)), 0)
  const ended = await end('idle', 'shopDefaults')
  equal(!ended.ok && ended.refusal, 'presales/closed')
})

test('TR-17 a shop that does not sell owes the deposit twice, a late one the price and more', async () => {
  await book('unsold')
  await deposit('unsold')
  const unsold = await end('unsold', 'shopDefaults')
  deepEqual(unsold.ok && unsold.booking.outcome, {
    depositGoesTo: 'member',
    refundFen: 5_000,
    compensationFen: 5_000,
  })
  deepEqual(await end('unsold', 'shopDefaults'), unsold)

  await book('waiting')
  await deposit('waiting')
  const none = await end('waiting', 'shopLate')
  equal(!none.ok && none.refusal, 'presales/not-bought')
  await buy('waiting', 't-1')
  const paying = { memberId: 'waiting', body: { tradeId: 't-1' } }
  await payTrade(contextOf(market, theDay), paying, key())
  const late = await end('waiting', 'shopLate')
  equal(late.ok && late.booking.outcome?.refundFen, 45_000)
  // The deposit again, and 30 % of the price.
  equal(late.ok && late.booking.outcome?.compensationFen, 5_000 + 13_500)
  deepEqual(await end('waiting', 'shopLate'), late)
  const owed = await nextCompensations(market.db, 'waiting', { memberId: '', ref: '' }, 10)
  deepEqual(
    owed.map(({ ref, status, shopId, compensationFen }) => [ref, status, shopId, compensationFen]),
    [
      ['late-deposit:p', 'paid', 'A', 5_000],
      ['late:t-1-1', 'paid', 'A', 13_500],
    ],
  )
})

/** A member who bought the coat and the scarf, and paid for both. */
async function settled(memberId: string): Promise<void> {
  await book(memberId)
  await deposit(memberId)
  const bought = await buy(memberId, 't-1')
  equal(bought.ok, true)
  await payTrade(contextOf(market, theDay), { memberId, body: { tradeId: 't-1' } }, key())
}

function refund(memberId: string, refundId: string, returned: object[]) {
  const body = RefundBodySchema.parse({ tradeId: 't-1', refundId, returned })
  return refundTrade(contextOf(market, over), { memberId, body }, key())
}

test('TR-17 what a late shop pays back is a return of the line, and no refund pays it again', async () => {
  await settled('twice')
  const [ended, refunded] = await Promise.all([
    end('twice', 'shopLate'),
    refund('twice', 'r-1', [{ line: '1', quantity: 1 }]),
  ])
  equal(ended.ok, !refunded.ok)
  const lost = ended.ok ? refunded : ended
  equal(!lost.ok && lost.refusal, 'returns/already-returned')
  const view = await readTrade(market.db, 'twice', 't-1')
  deepEqual(
    view?.refunds.map(({ refundFen }) => refundFen),
    [45_000],
  )

  await settled('tardy')
  const late = await end('tardy', 'shopLate')
  deepEqual(await end('tardy', 'shopLate'), late)
  for (const returned of [{ quantity: 1 }, { amount: '0.01' }]) {
    const again = await refund('tardy', 'r-1', [{ line: '1', ...returned }])
    equal(!again.ok && again.refusal.startsWith('returns/'), true)
  }
  const rest = await refund('tardy', 'r-1', [{ line: '2', quantity: 1 }])
  equal(rest.ok && rest.tradeStatus, 'closed')
  const kept = await readTrade(market.db, 'tardy', 't-1')
  deepEqual(
    kept?.refunds.map(({ refundId, refundFen, keptFen }) => [refundId, refundFen, keptFen]),
    [
      ['~presale:p', late.ok && late.booking.outcome?.refundFen, 6_000],
      ['r-1', 6_000, 0],
    ],
  )
})

test('TR-17 a late ending pays back what is left of the money, and nothing once units came back', async () => {
  await settled('part')
  await refund('part', 'r-1', [{ line: '1', amount: '50.00' }])
  const late = await end('part', 'shopLate')
  deepEqual(late.ok && late.booking.outcome, {
    depositGoesTo: 'member',
    refundFen: 40_000,
    compensationFen: 5_000 + 13_500,
  })

  await settled('back')
  await refund('back', 'r-1', [{ line: '1', quantity: 1 }])
  const none = await end('back', 'shopLate')
  deepEqual(none, {
    ok: false,
    refusal: 'returns/already-returned',
    line: '1',
    quantity: 1,
    leftQuantity: 0,
    leftFen: 0,
  })
  const [booking] = await presalesByIds(market.db, 'back', ['p'])
  equal(booking?.status, 'settled')
})
