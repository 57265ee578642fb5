import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import { asPoints } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Order, OrderLine } from '#rules/orders/order.ts'
import { mayAsk, type Asked } from '#rules/timeouts/ask.ts'
import { amountOfUnits, areLeft, isWhole, pinnedItems, stillLeft } from '#rules/timeouts/left.ts'
import { TimeoutsPolicySchema } from '#rules/timeouts/policy.ts'
import type { RequestedReturn, RequestKind } from '#rules/timeouts/requested.ts'
import { runningTimes } from '#rules/timeouts/table.ts'
import {
  beginRequest,
  lapseRequest,
  turnRequest,
  waitsOf,
  type Turn,
} from '#rules/timeouts/turn.ts'

const zone = 'Asia/Shanghai'
const asked = Temporal.Instant.from('2017-11-20T10:00:00+08:00')

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

function fresh(kind: RequestKind = 'return'): RequestedReturn {
  return beginRequest({
    returnId: 'r',
    orderId: 'o',
    shopId: 'A',
    kind,
    reason: 'damaged',
    condition: null,
    freightBy: null,
    lines: [],
    withFreight: false,
    terms: {
      answer: 'P5D',
      escalate: 'P7D',
      sendBack: 'P7D',
      confirm: 'P15D',
      replace: 'P4D',
      receive: 'P10D',
      decide: 'P15D',
      remindBefore: 'P1D',
    },
    askedAt: asked,
    answeredAt: null,
    answeredBy: null,
    sentAt: null,
    arrivedAt: null,
    disputedAt: null,
    disputeOutcome: null,
    decidedAt: null,
    closedAt: null,
    outcome: null,
  })
}

/** What is done, one after the other: each an hour after the one before, `!` for a lapse. */
function run(kind: RequestKind, acts: string): string {
  let request = fresh(kind)
  let now = asked
  let refunds = 0
  for (const act of acts.split(' ').filter((each) => each !== '')) {
    if (act === '!') {
      now = request.dueAt ?? now
      const lapsed = lapseRequest(request, now)
      if (lapsed === undefined) return `${request.status} does not lapse`
      request = lapsed.request
      refunds += lapsed.refunds ? 1 : 0
      continue
    }
    now = now.add({ hours: 1 })
    const turned = turnRequest(request, act as Turn, now)
    if (!turned.ok) return `${turned.refusal} ${turned.outcome ?? turned.status}`
    request = turned.request
    refunds += turned.refunds ? 1 : 0
  }
  const state = request.outcome ?? request.status
  const days =
    request.dueAt === null
      ? 0
      : (request.dueAt.epochMilliseconds - now.epochMilliseconds) / 86_400_000
  return `${state} ${days} ${refunds}`
}

// Columns: kind | what is done | status, days that the next step has, refunds.
const walks = `
  refund   |                                            | asked 5 0
  refund   | agree                                      | refunded 0 1
  refund   | !                                          | refunded 0 1
  refund   | reject                                     | rejected 7 0
  refund   | reject !                                   | refused 0 0
  refund   | reject escalate                            | disputed 15 0
  refund   | reject escalate decideForMember            | refunded 0 1
  refund   | reject escalate decideForShop              | refused 0 0
  refund   | reject escalate !                          | disputed does not lapse
  refund   | reject agree                               | refunded 0 1
  refund   | reject escalate agree                      | refunded 0 1
  refund   | send                                       | return-requests/not-now asked
  refund   | agree withdraw                             | return-requests/not-now refunded
  return   | agree                                      | agreed 7 0
  return   | !                                          | agreed 7 0
  return   | ! !                                        | lapsed 0 0
  return   | agree send                                 | sent 15 0
  return   | agree send confirm                         | refunded 0 1
  return   | agree send !                               | refunded 0 1
  return   | agree confirm                              | refunded 0 1
  return   | agree send reject                          | rejected 7 0
  return   | agree send reject escalate decideForMember | refunded 0 1
  return   | agree send reject agree                    | sent 15 0
  return   | reject escalate decideForMember            | agreed 7 0
  return   | agree send send                            | return-requests/not-now sent
  return   | agree agree                                | return-requests/not-now agreed
  return   | withdraw                                   | withdrawn 0 0
  return   | agree send withdraw                        | withdrawn 0 0
  return   | reject escalate withdraw                   | withdrawn 0 0
  return   | withdraw agree                             | return-requests/not-now withdrawn
  exchange | agree send confirm                         | replacing 4 0
  exchange | agree send confirm replace                 | replaced 10 0
  exchange | agree send confirm replace receive         | exchanged 0 0
  exchange | agree send confirm replace !               | exchanged 0 0
  exchange | agree send confirm !                       | refunded 0 1
  exchange | agree send !                               | refunded 0 1
  exchange | agree confirm                              | return-requests/not-now agreed
  exchange | agree send confirm withdraw                | return-requests/not-now replacing
`

