import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJson } from '#rules/decide/json.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: text | ok, or the path of the problem.
const texts = String.raw`
  {"a":1,"b":[1,2,{"a":1}]}     | ok
  [0.1,1e3,-1,-0.5,1.5e3,1e-7]  | ok
  [true,false,null,"1e309"]     | ok
  9007199254740991              | ok
  "a \" quote, {\"a\":1}"       | ok
  {"a":1,"a":1}                 | a
  {"a":[1,{"b":1,"\u0062":2}]}  | a[1].b
  {"a":{"b":1},"b":{"b":1}}     | ok
  [{"a":1},{"a":1}]             | ok
  {"a":{"__proto__":1}}         | a.__proto__
  {"a":9007199254740993}        | a
  [1,1e309]                     | [1]
  [-1e309]                      | [0]
  [9007199254740991.4]          | [0]
  [0.30000000000000004]         | [0]
  [1e-400]                      | [0]
  {"a b":1,"a b":2}             | ["a b"]
`

test('DE-2 what a parser lets pass silently is refused by its path', () => {
  for (const [text = '', expected = ''] of rowsOf(texts)) {
    const read = readJson(text)
    equal(read.ok ? 'ok' : read.problem.path, expected, text)
    if (read.ok) deepEqual(read.value, JSON.parse(text))
  }
})

test('DE-2 what is not JSON is refused', () => {
  for (const text of ['', ' ', '{', '{"a":}', '[1,]', "{'a':1}", 'NaN', '01', '{"a":1}{}']) {
    equal(readJson(text).ok, false, text)
  }
})

test('DE-2 nesting deeper than 64 is refused, however deep', () => {
  equal(readJson('['.repeat(64) + ']'.repeat(64)).ok, true)
  for (const deep of [65, 100_000]) equal(readJson('['.repeat(deep) + ']'.repeat(deep)).ok, false)
})

test('DE-2 everything else is read as any parser reads it', () => {
  const values = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value))
  const short = values.filter((text) => !/[0-9.e-]{16}|__proto__/.test(text))
  fc.assert(
    fc.property(short, (text) => {
      deepEqual(readJson(text), { ok: true, value: JSON.parse(text) as unknown })
    }),
  )
})
