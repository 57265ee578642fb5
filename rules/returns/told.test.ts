import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { decideRefund } from '#rules/returns/refund.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'

const trade: FrozenTrade = {
  lines: [
    {
      id: '1',
      sku: 's1',
      shop: 'A',
      quantity: 2,
      payFen: 1_001,
      unitsFen: [500, 501],
      shares: [{ layer: 'shop', instrument: 'o', offFen: 99, funder: 'shop:A' }],
    },
  ],
  charges: [],
  depositFen: 0,
  used: { coupons: [], allowanceFen: 0, redEnvelopesFen: {}, points: 0 },
  terms: { coupon: 'fullOnly', redEnvelope: 'allClosed', allowance: 'allClosed' },
}

function refunded(returned: readonly ReturnItem[], before: readonly ReturnItem[] = []) {
  return decideRefund(trade, { isPaid: true, received: false, returned, before })
}

test('RE-15 units and money count as they were told, and the share goes with the units', () => {
  const one = refunded([{ told: '1', quantity: 1, amountFen: 300 }])
  equal(one.ok && one.refundFen, 300)
  deepEqual(one.ok && one.reversals, [{ line: '1', n: 0, offFen: 49 }])
  const before = [{ told: '1', quantity: 1, amountFen: 300 }]
  const other = refunded([{ told: '1', quantity: 1, amountFen: 600 }], before)
  deepEqual(other.ok && [other.refundFen, other.keptFen, other.closedNow], [600, 101, ['A']])
  deepEqual(other.ok && other.reversals, [{ line: '1', n: 0, offFen: 50 }])
})

test('RE-15 money that is left when the last unit is back can still be refunded', () => {
  const before = [{ told: '1', quantity: 2, amountFen: 900 }]
  const rest = refunded([{ line: '1', amountFen: 101 }], before)
  deepEqual(rest.ok && [rest.refundFen, rest.keptFen, rest.closedNow], [101, 0, []])
})

// Columns: units told | money told | the refusal.
const tooMuch = `
  3 |    0 | returns/more-than-bought
  2 |    0 | returns/already-returned
  0 |  702 | returns/more-than-left
`

test('RE-15 more than is left is refused', () => {
  const before = [{ told: '1', quantity: 1, amountFen: 300 }]
  for (const row of tooMuch.trim().split('\n')) {
    const [quantity = '', amountFen = '', refusal = ''] = row.split('|').map((each) => each.trim())
    const item = { told: '1', quantity: Number(quantity), amountFen: Number(amountFen) }
    const decided = refunded([item], before)
    equal(!decided.ok && decided.refusal, refusal)
  }
  const unknown = refunded([{ told: '9', quantity: 1, amountFen: 1 }])
  equal(!unknown.ok && unknown.refusal, 'returns/unknown-line')
})
