import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { factTypes, orderIdOf, readFact, type FactType } from '#rules/orders/facts.ts'

const placed = {
  specversion: '1.0',
  id: 'e1',
  source: 'shop',
  type: 'jifen.order.placed.v1',
  time: '2017-11-11T00:00:00+08:00',
  partitionkey: 'lin',
  data: { orderId: 'o1', shopId: 's1', lines: [{ id: '1', sku: 'a', paid: '109.00' }] },
}

test('OR-1 a fact is read with its member, source, id and time', () => {
  const read = readFact(placed)
  equal(read.ok, true)
  if (!read.ok) return
  const { source, id, memberId, time, dataText } = read.fact
  deepEqual([source, id, memberId, time.toString()], ['shop', 'e1', 'lin', '2017-11-10T16:00:00Z'])
  deepEqual(JSON.parse(dataText), placed.data)
  equal(orderIdOf(read.fact), 'o1')
})

test('OR-1 names that could run into one another, or that nothing could keep, are refused', () => {
  for (const name of ['a\nb', 'a\u0000', '\ud800', '', 'x'.repeat(201)]) {
    equal(readFact({ ...placed, id: name }).ok, false, JSON.stringify(name))
    equal(readFact({ ...placed, source: name }).ok, false, JSON.stringify(name))
  }
  equal(
    readFact({ ...placed, id: '订单/1 #2', source: 'https://shop.example/orders?x=1' }).ok,
    true,
  )
})

// Columns: what is wrong | where | the value there.
const wrong = `
  no member            | partitionkey          | null
  a member's odd id    | partitionkey          | "lin zhi"
  a long member id     | partitionkey          | "${'x'.repeat(65)}"
  an unknown type      | type                  | "jifen.order.shouted.v1"
  another version      | specversion           | "0.3"
  no time              | time                  | null
  a time without zone  | time                  | "2017-11-11T00:00:00"
  a day                | time                  | "2017-11-11"
  a year too early     | time                  | "0000-12-31T00:00:00Z"
  an unknown field     | data.colour           | "red"
  no lines             | data.lines            | []
  a line twice         | data.lines            | [{"id":"1","sku":"a","paid":1},{"id":"1","sku":"b","paid":1}]
  an amount below zero | data.lines.0.paid     | "-1.00"
  a fraction of a fen  | data.lines.0.paid     | "1.001"
  a broken number      | data.lines.0.paid     | 1.5
  a number as text     | data.lines.0.paid     | "1e3"
  a huge amount        | data.lines.0.paid     | 1000000000001
  no whole quantity    | data.lines.0.quantity | 0
  half a unit          | data.lines.0.quantity | 0.5
  a multiple below one | data.lines.0.multiple | "0.5"
  a multiple too large | data.lines.0.multiple | 101
  a currency of four   | data.currency         | "CNYX"
  a server's own field | data.earnedBy         | "points@1"
`

test('OR-1 a fact that does not fit is refused with the path of what is wrong', () => {
  for (const row of wrong.trim().split('\n')) {
    const [what = '', path = '', value = ''] = row.split(' | ').map((each) => each.trim())
    const read = readFact(withValue(placed, path.split('.'), JSON.parse(value)))
    equal(read.ok, false, what)
    const paths = read.ok ? [] : read.problems.map((problem) => problem.path)
    equal(
      paths.some((each) => path.startsWith(each)),
      true,
      `${what}: ${paths.join()}`,
    )
  }
  for (const nothing of [null, 7, 'x', [], {}]) equal(readFact(nothing).ok, false)
})

test('OR-1 attributes that others add to a fact are let through, and kept out of what it says', () => {
  const read = readFact({ ...placed, traceparent: '00-1', subject: 'o1', dataschema: 'x' })
  equal(read.ok && !('traceparent' in read.fact), true)
})

test('OR-3 every fact about an order names it', () => {
  const about = factTypes.filter((type) => type.startsWith('jifen.order.'))
  for (const type of [...about, 'jifen.refund.succeeded.v1' as FactType]) {
    const read = readFact({ ...placed, type, data: {} })
    const paths = read.ok ? [] : read.problems.map((problem) => problem.path)
    equal(paths.includes('data.orderId'), true, type)
  }
})

function withValue(json: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const copy = Array.isArray(json) ? [...json] : { ...(json as Record<string, unknown>) }
  const inner = (copy as Record<string, unknown>)[key]
  const next = rest.length === 0 ? value : withValue(inner, rest, value)
  return Object.assign(copy, { [key]: next })
}
