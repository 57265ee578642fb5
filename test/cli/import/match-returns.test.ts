import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchReturns } from '#cli/import/match-returns.ts'
import type { OrderRecord, ReturnRecord } from '#cli/import/records.ts'
import { asFen } from '#rules/money/fen.ts'

// Columns: purchases as order@day:units x fen | returns as day:units | refunds as order:units=fen | units left.
const cases = [
  ['A@1:5x500 B@2:5x500', '3:3', 'B:3=300', 0],
  ['A@1:5x500 B@2:5x500', '3:7', 'B:5=500 A:2=200', 0],
  ['A@1:5x500 B@4:5x500', '3:7', 'A:5=500', 2],
  ['A@1:3x100', '2:1 3:1 4:1', 'A:1=33 A:1=33 A:1=34', 0],
  ['A@2:3x100', '1:1', '', 1],
  ['', '1:4', '', 4],
] as const

test('a return gives back the latest earlier purchases with units left', () => {
  for (const [purchases, returns, refunds, unitsLeft] of cases) {
    const orders = purchases.split(' ').filter(Boolean).map(purchase)
    const found = matchReturns(orders, returns.split(' ').map(returned))
    const told = found.refunds.map(({ orderId, lines: [line] }) => {
      return `${orderId}:${line?.quantity}=${line?.amountFen}`
    })
    equal(told.join(' '), refunds, `${purchases} | ${returns}`)
    equal(
      found.unmatched.reduce((sum, each) => sum + each.unitsLeft, 0),
      unitsLeft,
    )
  }
})

test('what was bought in the same minute counts when it stands earlier in the file', () => {
  const after = { ...returned('1:1', 0), row: { file: 0, line: 9, cells: [] } }
  const before = { ...after, row: { file: 0, line: 1, cells: [] } }
  deepEqual(
    [after, before].map((each) => matchReturns([purchase('A@1:1x100', 4)], [each]).refunds.length),
    [1, 0],
  )
})

test('one return of two lines of an order is one refund of both', () => {
  const order = purchase('A@1:2x100', 0)
  const [line] = order.lines
  const twice = {
    ...order,
    lines: line === undefined ? [] : [line, { ...line, id: 'S#2', line: 2 }],
  }
  deepEqual(
    matchReturns([twice], [returned('2:3', 9)]).refunds.map((each) => each.lines),
    [
      [
        { id: 'S#2', amountFen: 100, quantity: 2 },
        { id: 'S', amountFen: 50, quantity: 1 },
      ],
    ],
  )
})

test('all units given back, in whatever parts, are the whole amount', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(parts, fc.nat({ max: 100_000 }), (units, fen) => {
      const whole = units.reduce((sum, each) => sum + each, 0)
      const returns = units.map((each, index) => returned(`${index + 2}:${each}`, index))
      const { refunds, unmatched } = matchReturns([purchase(`A@1:${whole}x${fen}`, 0)], returns)
      equal(unmatched.length, 0)
      equal(
        refunds.reduce((sum, { lines: [line] }) => sum + (line?.amountFen ?? 0), 0),
        fen,
      )
    }),
  )
})

function purchase(text: string, line: number): OrderRecord {
  const [, orderId = '', day, units, fen] = /^(\w+)@(\d+):(\d+)x(\d+)$/.exec(text) ?? []
  const bought = { id: 'S', sku: 'S', category: 'ordinary', quantity: Number(units) }
  return {
    kind: 'order',
    memberId: 'm',
    orderId,
    shopId: 'shop',
    freightFen: asFen(0),
    placed: Number(day),
    times: {},
    lines: [{ ...bought, paidFen: asFen(Number(fen)), line }],
    origin: { file: 0, line },
  }
}

function returned(text: string, index: number): ReturnRecord {
  const [day, units] = text.split(':').map(Number)
  return {
    kind: 'return',
    memberId: 'm',
    returnId: `C${index}`,
    sku: 'S',
    units: units ?? 0,
    at: day ?? 0,
    row: { file: 0, line: 100 + index, cells: [] },
  }
}