test('RT-8, RT-9, RT-10, RT-11, RT-12, RT-13, RT-14, RT-15, RT-16 a request goes from step to step, and each has its time', () => {
  for (const [kind = '', acts = '', expected = ''] of walksOf(walks)) {
    equal(`${kind} ${acts}: ${run(kind as RequestKind, acts)}`, `${kind} ${acts}: ${expected}`)
  }
})

test('RT-8 money alone is refunded when the shop agrees; goods are sent back first', () => {
  equal(run('refund', 'agree'), 'refunded 0 1')
  equal(run('return', 'agree'), 'agreed 7 0')
})

test('RT-9 a rejection ends the request unless it is taken to the platform', () => {
  equal(run('return', 'reject !'), 'refused 0 0')
  equal(run('return', 'reject escalate'), 'disputed 15 0')
})

test('RT-10 only a request that was agreed to takes the number of a parcel', () => {
  equal(run('return', 'send'), 'return-requests/not-now asked')
  equal(run('return', 'agree send'), 'sent 15 0')
})

test('RT-11 goods that are confirmed are refunded, and a return without them if the shop wants', () => {
  equal(run('return', 'agree send confirm'), 'refunded 0 1')
  equal(run('return', 'agree confirm'), 'refunded 0 1')
})

test('RT-12 goods that came back are rejected, and the platform decides', () => {
  equal(run('return', 'agree send reject escalate decideForShop'), 'refused 0 0')
})

test('RT-13 a request is withdrawn until it is refunded, an exchange until the shop has the goods', () => {
  equal(run('return', 'agree send withdraw'), 'withdrawn 0 0')
  equal(run('exchange', 'agree send confirm withdraw'), 'return-requests/not-now replacing')
})

test('RT-14 goods of an exchange are replaced, and the member confirms it', () => {
  equal(run('exchange', 'agree send confirm replace receive'), 'exchanged 0 0')
})

test('RT-15 a dispute that is decided for the member is as if the shop had agreed', () => {
  equal(run('return', 'reject escalate decideForMember'), 'agreed 7 0')
  equal(run('refund', 'reject escalate decideForMember'), 'refunded 0 1')
})

test('RT-16 a lapse is dated by its due instant, and an answer at that instant comes too late', () => {
  const request = fresh()
  const due = request.dueAt
  ok(due !== null)
  equal(lapseRequest(request, due.subtract({ milliseconds: 1 })), undefined)
  const lapsed = lapseRequest(request, due.add({ hours: 9 }))
  deepEqual(
    [lapsed?.request.status, lapsed?.request.answeredAt, lapsed?.request.answeredBy],
    ['agreed', due, 'timeOut'],
  )
  deepEqual(lapsed?.request.dueAt, due.add({ hours: 7 * 24 }))
})

test('RT-16 whatever is done in whatever order, a request ends at most once and is refunded at most once', () => {
  const acts: Turn[] = [
    'agree',
    'reject',
    'send',
    'confirm',
    'replace',
    'receive',
    'withdraw',
    'escalate',
    'decideForMember',
    'decideForShop',
  ]
  const kinds = fc.constantFrom<RequestKind>('refund', 'return', 'exchange')
  fc.assert(
    fc.property(
      kinds,
      fc.array(fc.constantFrom('lapse', ...acts), { maxLength: 20 }),
      (kind, all) => {
        let request = fresh(kind)
        let refunds = 0
        let now = asked
        for (const act of all) {
          const before = request
          now = now.add({ hours: 1 })
          if (act === 'lapse') {
            now = request.dueAt ?? now
            const lapsed = lapseRequest(request, now)
            request = lapsed?.request ?? request
            refunds += lapsed?.refunds === true ? 1 : 0
          } else {
            const turned = turnRequest(request, act, now)
            if (turned.ok) {
              request = turned.request
              refunds += turned.refunds ? 1 : 0
            }
          }
          if (before.status === 'ended') deepEqual(request, before)
          equal(request.status === 'ended', request.outcome !== null && request.closedAt !== null)
          equal(request.status === 'ended', request.dueAt === null)
          equal(waitsOf(request) === undefined, request.status === 'ended')
        }
        equal(refunds, request.outcome === 'refunded' ? 1 : 0)
      },
    ),
  )
})

function line(lineId: string, change: Partial<OrderLine> = {}): OrderLine {
  return {
    lineId,
    sku: 's',
    category: 'apparel',
    quantity: 3,
    paidFen: asFen(10_001),
    multiplePpm: wholePpm as Ppm,
    refundedFen: asFen(0),
    refundedQuantity: 0,
    pointsEarned: asPoints(0),
    pointsClawed: asPoints(0),
    ...change,
  }
}

function order(change: Partial<Order> = {}): Order {
  return {
    orderId: 'o',
    tradeId: 'o',
    shopId: 'A',
    freightFen: asFen(600),
    placedAt: asked,
    paidAt: asked,
    shippedAt: asked,
    collectedAt: null,
    receivedAt: null,
    closedAt: null,
    earnedBy: '',
    lines: [line('1'), line('2', { category: 'fresh' })],
    ...change,
  }
}

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

function walksOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
}
