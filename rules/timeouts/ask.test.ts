import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { asFen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import { mayAsk, type Asked } from '#rules/timeouts/ask.ts'
import { amountOfUnits, areLeft, isWhole, pinnedItems, stillLeft } from '#rules/timeouts/left.ts'
import { TimeoutsPolicySchema } from '#rules/timeouts/policy.ts'
import { runningTimes } from '#rules/timeouts/table.ts'
import { asked, fresh, line, order } from '#test/support/asked-returns.ts'

const zone = 'Asia/Shanghai'

const policy = TimeoutsPolicySchema.parse({
  receive: {
    express: 'P10D',
    mail: 'P30D',
    virtual: 'P3D',
    automatic: 'P1D',
    international: 'P40D',
    extensionDays: 5,
  },
  answer: 'P5D',
  escalate: 'P7D',
  sendBack: 'P7D',
  confirm: 'P15D',
  replace: 'P5D',
  decide: 'P15D',
  unshippedClosed: [{ from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' }],
  noReason: { within: 'PT168H', excluded: ['fresh', 'custom'], conditions: ['intact'] },
  withReason: 'P15D',
  remindBefore: 'P1D',
})

const noReason: Asked = { kind: 'return', reason: 'noReason', condition: 'intact', lines: ['1'] }
const surroundings = { signing: undefined, isInsured: false, at: asked, zone }

function answer(wanted: Partial<Asked>, about: object = {}, of: Partial<Order> = {}): string {
  const may = mayAsk(
    policy,
    { ...noReason, ...wanted },
    { ...surroundings, ...about, order: order(of) },
  )
  if (may.ok) return `by ${may.freightBy}`
  const { refusal } = may
  if ('until' in may) return `${refusal} ${may.until.toString({ timeZone: zone })}`
  if ('opensAt' in may) return `${refusal} ${may.opensAt.toString({ timeZone: zone })}`
  return refusal
}

test('RT-1 without a reason: until the instant, not at it; before the signing there is none', () => {
  const signedAt = asked.subtract({ hours: 168 })
  equal(answer({}), 'by member')
  equal(answer({}, { signing: { signedAt: signedAt.add({ milliseconds: 1 }) } }), 'by member')
  const late = 'return-requests/too-late 2017-11-20T10:00:00+08:00'
  equal(answer({}, { signing: { signedAt } }), late)
  equal(answer({}, {}, { receivedAt: signedAt }), late)
  equal(answer({ kind: 'exchange' }, {}, { receivedAt: signedAt }), late)
})

test('RT-2 goods of an excluded category do not go back without a reason, with one they do', () => {
  equal(answer({ lines: ['1', '2'] }), 'return-requests/category-excluded')
  equal(answer({ lines: ['2'], reason: 'damaged' }), 'by shop')
})

test('RT-3 goods go back without a reason in the named conditions alone', () => {
  equal(answer({ condition: 'opened' }), 'return-requests/not-in-condition')
  equal(answer({ condition: undefined }), 'return-requests/not-in-condition')
  equal(answer({ condition: 'used', reason: 'damaged' }), 'by shop')
})

test('RT-4 freight is the buyer’s without a reason, the insurance’s if there is one, else the shop’s', () => {
  equal(answer({}), 'by member')
  equal(answer({}, { isInsured: true }), 'by insurance')
  equal(answer({ reason: 'wrongItem' }, { isInsured: true }), 'by shop')
  equal(answer({ kind: 'refund', reason: 'notReceived' }), 'by null')
})

test('RT-5 a refund of what is not shipped is refused with the instant from which it is open', () => {
  const on = (text: string) => ({ at: Temporal.Instant.from(text) })
  const refund = { kind: 'refund' } as const
  const unshipped = { shippedAt: null }
  const closed = 'return-requests/closed-for-now 2017-11-12T00:00:00+08:00'
  equal(answer(refund, on('2017-11-11T00:00:00+08:00'), unshipped), closed)
  equal(answer(refund, on('2017-11-12T00:00:00+08:00'), unshipped), 'by null')
  equal(answer(noReason, on('2017-11-12T00:00:00+08:00'), unshipped), 'return-requests/not-shipped')
  equal(answer({ ...refund, reason: 'late' }, on('2017-11-11T12:00:00+08:00')), 'by null')
  equal(answer(refund), 'return-requests/goods-come-back')
  equal(answer(refund, {}, { paidAt: null }), 'trades/not-paid')
  equal(answer({ lines: ['9'] }), 'returns/unknown-line')
})

test('RT-7 with a reason goods go back for a time after the receipt', () => {
  const receivedAt = asked.subtract({ hours: 15 * 24 })
  const until = 'return-requests/too-late 2017-11-20T10:00:00+08:00'
  equal(answer({ reason: 'damaged' }, {}, { receivedAt }), until)
  equal(
    answer({ reason: 'damaged' }, {}, { receivedAt: receivedAt.add({ seconds: 1 }) }),
    'by shop',
  )
})

test('RT-6 what was refunded, and what another takes, is not asked for again', () => {
  const of = order({ lines: [line('1', { refundedQuantity: 1, refundedFen: asFen(3_333) })] })
  const pinned = [{ lineId: '1', quantity: 1, amountFen: 3_334 }]
  const units = (quantity: number) => [{ line: '1', quantity, sku: null }]
  const money = (fen: number) => [{ line: '1', amountFen: asFen(fen) }]
  equal(areLeft(of, units(1), pinned).ok, true)
  deepEqual(refusal(areLeft(of, units(2), pinned)), 'returns/already-returned')
  deepEqual(refusal(areLeft(of, units(4), pinned)), 'returns/more-than-bought')
  equal(areLeft(of, money(3_334), pinned).ok, true)
  deepEqual(refusal(areLeft(of, money(3_335), pinned)), 'returns/more-than-left')
  deepEqual(pinnedItems(of, pinned), [{ told: '1', quantity: 1, amountFen: 3_334 }])
  // A pin of what is gone meanwhile takes no more than there is.
  deepEqual(pinnedItems(of, [{ lineId: '1', quantity: 9, amountFen: 99_999 }]), [
    { told: '1', quantity: 2, amountFen: 6_668 },
  ])
})

test('RT-7 units of an order that is known by its facts cost their part, the last one the rest', () => {
  const one = amountOfUnits(line('1'), 1)
  const refunded = line('1', { refundedQuantity: 1, refundedFen: one })
  const two = amountOfUnits(refunded, 1)
  const last = amountOfUnits(line('1', { refundedQuantity: 2, refundedFen: asFen(one + two) }), 1)
  deepEqual([one, two, last], [3_333, 3_334, 3_334])
  equal(isWhole(order(), [{ line: '1', quantity: 3, sku: null }]), false)
  const both = ['1', '2'].map((each) => ({ line: each, quantity: 3, sku: null }))
  equal(isWhole(order(), both), true)
})

test('RT-17 what was refunded elsewhere is left out of what is still to be refunded', () => {
  const of = order({ lines: [line('1', { refundedQuantity: 2, refundedFen: asFen(9_000) })] })
  const wanted = { lineId: '1', quantity: 2, amountFen: asFen(6_667), sku: null }
  deepEqual(stillLeft(of, [wanted]), [{ ...wanted, quantity: 1 }])
  const money = { ...wanted, quantity: 0 }
  deepEqual(stillLeft(of, [money]), [{ ...money, amountFen: 1_001 }])
  deepEqual(stillLeft(order({ lines: [line('2')] }), [wanted]), [])
})

test('TO-8 the table names what runs for an order, what is due first before the others', () => {
  const receipt = {
    fromAt: asked,
    dueAt: asked.add({ hours: 240 }),
    remindAt: null,
    pausedAt: asked,
    extendedDays: null,
  }
  const of = (change: Partial<Order>, more: object = {}) => {
    const base = { payBy: undefined, shipping: undefined, receipt: undefined, signing: undefined }
    const running = { ...base, requests: [], ...more, order: order(change) }
    return runningTimes(running, policy, asked, zone).map(
      ({ what, late, lapse, dueAt }) =>
        `${what} ${late} ${lapse} ${(dueAt.epochMilliseconds - asked.epochMilliseconds) / 3_600_000}`,
    )
  }
  const soon = asked.add({ hours: 2 })
  deepEqual(of({ paidAt: null, shippedAt: null }, { payBy: soon }), ['pay member tradeClosed 2'])
  deepEqual(of({ shippedAt: null }, { shipping: { toDo: 'ship', dueAt: soon } }), [
    'ship shop shipsLate 2',
  ])
  deepEqual(of({}, { receipt, requests: [fresh('refund')] }), [
    'answer shop refunded 120',
    'receive member received 240',
  ])
  deepEqual(of({ receivedAt: asked }), ['returnWithoutReason member rightEnds 168'])
  deepEqual(of({ receivedAt: asked, lines: [line('2', { category: 'fresh' })] }), [])
  deepEqual(of({ closedAt: asked }, { receipt }), [])
})

function refusal(result: { ok: true } | { ok: false; refusal: string }): string {
  return result.ok ? '' : result.refusal
}
