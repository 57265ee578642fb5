import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import { closeTrade, payTrade, settleTrade, type Trade } from '#rules/trades/trade.ts'

const at = Temporal.Instant.from('2017-11-11T00:00:00Z')
const later = at.add({ hours: 1 })

const placed: Trade = {
  tradeId: 't',
  kind: 'priced',
  status: 'placed',
  fingerprint: 'f',
  placedAt: at,
  payBy: at.add({ hours: 72 }),
  paidAt: null,
  paidRef: null,
  closedAt: null,
  closeReason: null,
  goodsFen: asFen(100),
  payFen: asFen(90),
  depositFen: asFen(0),
  digest: 'd',
  policies: 'pricing@1',
  campaign: null,
  used: { coupons: [], allowanceFen: 10, redEnvelopesFen: {}, points: 0, offers: [] },
}

/** Orders by a letter each: open, paid, closed. */
function orders(states: string): Order[] {
  return states.split('').map((state, n) => ({
    orderId: `o${n}`,
    tradeId: 't',
    shopId: `s${n}`,
    freightFen: asFen(0),
    placedAt: at,
    paidAt: state === 'p' ? later : null,
    shippedAt: null,
    collectedAt: null,
    receivedAt: null,
    closedAt: state === 'c' ? later : null,
    earnedBy: '',
    lines: [],
  }))
}

// Columns: its orders | what becomes of the trade | of what was held.
const settled = `
  oo | placed | -
  op | placed | -
  oc | placed | -
  pp | paid   | captured
  pc | paid   | captured
  cc | closed | released
`
test('TR-8 a trade is paid or closed when none of its orders is open any more', () => {
  for (const row of settled.trim().split('\n')) {
    const [states = '', status, held] = row.split('|').map((each) => each.trim())
    const after = settleTrade(placed, orders(states), later, 'ordersClosed')
    deepEqual([after.trade.status, after.held ?? '-'], [status, held], row)
  }
})

test('TR-5 paying pays every order that is open, and a second payment is refused', () => {
  const payment = { ref: 'p', at: later }
  const paid = payTrade(placed, orders('opc'), payment)
  equal(paid.ok, true)
  if (!paid.ok) return
  deepEqual(
    paid.orders.map((order) => order.orderId),
    ['o0'],
  )
  deepEqual(payTrade(paid.trade, orders('ppc'), payment), {
    ok: true,
    trade: paid.trade,
    orders: [],
    held: null,
  })
  const other = payTrade(paid.trade, orders('ppc'), { ...payment, ref: 'q' })
  equal(!other.ok && other.refusal, 'trades/already-paid')
})

test('TR-6 a trade can be paid up to the instant at which its time is over', () => {
  const last = placed.payBy.subtract({ milliseconds: 1 })
  equal(payTrade(placed, orders('o'), { ref: 'p', at: last }).ok, true)
  const over = payTrade(placed, orders('o'), { ref: 'p', at: placed.payBy })
  equal(!over.ok && over.refusal, 'trades/closed')
})

test('TR-7 closing closes what is open; with a paid order the trade is paid', () => {
  const closed = closeTrade(placed, orders('oo'), later, 'asked')
  deepEqual([closed.ok && closed.trade.status, closed.ok && closed.held], ['closed', 'released'])
  const half = closeTrade(placed, orders('op'), later, 'asked')
  deepEqual([half.ok && half.trade.status, half.ok && half.held], ['paid', 'captured'])
  deepEqual(half.ok && half.orders.map((order) => order.orderId), ['o0'])
})
