import { deepEqual, equal, partialDeepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { exchangeUnits } from '#rules/returns/exchange.ts'
import type { FrozenTrade, ReturnTerms } from '#rules/returns/frozen-trade.ts'
import {
  decideRefund,
  type Refund,
  type RefundRefused,
  type ReturnRequest,
} from '#rules/returns/refund.ts'
import { allReversed } from '#rules/returns/reversals.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'
import { rowsOf } from '#test/support/table.ts'

const terms: ReturnTerms = {
  coupon: 'fullOnly',
  redEnvelope: 'perSubOrder',
  allowance: 'allClosed',
}

/** 300 + 100 of shop A (the latter in three units) and 200 of shop B; 30 of allowance over 600. */
const seed: FrozenTrade = {
  lines: [
    lineOf('1', 'A', 28_500, [28_500], [1_500]),
    lineOf('2', 'A', 9_500, [3_166, 3_167, 3_167], [500, 100]),
    lineOf('3', 'B', 19_000, [19_000], [1_000, 0, 333]),
  ],
  charges: [{ kind: 'freight', shop: 'A', payFen: 600, shares: [] }],
  depositFen: 0,
  used: {
    coupons: ['C1'],
    allowanceFen: 3_000,
    redEnvelopesFen: { R1: 333 },
    points: 0,
  },
  terms,
}

// Columns: before | returned now | refund | kept, or the refusal and what is left.
const refunds = `
         | 1*1                | 28500  | 29100
         | 2*1                | 3166   | 54434
  2*1    | 2*1                | 3167   | 51267
  2*2    | 2*1                | 3167   | 48100
         | 2*3                | 9500   | 48100
         | 2=95               | 95     | 57505
  2=9000 | 2*1                | 500    | 48100
  2=9000 | 2*3                | 500    | 48100
  2*1    | 2=6334             | 6334   | 48100
         | 2*1 2*1 2=3167     | 9500   | 48100
         | A                  | 600    | 57000
         | A=100              | 100    | 57500
  A=100  | A                  | 500    | 57000
         | 1*1 2*3 3*1 A      | 57600  | 0
         | 1*2                | returns/more-than-bought 1
  1*1    | 1*1                | returns/already-returned 0
  2*1    | 2*3                | returns/already-returned 2
         | 2*2 2*2            | returns/already-returned 1
         | 2=9501             | returns/more-than-left 9500
  2*3    | 2=1                | returns/more-than-left 0
  A      | A                  | returns/already-returned 0
         | A=601              | returns/more-than-left 600
         | B                  | returns/unknown-charge
         | 9*1                | returns/unknown-line
         |                    | returns/nothing-returned
`

test('RE-1, RE-2, RE-3, RE-4, RE-5 a return pays what its units, money or freight cost, or is refused', () => {
  for (const [before = '', returned = '', refund = '', kept] of rowsOf(refunds)) {
    const decided = decideRefund(seed, requestOf(returned, before))
    const told = decided.ok
      ? [decided.refundFen, decided.keptFen].map(String)
      : [
          `${decided.refusal} ${(isOfUnits(decided) ? decided.leftQuantity : decided.leftFen) ?? ''}`.trim(),
        ]
    deepEqual(told, kept === undefined ? [refund] : [refund, kept], `${before} | ${returned}`)
  }
})

test('RE-5 an item of units and money, or of neither, is refused with what is left', () => {
  const both = decideRefund(seed, {
    ...requestOf(''),
    returned: [{ line: '2', quantity: 1, amountFen: 5 }],
  })
  partialDeepStrictEqual(both, {
    ok: false,
    refusal: 'returns/quantity-and-amount',
    leftQuantity: 3,
    leftFen: 9_500,
    refundFen: 0,
    keptFen: 57_600,
  })
  const neither = decideRefund(seed, { ...requestOf(''), returned: [{ line: '2' }] })
  equal(!neither.ok && neither.refusal, 'returns/nothing-returned')
})

// Columns: before | returned now | received | terms | allowance, envelopes, coupons back | closed now.
const backs = `
           | 1*1         | -   | 2017        | 0 0 -     |
           | 1*1 2*3     | -   | 2017        | 0 0 C1    | A
           | 3*1         | -   | 2017        | 0 333 -   | B
  1*1 2*3  | 3*1         | -   | 2017        | 3000 333 - | B
           | 1*1 2*3 3*1 | -   | 2017        | 3000 333 C1 | A B
           | 1*1 2*3 3*1 | B   | 2017        | 0 0 C1    | A B
           | 1*1 2*3 3*1 | all | 2017        | 0 0 -     | A B
           | 1*1 2=9500  | -   | 2017        | 0 0 -     |
  1*1 2*3  | 3*1         | -   | perSubOrder | 1000 333 - | B
           | 1*1 2*3     | -   | perSubOrder | 2000 0 C1 | A
           | 1*1 2*3 3*1 | A   | perSubOrder | 1000 333 - | A B
  3*1      | 1*1 2*3     | -   | never       | 3000 0 -  | A
           | 3*1         | -   | allClosed   | 0 0 -     | B
           | 1*1 2*3 3*1 | -   | allClosed   | 3000 333 C1 | A B
`

const termsNamed: Readonly<Record<string, ReturnTerms>> = {
  '2017': terms,
  perSubOrder: { ...terms, allowance: 'perSubOrder' },
  never: { coupon: 'never', redEnvelope: 'never', allowance: 'allClosed' },
  allClosed: { ...terms, redEnvelope: 'allClosed' },
}

test('RE-6, RE-7, RE-8, RE-9 what was used comes back with the orders that close before receipt', () => {
  for (const row of rowsOf(backs)) {
    const [before = '', returned = '', received = '', named = '', back = '', closed = ''] = row
    const trade = { ...seed, terms: termsNamed[named] ?? terms }
    const request = { ...requestOf(returned, before), received: receivedOf(received) }
    const decided = decideRefund(trade, request) as Refund
    const { allowanceFen, redEnvelopesFen, coupons } = decided.back
    const told = [allowanceFen, redEnvelopesFen, coupons.join(',') || '-'].join(' ')
    deepEqual([told, decided.closedNow.join(' ')], [back, closed], row.join(' | '))
  }
})

test('RE-7, RE-8, RE-9 a return tells of each instrument why it comes back or stays', () => {
  const reasonsFor = (returned: string, received: string): unknown => {
    const request = { ...requestOf(returned), received: receivedOf(received) }
    return (decideRefund(seed, request) as Refund).reasons
  }
  deepEqual(reasonsFor('1*1 2*3', '-'), [
    { instrument: 'C1', reason: 'returns/orders-closed', shops: ['A'] },
    { instrument: 'allowance', reason: 'returns/orders-open', shops: ['B'] },
    { instrument: 'R1', reason: 'returns/orders-open', shops: ['B'] },
  ])
  deepEqual(reasonsFor('3*1', 'B'), [
    { instrument: 'C1', reason: 'returns/orders-open', shops: ['A'] },
    { instrument: 'allowance', reason: 'returns/orders-received', shops: ['B'] },
    { instrument: 'R1', reason: 'returns/orders-received', shops: ['B'] },
  ])
})

test('RE-10 points that paid for a line come back with its units, after receipt too', () => {
  const share = { layer: 'points', instrument: 'points', offFen: 700, funder: 'platform' } as const
  const lines = seed.lines.map((line) => (line.id === '2' ? { ...line, shares: [share] } : line))
  const trade = { ...seed, lines, used: { ...seed.used, points: 700 } }
  const back = (returned: string, before: string): number => {
    const decided = decideRefund(trade, { ...requestOf(returned, before), received: true })
    return (decided as Refund).back.points
  }
  deepEqual([back('2*1', ''), back('2*1', '2*1'), back('2*1', '2*2')], [233, 233, 234])
  deepEqual([back('2*3', ''), back('1*1', ''), back('2=9500', '')], [700, 0, 700])
  deepEqual([back('2=4750', ''), back('2*1', '2=4750'), back('2*2', '2=4750 2*1')], [350, 233, 117])
})

test('RE-12 a trade that is not paid refunds nothing and gives everything back, once', () => {
  const decided = decideRefund(seed, { ...requestOf('1*1'), isPaid: false }) as Refund
  partialDeepStrictEqual(decided, {
    refundFen: 0,
    keptFen: 0,
    back: { allowanceFen: 3_000, redEnvelopesFen: 333, coupons: ['C1'], points: 0 },
    closedNow: ['A', 'B'],
  })
  deepEqual(decided.reversals, allReversed(seed))
  equal(
    decided.reasons.every(({ reason }) => reason === 'returns/unpaid'),
    true,
  )
  const again = decideRefund(seed, { ...requestOf('', '1*1'), isPaid: false })
  equal(!again.ok && again.refusal, 'returns/trade-closed')
  const presale = decideRefund({ ...seed, depositFen: 500 }, { ...requestOf(''), isPaid: false })
  equal(presale.keptFen, 500)
})

test('RE-14 a replacement takes the place of units with their cost and shares', () => {
  const before: readonly ReturnItem[] = [{ line: '2', quantity: 1 }]
  const exchange = { line: '2', quantity: 2, sku: 'blue' }
  const exchanged = exchangeUnits(seed, exchange, before)
  equal(exchanged.ok, true)
  if (!exchanged.ok) return
  deepEqual(exchanged.trade.lines[1]?.replacedBy, [{ sku: 'blue', quantity: 2 }])
  deepEqual(
    decideRefund(exchanged.trade, requestOf('2*2', '2*1')),
    decideRefund(seed, requestOf('2*2', '2*1')),
  )
  const tooMany = exchangeUnits(seed, { ...exchange, quantity: 3 }, before)
  deepEqual(!tooMany.ok && [tooMany.refusal, tooMany.leftQuantity], ['returns/already-returned', 2])
})

function lineOf(
  id: string,
  shop: string,
  payFen: number,
  unitsFen: readonly number[],
  [allowance = 0, coupon = 0, envelope = 0]: readonly number[],
): FrozenTrade['lines'][number] {
  const shares = [
    { layer: 'coupon', instrument: 'C1', offFen: coupon, funder: `shop:${shop}` },
    { layer: 'allowance', instrument: 'allowance', offFen: allowance, funder: `shop:${shop}` },
    { layer: 'redEnvelope', instrument: 'R1', offFen: envelope, funder: 'platform' },
  ] as const
  return {
    id,
    sku: id,
    shop,
    quantity: unitsFen.length,
    payFen,
    unitsFen,
    shares: shares.filter(({ offFen }) => offFen > 0),
  }
}

/** `2*1`: a unit of line 2; `2=95`: so much of its money; `A`, `A=100`: freight of shop A. */
function itemOf(text: string): ReturnItem {
  const [, name = '', sign, amount] = /^(\w+)(?:([*=])(\d+))?$/.exec(text) ?? []
  const money = amount === undefined ? {} : { amountFen: Number(amount) }
  if (/^[A-Z]/.test(name)) return { freight: name, ...money }
  return sign === '*' ? { line: name, quantity: Number(amount) } : { line: name, ...money }
}

function requestOf(returned: string, before = ''): ReturnRequest {
  const itemsOf = (cell: string): readonly ReturnItem[] => {
    return cell.split(' ').filter(Boolean).map(itemOf)
  }
  return { isPaid: true, received: false, returned: itemsOf(returned), before: itemsOf(before) }
}

function isOfUnits({ quantity }: RefundRefused): boolean {
  return quantity !== undefined
}

function receivedOf(cell: string): ReturnRequest['received'] {
  if (cell === '-') return false
  return cell === 'all' ? true : cell.split(' ')
}
