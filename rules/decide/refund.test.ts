import { deepEqual, equal, partialDeepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import type { Decision } from '#rules/decide/decision.ts'
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { inYuan } from '#rules/decide/yuan.ts'
import { decisions } from '#rules/decide/registry.ts'
import { rowsOf } from '#test/support/table.ts'

const quote = {
  at: '2017-11-11T10:00:00+08:00',
  lines: [
    { id: '1', sku: 'a', shop: 'A', quantity: 2, listPrice: '150.00' },
    { id: '2', sku: 'b', shop: 'B', quantity: 1, listPrice: '200.00' },
  ],
  freight: [{ shop: 'A', amount: '6.00' }],
  extras: [{ shop: 'A', kind: 'tax', amount: '1.00' }],
  member: {
    coupons: [{ id: 'C', kind: 'shop', target: { shops: ['A'] }, off: '20.00' }],
    allowance: '50.00',
    redEnvelopes: [{ id: 'R', amount: '4.30' }],
  },
  allowanceStep: { every: '400.00', off: '50.00' },
}

// Columns: what is asked besides the quote.
const requests = `
  {"returned":[{"line":"1","quantity":1}]}
  {"returned":[{"line":"1","quantity":2},{"freight":"A"},{"extras":"A","amount":"0.40"}]}
  {"returned":[{"line":"2","quantity":1}],"before":[{"line":"1","quantity":2}]}
  {"returned":[{"line":"2","quantity":1}],"before":[{"returned":[{"line":"1","quantity":2}],"received":false}]}
  {"returned":[{"line":"2","amount":"1.00"}],"received":["A"]}
  {"returned":[{"line":"9","quantity":1}]}
  {"paid":false}
`

test('RE-1 a frozen quote decides as the quote that it came from', () => {
  const frozen = decide('quote', quote)
  for (const [request = ''] of rowsOf(requests)) {
    const asked = JSON.parse(request) as object
    deepEqual(
      decide('refund', { frozen, ...asked }),
      decide('refund', { quote, ...asked }),
      request,
    )
  }
})

test('RE-1 a frozen quote may hold no more than its lines with their shares', () => {
  const { lines } = decide('quote', quote) as { lines: Record<string, unknown>[] }
  const bare = {
    lines: lines.map(({ id, payFen, unitsFen, shares }) => ({ id, payFen, unitsFen, shares })),
  }
  const returned = [{ line: '1', quantity: 2 }]
  const { back, closedNow } = decide('refund', { frozen: bare, returned })
  partialDeepStrictEqual({ back, closedNow }, { back: { coupons: ['C'] }, closedNow: ['A'] })
})

test('DE-4 a return that is refused tells what is left, and that nothing is paid', () => {
  partialDeepStrictEqual(
    decide('refund', {
      quote,
      before: [{ line: '1', quantity: 1 }],
      returned: [{ line: '1', quantity: 2 }],
    }),
    {
      ok: false,
      refusal: 'returns/already-returned',
      line: '1',
      quantity: 2,
      leftQuantity: 1,
      refundFen: 0,
      byLineFen: {},
      back: { allowanceFen: 0, redEnvelopesFen: 0, coupons: [], points: 0 },
    },
  )
})

test('DE-5 a refund in yuan has the same keys without their Fen', () => {
  const said = inYuan(decide('refund', { quote, returned: [{ line: '2', quantity: 1 }] }))
  partialDeepStrictEqual(said, { refund: '177.38', byLine: { '2': '177.38' } })
  const told = inYuan(decide('quote', quote)) as Record<string, unknown>
  partialDeepStrictEqual(told, { pay: '432.70', freight: '6.00', extras: '1.00' })
})

// Columns: input | path of the problem.
const faults = `
  {"returned":[]}                                                              | quote
  {"frozen":{"lines":[]}}                                                      | frozen.lines
  {"frozen":{"lines":[{"id":"1","payFen":3,"unitsFen":[1,1],"shares":[]}]}}    | frozen.lines[0].unitsFen
  {"frozen":{"lines":[{"id":"1","payFen":1,"unitsFen":[1],"shares":[]}],"x":1}} | frozen.x
  {"quote":{"at":"2017-11-11T10:00:00+08:00","lines":[]}}                      | quote.lines
`

test('DE-4 a return of no quote, or of one that does not add up, is a problem at its path', () => {
  for (const [input = '', path = ''] of rowsOf(faults)) {
    const decided = decideWith('refund', JSON.parse(input))
    equal(decided.ok ? 'fits' : decided.problem.path, path, input)
  }
})

// Columns: an item | what is said of it.
const items = `
  {"line":"1","quantity":1}              | true
  {"line":"1","quantity":1,"amount":"1"} | returns/quantity-and-amount
  {"line":"1"}                           | returns/nothing-returned
  {"line":"1","quantity":0}              | decide/input-does-not-fit
  {"line":"1","quantity":0.5}            | decide/input-does-not-fit
  {"line":"1","amount":"-1.00"}          | decide/input-does-not-fit
  {"freight":"A","amount":"6.01"}        | returns/more-than-left
  {"freight":"A","line":"1"}             | decide/input-does-not-fit
  {"freight":"B"}                        | returns/unknown-charge
  {}                                     | decide/input-does-not-fit
`

test('RE-5, DE-4 an item that cannot be is refused, one that is none does not fit', () => {
  for (const [item = '', expected = ''] of rowsOf(items)) {
    const decided = decideWith('refund', { quote, returned: [JSON.parse(item)] })
    const output = decided.ok ? (decided.output as { ok: boolean; refusal?: string }) : undefined
    const said = decided.ok ? (output?.refusal ?? String(output?.ok)) : decided.problem.type
    equal(said, expected, item)
  }
})

function decide(name: string, input: unknown): Record<string, unknown> {
  const decided = decideWith(name, input)
  if (!decided.ok) throw new Error(JSON.stringify(decided.problem))
  decisions.get(name)?.outputSchema.parse(decided.output)
  return JSON.parse(JSON.stringify(decided.output)) as Record<string, unknown>
}

function decideWith(name: string, input: unknown): ReturnType<typeof decideValue> {
  const decision = decisions.get(name) as Decision
  const opened = openSetting(tmall2017.policies, undefined, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(JSON.stringify(opened.problem))
  return decideValue(decision, input, opened.setting)
}
