import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { overlay } from '#rules/policies/overlay.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: base | patch | result.
const laid = `
  {"a":1,"b":{"c":2,"d":3}}        | {"b":{"c":9}}               | {"a":1,"b":{"c":9,"d":3}}
  {"a":[1,2,3]}                    | {"a":[4]}                   | {"a":[4]}
  {"a":{"b":1}}                    | {"a":null}                  | {"a":null}
  {"a":null}                       | {"a":{"b":1}}               | {"a":{"b":1}}
  {"a":"never"}                    | {"a":{"after":"P1Y"}}       | {"a":{"after":"P1Y"}}
  {"p":{"expiry":{"after":"P1Y"}}} | {"p":{"expiry":{"yearlyOn":"02-28"}}} | {"p":{"expiry":{"yearlyOn":"02-28"}}}
  {"a":1}                          | {}                          | {"a":1}
`

test('PO-6 objects are merged key by key, everything else is replaced', () => {
  for (const [base = '', patch = '', result = ''] of rowsOf(laid)) {
    deepEqual(overlay(JSON.parse(base), JSON.parse(patch)), JSON.parse(result), `${base} ${patch}`)
  }
})

test('PO-6 neither side is changed, and laying the same over again changes nothing more', () => {
  const dictionaries = fc.dictionary(fc.constantFrom('a', 'b', 'expiry'), fc.jsonValue(), {
    noNullPrototype: true,
  })
  fc.assert(
    fc.property(dictionaries, dictionaries, (base, patch) => {
      const before = JSON.stringify([base, patch])
      const once = overlay(base, patch)
      equal(JSON.stringify([base, patch]), before)
      deepEqual(overlay(once, patch), once)
      deepEqual(overlay(base, {}), base)
    }),
  )
})

test('PO-6 a key called __proto__ is a key, and changes no other object', () => {
  const result = overlay({}, JSON.parse('{"__proto__":{"polluted":true}}'))
  equal(({} as { polluted?: boolean }).polluted, undefined)
  equal(Object.hasOwn(result, '__proto__'), true)
})

test('PO-6 values that are not plain objects, such as durations, are replaced whole', () => {
  const day = Temporal.Duration.from('P1D')
  const week = Temporal.Duration.from('P1W')
  equal(overlay({ after: day }, { after: week }).after, week)
  equal(overlay({ after: day }, { after: undefined }).after, day)
})
