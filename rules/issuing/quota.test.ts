import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bucketsFor,
  excessOf,
  firstBucket,
  gather,
  nextGrant,
  splitOver,
} from '#rules/issuing/quota.ts'

const amounts = fc.integer({ min: 0, max: 1_000_000_000 })

test('IS-1 grants never pass the total, whatever is left and needed', () => {
  fc.assert(
    fc.property(amounts, amounts, amounts, amounts, fc.integer({ min: 1, max: 9 }), (...given) => {
      const [total, granted, left, needed, shards] = given
      const grant = nextGrant({ total, granted: Math.min(granted, total) }, left, needed, shards)
      ok(grant >= 0 && Math.min(granted, total) + grant <= total)
    }),
  )
})

test('IS-2 what is needed is granted as far as the budget has it', () => {
  fc.assert(
    fc.property(amounts, amounts, fc.nat(), fc.nat(), (total, part, left, needed) => {
      const granted = Math.min(part, total)
      const grant = nextGrant({ total, granted }, left, needed)
      ok(left + grant >= needed || granted + grant === total)
    }),
  )
})

// Columns: total | granted | left | needed | what is granted next.
const grants = `
   8000 |    0 |   0 |    1 | 1000
   8000 | 1000 | 500 |    0 | 0
   8000 | 1000 | 499 |    0 | 1000
   8000 | 1000 | 900 | 2500 | 1600
   8000 | 7900 |   0 |    1 | 100
   8000 | 8000 |   0 |    1 | 0
    200 |    0 |   0 |    0 | 200
    200 |  150 | 150 |    0 | 50
`

test('IS-2 a slice is granted when less than half a slice is left', () => {
  for (const line of grants.trim().split('\n')) {
    const [total = 0, granted = 0, left = 0, needed = 0, next] = line.split('|').map(Number)
    equal(nextGrant({ total, granted }, left, needed), next, line)
  }
})

test('IS-3 a split adds up, evenly; 200 or fewer have one bucket', () => {
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 64 }), (amount, buckets) => {
      const parts = splitOver(amount, buckets)
      equal(parts.length, buckets)
      equal(
        parts.reduce((sum, part) => sum + part, 0),
        amount,
      )
      ok(Math.max(...parts) - Math.min(...parts) <= 1)
    }),
  )
  equal(bucketsFor(200), 1)
  ok(bucketsFor(201) > 1)
})

test('IS-4 what was granted past a smaller total is taken back, and no more', () => {
  equal(excessOf(100, 130), 30)
  equal(excessOf(100, 100), 0)
  equal(excessOf(100, 70), 0)
})

test('IS-5 an amount is made up of buckets exactly, or not at all', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 32 }), fc.nat(20_000), (available, amount) => {
      const sum = available.reduce((all, each) => all + each, 0)
      const parts = gather(amount, available)
      if (parts === undefined) return ok(sum < amount)
      equal(
        parts.reduce((all, each) => all + each, 0),
        amount,
      )
      ok(parts.every((part, n) => part >= 0 && part <= (available[n] ?? 0)))
    }),
  )
})

test('IS-5 members spread over all buckets, each always to the same', () => {
  const hits = Array.from({ length: 32 }, () => 0)
  for (let n = 0; n < 32_000; n += 1) {
    const bucket = firstBucket(`member-${n}`, 32)
    hits[bucket] = (hits[bucket] ?? 0) + 1
  }
  ok(Math.min(...hits) > 700 && Math.max(...hits) < 1_300, hits.join(' '))
  deepEqual(firstBucket('lin', 32), firstBucket('lin', 32))
})
